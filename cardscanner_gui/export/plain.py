"""Every field of an entry, one a column; reads back in without loss.

Columns of the printing begin with `printing_`. What has several values, such as names by language,
stands in lines as `export.notation` has them, times are ISO 8601. An empty cell means the field's
default, mostly none. The first three columns and those of values are for people's eyes and are not
read back.
"""

from __future__ import annotations

import csv
import dataclasses
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from cardscanner_gui.core.codec import decode_printing, encode_printing
from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.errors import ExportError
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.types import FIRST_GAME, Printing
from cardscanner_gui.core.values import SOURCES, Quotes, no_quotes
from cardscanner_gui.core.words import mark
from cardscanner_gui.export.cells import EMPTY_TEXT, guarded_cell, unguarded
from cardscanner_gui.export.model import ExportFormat
from cardscanner_gui.export.moments import read_moment, write_moment
from cardscanner_gui.export.notation import read_notation, write_notation

ID = "plain"

_SHOWN = ("name", "set_name", "printed_number")
_ENTRY_COLUMNS = tuple(
    field.name for field in dataclasses.fields(Entry) if field.name != "printing"
)
_PRINTING_COLUMNS = tuple(
    field.name for field in dataclasses.fields(Printing) if field.name != "facts"
)
_PREFIX = "printing_"

_VALUE_COLUMNS = tuple(
    f"value_{source}{part}" for source in SOURCES for part in ("", "_currency", "_day")
)


def _read_several(cell: str) -> Any:
    return read_notation(unguarded(cell))


def _read_tags(cell: str) -> tuple[str, ...]:
    return tuple(unguarded(cell).split("\n"))


# How a cell is read; columns that are not named hold text.
_ENTRY_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "id": int,
    "quantity": int,
    "scanned_at": read_moment,
    "scan_id": int,
    "has_photo": "yes".__eq__,
    "finish_sure": "yes".__eq__,
    "language_sure": "yes".__eq__,
    "provenance": _read_several,
    "purchase_price": float,
    "tags": _read_tags,
}
_PRINTING_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "printed_total": int,
    **dict.fromkeys(("names", "set_names", "variants"), _read_several),
}
_FACT_PARSERS: Mapping[type, Callable[[str], Any]] = {int: int, str: unguarded}
# What an empty cell means where the printing has no default.
_REQUIRED: Mapping[str, Any] = {"names": {}, "set_id": "", "set_names": {}, "number": ""}


def make_format(games: Games, quotes: Quotes = no_quotes) -> ExportFormat:
    """The format, with a column for every fact that a card of these games may have."""
    facts = facts_of(games)
    columns = (*_PRINTING_COLUMNS, *facts)
    return ExportFormat(
        id=ID,
        title=mark("Everything (CSV)"),
        description=mark("Every field of every entry, for spreadsheets and for reading back in."),
        header=(
            *_SHOWN,
            *_ENTRY_COLUMNS,
            *_VALUE_COLUMNS,
            *(_PREFIX + name for name in columns),
        ),
        row=partial(_row, tuple(facts), quotes),
        encoding="utf-8-sig",
    )


def _row(facts: Sequence[str], quotes: Quotes, entry: Entry) -> list[str]:
    printing = entry.printing
    values = encode_printing(printing)
    return [
        *(guarded_cell(getattr(printing, name)) for name in _SHOWN),
        *(_entry_cell(name, getattr(entry, name)) for name in _ENTRY_COLUMNS),
        *_value_cells(quotes, entry),
        *(_cell(Printing, name, values.get(name)) for name in _PRINTING_COLUMNS),
        *(_cell(None, name, printing.facts.get(name)) for name in facts),
    ]


def _entry_cell(name: str, value: Any) -> str:
    if name == "scanned_at":
        return write_moment(value) if value else ""
    if name == "tags":
        return guarded_cell("\n".join(" ".join(tag.split()) for tag in value)) if value else ""
    return _cell(Entry, name, value)


def _value_cells(quotes: Quotes, entry: Entry) -> list[str]:
    known = quotes(entry)
    cells = []
    for source in SOURCES:
        quote = known.get(source)
        cells += (
            ["", "", ""] if quote is None else [f"{quote.market:.2f}", quote.currency, quote.day]
        )
    return cells


def read_plain(path: str | Path, games: Games) -> list[Entry]:
    """The entries of a file in this format, exactly as they were exported.

    Raises:
        ExportError: it can't be read, or is no file of this format.
    """
    facts = facts_of(games)
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            try:
                if f"{_PREFIX}id" not in (reader.fieldnames or ()):
                    raise ExportError(f"“{path}” is no plain export: “{_PREFIX}id” is missing.")
                return [entry_of_cells(cells, facts) for cells in reader]
            except (ValueError, TypeError, KeyError, csv.Error) as error:
                raise ExportError(
                    f"“{path}”, line {reader.line_num} is not as it was exported: {error}."
                ) from error
    except OSError as error:
        raise ExportError(f"“{path}” can't be read: {error.strerror or error}.") from error


def facts_of(games: Games) -> dict[str, type]:
    """Which facts cards of these games may have, and of which type they are."""
    return {name: kind for game in games.values() for name, kind in game.facts.items()}


def entry_of_cells(cells: Mapping[str, str], facts: Mapping[str, type]) -> Entry:
    """The entry of a row.

    Raises:
        ValueError, TypeError, KeyError: it is not as it was exported.
    """
    printing: dict[str, Any] = {
        name: _PRINTING_PARSERS.get(name, unguarded)(cell)
        for name in _PRINTING_COLUMNS
        if (cell := cells.get(_PREFIX + name))
    }
    values = {
        name: _ENTRY_PARSERS.get(name, unguarded)(cell)
        for name in _ENTRY_COLUMNS
        if (cell := cells.get(name))
    }
    if "id" not in printing:
        raise ValueError(f"it has no {_PREFIX}id")
    printing["facts"] = {
        name: _FACT_PARSERS.get(kind, _read_several)(cell)
        for name, kind in facts.items()
        if (cell := cells.get(_PREFIX + name))
    }
    printing.setdefault("game", FIRST_GAME)  # files of version 0.1 name none
    return Entry(printing=decode_printing({**_REQUIRED, **printing}), **values)


def _cell(kind: type[Any] | None, name: str, value: Any) -> str:
    match value:
        case None:
            return ""
        case bool():
            if value == _default(kind, name):
                return ""
            return "yes" if value else "no"
        case "":
            return "" if _default(kind, name) == "" else EMPTY_TEXT
        case str():
            return guarded_cell(value)
        case int() | float():
            return repr(value)
        case _:
            return guarded_cell(write_notation(value)) if value else ""


def _default(kind: type[Any] | None, name: str) -> Any:
    if kind is None:
        return None
    return next(field.default for field in dataclasses.fields(kind) if field.name == name)
