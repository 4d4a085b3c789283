"""Every field of an entry, one a column; reads back in without loss.

Columns of the printing begin with `printing_`. What has several values, such as names by language,
is JSON in its cell. An empty cell means the field's default, mostly none. The first three columns
are for people's eyes and are not read back.
"""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from cardscanner_gui.core.codec import decode_printing, encode_printing
from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.errors import ExportError
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.types import FIRST_GAME, Printing
from cardscanner_gui.export.cells import EMPTY_TEXT, guarded_cell, unguarded
from cardscanner_gui.export.model import ExportFormat

ID = "plain"

_SHOWN = ("name", "set_name", "printed_number")
_ENTRY_COLUMNS = tuple(
    field.name for field in dataclasses.fields(Entry) if field.name != "printing"
)
_PRINTING_COLUMNS = tuple(
    field.name for field in dataclasses.fields(Printing) if field.name != "facts"
)
_PREFIX = "printing_"

# How a cell is read; columns that are not named hold text.
_ENTRY_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "id": int,
    "quantity": int,
    "scanned_at": float,
    "scan_id": int,
    "has_photo": "yes".__eq__,
    "provenance": json.loads,
    "purchase_price": float,
    "tags": lambda cell: tuple(json.loads(cell)),
}
_PRINTING_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "printed_total": int,
    **dict.fromkeys(("names", "set_names", "variants"), json.loads),
}
_FACT_PARSERS: Mapping[type, Callable[[str], Any]] = {int: int, str: unguarded}
# What an empty cell means where the printing has no default.
_REQUIRED: Mapping[str, Any] = {"names": {}, "set_id": "", "set_names": {}, "number": ""}


def make_format(games: Games) -> ExportFormat:
    """The format, with a column for every fact that a card of these games may have."""
    facts = _facts_of(games)
    columns = (*_PRINTING_COLUMNS, *facts)
    return ExportFormat(
        id=ID,
        title="Everything (CSV)",
        description="Every field of every entry, for spreadsheets and for reading back in.",
        header=(*_SHOWN, *_ENTRY_COLUMNS, *(_PREFIX + name for name in columns)),
        row=partial(_row, tuple(facts)),
        encoding="utf-8-sig",
    )


def _facts_of(games: Games) -> dict[str, type]:
    return {name: kind for game in games.values() for name, kind in game.facts.items()}


def _row(facts: Sequence[str], entry: Entry) -> list[str]:
    printing = entry.printing
    values = encode_printing(printing)
    return [
        *(guarded_cell(getattr(printing, name)) for name in _SHOWN),
        *(_cell(Entry, name, getattr(entry, name)) for name in _ENTRY_COLUMNS),
        *(_cell(Printing, name, values.get(name)) for name in _PRINTING_COLUMNS),
        *(_cell(None, name, printing.facts.get(name)) for name in facts),
    ]


def read_plain(path: str | Path, games: Games) -> list[Entry]:
    """The entries of a file in this format, exactly as they were exported.

    Raises:
        ExportError: it can't be read, or is no file of this format.
    """
    facts = _facts_of(games)
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            try:
                if f"{_PREFIX}id" not in (reader.fieldnames or ()):
                    raise ExportError(f"“{path}” is no plain export: “{_PREFIX}id” is missing.")
                return [_entry(cells, facts) for cells in reader]
            except (ValueError, TypeError, KeyError, csv.Error) as error:
                raise ExportError(
                    f"“{path}”, line {reader.line_num} is not as it was exported: {error}."
                ) from error
    except OSError as error:
        raise ExportError(f"“{path}” can't be read: {error.strerror or error}.") from error


def _entry(cells: Mapping[str, str], facts: Mapping[str, type]) -> Entry:
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
        name: _FACT_PARSERS.get(kind, json.loads)(cell)
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
            return "yes" if value else ""
        case "":
            return "" if _default(kind, name) == "" else EMPTY_TEXT
        case str():
            return guarded_cell(value)
        case int() | float():
            return repr(value)
        case _:
            return json.dumps(value, ensure_ascii=False) if value else ""


def _default(kind: type[Any] | None, name: str) -> Any:
    if kind is None:
        return None
    return next(field.default for field in dataclasses.fields(kind) if field.name == name)
