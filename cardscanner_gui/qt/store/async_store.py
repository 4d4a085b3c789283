"""Everything the window does to the store, on one background thread, in order."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from cardscanner_gui.core.collection import Change, Entry, Scan
from cardscanner_gui.core.copies import Copy
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.sessions import Session
from cardscanner_gui.core.types import Corners, Printing, ScanResult
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.settings import Settings
from cardscanner_gui.store.batches import BatchStore

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class StoreState:
    """What the menus and badges show; read after every change."""

    undo_label: str | None = None
    redo_label: str | None = None
    pending: int = 0


@dataclass(frozen=True)
class Recorded:
    """One card of a picture as it was stored; with its entry when it went to the collection."""

    scan: Scan
    entry: Entry | None


class AsyncStore(QObject):
    """Takes orders on the GUI thread, works on the store's lane, tells everyone what changed."""

    changed = Signal(Change)
    """Views refresh what it names."""
    state_changed = Signal(StoreState)
    undone = Signal(Change)
    """What took something back."""

    def __init__(self, services: WindowServices, lane: Lane, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._lane = lane
        self.state = StoreState()

    def refresh(self) -> None:
        """Read the state that menus and badges show."""
        self._lane.run(self._read_state, self._show_state)

    def read(
        self,
        work: Callable[[], Any],
        then: Callable[[Any], None],
        failed: Callable[[str], None] | None = None,
    ) -> None:
        """Run a read on the store's thread and hand its result back."""
        self._lane.run(work, then, failed)

    def record(
        self,
        result: ScanResult,
        when: float,
        settings: Settings,
        then: Callable[[list[Recorded]], None],
        session: Session | None = None,
        content: str | None = None,
        *,
        once: bool = False,
    ) -> None:
        """Keep what a picture gave; identified cards are added if the user wants that.

        Those of a session of live scanning wait for its end. By `content`, the hash of the file,
        the same file again is noticed; `once` skips the same picture in another file, and hands
        back nothing.
        """
        work = partial(self._record, result, when, settings, session, content, once)
        self._lane.run(work, partial(self._recorded, then))

    def tell(self, change: Change) -> None:
        """Somebody else changed the store, such as a batch: views refresh what it names."""
        self.changed.emit(change)
        self.refresh()

    def accept(
        self,
        scan_id: int,
        printing: Printing,
        copy: Copy,
        then: Callable[[Change], None] | None = None,
    ) -> None:
        """Keep a scan as this printing, with what the user says of the copy."""
        self._change(partial(self._services.keeping.accept, scan_id, printing, copy), then)

    def reject(self, scan_id: int, then: Callable[[Change], None] | None = None) -> None:
        self._change(partial(self._services.keeping.reject, scan_id), then)

    def take_back_batch(
        self, batch_id: int, name: str, then: Callable[[Change], None] | None = None
    ) -> None:
        """Take back all that a batch brought, as one change."""
        batches, keeping = BatchStore(self._services.database), self._services.keeping

        def take_back() -> Change:
            return keeping.take_back(batches.scan_ids(batch_id), f"Take back the batch “{name}”")

        self._change(take_back, then)

    def reconsider(self, scan_ids: Sequence[int], then: Callable[[Change], None]) -> None:
        """Have rejected scans wait in Review again."""
        self._change(partial(self._services.scans.reconsider, list(scan_ids)), then)

    def mark_corners(self, scan_id: int, corners: Corners, photo: bytes) -> None:
        """Say where the card of a scan lies."""
        self._change(partial(self._services.scans.mark_corners, scan_id, corners, photo))

    def change_printing(self, entry_id: int, printing: Printing) -> None:
        """Say that an entry is another printing."""
        self._change(partial(self._services.keeping.change_printing, entry_id, printing))

    def take_back_last(self, session_id: int, then: Callable[[Change], None]) -> None:
        """Reject the last card of a session."""
        self._change(partial(self._on_last, session_id, self._services.keeping.reject), then)

    def count_another(self, session_id: int) -> None:
        """Count one more copy of the last card of a session."""
        self._change(partial(self._on_last, session_id, self._services.scans.add_copy))

    def next_finish(self, session_id: int) -> None:
        """Give the last card of a session the next finish that its printing exists in."""
        self._change(partial(self._on_last, session_id, self._services.keeping.next_finish))

    def end_session(self, session_id: int, then: Callable[[Change], None]) -> None:
        """Put the cards of a session into the collection."""
        self._change(partial(self._services.sessions.end, session_id), then)

    def discard_session(self, session_id: int, then: Callable[[Change], None]) -> None:
        """Keep nothing of a session."""
        self._change(partial(self._services.sessions.discard, session_id), then)

    def take_back_session(self, session_id: int, then: Callable[[Change], None]) -> None:
        """Take back all that an ended session brought, as one change."""
        self._change(partial(self._services.keeping.take_back_session, session_id), then)

    def _on_last(self, session_id: int, action: Callable[[int], Change]) -> Change:
        scan_id = self._services.sessions.last_scan(session_id)
        if scan_id is None:
            raise WorldError(tr("There is no card in this session yet."))
        return action(scan_id)

    def update(
        self,
        ids: Sequence[int],
        fields: Mapping[str, Any],
        then: Callable[[Change], None] | None = None,
    ) -> None:
        """Set `Entry` fields in all of these entries."""
        self._change(partial(self._services.collection.update, list(ids), **fields), then)

    def count_more(self, ids: Sequence[int], by: int) -> None:
        """Add so many copies to each of these entries, or take them."""
        self._change(partial(self._services.collection.count_more, list(ids), by))

    def tag(
        self,
        ids: Sequence[int],
        *,
        add: Sequence[str] = (),
        drop: Sequence[str] = (),
        then: Callable[[Change], None] | None = None,
    ) -> None:
        """Give entries tags, or take some."""
        self._change(partial(self._services.collection.tag, list(ids), add=add, drop=drop), then)

    def add(self, entries: Sequence[Entry], then: Callable[[Change], None] | None = None) -> None:
        """Add entries that were typed in."""
        self._change(partial(self._services.collection.add_all, list(entries)), then)

    def restore(self, ids: Sequence[int], then: Callable[[Change], None]) -> None:
        """Bring deleted entries back."""
        self._change(partial(self._services.collection.restore, list(ids)), then)

    def delete(self, ids: Sequence[int], then: Callable[[Change], None] | None = None) -> None:
        self._change(partial(self._services.collection.delete, list(ids)), then)

    def undo(self) -> None:
        """Take back the last change."""
        self._change(self._services.keeping.undo, self._undone)

    def undo_only(self, change: Change) -> None:
        """Take back this change, or say that others, of a running batch perhaps, came after it."""
        self._change(partial(self._undo_only, change), self._undone)

    def _undo_only(self, change: Change) -> Change | None:
        collection = self._services.collection
        if collection.undo_label() != change.label:
            raise WorldError(
                tr("Other changes came after that one; Edit → Undo takes them back first.")
            )
        return self._services.keeping.undo()

    def redo(self) -> None:
        self._change(self._services.keeping.redo)

    def _undone(self, change: Change) -> None:
        self.undone.emit(change)

    def _change(
        self, work: Callable[[], Change | None], then: Callable[[Change], None] | None = None
    ) -> None:
        self._lane.run(partial(self._work, work), partial(self._told, then))

    def _work(self, work: Callable[[], Change | None]) -> tuple[Change | None, StoreState]:
        return work(), self._read_state()

    def _told(
        self,
        then: Callable[[Change], None] | None,
        outcome: tuple[Change | None, StoreState],
    ) -> None:
        change, state = outcome
        self._show_state(state)
        if change is None:
            return
        self.changed.emit(change)
        if then is not None:
            then(change)

    def _read_state(self) -> StoreState:
        collection = self._services.collection
        return StoreState(
            collection.undo_label(), collection.redo_label(), self._services.scans.pending_count()
        )

    def _show_state(self, state: StoreState) -> None:
        if state != self.state:
            self.state = state
            self.state_changed.emit(state)

    def _record(
        self,
        result: ScanResult,
        when: float,
        settings: Settings,
        session: Session | None,
        content: str | None,
        once: bool,
    ) -> tuple[list[Recorded], Change, StoreState]:
        keep_as = settings.keep_as
        if keep_as is not None and session is not None:
            keep_as = session.defaults
        session_id = session.id if session is not None else None
        change = self._services.keeping.record(
            result, when, keep_as, session_id, content, once=once
        )
        return self.scans_as_stored(change.ids), change, self._read_state()

    def _as_stored(self, scan: Scan) -> Recorded:
        scan = self._services.scans.get(scan.id) or scan
        entry = self._services.collection.get(scan.entry_id) if scan.entry_id else scan.planned
        return Recorded(scan, entry)

    def scan_as_stored(self, scan_id: int) -> Recorded | None:
        """A scan and its entry as they are now; call on the store's thread, through `read`."""
        scan = self._services.scans.get(scan_id)
        return self._as_stored(scan) if scan is not None else None

    def scans_as_stored(self, ids: Sequence[int]) -> list[Recorded]:
        """The same for several, without those that are gone."""
        found = [self.scan_as_stored(scan_id) for scan_id in ids]
        return [recorded for recorded in found if recorded is not None]

    def _recorded(
        self,
        then: Callable[[list[Recorded]], None],
        outcome: tuple[list[Recorded], Change, StoreState],
    ) -> None:
        recorded, change, state = outcome
        self._show_state(state)
        then(recorded)
        self.changed.emit(change)
