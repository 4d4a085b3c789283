"""What `--add` does with results: identified cards are kept, all others wait for review."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from types import TracebackType
from typing import Self

from cardscanner_gui.builder import Builder
from cardscanner_gui.core.collection import Decision
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.types import ScanResult
from cardscanner_gui.core.words import tr
from cardscanner_gui.recognition.content import ContentKeys
from cardscanner_gui.recognition.keeping import Keeping
from cardscanner_gui.recognition.totals import TotalsKeeper
from cardscanner_gui.settings import Settings
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.metrics import MetricTotals
from cardscanner_gui.store.scans import ScanLog


@contextmanager
def remembering(builder: Builder, database: Database) -> Iterator[Builder]:
    """A builder of recognisers that remember in this database, and whose figures are kept there."""
    memory = builder.open_memory(database)
    totals = TotalsKeeper(builder.metrics, MetricTotals(database))
    totals.start()
    try:
        yield replace(builder, memory=memory)
    finally:
        memory.close()
        totals.close()


class Keeper:
    """Puts scan results into the collection's database; a context manager that closes it.

    Attributes:
        database: the collection's.
        kept: cards added to the collection.
        waiting: cards that wait in the window's Review.
        skipped: pictures whose cards were counted before; with `again`, none.
    """

    def __init__(
        self, database: Database, settings: Settings, games: Games, *, again: bool = False
    ) -> None:
        self.database = database
        self._keeping = Keeping(database, games)
        self._scans = ScanLog(database)
        self._defaults = settings.defaults
        self.kept = 0
        self.waiting = 0
        self.skipped = 0
        self._again = again
        self._contents = ContentKeys()

    @property
    def words(self) -> str:
        """What was done, in one line."""
        words = tr("{kept} kept, {waiting} to review", kept=self.kept, waiting=self.waiting)
        if not self.skipped:
            return words
        pictures = (
            tr("1 picture") if self.skipped == 1 else tr("{skipped} pictures", skipped=self.skipped)
        )
        return tr(
            "{words}, {pictures} skipped: scanned before (--again counts them again)",
            words=words,
            pictures=pictures,
        )

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.database.close()

    def add(self, result: ScanResult) -> None:
        """Record every card of a picture, unless it was counted before. Raises `StoreError`."""
        content = self._contents.of(Path(result.source))
        if content is not None and not self._again and self._scans.counted([content]):
            self.skipped += 1
            return
        change = self._keeping.record(
            result, time.time(), self._defaults, content=content, once=not self._again
        )
        self.skipped += bool(result.cards) and not change.ids
        for scan_id in change.ids:
            scan = self._scans.get(scan_id)
            kept = scan is not None and scan.decision is Decision.ACCEPTED
            self.kept += kept
            self.waiting += not kept
