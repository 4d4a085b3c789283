"""Recording a scan and accepting it, inside an open `Edit`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from cardscanner_gui.core.collection import Decision, Entry
from cardscanner_gui.core.sessions import SessionState
from cardscanner_gui.core.types import Printing, Recognition
from cardscanner_gui.store.edit import Edit, insert_row
from cardscanner_gui.store.entry_edits import put_entry, take_back
from cardscanner_gui.store.scan_rows import (
    planned_values,
    reading_of,
    scan_of,
    scan_values,
)


def insert_scan(
    edit: Edit,
    recognition: Recognition,
    source: str,
    scanned_at: float,
    photo: bytes | None,
    session_id: int | None = None,
) -> int:
    """Keep what was recognised, undecided; the scan's id. Recording is not undone."""
    photo_id = None if photo is None else edit.add_photo(photo)
    values = scan_values(recognition, source, scanned_at)
    values |= {"photo_id": photo_id, "session_id": session_id}
    return insert_row(edit.connection, "scans", values)


def accept_scan(
    edit: Edit,
    row: Mapping[str, Any],
    printing: Printing,
    *,
    finish: str,
    condition: str,
    language: str,
    quantity: int = 1,
    note: str = "",
) -> None:
    """Add the card of a scan's row to the collection; what it had added before is taken back.

    While the scan's session is unfinished, that is only planned.
    """
    entry = Entry(
        printing=printing,
        quantity=quantity,
        finish=finish,
        condition=condition,
        language=language,
        note=note,
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
    decide(edit, row["id"], Decision.ACCEPTED, entry_id, quantity)


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


def accept_copy(edit: Edit, row: Mapping[str, Any], copy: Entry) -> None:
    """Accept a scan as this copy, whose id is ignored."""
    accept_scan(
        edit,
        row,
        copy.printing,
        finish=copy.finish,
        condition=copy.condition,
        language=copy.language,
        quantity=copy.quantity,
        note=copy.note,
    )
