"""Printings, readings and whole recognitions as plain JSON values, and back.

The round trip is exact. Keys that a newer version wrote and we don't know are ignored; keys that
are missing take the type's default. Fields that hold their default are left out. Only recognitions
carry a version and are checked in every value: they come back from caches, which others write too.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np

from cardscanner_gui.core.conform import conform
from cardscanner_gui.core.types import (
    Box,
    Candidate,
    Field,
    Match,
    Printing,
    Reading,
    Recognition,
    Status,
    TextLine,
    Variant,
    read_only,
)

RECOGNITION_VERSION = 1
"""Raised when an older program would misunderstand what `encode_recognition` writes."""


class OtherVersionError(ValueError):
    """A recognition that another version of the program wrote: nothing is wrong with it."""


_READING_FIELDS = tuple(
    field.name for field in dataclasses.fields(Reading) if field.name not in {"reader", "lines"}
)
_NAMES: Mapping[type[Any], frozenset[str]] = {
    kind: frozenset(field.name for field in dataclasses.fields(kind))
    for kind in (Printing, Variant, Candidate)
}


def encode_printing(printing: Printing) -> dict[str, Any]:
    """A printing as a JSON object."""
    values = _without_defaults(printing)
    if printing.variants:
        values["variants"] = [_without_defaults(variant) for variant in printing.variants]
    return values


def decode_printing(values: Mapping[str, Any]) -> Printing:
    """The printing that `encode_printing` wrote."""
    known = _known(Printing, values)
    known["variants"] = tuple(_decode_variant(variant) for variant in values.get("variants", ()))
    for name in ("types", "attacks", "dex_ids"):
        known[name] = tuple(known.get(name, ()))
    return Printing(**known)


def encode_candidate(candidate: Candidate) -> dict[str, Any]:
    """A candidate as a JSON object, its printing included."""
    return {
        "printing": encode_printing(candidate.printing),
        "points": candidate.points,
        "score": candidate.score,
        "evidence": dict(candidate.evidence),
    }


def decode_candidate(values: Mapping[str, Any]) -> Candidate:
    """The candidate that `encode_candidate` wrote."""
    known = _known(Candidate, values)
    return Candidate(**{**known, "printing": decode_printing(values["printing"])})


def encode_field(value: Field | TextLine) -> dict[str, Any]:
    """One read value as `{"text", "confidence", "box"}`, as in the scan contract."""
    box = None if value.box is None else list(value.box)
    return {"text": value.text, "confidence": value.confidence, "box": box}


def encode_reading(reading: Reading) -> dict[str, Any]:
    """A reading with every hypothesis and all raw lines."""
    values: dict[str, Any] = {"reader": reading.reader}
    if reading.lines:
        values["lines"] = [encode_field(line) for line in reading.lines]
    for name in _READING_FIELDS:
        if hypotheses := getattr(reading, name):
            values[name] = [encode_field(hypothesis) for hypothesis in hypotheses]
    return values


def decode_reading(values: Mapping[str, Any]) -> Reading:
    """The reading that `encode_reading` wrote."""
    fields = {
        name: tuple(_decode_field(item) for item in values.get(name, ()))
        for name in _READING_FIELDS
    }
    lines = tuple(
        TextLine(item["text"], item["confidence"], Box(*item["box"]))
        for item in values.get("lines", ())
    )
    return Reading(reader=values["reader"], lines=lines, **fields)


def encode_match(match: Match) -> dict[str, Any]:
    """A match with its candidates. The answer is one of these, or written out."""
    ids = [candidate.printing.id for candidate in match.candidates]
    values: dict[str, Any] = {
        "status": str(match.status),
        "reason": match.reason,
        "margin": match.margin,
        "candidates": [encode_candidate(candidate) for candidate in match.candidates],
    }
    printing = match.printing
    if printing is not None:
        known = printing.id in ids and match.candidates[ids.index(printing.id)].printing == printing
        values["printing"] = ids.index(printing.id) if known else encode_printing(printing)
    return values


def decode_match(values: Mapping[str, Any]) -> Match:
    """The match that `encode_match` wrote."""
    candidates = tuple(decode_candidate(item) for item in values["candidates"])
    printing = values.get("printing")
    if isinstance(printing, int):
        printing = candidates[printing].printing
    elif printing is not None:
        printing = decode_printing(printing)
    return Match(Status(values["status"]), values["reason"], printing, values["margin"], candidates)


def encode_recognition(recognition: Recognition) -> dict[str, Any]:
    """Everything but the photo, which can be cut out of its picture again."""
    corners, fingerprint = recognition.corners, recognition.fingerprint
    return {
        "version": RECOGNITION_VERSION,
        "match": encode_match(recognition.match),
        "reading": encode_reading(recognition.reading),
        "corners": None if corners is None else corners.tolist(),
        "language": recognition.language,
        "finish": recognition.finish,
        "fingerprint": None if fingerprint is None else f"{fingerprint:016x}",
        "timings_ms": dict(recognition.timings_ms),
    }


def decode_recognition(values: Mapping[str, Any]) -> Recognition:
    """The recognition that `encode_recognition` wrote, every value of it checked.

    Raises:
        OtherVersionError: it is of another version.
        ValueError, TypeError, KeyError, IndexError, AttributeError: it is nothing that we wrote.
    """
    if values["version"] != RECOGNITION_VERSION:
        raise OtherVersionError(f"version {values['version']!r} of a recognition")
    corners, fingerprint = values["corners"], values["fingerprint"]
    if corners is not None:
        corners = np.array(corners, np.float64)
        if corners.shape != (4, 2) or not np.isfinite(corners).all():
            raise ValueError("corners of another shape")
        corners = read_only(corners)
    recognition = Recognition(
        match=decode_match(values["match"]),
        reading=decode_reading(values["reading"]),
        corners=corners,
        language=values["language"],
        finish=values["finish"],
        fingerprint=None if fingerprint is None else int(fingerprint, 16),
        timings_ms=values["timings_ms"],
    )
    conform(recognition, Recognition)
    match = recognition.match
    if (match.printing is not None) != (match.status is Status.IDENTIFIED):
        raise ValueError("a status that doesn't fit the answer")
    return recognition


def _decode_variant(values: Mapping[str, Any]) -> Variant:
    known = _known(Variant, values)
    return Variant(**{**known, "stamps": tuple(known.get("stamps", ()))})


def _decode_field(values: Mapping[str, Any]) -> Field:
    return Field(values["text"], values["confidence"], _decode_box(values.get("box")))


def _decode_box(values: Sequence[float] | None) -> Box | None:
    return None if values is None else Box(*values)


def _known(kind: type[Any], values: Mapping[str, Any]) -> dict[str, Any]:
    names = _NAMES[kind]
    return {name: value for name, value in values.items() if name in names}


def _without_defaults(value: Any) -> dict[str, Any]:
    """The fields of a dataclass that differ from their defaults, in JSON's types."""
    result = {}
    for field in dataclasses.fields(value):
        current = getattr(value, field.name)
        default = field.default
        if field.default_factory is not dataclasses.MISSING:
            default = field.default_factory()
        if current != default:
            result[field.name] = _plain(current)
    return result


def _plain(value: Any) -> Any:
    if isinstance(value, Mapping):
        return dict(value)
    if isinstance(value, tuple):
        return [_plain(item) for item in value]
    return value
