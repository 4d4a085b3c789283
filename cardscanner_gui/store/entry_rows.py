"""An entry as a row of the table `entries`, and back."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, fields
from typing import Any

from cardscanner_gui.core.codec import decode_printing, encode_printing
from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.copies import Condition, Copy, copy_of
from cardscanner_gui.core.types import Printing
from cardscanner_gui.store.rows import checked, json_value, moment
from cardscanner_gui.store.words import entry_words, number_sort, plain_text

COPY_FIELDS = tuple(field.name for field in fields(Copy))
_CONDITIONS = [str(condition) for condition in Condition]


def storable(text: str) -> str:
    """Text that SQLite accepts: a file name's undecodable bytes become `?`."""
    return text.encode("utf-8", "replace").decode("utf-8")


def entry_values(entry: Entry, scanned_at: float) -> dict[str, Any]:
    """The columns of a new entry."""
    return {
        **printing_values(entry.printing, entry.note),
        **copy_values(entry),
        "scanned_at": scanned_at,
        "scan_id": entry.scan_id,
        "provenance": json.dumps(dict(entry.provenance)),
    }


def copy_values(copy: Copy) -> dict[str, Any]:
    """The columns that hold the fields of a copy, and those that follow from them."""
    values = asdict(copy_of(copy))
    return {**values, **condition_values(copy.condition), "note": storable(copy.note)}


def stored_copy(values: Mapping[str, Any]) -> Copy:
    """The copy among the columns of a row; a field that isn't there has its default."""
    known = {name: values[name] for name in COPY_FIELDS if name in values}
    if known.get("finish_sure") in (0, 1):  # SQLite has no truth values; anything else is damage
        known["finish_sure"] = bool(known["finish_sure"])
    return Copy(**known)


def printing_values(printing: Printing, note: str) -> dict[str, Any]:
    """The columns that follow from the printing; the search words need the note too."""
    return {
        "printing_id": printing.id,
        "game": printing.game,
        "printing": json.dumps(encode_printing(printing)),
        "name_sort": plain_text(printing.name),
        "set_sort": plain_text(printing.set_name),
        "number_sort": number_sort(printing.number),
        "rarity_sort": plain_text(printing.rarity or ""),
        "words": entry_words(printing, note),
    }


def condition_values(condition: str) -> dict[str, Any]:
    """The condition and its place from best to worst; unknown ones come last."""
    known = condition in _CONDITIONS
    rank = _CONDITIONS.index(condition) if known else len(_CONDITIONS)
    return {"condition": condition, "condition_sort": rank}


@checked("stored cards", Printing)
def printing_of(row: Mapping[str, Any]) -> Printing:
    """The printing alone, of a row of an entry or a scan that has one."""
    return decode_printing(json_value(row["printing"]))


@checked("entries", Entry)
def entry_of(row: Mapping[str, Any]) -> Entry:
    """The entry of a row."""
    return Entry(
        printing=decode_printing(json_value(row["printing"])),
        **asdict(stored_copy(row)),
        scanned_at=moment(row["scanned_at"]),
        id=row["id"],
        scan_id=row["scan_id"],
        has_photo=row["photo_id"] is not None,
        provenance=json_value(row["provenance"]),
    )
