"""Scan results as the JSON objects that `cardscanner scan --json` promises.

One object a picture: `file`, `width`, `height`, `elapsed_ms`, `cards`, `error`. Corners are pixels
of the EXIF-upright picture, top-left first in the card's own orientation, clockwise; fields' boxes
are fractions of the upright card (left, top, right, bottom).
"""

from __future__ import annotations

from typing import Any

from cardscanner_gui.core.types import Candidate, Field, Printing, Recognition, ScanResult

_MAX_CANDIDATES = 5


def scan_object(result: ScanResult) -> dict[str, Any]:
    """A picture's result as a JSON object."""
    return {
        "file": result.source,
        "width": result.width,
        "height": result.height,
        "elapsed_ms": round(result.elapsed_ms),
        "cards": [card_object(recognition) for recognition in result.cards],
        "error": result.error,
    }


def card_object(recognition: Recognition) -> dict[str, Any]:
    """One card of a picture as a JSON object."""
    match = recognition.match
    corners = recognition.corners
    return {
        "corners": None
        if corners is None
        else [[round(v, 1) for v in p] for p in corners.tolist()],
        "status": str(match.status),
        "reason": match.reason,
        "card": _printing(match.printing, recognition) if match.printing else None,
        "candidates": [_candidate(c) for c in match.candidates[:_MAX_CANDIDATES]],
        "reading": {name: field_object(f) for name, f in recognition.reading.best().items()},
        "reader": recognition.reading.reader,
        "cached": recognition.cached,
        "timings_ms": {step: round(ms) for step, ms in recognition.timings_ms.items()},
    }


def _printing(printing: Printing, recognition: Recognition) -> dict[str, Any]:
    language = recognition.language
    return {
        "id": printing.id,
        "name": printing.names.get(language or "", printing.name),
        "names": dict(printing.names),
        "set_id": printing.set_id,
        "set_name": printing.set_name,
        "number": printing.number,
        "printed_total": printing.printed_total,
        "hp": printing.hp,
        "language": language,
        "rarity": printing.rarity,
        "finish": recognition.finish,
    }


def _candidate(candidate: Candidate) -> dict[str, Any]:
    printing = candidate.printing
    return {
        "id": printing.id,
        "name": printing.name,
        "number": printing.number,
        "printed_total": printing.printed_total,
        "set_name": printing.set_name,
        "score": round(candidate.score, 3),
    }


def field_object(field: Field) -> dict[str, Any]:
    """One value that was read, as a JSON object."""
    return {
        "text": field.text,
        "confidence": round(field.confidence, 3),
        "box": [round(v, 4) for v in field.box] if field.box else None,
    }
