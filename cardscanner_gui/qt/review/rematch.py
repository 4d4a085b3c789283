"""Matches the scans that wait in Review again, because the catalogue has arrived or is newer."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QObject, Signal

from cardscanner_gui.core.collection import Change
from cardscanner_gui.core.types import Match, Reading, Status
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore, copy_defaults
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.settings import Settings


class Rematch(QObject):
    """Works through the waiting scans one at a time, so that edits get their turn in between.

    The text read from each card is in the store: no picture is opened again.
    """

    ended = Signal(int, int)
    """Scans looked at, and how many of them are identified now."""

    def __init__(
        self, services: WindowServices, store: AsyncStore, lane: Lane, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._store = store
        self._lane = lane
        self._match: Callable[[Reading], Match] | None = None
        self._waiting: list[int] = []
        self._total = 0
        self._identified = 0

    @property
    def running(self) -> bool:
        return bool(self._waiting)

    def start(self, settings: Settings) -> None:
        """Match every pending scan again; identified ones are kept if the user wants that."""
        self._lane.run(self._prepare, partial(self._begin, settings))

    def _prepare(self) -> list[int]:
        self._match = self._services.make_matcher()
        return [scan.id for scan in self._services.scans.pending()]

    def _begin(self, settings: Settings, ids: list[int]) -> None:
        self._waiting, self._total, self._identified = ids, len(ids), 0
        self._next(settings)

    def _next(self, settings: Settings) -> None:
        if not self._waiting:
            self.ended.emit(self._total, self._identified)
            self._store.refresh()
            return
        scan_id = self._waiting.pop(0)
        self._lane.run(partial(self._one, scan_id, settings), partial(self._done, settings))

    def _one(self, scan_id: int, settings: Settings) -> tuple[bool, Change | None]:
        scans = self._services.scans
        reading = scans.reading(scan_id)
        scan = scans.get(scan_id)
        if reading is None or scan is None or self._match is None:
            return False, None
        match = self._match(reading)
        change = scans.rematch(scan_id, match)
        if match.status is not Status.IDENTIFIED or match.printing is None:
            return False, change
        if settings.keep_identified:
            values = copy_defaults(match.printing, scan.finish, scan.language, settings)
            change = scans.accept(scan_id, match.printing, **values)
        return True, change

    def _done(self, settings: Settings, outcome: tuple[bool, Change | None]) -> None:
        identified, change = outcome
        self._identified += identified
        if change is not None:
            self._store.changed.emit(change)
        self._next(settings)
