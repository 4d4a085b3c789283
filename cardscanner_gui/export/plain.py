"""Every field of an entry, one a column; reads back in without loss.

Columns of the printing begin with `printing_`. What has several values, such as names by language,
is JSON in its cell. An empty cell means the field's default, mostly none. The first three columns
are for people's eyes and are not read back.
"""

from __future__ import annotations

import csv
import dataclasses
import json
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from cardscanner_gui.core.codec import decode_printing, encode_printing
from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.errors import ExportError
from cardscanner_gui.core.types import Printing
from cardscanner_gui.export.cells import EMPTY_TEXT, guarded_cell, unguarded
from cardscanner_gui.export.model import ExportFormat

_SHOWN = ("name", "set_name", "printed_number")
_ENTRY_COLUMNS = tuple(
    field.name for field in dataclasses.fields(Entry) if field.name != "printing"
)
_PRINTING_COLUMNS = tuple(field.name for field in dataclasses.fields(Printing))
_PREFIX = "printing_"

# How a cell is read; columns that are not named hold text.
_ENTRY_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "id": int,
    "quantity": int,
    "scanned_at": float,
    "scan_id": int,
    "has_photo": "yes".__eq__,
    "provenance": json.loads,
}
_PRINTING_PARSERS: Mapping[str, Callable[[str], Any]] = {
    "printed_total": int,
    "hp": int,
    **dict.fromkeys(
        ("names", "set_names", "types", "evolves_from", "attacks", "dex_ids", "variants"),
        json.loads,
    ),
}
# What an empty cell means where the printing has no default.
_REQUIRED: Mapping[str, Any] = {"names": {}, "set_id": "", "set_names": {}, "number": ""}


def plain_row(entry: Entry) -> list[str]:
    """The cells of one entry, in the header's order."""
    printing = entry.printing
    values = encode_printing(printing)
    return [
        *(guarded_cell(getattr(printing, name)) for name in _SHOWN),
        *(_cell(Entry, name, getattr(entry, name)) for name in _ENTRY_COLUMNS),
        *(_cell(Printing, name, values.get(name)) for name in _PRINTING_COLUMNS),
    ]


def read_plain(path: str | Path) -> list[Entry]:
    """The entries of a file in this format, exactly as they were exported.

    Raises:
        ExportError: it can't be read, or is no file of this format.
    """
    try:
        with Path(path).open(encoding="utf-8-sig", newline="") as stream:
            reader = csv.DictReader(stream)
            try:
                if f"{_PREFIX}id" not in (reader.fieldnames or ()):
                    raise ExportError(f"“{path}” is no plain export: “{_PREFIX}id” is missing.")
                return [_entry(cells) for cells in reader]
            except (ValueError, TypeError, KeyError, csv.Error) as error:
                raise ExportError(
                    f"“{path}”, line {reader.line_num} is not as it was exported: {error}."
                ) from error
    except OSError as error:
        raise ExportError(f"“{path}” can't be read: {error.strerror or error}.") from error


def _entry(cells: Mapping[str, str]) -> Entry:
    printing = {
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
    return Entry(printing=decode_printing({**_REQUIRED, **printing}), **values)


def _cell(kind: type[Any], name: str, value: Any) -> str:
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


def _default(kind: type[Any], name: str) -> Any:
    return next(field.default for field in dataclasses.fields(kind) if field.name == name)


FORMAT = ExportFormat(
    id="plain",
    title="Everything (CSV)",
    description="Every field of every entry, for spreadsheets and for reading back in.",
    header=(*_SHOWN, *_ENTRY_COLUMNS, *(_PREFIX + name for name in _PRINTING_COLUMNS)),
    row=plain_row,
    encoding="utf-8-sig",
)
