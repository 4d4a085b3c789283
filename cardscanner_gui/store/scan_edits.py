"""Recording scans, keeping what is identified, and deciding on scans, inside an open `Edit`."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import asdict
from typing import Any

from cardscanner_gui.core.collection import Change, ChangeKind, Decision, Entry
from cardscanner_gui.core.copies import Copy, CopyDefaults
from cardscanner_gui.core.sessions import SessionState
from cardscanner_gui.core.types import Printing, Recognition, Status
from cardscanner_gui.store.edit import Edit, insert_row
from cardscanner_gui.store.entry_edits import put_entry, take_back
from cardscanner_gui.store.looks import counted_by_look, remember_look
from cardscanner_gui.store.scan_rows import (
    answer_values,
    planned_values,
    reading_of,
    scan_of,
    scan_values,
)
from cardscanner_gui.store.scanned_picture import ScannedPicture


def record_picture(edit: Edit, picture: ScannedPicture, keep_as: CopyDefaults | None) -> Change:
    """Record every card of a picture, also what is unreadable, and keep what is identified.

    This is the one place where the program keeps cards by itself; the window, batches, the service
    and the command line all come here.

    Args:
        edit: the transaction; recording is not undone, keeping is.
        picture: what was recognised.
        keep_as: what kept cards start as; None leaves every card to the user.

    Returns:
        The recorded scans; none where the picture was counted before and counts only once.
    """
    if picture.content is not None and picture.look is not None:
        look, content = picture.look, picture.content
        if picture.once and counted_by_look(edit.connection, look, content):
            return Change(ChangeKind.SCANS, ())
        remember_look(edit, look, content)
    ids, kept = [], []
    for card, photo in zip(picture.cards, picture.photos, strict=True):
        scan_id = _insert_scan(edit, card, photo, picture)
        ids.append(scan_id)
        kept += keep_identified(edit, scan_row(edit, scan_id), keep_as)
    return kept_change(ids, kept)


def keep_identified(
    edit: Edit, row: Mapping[str, Any], keep_as: CopyDefaults | None
) -> list[Printing]:
    """Accept the scan of a row if it is identified; the printing that it was kept as, or none."""
    scan = scan_of(row)
    if keep_as is None or scan.printing is None or scan.status is not Status.IDENTIFIED:
        return []
    accept_scan(edit, row, scan.printing, scan.starting_copy(scan.printing, keep_as))
    return [scan.printing]


def replace_answer(edit: Edit, scan_id: int, recognition: Recognition) -> None:
    """Say anew which printing a scan shows; not undone, since no user said it."""
    values = answer_values(recognition)
    assign = ", ".join(f"{column} = ?" for column in values)
    edit.connection.execute(f"UPDATE scans SET {assign} WHERE id = ?", [*values.values(), scan_id])


def accept_scan(edit: Edit, row: Mapping[str, Any], printing: Printing, copy: Copy) -> None:
    """Add the card of a scan's row to the collection; what it had added before is taken back.

    While the scan's session is unfinished, that is only planned.
    """
    entry = Entry(
        printing=printing,
        **asdict(copy),
        scanned_at=row["scanned_at"],
        scan_id=row["id"],
        provenance=_provenance(row, printing),
    )
    if in_unfinished_session(edit, row):
        values = {"decision": str(Decision.PENDING), "planned": planned_values(entry)}
        edit.update("scans", [row["id"]], values)
        return
    entry_id, _ = put_entry(edit, entry, row["photo_id"], merge=True)
    if row["entry_id"] is not None:
        take_back(edit, row["entry_id"], row["entry_quantity"])
    decide(edit, row["id"], Decision.ACCEPTED, entry_id, copy.quantity)


def in_unfinished_session(edit: Edit, row: Mapping[str, Any]) -> bool:
    """Whether the scan of this row belongs to a session that was neither ended nor discarded."""
    if row["session_id"] is None:
        return False
    (state,) = edit.connection.execute(
        "SELECT state FROM sessions WHERE id = ?", [row["session_id"]]
    ).fetchone()
    return state in (SessionState.OPEN, SessionState.PAUSED)


def decide(
    edit: Edit, scan_id: int, decision: Decision, entry_id: int | None, quantity: int
) -> None:
    """Note what became of a scan, and how many copies that added to which entry."""
    values = {
        "decision": str(decision),
        "entry_id": entry_id,
        "entry_quantity": quantity,
        "planned": None,
    }
    edit.update("scans", [scan_id], values)


def scan_row(edit: Edit, scan_id: int) -> dict[str, Any]:
    """The row of a scan that is there, as the transaction has it now."""
    (row,) = edit.connection.query("SELECT * FROM scans WHERE id = ?", [scan_id])
    found: dict[str, Any] = row
    return found


def _insert_scan(edit: Edit, card: Recognition, photo: bytes | None, of: ScannedPicture) -> int:
    photo_id = None if photo is None else edit.add_photo(photo)
    values = scan_values(card, of.source, of.scanned_at)
    values |= {"photo_id": photo_id, "session_id": of.session_id, "content": of.content}
    return insert_row(edit.connection, "scans", values)


def kept_change(scan_ids: Sequence[int], kept: Sequence[Printing]) -> Change:
    """What views are told of scans, of which these were kept."""
    label = f"Keep {len(kept)} cards" if kept else ""
    if len(kept) == 1:
        label = f"Keep {kept[0].name or kept[0].id}"
    return Change(ChangeKind.SCANS, tuple(scan_ids), label)


def _provenance(row: Mapping[str, Any], printing: Printing) -> dict[str, Any]:
    """How the entry was recognised; the raw text goes along, so that it outlives the scan."""
    reading = reading_of(row)
    scan = scan_of(row)
    recognised = scan.printing is not None and scan.printing.id == printing.id
    return {
        "reader": scan.reader,
        "source": scan.source,
        "reason": scan.reason if recognised else "chosen by hand",
        "text": [line.text for line in reading.lines],
    }
