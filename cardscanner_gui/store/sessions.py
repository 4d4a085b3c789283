"""Sessions of live scanning: their cards reach the collection when they end."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cardscanner_gui.core.collection import Change, ChangeKind, Decision, Entry, Scan
from cardscanner_gui.core.copies import Copy, CopyDefaults, copy_of
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.sessions import Session, SessionState
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.edit import Edit, insert_row
from cardscanner_gui.store.entry_edits import take_back
from cardscanner_gui.store.entry_rows import storable
from cardscanner_gui.store.scan_edits import accept_scan, decide
from cardscanner_gui.store.scan_rows import kept_entry, planned_of, scan_of
from cardscanner_gui.store.session_rows import defaults_values, session_of

_COUNTED = """
    SELECT sessions.*,
        count(scans.id) AS cards,
        coalesce(sum(planned IS NOT NULL OR decision = 'accepted'), 0) AS identified,
        coalesce(sum(planned IS NULL AND decision = 'pending'), 0) AS unsure,
        coalesce(sum(CASE WHEN planned IS NULL THEN entry_quantity
                     ELSE json_extract(planned, '$.quantity') END), 0) AS copies
    FROM sessions LEFT JOIN scans ON session_id = sessions.id AND decision != 'rejected'
"""
_UNFINISHED = (str(SessionState.OPEN), str(SessionState.PAUSED))


class Sessions:
    """Starts, ends and lists sessions. An unfinished one outlives the program: it can be resumed.

    Scans come into a session through `ScanLog.record`; what `ScanLog.accept` would add to the
    collection is planned until the session ends. Ending and discarding are one action each, which
    can be undone. All methods raise `StoreError` when the file can't be read or written.
    """

    def __init__(self, database: Database) -> None:
        self._database = database

    def start(self, source: str, defaults: CopyDefaults, now: float | None = None) -> Session:
        """Begin a session.

        Args:
            source: the camera, file or address, for people.
            defaults: what its cards start as.
            now: seconds since the epoch.
        """
        values = {
            "source": storable(source),
            "started_at": time.time() if now is None else now,
            "state": str(SessionState.OPEN),
            **defaults_values(defaults),
        }
        with self._database.transaction() as connection:
            session_id = insert_row(connection, "sessions", values)
        return self._existing(session_id)

    def get(self, session_id: int) -> Session | None:
        """The session, None when there is none with this id."""
        found = self._read("WHERE sessions.id = ?", [session_id])
        return found[0] if found else None

    def unfinished(self) -> Session | None:
        """The newest session that was neither ended nor discarded."""
        found = self._read("WHERE state IN (?, ?)", _UNFINISHED, limit=1)
        return found[0] if found else None

    def recent(self, limit: int = 100) -> list[Session]:
        """The last sessions, newest first."""
        return self._read("", (), limit)

    def pause(self, session_id: int) -> Session:
        """Note that the user stopped for now."""
        return self._set(session_id, {"state": str(SessionState.PAUSED)})

    def resume(self, session_id: int) -> Session:
        """Go on with an unfinished session."""
        return self._set(session_id, {"state": str(SessionState.OPEN)})

    def set_defaults(self, session_id: int, defaults: CopyDefaults) -> Session:
        """What cards start as from now on; those that were recorded stay as they are."""
        return self._set(session_id, defaults_values(defaults))

    def end(self, session_id: int) -> Change:
        """Add everything that was planned to the collection. What is unsure stays in review.

        A session without cards leaves nothing behind.
        """

        def action(edit: Edit) -> Change:
            cards = 0
            for row in self._rows(session_id, "AND planned IS NOT NULL"):
                planned = planned_of(row)
                if planned is not None:
                    accept_scan(edit, row, planned.printing, copy_of(planned))
                    cards += 1
            return _counted("End the session", cards)

        return self._finish(session_id, SessionState.ENDED, action)

    def discard(self, session_id: int) -> Change:
        """Keep nothing of it: every card that wasn't decided otherwise is rejected."""

        def action(edit: Edit) -> Change:
            rows = self._rows(session_id, "AND decision = 'pending'")
            for row in rows:
                decide(edit, row["id"], Decision.REJECTED, None, 0)
            return _counted("Discard the session", len(rows))

        return self._finish(session_id, SessionState.DISCARDED, action)

    def take_back(self, session_id: int) -> Change:
        """Take an ended session back, as one: what it added goes, and none of its cards is kept."""

        def action(edit: Edit) -> Change:
            if self._existing(session_id).state is not SessionState.ENDED:
                raise StoreError("Only a session that has ended can be taken back.")
            rows = self._rows(session_id, "AND decision != 'rejected'")
            for row in rows:
                if row["entry_id"] is not None:
                    take_back(edit, row["entry_id"], row["entry_quantity"])
                decide(edit, row["id"], Decision.REJECTED, None, 0)
            edit.update("sessions", [session_id], {"state": str(SessionState.DISCARDED)})
            ids = tuple(row["id"] for row in rows)
            return replace(_counted("Take back the session", len(rows)), ids=ids)

        return self._database.edit(action)

    def scans(self, session_id: int) -> list[Scan]:
        """Its cards in the order they were laid down, those that were taken back left out."""
        return self._database.read(
            "SELECT * FROM scans WHERE session_id = ? AND decision != 'rejected' ORDER BY id",
            [session_id],
            scan_of,
        )

    def last_scan(self, session_id: int) -> int | None:
        """The id of its last card that was not taken back."""
        found: int | None = self._database.value(
            "SELECT max(id) FROM scans WHERE session_id = ? AND decision != 'rejected'",
            [session_id],
        )
        return found

    def entries(self, session_id: int) -> Iterator[Entry]:
        """What it brought, or will bring, to the collection; the same cards as one line."""
        return iter(self._database.mending(lambda: self._entries(session_id)))

    def _entries(self, session_id: int) -> Iterable[Entry]:
        merged: dict[tuple[str, Copy], Entry] = {}
        entries = {
            row["id"]: row
            for row in self._database.rows(
                "SELECT * FROM entries WHERE deleted_at IS NULL AND id IN"
                " (SELECT entry_id FROM scans WHERE session_id = ?)",
                [session_id],
            )
        }
        for row in self._rows(session_id, "AND decision != 'rejected'"):
            entry = kept_entry(row, entries.get(row["entry_id"]))
            if entry is None:
                continue
            key = entry.printing.id, replace(copy_of(entry), quantity=1)
            same = merged.get(key)
            quantity = entry.quantity + (same.quantity if same else 0)
            merged[key] = replace(same or entry, quantity=quantity)
        return merged.values()

    def _finish(
        self, session_id: int, state: SessionState, action: Callable[[Edit], Change]
    ) -> Change:
        session = self._existing(session_id)
        if not session.unfinished:
            raise StoreError("This session was ended or discarded already.")
        if not self._rows(session_id, ""):
            with self._database.transaction() as connection:
                connection.execute("DELETE FROM sessions WHERE id = ?", [session_id])
            return Change(ChangeKind.SCANS, ())

        def finish(edit: Edit) -> Change:
            # The cards first: while the session is unfinished they would only be planned again.
            edit.update("sessions", [session_id], {"state": str(state), "ended_at": time.time()})
            done = action(edit)
            ids = tuple(row["id"] for row in self._rows(session_id, ""))
            return replace(done, ids=ids)

        return self._database.edit(finish)

    def _set(self, session_id: int, values: Mapping[str, Any]) -> Session:
        assign = ", ".join(f"{column} = ?" for column in values)
        with self._database.transaction() as connection:
            changed = connection.execute(
                f"UPDATE sessions SET {assign} WHERE id = ? AND state IN (?, ?)",
                [*values.values(), session_id, *_UNFINISHED],
            )
        if changed.rowcount == 0:
            raise StoreError("This session was ended or discarded already.")
        return self._existing(session_id)

    def _existing(self, session_id: int) -> Session:
        session = self.get(session_id)
        if session is None:
            raise StoreError(f"Session {session_id} is not in “{self._database.path}” any more.")
        return session

    def _read(self, where: str, parameters: Sequence[Any], limit: int = -1) -> list[Session]:
        return self._database.read(
            f"{_COUNTED} {where} GROUP BY sessions.id ORDER BY sessions.id DESC LIMIT ?",
            [*parameters, limit],
            session_of,
        )

    def _rows(self, session_id: int, condition: str) -> list[dict[str, Any]]:
        return self._database.rows(
            f"SELECT * FROM scans WHERE session_id = ? {condition} ORDER BY id", [session_id]
        )


def _counted(words: str, cards: int) -> Change:
    return Change(ChangeKind.SCANS, (), f"{words} ({cards} {'card' if cards == 1 else 'cards'})")
