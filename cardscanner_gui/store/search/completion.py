"""What the search field offers while somebody types."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cardscanner_gui.store.database import Database
from cardscanner_gui.store.entry_rows import printing_of
from cardscanner_gui.store.search.fields import BY_NAME, FIELDS
from cardscanner_gui.store.search.language import parse, quoted
from cardscanner_gui.store.words import plain_text

_BEGUN = re.compile(r"-?[A-Za-z]*")
_COLUMNS = {
    "rarity": "json_extract(printing, '$.rarity')",
    "finish": "finish",
    "lang": "language",
    "folder": "folder",
    "grader": "grader",
    "currency": "purchase_currency",
    "game": "game",
}
_MOST = 12

Values = Mapping[str, Sequence[tuple[str, str]]]
"""By field: values of the collection, each with what it is in words, perhaps empty."""


@dataclass(frozen=True)
class Completion:
    """One thing that is offered.

    Attributes:
        shown: what is listed: `PAL`.
        hint: what it is: `Paldea Evolved`.
        text: the whole field's text with it.
        cursor: where the cursor stands then.
    """

    shown: str
    hint: str
    text: str
    cursor: int


def completions(text: str, cursor: int, values: Values) -> list[Completion]:
    """What may follow at the cursor: names of fields, or values of the field it stands in."""
    term = next((one for one in parse(text) if one.start < cursor <= one.end), None)
    if term is None:
        return []
    typed = text[term.start : cursor]
    if not term.field:
        if not _BEGUN.fullmatch(typed) or cursor != term.end:
            return []
        begun = typed.removeprefix("-").lower()
        offered = [(f"{f.name}:", f.hint) for f in FIELDS if begun and f.name.startswith(begun)]
        start, after = cursor - len(begun), ""
    else:
        field = BY_NAME.get(term.field)
        if field is None:
            return []
        # After the field and its operator, or the last comma.
        begun = re.split(r"[:=<>,]+", typed)[-1].lstrip('"')
        known = [*values.get(field.name, ()), *((value, "") for value in field.values)]
        offered = [
            (quoted(value), hint)
            for value, hint in dict(known).items()
            if _fits(begun, value, hint) and value != begun
        ]
        start, after = cursor - len(re.split(r"[:=<>,]+", typed)[-1]), " "
    return [_put(text, start, term.end, value, hint, after) for value, hint in offered[:_MOST]]


def _fits(begun: str, value: str, hint: str) -> bool:
    plain = plain_text(begun)
    return plain_text(value).startswith(plain) or any(
        word.startswith(plain) for word in plain_text(f"{value} {hint}").split()
    )


def _put(text: str, start: int, end: int, value: str, hint: str, after: str) -> Completion:
    before, rest = text[:start] + value, text[end:]
    if after and not rest.startswith(after):
        before += after
    return Completion(value, hint, before + rest, len(before))


class SearchValues:
    """Reads what the collection holds, for completion. Methods raise `StoreError`."""

    def __init__(self, database: Database) -> None:
        self._database = database

    def read(self) -> dict[str, list[tuple[str, str]]]:
        """The values of each field that has few of them, the commonest first."""
        found = {field: self._column(column) for field, column in _COLUMNS.items()}
        found["tag"] = self._tags()
        found["set"] = self._sets()
        return found

    def _column(self, column: str) -> list[tuple[str, str]]:
        if column.startswith("json"):  # one card tells how a rarity is written
            rows = self._database.rows(
                f"SELECT {column} AS value FROM entries WHERE id IN (SELECT min(id) FROM entries "
                "WHERE deleted_at IS NULL AND rarity_sort != '' GROUP BY rarity_sort)"
            )
        else:
            rows = self._database.rows(
                f"SELECT {column} AS value FROM entries WHERE deleted_at IS NULL "
                f"AND {column} != '' GROUP BY {column} ORDER BY count(*) DESC LIMIT 200"
            )
        return [(str(row["value"]), "") for row in rows if row["value"]]

    def _tags(self) -> list[tuple[str, str]]:
        rows = self._database.rows(
            "SELECT tags FROM entries WHERE deleted_at IS NULL AND tags != '' "
            "GROUP BY tags ORDER BY count(*) DESC LIMIT 500"
        )
        tags = dict.fromkeys(tag for row in rows for tag in row["tags"].split("\n"))
        return [(tag, "") for tag in tags]

    def _sets(self) -> list[tuple[str, str]]:
        printings = self._database.read(
            "SELECT printing FROM entries WHERE id IN (SELECT max(id) FROM entries "
            "WHERE deleted_at IS NULL GROUP BY set_id) ORDER BY id DESC",
            [],
            printing_of,
        )
        return [(one.set_code or one.set_name or one.set_id, one.set_name) for one in printings]
