"""Everything the window does to the store, on one background thread, in order."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from cardscanner_gui.core.collection import Change, ChangeKind, Entry, Scan
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.sessions import Session, SessionDefaults
from cardscanner_gui.core.types import Printing, Recognition, ScanResult, Status
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.settings import Settings

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
    ) -> None:
        """Keep what a picture gave; identified cards are added if the user wants that.

        Those of a session of live scanning wait for its end.
        """
        work = partial(self._record, result, when, settings, session)
        self._lane.run(work, partial(self._recorded, then))

    def tell(self, change: Change) -> None:
        """Somebody else changed the store, such as a batch: views refresh what it names."""
        self.changed.emit(change)
        self.refresh()

    def accept(
        self,
        scan_id: int,
        printing: Printing,
        values: Mapping[str, Any],
        then: Callable[[Change], None] | None = None,
    ) -> None:
        """Keep a scan as this printing; `values` are `Entry` fields: finish, condition, …"""
        self._change(partial(self._accept, scan_id, printing, values), then)

    def reject(self, scan_id: int, then: Callable[[Change], None] | None = None) -> None:
        self._change(partial(self._reject, scan_id), then)

    def _accept(self, scan_id: int, printing: Printing, values: Mapping[str, Any]) -> Change:
        change = self._services.scans.accept(scan_id, printing, **values)
        if self._services.verdicts is not None:
            self._services.verdicts.accepted(scan_id, printing)
        return change

    def _reject(self, scan_id: int) -> Change:
        return self._take_back(self._services.scans.reject(scan_id))

    def _take_back(self, change: Change) -> Change:
        """What a scan was taken for is in doubt once the user rejected it, or took a word back."""
        if self._services.verdicts is not None and change.kind is ChangeKind.SCANS:
            self._services.verdicts.taken_back(change.ids)
        return change

    def _undo(self) -> Change | None:
        change = self._services.collection.undo()
        return None if change is None else self._take_back(change)

    def take_back_last(self, session_id: int, then: Callable[[Change], None]) -> None:
        """Reject the last card of a session."""
        self._change(partial(self._on_last, session_id, self._reject), then)

    def count_another(self, session_id: int) -> None:
        """Count one more copy of the last card of a session."""
        self._change(partial(self._on_last, session_id, self._services.scans.add_copy))

    def next_finish(self, session_id: int) -> None:
        """Give the last card of a session the next finish that its printing exists in."""
        self._change(partial(self._on_last, session_id, self._services.scans.next_finish))

    def end_session(self, session_id: int, then: Callable[[Change], None]) -> None:
        """Put the cards of a session into the collection."""
        self._change(partial(self._services.sessions.end, session_id), then)

    def discard_session(self, session_id: int, then: Callable[[Change], None]) -> None:
        """Keep nothing of a session."""
        self._change(partial(self._services.sessions.discard, session_id), then)

    def _on_last(self, session_id: int, action: Callable[[int], Change]) -> Change:
        scan_id = self._services.sessions.last_scan(session_id)
        if scan_id is None:
            raise WorldError("There is no card in this session yet.")
        return action(scan_id)

    def update(self, ids: Sequence[int], fields: Mapping[str, Any]) -> None:
        """Set `Entry` fields in all of these entries."""
        self._change(partial(self._services.collection.update, list(ids), **fields))

    def delete(self, ids: Sequence[int], then: Callable[[Change], None] | None = None) -> None:
        self._change(partial(self._services.collection.delete, list(ids)), then)

    def undo(self) -> None:
        """Take back the last change."""
        self._change(self._undo, self._undone)

    def undo_only(self, change: Change) -> None:
        """Take back this change, or say that others, of a running batch perhaps, came after it."""
        self._change(partial(self._undo_only, change), self._undone)

    def _undo_only(self, change: Change) -> Change | None:
        collection = self._services.collection
        if collection.undo_label() != change.label:
            raise WorldError(
                "Other changes came after that one; Edit → Undo takes them back first."
            )
        return self._undo()

    def redo(self) -> None:
        self._change(self._services.collection.redo)

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
        self, result: ScanResult, when: float, settings: Settings, session: Session | None
    ) -> tuple[list[Recorded], StoreState]:
        recorded = [
            self._record_card(card, result.source, when, settings, session) for card in result.cards
        ]
        return recorded, self._read_state()

    def _record_card(
        self,
        card: Recognition,
        source: str,
        when: float,
        settings: Settings,
        session: Session | None,
    ) -> Recorded:
        from cardscanner_gui.store.photos import encode_photo  # brings the picture libraries

        scans = self._services.scans
        photo = encode_photo(card.photo) if card.photo is not None else None
        scan = scans.record(card, source, when, photo, session.id if session else None)
        printing = card.match.printing
        if (
            card.match.status is not Status.IDENTIFIED
            or printing is None
            or not settings.keep_identified
        ):
            return Recorded(scan, None)
        values = copy_defaults(printing, card.finish, card.language, settings)
        if session is not None:
            values = session_copy(printing, card.finish, card.language, session.defaults)
        scans.accept(scan.id, printing, **values)
        return self._as_stored(scan)

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
        outcome: tuple[list[Recorded], StoreState],
    ) -> None:
        recorded, state = outcome
        self._show_state(state)
        then(recorded)
        self.changed.emit(Change(ChangeKind.SCANS, tuple(one.scan.id for one in recorded)))


def copy_defaults(
    printing: Printing | None, finish: str | None, language: str | None, settings: Settings
) -> dict[str, Any]:
    """What a new entry starts with: what the picture told, else the user's defaults.

    A default finish in which the printing doesn't exist gives way to the printing's first.
    """
    start = SessionDefaults(
        str(settings.default_condition), str(settings.default_finish), settings.default_language
    )
    values = session_copy(printing, finish, language, start)
    del values["note"]  # settings have none: a note that is there stays
    return values


def session_copy(
    printing: Printing | None, finish: str | None, language: str | None, start: SessionDefaults
) -> dict[str, Any]:
    """What a card of a session starts with, by the same rule."""
    finish = finish or start.finish
    if printing is not None and printing.finishes and finish not in printing.finishes:
        finish = printing.finishes[0]
    return {
        "finish": finish,
        "condition": start.condition,
        "language": language or start.language,
        "quantity": 1,
        "note": start.note,
    }
