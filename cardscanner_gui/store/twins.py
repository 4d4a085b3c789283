"""Entries that an edit made the same become one line, inside an open `Edit`."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable
from typing import Any

from cardscanner_gui.store.edit import Edit
from cardscanner_gui.store.entry_edits import NOT_IN_TRASH, TOLD_APART_BY

_SAME = " AND ".join(f"twin.{name} IS mine.{name}" for name in TOLD_APART_BY)
_TWINS = f"""
    SELECT DISTINCT twin.id, twin.quantity, twin.scanned_at, twin.photo_id,
        {", ".join(f"twin.{name}" for name in TOLD_APART_BY)}
    FROM entries AS mine JOIN entries AS twin ON {_SAME}
    WHERE mine.deleted_at IS NULL AND twin.deleted_at IS NULL
        AND mine.id IN (SELECT value FROM json_each(?))
    ORDER BY twin.id
"""


def merge_twins(edit: Edit, ids: Iterable[int]) -> dict[int, int]:
    """Merge each of these entries with those that are the same but for how many they are.

    The oldest line stays and takes the copies, the newest time of scanning, and a photo if it has
    none; the scans of the others are its scans from now on.

    Returns:
        By the id of each line that went, the one that has its copies now.
    """
    groups: dict[tuple[Any, ...], list[tuple[int, int, float, int | None]]] = defaultdict(list)
    for entry_id, quantity, scanned_at, photo_id, *key in edit.connection.execute(
        _TWINS, [json.dumps(list(ids))]
    ).fetchall():
        groups[tuple(key)].append((entry_id, quantity, scanned_at, photo_id))
    merged: dict[int, int] = {}
    for group in groups.values():
        if len(group) > 1:
            merged |= _merge(edit, group)
    return merged


def _merge(edit: Edit, group: list[tuple[int, int, float, int | None]]) -> dict[int, int]:
    kept, gone = group[0][0], [entry_id for entry_id, *_ in group[1:]]
    values = {
        "quantity": sum(quantity for _, quantity, _, _ in group),
        "scanned_at": max(scanned_at for _, _, scanned_at, _ in group),
        "photo_id": next((photo for *_, photo in group if photo is not None), None),
    }
    edit.update("entries", [kept], values)
    edit.update("entries", gone, {"deleted_at": NOT_IN_TRASH})
    scans = edit.connection.execute(
        "SELECT id FROM scans WHERE entry_id IN (SELECT value FROM json_each(?))",
        [json.dumps(gone)],
    ).fetchall()
    edit.update("scans", [scan_id for (scan_id,) in scans], {"entry_id": kept})
    return dict.fromkeys(gone, kept)
