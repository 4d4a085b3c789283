"""The cards the user keeps."""

from __future__ import annotations

import json
import time
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from cardscanner_gui.core.collection import Change, ChangeKind, Entry, EntryQuery, Group
from cardscanner_gui.core.copies import existing_finish, finish_settled
from cardscanner_gui.core.types import Printing
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.edit import Edit
from cardscanner_gui.store.entry_edits import check_quantity, put_entry
from cardscanner_gui.store.entry_rows import (
    COPY_FIELDS,
    OWN_TEXTS,
    entry_of,
    field_values,
    own_texts,
    printing_values,
)
from cardscanner_gui.store.queries import group_column, order_clause, where_clause
from cardscanner_gui.store.twins import merge_twins
from cardscanner_gui.store.words import entry_words

_CHUNK = 500  # entries that are read at a time


class Collection:
    """Entries: adding, changing, deleting, undoing, and reading them page by page.

    Each change is one transaction, on the disk when the method returns, and can be undone. All
    methods raise `StoreError` when the file can't be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def add(self, entry: Entry, photo: bytes | None = None, *, merge: bool = True) -> Change:
        """Add an entry's copies.

        Args:
            entry: its `id` and `has_photo` are ignored; without `scanned_at` it is added as of now.
            photo: the user's picture as JPEG.
            merge: raise the quantity of an entry of the same printing, finish, condition, language
                and note, if there is one, instead of adding a second line.

        Returns:
            `ADDED`, or `UPDATED` when it was merged, with the entry's id.
        """
        check_quantity(entry.quantity)

        def action(edit: Edit) -> Change:
            photo_id = None if photo is None else edit.add_photo(photo)
            entry_id, added = put_entry(edit, entry, photo_id, merge=merge)
            kind = ChangeKind.ADDED if added else ChangeKind.UPDATED
            return Change(kind, (entry_id,), f"Add {_named(entry.printing)}")

        return self._database.edit(action)

    def add_all(self, entries: Sequence[Entry], *, merge: bool = True) -> Change:
        """Add many entries, without photos, as one action: all of them or none."""
        for entry in entries:
            check_quantity(entry.quantity)

        def action(edit: Edit) -> Change:
            put = [put_entry(edit, entry, None, merge=merge) for entry in entries]
            kind = ChangeKind.ADDED if any(added for _, added in put) else ChangeKind.UPDATED
            ids = tuple(dict.fromkeys(entry_id for entry_id, _ in put))
            return Change(kind, ids, f"Add {_counted(len(entries))}")

        return self._database.edit(action)

    def update(self, ids: Iterable[int], **fields: Any) -> Change:
        """Set the given fields of `Copy` in each of these entries.

        Who names a finish or a language knows it: that it is sure needn't be said.

        Entries that become the same as another are merged with it.

        Returns:
            `UPDATED` with the entries' ids, or `MERGED` with those that remain.

        Raises:
            ValueError: a value that no copy has, such as less than one.
            TypeError: a field that a copy hasn't.
        """
        unknown = fields.keys() - set(COPY_FIELDS)
        if unknown:
            raise TypeError(f"a copy has no {sorted(unknown)[0]}")
        for name in {"finish", "language"} & fields.keys():
            fields.setdefault(f"{name}_sure", True)
        values = field_values(fields)
        wanted = list(ids)

        def action(edit: Edit) -> Change:
            found = self._existing(wanted)
            if values:
                edit.update("entries", found, values)
            if fields.keys() & set(OWN_TEXTS):
                self._renew_words(edit, found)
            return self._edited(edit, found, may_be_twins=bool(fields.keys() - {"quantity"}))

        return self._database.edit(action)

    def tag(
        self, ids: Iterable[int], *, add: Sequence[str] = (), drop: Sequence[str] = ()
    ) -> Change:
        """Give each of these entries some tags and take others; its other tags stay."""
        wanted = list(ids)

        def action(edit: Edit) -> Change:
            found = self._existing(wanted)
            for entry in self._load(found):
                tags = [tag for tag in (*entry.tags, *add) if tag not in drop]
                edit.update("entries", [entry.id], field_values({"tags": tags}))
            self._renew_words(edit, found)
            return self._edited(edit, found, may_be_twins=True)

        return self._database.edit(action)

    def count_more(self, ids: Iterable[int], by: int) -> Change:
        """Add so many copies to each of these entries, or take them; one is always left."""
        wanted = list(ids)

        def action(edit: Edit) -> Change:
            found = self._load(self._existing(wanted))
            for entry in found:
                edit.update("entries", [entry.id], {"quantity": max(1, entry.quantity + by)})
            kept = tuple(entry.id for entry in found)
            return Change(ChangeKind.UPDATED, kept, f"Edit {self._title(kept)}")

        return self._database.edit(action)

    def trash(self, limit: int) -> list[tuple[Entry, float]]:
        """What the user deleted and when, the last first; it goes for good after 30 days."""
        rows = self._database.rows(
            "SELECT * FROM entries WHERE deleted_at > 0 ORDER BY deleted_at DESC, id DESC LIMIT ?",
            [limit],
        )
        return [(entry_of(row), row["deleted_at"]) for row in rows]

    def restore(self, ids: Iterable[int]) -> Change:
        """Bring deleted entries back; one that is the same as a line that is there joins it."""
        wanted = list(ids)

        def action(edit: Edit) -> Change:
            back = edit.update("entries", wanted, {"deleted_at": None})
            label = f"Put back {self._title(back)}"
            merged = merge_twins(edit, back)
            left = tuple(dict.fromkeys(merged.get(entry_id, entry_id) for entry_id in back))
            return Change(ChangeKind.ADDED, left, label)

        return self._database.edit(action)

    def change_printing(self, entry_id: int, printing: Printing) -> Change:
        """Say that an entry is another printing; a finish in which that doesn't exist gives way.

        Returns:
            `SCANS` with the scans that were kept as this entry, so that a change concerns both;
            `UPDATED` with the entry's id where there are none.
        """

        def action(edit: Edit) -> Change:
            for entry in self._load([entry_id]):
                finish = existing_finish(printing, entry.finish)
                words = entry_words(printing, own_texts(entry))
                said = entry.finish_sure and finish == entry.finish
                values = printing_values(printing) | {
                    "finish": finish,
                    "finish_sure": finish_settled(printing)
                    or (said and not finish_settled(entry.printing)),
                    "words": words,
                }
                edit.update("entries", [entry_id], values)
            label = f"Change to {_named(printing)}"
            kept_id = merge_twins(edit, [entry_id]).get(entry_id, entry_id)
            rows = self._database.rows(
                "SELECT id FROM scans WHERE entry_id = ? AND decision = 'accepted' ORDER BY id",
                [kept_id],
            )
            if rows:
                return Change(ChangeKind.SCANS, tuple(row["id"] for row in rows), label)
            return Change(ChangeKind.UPDATED, (kept_id,), label)

        return self._database.edit(action)

    def delete(self, ids: Iterable[int]) -> Change:
        """Delete entries; scans they came from stay."""
        wanted = list(ids)

        def action(edit: Edit) -> Change:
            found = self._existing(wanted)
            label = f"Delete {self._title(found)}"
            edit.update("entries", found, {"deleted_at": time.time()})
            return Change(ChangeKind.DELETED, tuple(found), label)

        return self._database.edit(action)

    def undo(self) -> Change | None:
        """Take back the last change of this session, to entries or scans; None when there is none.

        Raises:
            StoreError: another process changed the same cards since; nothing is overwritten.
        """
        return self._database.undo()

    def redo(self) -> Change | None:
        """Do again what was undone last; None when there is nothing."""
        return self._database.redo()

    def undo_label(self) -> str | None:
        """What `undo` would take back, such as “Delete 3 cards”."""
        operation = self._database.history.last_done()
        return None if operation is None else operation.done.label

    def redo_label(self) -> str | None:
        """What `redo` would do again."""
        operation = self._database.history.last_undone()
        return None if operation is None else operation.done.label

    def page(self, query: EntryQuery, offset: int, limit: int) -> list[Entry]:
        """At most `limit` entries of the query's order, from the one at `offset` on."""
        # One query: between two another thread may move an entry.
        where, parameters = where_clause(query)
        order = order_clause(query)
        return self._database.read(
            # Whole rows only of what is shown: sorting or skipping them would take much longer.
            "SELECT * FROM entries WHERE id IN (SELECT id FROM entries "
            f"WHERE {where} ORDER BY {order} LIMIT ? OFFSET ?) ORDER BY {order}",
            [*parameters, limit, offset],
            entry_of,
        )

    def ids(self, query: EntryQuery, offset: int = 0, limit: int = -1) -> list[int]:
        """Ids of the query's entries in its order: all, or one page; much cheaper than entries."""
        where, parameters = where_clause(query)
        rows = self._database.rows(
            f"SELECT id FROM entries WHERE {where} ORDER BY {order_clause(query)} LIMIT ? OFFSET ?",
            [*parameters, limit, offset],
        )
        return [row["id"] for row in rows]

    def count(self, query: EntryQuery) -> int:
        """How many entries match."""
        where, parameters = where_clause(query)
        found: int = self._database.value(f"SELECT count(*) FROM entries WHERE {where}", parameters)
        return found

    def copies(self, query: EntryQuery) -> int:
        """How many cards match: the sum of their quantities."""
        where, parameters = where_clause(query)
        found: int = self._database.value(
            f"SELECT coalesce(sum(quantity), 0) FROM entries WHERE {where}", parameters
        )
        return found

    def groups(self, query: EntryQuery) -> list[Group]:
        """The query's entries by set or folder, in its order; none where it sorts by another."""
        column = group_column(query)
        if column is None:
            return []
        where, parameters = where_clause(query)
        direction = "DESC" if query.descending else "ASC"
        rows = self._database.rows(
            f"SELECT count(*) AS entries, sum(quantity) AS copies FROM entries WHERE {where} "
            f"GROUP BY {column} ORDER BY {column} {direction}",
            parameters,
        )
        return [Group(row["entries"], row["copies"]) for row in rows]

    def copies_of(self, printing_ids: Sequence[str]) -> dict[str, int]:
        """How many cards there are of each of these printings, of which there are any."""
        rows = self._database.rows(
            "SELECT printing_id, sum(quantity) AS copies FROM entries WHERE deleted_at IS NULL "
            "AND printing_id IN (SELECT value FROM json_each(?)) GROUP BY printing_id",
            [json.dumps(list(printing_ids))],
        )
        return {row["printing_id"]: row["copies"] for row in rows}

    def get(self, entry_id: int) -> Entry | None:
        """The entry, None when it isn't there or was deleted."""
        return next(iter(self._load([entry_id])), None)

    def photo(self, entry_id: int) -> bytes | None:
        """The user's picture as JPEG."""
        found: bytes | None = self._database.value(
            "SELECT jpeg FROM photos JOIN entries ON photo_id = photos.id WHERE entries.id = ?",
            [entry_id],
        )
        return found

    def entries(self, which: EntryQuery | Iterable[int]) -> Iterator[Entry]:
        """All entries of a query, or with these ids, in that order; read in small portions.

        Which entries they are is settled at the first one; one deleted meanwhile is left out.
        """
        ids = self.ids(which) if isinstance(which, EntryQuery) else list(which)
        for start in range(0, len(ids), _CHUNK):
            yield from self._load(ids[start : start + _CHUNK])

    def _edited(self, edit: Edit, found: Sequence[int], *, may_be_twins: bool) -> Change:
        label = f"Edit {self._title(found)}"
        merged = merge_twins(edit, found) if may_be_twins else {}
        left = tuple(dict.fromkeys(merged.get(entry_id, entry_id) for entry_id in found))
        return Change(ChangeKind.MERGED if merged else ChangeKind.UPDATED, left, label)

    def _renew_words(self, edit: Edit, ids: Sequence[int]) -> None:
        for entry in self._load(ids):
            words = entry_words(entry.printing, own_texts(entry))
            edit.update("entries", [entry.id], {"words": words})

    def _existing(self, ids: Sequence[int]) -> list[int]:
        rows = self._database.rows(
            "SELECT id FROM entries WHERE deleted_at IS NULL "
            "AND id IN (SELECT value FROM json_each(?))",
            [json.dumps(ids)],
        )
        return [row["id"] for row in rows]

    def _title(self, ids: Sequence[int]) -> str:
        return _counted(len(ids)) if len(ids) != 1 else _named(self._load(ids)[0].printing)

    def _load(self, ids: Sequence[int]) -> list[Entry]:
        """The entries that are there, in the order of `ids`."""
        entries = self._database.read(
            "SELECT * FROM entries WHERE deleted_at IS NULL "
            "AND id IN (SELECT value FROM json_each(?))",
            [json.dumps(list(ids))],
            entry_of,
        )
        found = {entry.id: entry for entry in entries}
        return [found[entry_id] for entry_id in dict.fromkeys(ids) if entry_id in found]


def _named(printing: Printing) -> str:
    return printing.name or printing.id


def _counted(count: int) -> str:
    return "1 card" if count == 1 else f"{count} cards"
