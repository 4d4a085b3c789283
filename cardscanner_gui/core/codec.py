"""Printings and readings as plain JSON values, and back.

The round trip is exact. Keys that a newer version wrote and we don't know are ignored; keys that
are missing take the type's default. Fields that hold their default are left out.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Mapping, Sequence
from typing import Any

from cardscanner_gui.core.types import Box, Candidate, Field, Printing, Reading, TextLine, Variant

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
