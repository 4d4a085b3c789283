"""Scan results as the JSON objects that `cardscanner scan --json` promises.

One object a picture: `file`, `width`, `height`, `elapsed_ms`, `cards`, `error`. Corners are pixels
of the EXIF-upright picture, top-left first in the card's own orientation, clockwise; fields' boxes
are fractions of the upright card (left, top, right, bottom). `model` says what a model had to do
with the answer, null where none was asked. `facts` are what only cards of the
game have; `evidence` says what decided about a candidate. `certain_name` is what an unsure card is
called where only its printing is open: the candidates that bear its picture come first.
"""

from __future__ import annotations

from typing import Any

from cardscanner_gui.catalogue.match.reasons import Reason, reasons
from cardscanner_gui.core.certain_name import name_of_match
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.generic_game import game_of
from cardscanner_gui.core.model_share import encode_share
from cardscanner_gui.core.types import (
    Candidate,
    Field,
    Printing,
    Reading,
    Recognition,
    ScanResult,
)

_MAX_CANDIDATES = 5


def scan_object(result: ScanResult, games: Games) -> dict[str, Any]:
    """A picture's result as a JSON object."""
    return {
        "file": result.source,
        "width": result.width,
        "height": result.height,
        "elapsed_ms": round(result.elapsed_ms),
        "cards": [card_object(recognition, games) for recognition in result.cards],
        "error": result.error,
    }


def card_object(recognition: Recognition, games: Games) -> dict[str, Any]:
    """One card of a picture as a JSON object."""
    match = recognition.match
    corners = recognition.corners
    return {
        "corners": None
        if corners is None
        else [[round(v, 1) for v in p] for p in corners.tolist()],
        "game": match.printing.game if match.printing else recognition.reading.game,
        "status": str(match.status),
        "reason": match.reason,
        "card": _printing(match.printing, recognition) if match.printing else None,
        "certain_name": certain_name_of(recognition, games),
        "candidates": [
            _candidate(c, recognition.reading, games) for c in match.candidates[:_MAX_CANDIDATES]
        ],
        "reading": {name: field_object(f) for name, f in recognition.reading.best().items()},
        "reader": recognition.reading.reader,
        "model": None if recognition.model is None else encode_share(recognition.model),
        "cached": recognition.cached,
        "timings_ms": {step: round(ms) for step, ms in recognition.timings_ms.items()},
    }


def certain_name_of(recognition: Recognition, games: Games) -> str | None:
    """What an unsure card is called, as it was read, where only its printing is open."""
    rule = game_of(games, recognition.reading.game).rule
    certain = name_of_match(recognition.match, rule)
    read = (field.text for field in recognition.reading.of("name"))
    return certain.name_as(read) if certain else None


def _printing(printing: Printing, recognition: Recognition) -> dict[str, Any]:
    language = recognition.language
    return {
        "id": printing.id,
        "name": printing.name_in(language),
        "names": dict(printing.names),
        "set_id": printing.set_id,
        "set_name": printing.set_name_in(language),
        "number": printing.number,
        "printed_total": printing.printed_total,
        "hp": printing.facts.get("hp"),  # among the facts too; here since before there were games
        "language": language,
        "rarity": printing.rarity,
        "finish": recognition.finish,
        "facts": dict(printing.facts),
    }


def _candidate(candidate: Candidate, reading: Reading, games: Games) -> dict[str, Any]:
    printing = candidate.printing
    decided = reasons(candidate.evidence, reading, printing, game_of(games, printing.game))
    return {
        "id": printing.id,
        "name": printing.name,
        "number": printing.number,
        "printed_total": printing.printed_total,
        "set_name": printing.set_name,
        "score": round(candidate.score, 3),
        "evidence": [_reason(reason) for reason in decided],
    }


def _reason(reason: Reason) -> dict[str, Any]:
    return {
        "kind": reason.term,
        "says": str(reason.finding),
        "points": round(reason.points, 2),
        "read": reason.read,
        "printed": reason.printed,
        "words": reason.words,
    }


def field_object(field: Field) -> dict[str, Any]:
    """One value that was read, as a JSON object."""
    return {
        "text": field.text,
        "confidence": round(field.confidence, 3),
        "box": [round(v, 4) for v in field.box] if field.box else None,
    }
