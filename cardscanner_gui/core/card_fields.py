"""The kinds of field that every game's cards have."""

from __future__ import annotations

from cardscanner_gui.core.game import FieldKind, ModelField
from cardscanner_gui.core.numbers import same_number
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Printing, in_language


def _same_name(read: str, printing: Printing) -> bool:
    return fold(read) in {fold(name) for name in printing.names.values()}


def _same_number(read: str, printing: Printing) -> bool:
    return same_number(read, [printing.number])


def _same_code(read: str, printing: Printing) -> bool | None:
    return read == printing.set_code if printing.set_code else None


def _year(printing: Printing, _: str) -> tuple[str, ...]:
    return one(printing.released and printing.released[:4])


def one(text: str | None) -> tuple[str, ...]:
    """A single value as a field holds it; nothing where there is none."""
    return (text,) if text else ()


NAME = FieldKind(
    "name",
    lambda printing, language: one(in_language(printing.names, language)),
    _same_name,
    contradicts=True,
    model=ModelField("Name", "choice", translated=True),
)
SET = FieldKind("set", lambda printing, language: one(in_language(printing.set_names, language)))
NUMBER = FieldKind(
    "number",
    lambda printing, _: one(printing.printed_number),
    _same_number,
    contradicts=True,
    model=ModelField("Number", "number"),
)
SET_CODE = FieldKind(
    "set code",
    lambda printing, _: one(printing.set_code),
    _same_code,
    model=ModelField("Set", "choice"),
    detail=False,
)
RARITY = FieldKind("rarity", lambda printing, _: one(printing.rarity))
ARTIST = FieldKind(
    "artist",
    lambda printing, _: one(printing.illustrator),
    heading="Artist",
    model=ModelField("Artist", "choice"),
)
YEAR = FieldKind("year", _year, model=ModelField("Year", "year"), detail=False)
RELEASED = FieldKind(
    "released", lambda printing, _: one(printing.released), heading="Released", read_as="year"
)
FINISHES = FieldKind("finishes", lambda printing, _: printing.finishes)
