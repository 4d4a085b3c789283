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
from cardscanner_gui.core.model_share import decode_share, encode_share
from cardscanner_gui.core.types import (
    BODY,
    FIRST_GAME,
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

RECOGNITION_VERSION = 3
"""Raised when an older program would misunderstand what `encode_recognition` writes."""

# What version 0.1 called the fields of a reading, and where it kept a printing's own facts: flat.
_READING_FIELDS_BEFORE = {
    "names": "name",
    "numbers": "number",
    "hps": "hp",
    "set_codes": "set_code",
    "attacks": BODY,
    "artists": "artist",
    "years": "year",
    "evolves_from": "evolves_from",
}


class OtherVersionError(ValueError):
    """A recognition that another version of the program wrote: nothing is wrong with it."""


_NAMES: Mapping[type[Any], frozenset[str]] = {
    kind: frozenset(field.name for field in dataclasses.fields(kind))
    for kind in (Printing, Variant, Candidate)
}


def encode_printing(printing: Printing) -> dict[str, Any]:
    """A printing as a JSON object."""
    values = _without_defaults(printing) | {"game": printing.game}
    if printing.variants:
        values["variants"] = [_without_defaults(variant) for variant in printing.variants]
    return values


def decode_printing(values: Mapping[str, Any]) -> Printing:
    """The printing that `encode_printing` wrote."""
    known = _known(Printing, values)
    if "game" not in values:
        known["facts"] = {key: value for key, value in values.items() if key not in known}
    known["variants"] = tuple(_decode_variant(variant) for variant in values.get("variants", ()))
    known["facts"] = {key: as_plain(value) for key, value in known.get("facts", {}).items()}
    return Printing(**known)


def as_plain(value: Any) -> Any:
    """JSON's lists as tuples, at any depth: what a frozen printing holds."""
    if isinstance(value, list | tuple):
        return tuple(as_plain(item) for item in value)
    if isinstance(value, dict):
        return {key: as_plain(item) for key, item in value.items()}
    return value


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
    values: dict[str, Any] = {"reader": reading.reader, "game": reading.game}
    if reading.lines:
        values["lines"] = [encode_field(line) for line in reading.lines]
    values["fields"] = {
        kind: [encode_field(hypothesis) for hypothesis in hypotheses]
        for kind, hypotheses in reading.fields.items()
        if hypotheses
    }
    if reading.checked_numbers:
        values["checked_numbers"] = [encode_field(one) for one in reading.checked_numbers]
    if reading.part:
        values["part"] = reading.part
    return values


def decode_reading(values: Mapping[str, Any]) -> Reading:
    """The reading that `encode_reading` wrote."""
    lines = tuple(map(_decode_line, values.get("lines", ())))
    given = values.get("fields")
    if given is None:
        given = {
            kind: values[name] for name, kind in _READING_FIELDS_BEFORE.items() if values.get(name)
        }
    return Reading(
        reader=values["reader"],
        lines=lines,
        fields={kind: tuple(map(_decode_field, items)) for kind, items in given.items()},
        checked_numbers=tuple(map(_decode_field, values.get("checked_numbers", ()))),
        game=values.get("game", FIRST_GAME),
        part=values.get("part", ""),
    )


def encode_reading_summary(reading: Reading) -> dict[str, Any]:
    """The scan contract's `reading` object, plus all `hypotheses` and the raw `lines`."""
    hypotheses = reading.hypotheses().items()
    part = {"part": reading.part} if reading.part else {}
    return {
        **part,
        **{name: encode_field(field) for name, field in reading.best().items()},
        "hypotheses": {name: [encode_field(f) for f in fields] for name, fields in hypotheses},
        "lines": [encode_field(line) for line in reading.lines],
    }


def decode_reading_summary(values: Mapping[str, Any]) -> Reading:
    """What was read, from its summary; without hypotheses from the scan contract's object."""
    hypotheses = values.get("hypotheses")
    if hypotheses is None:
        hypotheses = {kind: [value] for kind, value in values.items() if isinstance(value, Mapping)}
    return Reading(
        reader=values.get("reader", ""),
        lines=tuple(_decode_line(item) for item in values.get("lines", ())),
        fields={kind: tuple(map(_decode_field, items)) for kind, items in hypotheses.items()},
        part=values.get("part", ""),
    )


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
        **({"model": encode_share(recognition.model)} if recognition.model else {}),
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
        model=decode_share(values.get("model")),
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


def _decode_line(values: Mapping[str, Any]) -> TextLine:
    return TextLine(values["text"], values["confidence"], Box(*values["box"]))


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
