"""What was scanned, and what the user made of it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

from cardscanner_gui.core.collection import (
    Change,
    ChangeKind,
    Condition,
    Decision,
    Entry,
    Finish,
    Scan,
)
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.types import Match, Printing, Reading, Recognition, Status
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.edit import Edit
from cardscanner_gui.store.entry_edits import check_quantity, take_back
from cardscanner_gui.store.scan_edits import accept_copy, accept_scan, decide, insert_scan
from cardscanner_gui.store.scan_rows import copy_of, match_values, planned_of, reading_of, scan_of


class ScanLog:
    """Every recognised card, kept apart from the collection: rejecting one loses nothing.

    All methods raise `StoreError` when the file can't be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(
        self,
        recognition: Recognition,
        source: str,
        scanned_at: float,
        photo: bytes | None = None,
        session_id: int | None = None,
    ) -> Scan:
        """Keep what was recognised; it is pending until it is accepted or rejected.

        Args:
            recognition: its `photo` pixels are not kept, `photo` is.
            source: a file's path or a camera's name.
            scanned_at: seconds since the epoch.
            photo: the rectified card as JPEG (`store.photos.encode_photo`).
            session_id: the session of live scanning that it belongs to.
        """
        with self._database.transaction() as connection:
            edit = Edit(connection)
            scan_id = insert_scan(edit, recognition, source, scanned_at, photo, session_id)
        return scan_of(self._row(scan_id))

    def get(self, scan_id: int) -> Scan | None:
        """The scan, None when there is none with this id."""
        rows = self._database.rows("SELECT * FROM scans WHERE id = ?", [scan_id])
        return scan_of(rows[0]) if rows else None

    def fingerprint(self, scan_id: int) -> int | None:
        """How the scanned card looked; None where no outline was found, or the scan is gone."""
        found = self._database.value("SELECT fingerprint FROM scans WHERE id = ?", [scan_id])
        return None if found is None else int(found, 16)

    def reading(self, scan_id: int) -> Reading | None:
        """The whole reading, so that a scan can be matched again without its picture."""
        rows = self._database.rows("SELECT reading FROM scans WHERE id = ?", [scan_id])
        return reading_of(rows[0]) if rows else None

    def pending(self, status: Status | None = None, limit: int = -1) -> list[Scan]:
        """Scans that the user has to decide on, oldest first; only of this status, if given.

        What an unfinished session will keep needs no decision.
        """
        condition, parameters = _pending(status)
        rows = self._database.rows(
            f"SELECT * FROM scans WHERE {condition} ORDER BY id LIMIT ?", [*parameters, limit]
        )
        return [scan_of(row) for row in rows]

    def pending_count(self, status: Status | None = None) -> int:
        """How many scans the user has to decide on."""
        condition, parameters = _pending(status)
        found: int = self._database.value(
            f"SELECT count(*) FROM scans WHERE {condition}", parameters
        )
        return found

    def recent(self, limit: int) -> list[Scan]:
        """The last scans, newest first."""
        rows = self._database.rows("SELECT * FROM scans ORDER BY id DESC LIMIT ?", [limit])
        return [scan_of(row) for row in rows]

    def photo(self, scan_id: int) -> bytes | None:
        """The picture that was kept with the scan, as JPEG."""
        found: bytes | None = self._database.value(
            "SELECT jpeg FROM photos JOIN scans ON photo_id = photos.id WHERE scans.id = ?",
            [scan_id],
        )
        return found

    def rematch(self, scan_id: int, match: Match) -> Change:
        """Replace the answer of a scan, say by one from a newer catalogue; decisions stay.

        This is no decision of the user's, so it isn't undone.
        """
        values = match_values(match)
        assign = ", ".join(f"{column} = ?" for column in values)
        with self._database.transaction() as connection:
            connection.execute(
                f"UPDATE scans SET {assign} WHERE id = ?", [*values.values(), scan_id]
            )
        return Change(ChangeKind.SCANS, (scan_id,))

    def accept(
        self,
        scan_id: int,
        printing: Printing,
        *,
        finish: str,
        condition: str = Condition.NEAR_MINT,
        language: str = "en",
        quantity: int = 1,
        note: str | None = None,
    ) -> Change:
        """Add the card to the collection as this printing; same cards are merged into one entry.

        Accepting a scan again, as another printing say, moves its copies there: no card is counted
        twice. Scan and entry change in one transaction, so a `SCANS` change concerns both. A scan
        of an unfinished session is added when that ends. Without a `note` it takes its session's.
        """
        check_quantity(quantity)

        def action(edit: Edit) -> Change:
            # Read inside the transaction: another process may just have decided.
            row = self._row(scan_id)
            accept_scan(
                edit,
                row,
                printing,
                finish=finish,
                condition=condition,
                language=language,
                quantity=quantity,
                note=self._note_of(row) if note is None else note,
            )
            return Change(ChangeKind.SCANS, (scan_id,), f"Keep {printing.name or printing.id}")

        return self._database.edit(action)

    def add_copy(self, scan_id: int) -> Change:
        """Count one copy more of the card that the scan was kept as."""
        return self._change_copy(scan_id, "Count another", _with_one_more)

    def next_finish(self, scan_id: int) -> Change:
        """Take the next of the finishes that the printing exists in."""
        return self._change_copy(scan_id, "Change the finish of", _in_next_finish)

    def _change_copy(self, scan_id: int, label: str, changed: Callable[[Entry], Entry]) -> Change:
        def action(edit: Edit) -> Change:
            row = self._row(scan_id)
            entries = self._database.rows(
                "SELECT * FROM entries WHERE id = ? AND deleted_at IS NULL", [row["entry_id"]]
            )
            copy = copy_of(row, entries[0] if entries else None)
            if copy is None:
                raise StoreError("Which card this is hasn't been decided yet: see Review.")
            copy = changed(copy)
            accept_copy(edit, row, copy)
            name = copy.printing.name or copy.printing.id
            return Change(ChangeKind.SCANS, (scan_id,), f"{label} {name}")

        return self._database.edit(action)

    def reject(self, scan_id: int) -> Change:
        """Don't keep this card. What accepting it added is taken back; the scan itself stays."""

        def action(edit: Edit) -> Change:
            row = self._row(scan_id)
            if row["entry_id"] is not None:
                take_back(edit, row["entry_id"], row["entry_quantity"])
            decide(edit, scan_id, Decision.REJECTED, None, 0)
            return Change(ChangeKind.SCANS, (scan_id,), "Reject scan")

        return self._database.edit(action)

    def _note_of(self, row: dict[str, Any]) -> str:
        planned = planned_of(row)
        if planned is not None:
            return planned.note
        note: str | None = self._database.value(
            "SELECT note FROM sessions WHERE id = ?", [row["session_id"]]
        )
        return note or ""

    def _row(self, scan_id: int) -> dict[str, Any]:
        rows = self._database.rows("SELECT * FROM scans WHERE id = ?", [scan_id])
        if not rows:
            raise StoreError(f"Scan {scan_id} is not in “{self._database.path}” any more.")
        return rows[0]


def _with_one_more(copy: Entry) -> Entry:
    return replace(copy, quantity=copy.quantity + 1)


def _in_next_finish(copy: Entry) -> Entry:
    finishes = copy.printing.finishes or tuple(Finish)
    known = copy.finish in finishes
    following = finishes.index(copy.finish) + 1 if known else 0
    return replace(copy, finish=str(finishes[following % len(finishes)]))


def _pending(status: Status | None) -> tuple[str, list[str]]:
    if status is None:
        return "decision = 'pending' AND planned IS NULL", []
    return "decision = 'pending' AND planned IS NULL AND status = ?", [str(status)]
