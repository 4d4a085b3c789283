"""Adding copies to the collection and taking them back, inside an open `Edit`."""

from __future__ import annotations

import time

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.store.edit import Edit
from cardscanner_gui.store.entry_rows import COPY_FIELDS, copy_values, entry_values

NOT_IN_TRASH = 0.0
"""When a line was deleted that nobody deleted: it was merged, or what added it was taken back."""

TOLD_APART_BY = ("printing_id", *(name for name in COPY_FIELDS if name != "quantity"))


def put_entry(edit: Edit, entry: Entry, photo_id: int | None, *, merge: bool) -> tuple[int, bool]:
    """Add an entry's copies; its id and whether a row was added.

    With `merge`, an entry that is the same but for its quantity takes the copies. It then counts as
    scanned when the newest copy was, keeps its own photo, and takes the new one if it had none.
    """
    scanned_at = entry.scanned_at or time.time()
    same = _same_entry(edit, entry) if merge else None
    if same is None:
        row = {**entry_values(entry, scanned_at), "photo_id": photo_id}
        return edit.insert_entry(row), True
    entry_id, quantity, old_scanned_at, old_photo_id = same
    values = {
        "quantity": quantity + entry.quantity,
        "scanned_at": max(scanned_at, old_scanned_at),
        "photo_id": photo_id if old_photo_id is None else old_photo_id,
    }
    edit.update("entries", [entry_id], values)
    return entry_id, False


def take_back(edit: Edit, entry_id: int, quantity: int) -> None:
    """Remove that many copies of an entry, and the entry with the last; none if it is deleted."""
    row = edit.connection.execute(
        "SELECT quantity FROM entries WHERE id = ? AND deleted_at IS NULL", [entry_id]
    ).fetchone()
    if row is None:
        return
    if row[0] > quantity:
        edit.update("entries", [entry_id], {"quantity": row[0] - quantity})
    else:
        edit.update("entries", [entry_id], {"deleted_at": NOT_IN_TRASH})


def check_quantity(quantity: int) -> None:
    """Raise `ValueError` for less than one copy: an entry without copies is deleted instead."""
    if quantity < 1:
        raise ValueError(f"an entry has at least one copy, not {quantity}")


def _same_entry(edit: Edit, entry: Entry) -> tuple[int, int, float, int | None] | None:
    values = {"printing_id": entry.printing.id, **copy_values(entry)}
    same = " AND ".join(f"{name} IS ?" for name in TOLD_APART_BY)
    row: tuple[int, int, float, int | None] | None = edit.connection.execute(
        "SELECT id, quantity, scanned_at, photo_id FROM entries "
        f"WHERE deleted_at IS NULL AND {same} ORDER BY id LIMIT 1",
        [values[name] for name in TOLD_APART_BY],
    ).fetchone()
    return row
