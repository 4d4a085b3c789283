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
from cardscanner_gui.store.words import entry_words, number_sort, plain_text, position_sort

COPY_FIELDS = tuple(field.name for field in fields(Copy))
OWN_TEXTS = ("note", "tags", "folder", "certificate")
"""Columns whose words find an entry."""
_MOST_PAID = 1e9
_CONDITIONS = [str(condition) for condition in Condition]


def storable(text: str) -> str:
    """Text that SQLite accepts: a file name's undecodable bytes become `?`."""
    return text.encode("utf-8", "replace").decode("utf-8")


def entry_values(entry: Entry, scanned_at: float) -> dict[str, Any]:
    """The columns of a new entry."""
    return {
        **printing_values(entry.printing),
        **copy_values(entry),
        "words": entry_words(entry.printing, own_texts(entry)),
        "scanned_at": scanned_at,
        "scan_id": entry.scan_id,
        "provenance": json.dumps(dict(entry.provenance)),
    }


def copy_values(copy: Copy) -> dict[str, Any]:
    """The columns that hold the fields of a copy, and those that follow from them."""
    return field_values(asdict(copy_of(copy)))


def field_values(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The columns that hold some fields of a copy, and those that follow from them.

    Raises:
        ValueError: a field holds what no copy has, such as no copies or a price below nothing.
    """
    values = {name: _column(name, value) for name, value in fields.items()}
    if "condition" in values:
        values |= condition_values(values["condition"])
    if "position" in values:
        values["position_sort"] = position_sort(values["position"])
    return values


def stored_copy(values: Mapping[str, Any]) -> Copy:
    """The copy among the columns of a row; a field that isn't there has its default."""
    known = {name: values[name] for name in COPY_FIELDS if name in values}
    tags = known.get("tags", ())
    known["tags"] = (
        tuple(tags.split("\n") if tags else ()) if isinstance(tags, str) else tuple(tags)
    )
    for name in ("finish_sure", "language_sure"):
        if known.get(name) in (0, 1):  # SQLite has no truth values; anything else is damage
            known[name] = bool(known[name])
    return Copy(**known)


def printing_values(printing: Printing) -> dict[str, Any]:
    """The columns that follow from the printing alone; `words` follow from the copy too."""
    return {
        "printing_id": printing.id,
        "game": printing.game,
        "printing": json.dumps(encode_printing(printing)),
        "name_sort": plain_text(printing.name),
        "names_sort": "\n".join(dict.fromkeys(map(plain_text, printing.names.values()))),
        "set_sort": plain_text(printing.set_name),
        "number_sort": number_sort(printing.number),
        "rarity_sort": plain_text(printing.rarity or ""),
        "set_id": printing.set_id,
        "set_code": plain_text(printing.set_code or ""),
        "artist_sort": plain_text(printing.illustrator or ""),
    }


def own_texts(copy: Copy) -> tuple[str, ...]:
    """What the user wrote of a copy, for the search to find."""
    return (copy.note, *copy.tags, copy.folder, copy.certificate)


def refreshed_words(printing: Printing, row: Mapping[str, Any]) -> str:
    """The words of an entry whose row has the columns of `OWN_TEXTS`."""
    return entry_words(printing, [row[name] for name in OWN_TEXTS])


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


def _column(name: str, value: Any) -> Any:
    if name == "tags":
        tags = (" ".join(storable(tag).split()) for tag in value)
        return "\n".join(dict.fromkeys(tag for tag in tags if tag))
    if name == "quantity" and value < 1:
        raise ValueError(f"an entry has at least one copy, not {value}")
    if name == "purchase_price" and value is not None and not 0 <= value < _MOST_PAID:
        raise ValueError(f"nobody pays {value}")
    return storable(value) if isinstance(value, str) else value
