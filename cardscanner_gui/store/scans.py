"""What was scanned, and what the user made of it."""

from __future__ import annotations

from typing import Any

from cardscanner_gui.core.collection import Change, ChangeKind, Condition, Decision, Entry, Scan
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.types import Match, Printing, Reading, Recognition, Status
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.edit import Edit, insert_row
from cardscanner_gui.store.entry_edits import check_quantity, put_entry, take_back
from cardscanner_gui.store.scan_rows import match_values, reading_of, scan_of, scan_values


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
    ) -> Scan:
        """Keep what was recognised; it is pending until it is accepted or rejected.

        Args:
            recognition: its `photo` pixels are not kept, `photo` is.
            source: a file's path or a camera's name.
            scanned_at: seconds since the epoch.
            photo: the rectified card as JPEG (`store.photos.encode_photo`).
        """
        values = scan_values(recognition, source, scanned_at)
        with self._database.transaction() as connection:
            photo_id = None if photo is None else Edit(connection).add_photo(photo)
            scan_id = insert_row(connection, "scans", {**values, "photo_id": photo_id})
        return scan_of(self._row(scan_id))

    def get(self, scan_id: int) -> Scan | None:
        """The scan, None when there is none with this id."""
        rows = self._database.rows("SELECT * FROM scans WHERE id = ?", [scan_id])
        return scan_of(rows[0]) if rows else None

    def reading(self, scan_id: int) -> Reading | None:
        """The whole reading, so that a scan can be matched again without its picture."""
        rows = self._database.rows("SELECT reading FROM scans WHERE id = ?", [scan_id])
        return reading_of(rows[0]) if rows else None

    def pending(self, status: Status | None = None, limit: int = -1) -> list[Scan]:
        """Undecided scans, oldest first; only those of this status, if given."""
        condition, parameters = _pending(status)
        rows = self._database.rows(
            f"SELECT * FROM scans WHERE {condition} ORDER BY id LIMIT ?", [*parameters, limit]
        )
        return [scan_of(row) for row in rows]

    def pending_count(self, status: Status | None = None) -> int:
        """How many scans are undecided."""
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
        note: str = "",
    ) -> Change:
        """Add the card to the collection as this printing; same cards are merged into one entry.

        Accepting a scan again, as another printing say, moves its copies there: no card is counted
        twice. Scan and entry change in one transaction, so a `SCANS` change concerns both.
        """
        check_quantity(quantity)

        def action(edit: Edit) -> Change:
            # Read inside the transaction: another process may just have decided.
            row = self._row(scan_id)
            entry = Entry(
                printing=printing,
                quantity=quantity,
                finish=finish,
                condition=condition,
                language=language,
                note=note,
                scanned_at=row["scanned_at"],
                scan_id=scan_id,
                provenance=_provenance(row, printing),
            )
            entry_id, _ = put_entry(edit, entry, row["photo_id"], merge=True)
            if row["entry_id"] is not None:
                take_back(edit, row["entry_id"], row["entry_quantity"])
            _decide(edit, scan_id, Decision.ACCEPTED, entry_id, quantity)
            return Change(ChangeKind.SCANS, (scan_id,), f"Keep {printing.name or printing.id}")

        return self._database.edit(action)

    def reject(self, scan_id: int) -> Change:
        """Don't keep this card. What accepting it added is taken back; the scan itself stays."""

        def action(edit: Edit) -> Change:
            row = self._row(scan_id)
            if row["entry_id"] is not None:
                take_back(edit, row["entry_id"], row["entry_quantity"])
            _decide(edit, scan_id, Decision.REJECTED, None, 0)
            return Change(ChangeKind.SCANS, (scan_id,), "Reject scan")

        return self._database.edit(action)

    def _row(self, scan_id: int) -> dict[str, Any]:
        rows = self._database.rows("SELECT * FROM scans WHERE id = ?", [scan_id])
        if not rows:
            raise StoreError(f"Scan {scan_id} is not in “{self._database.path}” any more.")
        return rows[0]


def _pending(status: Status | None) -> tuple[str, list[str]]:
    if status is None:
        return "decision = 'pending'", []
    return "decision = 'pending' AND status = ?", [str(status)]


def _decide(
    edit: Edit, scan_id: int, decision: Decision, entry_id: int | None, quantity: int
) -> None:
    values = {"decision": str(decision), "entry_id": entry_id, "entry_quantity": quantity}
    edit.update("scans", [scan_id], values)


def _provenance(row: dict[str, Any], printing: Printing) -> dict[str, Any]:
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
