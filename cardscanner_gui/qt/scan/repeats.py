"""Tells of pictures that were counted before, and counts them again if the user wants that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from cardscanner_gui.core.batches import Batch
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.frame.notice import Notice
from cardscanner_gui.qt.scan.picture_scans import PictureScans
from cardscanner_gui.qt.store.batch_queue import BatchQueue


class Repeats(QObject):
    """Follows what small drops and batches have skipped."""

    def __init__(
        self, scans: PictureScans, batches: BatchQueue, notice: Notice, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._scans = scans
        self._batches = batches
        self._notice = notice
        self._told: set[int] = set()
        scans.pictures_repeated.connect(self._skipped)
        scans.drained.connect(self._drained)

    def _skipped(self, paths: Sequence[Path]) -> None:
        self._tell(len(paths), partial(self._scans.add, list(paths), again=True))

    def _drained(self) -> None:
        skipped = [
            batch
            for batch in self._scans.batches
            if batch.counted_before and not batch.waiting and batch.id not in self._told
        ]
        if skipped:
            self._told |= {batch.id for batch in skipped}
            number = sum(batch.counted_before for batch in skipped)
            self._tell(number, partial(self._again, skipped))

    def _again(self, batches: Sequence[Batch]) -> None:
        for batch in batches:
            self._batches.count_again(batch)

    def _tell(self, number: int, then: Callable[[], None]) -> None:
        words = (
            tr("1 picture was scanned before and is skipped")
            if number == 1
            else tr("{number:,} pictures were scanned before and are skipped", number=number)
        )
        action = tr("Count it again") if number == 1 else tr("Count them again")
        self._notice.tell(words, action=action, then=then, stays=True, about="repeats")
