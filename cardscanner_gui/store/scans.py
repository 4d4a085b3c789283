"""What was scanned, and what the user made of it."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from functools import partial
from typing import Any

from cardscanner_gui.core.collection import (
    Change,
    ChangeKind,
    Decision,
    Entry,
    Scan,
)
from cardscanner_gui.core.copies import Copy, CopyDefaults, copy_of
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.types import Corners, Printing, Reading, Recognition, Status
from cardscanner_gui.store.counted import counted
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.edit import Edit
from cardscanner_gui.store.entry_edits import check_quantity, take_back
from cardscanner_gui.store.scan_edits import (
    accept_scan,
    decide,
    keep_identified,
    kept_change,
    record_picture,
    replace_answer,
)
from cardscanner_gui.store.scan_rows import fingerprint_of, kept_entry, reading_of, scan_of
from cardscanner_gui.store.scanned_picture import ScannedPicture
from cardscanner_gui.store.session_rows import session_defaults


class ScanLog:
    """Every recognised card, kept apart from the collection: rejecting one loses nothing.

    All methods raise `StoreError` when the file can't be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def record(self, picture: ScannedPicture, keep_as: CopyDefaults | None = None) -> Change:
        """Record every card of a picture and keep what is identified, all together or not at all.

        What isn't kept is pending until it is accepted or rejected. Cards of an unfinished session
        are added to the collection when that ends.

        Args:
            picture: what was recognised.
            keep_as: what kept cards start as; None keeps none.

        Returns:
            The recorded scans, in the picture's order; undoing it takes back what was kept.
        """
        return self._database.edit(lambda edit: record_picture(edit, picture, keep_as))

    def get(self, scan_id: int) -> Scan | None:
        """The scan, None when there is none with this id."""
        found = self._database.read("SELECT * FROM scans WHERE id = ?", [scan_id], scan_of)
        return found[0] if found else None

    def of_entry(self, entry_id: int, limit: int = 200) -> list[Scan]:
        """The scans that were kept as this entry, the newest first."""
        return self._database.read(
            "SELECT * FROM scans WHERE entry_id = ? ORDER BY scanned_at DESC, id DESC LIMIT ?",
            [entry_id, limit],
            scan_of,
        )

    def fingerprint(self, scan_id: int) -> int | None:
        """How the scanned card looked; None where no outline was found, or the scan is gone."""
        sql = "SELECT fingerprint FROM scans WHERE id = ?"
        found = self._database.read(sql, [scan_id], fingerprint_of)
        return found[0] if found else None

    def reading(self, scan_id: int) -> Reading | None:
        """The whole reading, so that a scan can be matched again without its picture."""
        found = self._database.read("SELECT reading FROM scans WHERE id = ?", [scan_id], reading_of)
        return found[0] if found else None

    def pending(self, status: Status | None = None, limit: int = -1) -> list[Scan]:
        """Scans that the user has to decide on, oldest first; only of this status, if given.

        What an unfinished session will keep needs no decision.
        """
        condition, parameters = _pending(status)
        return self._database.read(
            f"SELECT * FROM scans WHERE {condition} ORDER BY id LIMIT ?",
            [*parameters, limit],
            scan_of,
        )

    def pending_count(self, status: Status | None = None) -> int:
        """How many scans the user has to decide on."""
        condition, parameters = _pending(status)
        found: int = self._database.value(
            f"SELECT count(*) FROM scans WHERE {condition}", parameters
        )
        return found

    def counted(self, contents: Iterable[str]) -> set[str]:
        """Those hashes of files whose cards are in the collection already, or wait in Review."""
        with self._database.transaction() as connection:
            return counted(connection, contents)

    def rejected(self, limit: int) -> list[Scan]:
        """Scans that the user rejected, the last first."""
        sql = "SELECT * FROM scans WHERE decision = 'rejected' ORDER BY id DESC LIMIT ?"
        return self._database.read(sql, [limit], scan_of)

    def recent(self, limit: int) -> list[Scan]:
        """The last scans, newest first."""
        sql = "SELECT * FROM scans ORDER BY id DESC LIMIT ?"
        return self._database.read(sql, [limit], scan_of)

    def photo(self, scan_id: int) -> bytes | None:
        """The picture that was kept with the scan, as JPEG."""
        found: bytes | None = self._database.value(
            "SELECT jpeg FROM photos JOIN scans ON photo_id = photos.id WHERE scans.id = ?",
            [scan_id],
        )
        return found

    def rematch(
        self, answers: Mapping[int, Recognition], keep_as: CopyDefaults | None = None
    ) -> Change:
        """Replace the answers of scans, say by those of a newer catalogue, and keep what is
        identified now, all together or not at all.

        A decision that was made meanwhile stays. The answer is no decision of the user's, so it
        isn't undone; keeping is.

        Args:
            answers: by the scan's id, the new match with the language and finish that follow.
            keep_as: what kept cards start as; those of a session start as its others do. None
                keeps nothing.
        """

        def action(edit: Edit) -> Change:
            kept: list[Printing] = []
            for scan_id, recognition in answers.items():
                replace_answer(edit, scan_id, recognition)
                row = self._row(scan_id)
                if row["decision"] == Decision.PENDING and row["planned"] is None:
                    own = session_defaults(edit, row) if keep_as is not None else None
                    kept += keep_identified(edit, row, own or keep_as)
            return kept_change(tuple(answers), kept)

        return self._database.edit(action)

    def accept(self, scan_id: int, printing: Printing, copy: Copy) -> Change:
        """Add the card to the collection as this printing; same cards are merged into one entry.

        Accepting a scan again, as another printing say, moves its copies there: no card is counted
        twice. Scan and entry change in one transaction, so a `SCANS` change concerns both. A scan
        of an unfinished session is added when that ends.
        """
        check_quantity(copy.quantity)

        def action(edit: Edit) -> Change:
            # Read inside the transaction: another process may just have decided.
            accept_scan(edit, self._row(scan_id), printing, copy)
            return Change(ChangeKind.SCANS, (scan_id,), f"Keep {printing.name or printing.id}")

        return self._database.edit(action)

    def add_copy(self, scan_id: int) -> Change:
        """Count one copy more of the card that the scan was kept as."""
        return self._change_copy(scan_id, "Count another", _with_one_more)

    def next_finish(self, scan_id: int, offered: Callable[[Printing], Sequence[str]]) -> Change:
        """Take the next of the finishes that the printing exists in."""
        return self._change_copy(scan_id, "Change the finish of", partial(_in_next_finish, offered))

    def _change_copy(self, scan_id: int, label: str, changed: Callable[[Entry], Entry]) -> Change:
        def action(edit: Edit) -> Change:
            row = self._row(scan_id)
            entries = self._database.rows(
                "SELECT * FROM entries WHERE id = ? AND deleted_at IS NULL", [row["entry_id"]]
            )
            entry = kept_entry(row, entries[0] if entries else None)
            if entry is None:
                raise StoreError("Which card this is hasn't been decided yet: see Review.")
            accept_scan(edit, row, entry.printing, copy_of(changed(entry)))
            name = entry.printing.name or entry.printing.id
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

    def mark_corners(self, scan_id: int, corners: Corners, photo: bytes) -> Change:
        """The user says where the card lies.

        Args:
            scan_id: which scan.
            corners: in the picture's pixels, the card's top left first.
            photo: the card, cut out of the picture, as JPEG.
        """

        def action(edit: Edit) -> Change:
            row = self._row(scan_id)
            values = {"corners": json.dumps(corners.tolist()), "photo_id": edit.add_photo(photo)}
            edit.update("scans", [row["id"]], values)
            return Change(ChangeKind.SCANS, (scan_id,), "Mark the corners")

        return self._database.edit(action)

    def reconsider(self, scan_ids: Sequence[int]) -> Change:
        """Have rejected scans wait for the user again; those that weren't rejected stay."""

        def action(edit: Edit) -> Change:
            rows = [self._row(scan_id) for scan_id in scan_ids]
            ids = tuple(row["id"] for row in rows if row["decision"] == Decision.REJECTED)
            for scan_id in ids:
                decide(edit, scan_id, Decision.PENDING, None, 0)
            cards = "1 card" if len(ids) == 1 else f"{len(ids)} cards"
            return Change(ChangeKind.SCANS, ids, f"Bring back {cards}")

        return self._database.edit(action)

    def take_back(self, scan_ids: Sequence[int], label: str) -> Change:
        """Take back what these scans added, and reject them, all together: a mistaken batch, say.

        Args:
            scan_ids: which scans; those rejected before stay.
            label: what Undo names it.
        """

        def action(edit: Edit) -> Change:
            changed = []
            for scan_id in scan_ids:
                row = self._row(scan_id)
                if row["decision"] == Decision.REJECTED:
                    continue
                if row["entry_id"] is not None:
                    take_back(edit, row["entry_id"], row["entry_quantity"])
                decide(edit, scan_id, Decision.REJECTED, None, 0)
                changed.append(scan_id)
            return Change(ChangeKind.SCANS, tuple(changed), label)

        return self._database.edit(action)

    def _row(self, scan_id: int) -> dict[str, Any]:
        rows = self._database.rows("SELECT * FROM scans WHERE id = ?", [scan_id])
        if not rows:
            raise StoreError(f"Scan {scan_id} is not in “{self._database.path}” any more.")
        return rows[0]


def _with_one_more(entry: Entry) -> Entry:
    return replace(entry, quantity=entry.quantity + 1)


def _in_next_finish(offered: Callable[[Printing], Sequence[str]], entry: Entry) -> Entry:
    finishes = offered(entry.printing) or (entry.finish,)
    known = entry.finish in finishes
    following = finishes.index(entry.finish) + 1 if known else 0
    return replace(entry, finish=finishes[following % len(finishes)], finish_sure=True)


def _pending(status: Status | None) -> tuple[str, list[str]]:
    if status is None:
        return "decision = 'pending' AND planned IS NULL", []
    return "decision = 'pending' AND planned IS NULL AND status = ?", [str(status)]
