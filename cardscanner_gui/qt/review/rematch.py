"""Matches the scans that wait in Review again, because the catalogue has arrived or is newer."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cardscanner_gui.core.collection import Change
from cardscanner_gui.core.types import Status
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.settings import Settings

if TYPE_CHECKING:
    from cardscanner_gui.recognition.keeping import Matches


class Rematch(QObject):
    """Works through the waiting scans a picture at a time, so that edits get their turn in between.

    The text read from each card is in the store, and its photo: no picture is opened again.
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
        self._match: Matches | None = None
        self._waiting: list[list[int]] = []
        self._total = 0
        self._identified = 0

    @property
    def running(self) -> bool:
        return bool(self._waiting)

    def start(self, settings: Settings, only: Collection[int] | None = None) -> None:
        """Match every pending scan again, or only some; identified ones are kept if the user wants
        that.
        """
        self._lane.run(partial(self._prepare, only), partial(self._begin, settings))

    def _prepare(self, only: Collection[int] | None) -> list[list[int]]:
        """The waiting scans, those of one picture together."""
        self._match = self._services.make_matcher()
        pictures: dict[tuple[str, float], list[int]] = {}
        for scan in self._services.scans.pending():
            if only is None or scan.id in only:
                pictures.setdefault((scan.source, scan.scanned_at), []).append(scan.id)
        return list(pictures.values())

    def _begin(self, settings: Settings, pictures: list[list[int]]) -> None:
        self._waiting, self._identified = pictures, 0
        self._total = sum(len(scan_ids) for scan_ids in pictures)
        self._next(settings)

    def _next(self, settings: Settings) -> None:
        if not self._waiting:
            self.ended.emit(self._total, self._identified)
            self._store.refresh()
            return
        scan_ids = self._waiting.pop(0)
        self._lane.run(partial(self._one, scan_ids, settings), partial(self._done, settings))

    def _one(self, scan_ids: list[int], settings: Settings) -> tuple[int, Change]:
        assert self._match is not None, tr("made before the first picture")
        change = self._services.keeping.match_again(scan_ids, self._match, settings.keep_as)
        scans = [self._services.scans.get(scan_id) for scan_id in change.ids]
        identified = [scan for scan in scans if scan and scan.status is Status.IDENTIFIED]
        return len(identified), change

    def _done(self, settings: Settings, outcome: tuple[int, Change]) -> None:
        identified, change = outcome
        self._identified += identified
        self._store.changed.emit(change)
        self._next(settings)
