"""Batches as the service takes them in and tells of them; the queue itself is in the database."""

from __future__ import annotations

import logging
import re
import shutil
import uuid
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any, BinaryIO

import numpy as np

from cardscanner_gui.capture.pages import file_and_page, split_pages
from cardscanner_gui.core.batches import Batch, BatchItem, BatchOptions, BatchState, ItemState
from cardscanner_gui.core.collection import Scan
from cardscanner_gui.core.copies import CopyDefaults
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.text import file_name
from cardscanner_gui.core.types import Candidate, Match, Reading, Recognition
from cardscanner_gui.recognition.batches import BatchReports, BatchRunner
from cardscanner_gui.recognition.contract import card_object
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.scans import ScanLog

log = logging.getLogger(__name__)

_UNSAFE = re.compile(r"[^\w .()\-]+")
_LONGEST_NAME = 80


class BatchIntake:
    """Takes batches in. Methods may be called from any thread.

    Args:
        store: the queue.
        scans: what was recorded.
        folder: where uploaded pictures are kept until they are done.
        defaults: what kept cards start as.
        make_runner: makes what works the queue off and reports to the given.
    """

    def __init__(
        self,
        store: BatchStore,
        scans: ScanLog,
        folder: Path,
        defaults: CopyDefaults,
        games: Games,
        make_runner: Callable[[BatchReports], BatchRunner],
    ) -> None:
        self._store = store
        self._scans = scans
        self._folder = folder
        self._defaults = defaults
        self._games = games
        self._runner = make_runner(BatchReports(changed=self._tidy, problem=log.error))

    def start(self) -> None:
        """Go on with what an earlier process left, and then with what comes."""
        self._runner.start()

    def close(self) -> None:
        """Stop before the next picture; what is left goes on at the next start."""
        if not self._runner.close():
            log.error("a batch's picture didn't stop")

    def accept(
        self, files: Sequence[tuple[str, BinaryIO]], name: str, keep: bool
    ) -> dict[str, Any]:
        """Store the pictures, queue them, and say so as `look` does. Raises `StoreError`."""
        folder = self._folder / uuid.uuid4().hex
        folder.mkdir(parents=True)
        paths: list[Path] = []
        for place, (sent_name, file) in enumerate(files, 1):
            path = folder / f"{place:04d} {_safe(sent_name)}"
            with path.open("wb") as target:
                shutil.copyfileobj(file, target)
            paths += split_pages(path)
        options = BatchOptions(keep, self._defaults)
        batch = self._store.create(paths, options, name or _safe(files[0][0]))
        self._runner.wake()
        return self._told(batch)

    def look(self, batch_id: int) -> dict[str, Any] | None:
        """State, progress and results of a batch; None when there is none of this id."""
        batch = self._store.get(batch_id)
        return None if batch is None else self._told(batch)

    def _tidy(self, batch_id: int) -> None:
        """Remove the uploads of a batch that is done; those that failed may be tried again."""
        batch = self._store.get(batch_id)
        if batch is None or batch.state is not BatchState.DONE:
            return
        for file in self._files(batch_id, ItemState.DONE) - self._files(batch_id, ItemState.FAILED):
            if file.is_relative_to(self._folder):
                file.unlink(missing_ok=True)
                with suppress(OSError):  # not empty yet
                    file.parent.rmdir()

    def _files(self, batch_id: int, state: ItemState) -> set[Path]:
        return {file_and_page(item.path)[0] for item in self._store.items(batch_id, state)}

    def _told(self, batch: Batch) -> dict[str, Any]:
        left = batch.seconds_left
        return {
            "id": batch.id,
            "name": batch.name,
            "created_at": batch.created_at,
            "state": str(batch.state),
            "total": batch.total,
            "done": batch.done,
            "failed": batch.failed,
            "seconds_left": None if left is None else round(left, 1),
            "items": [self._item(item) for item in self._store.items(batch.id)],
        }

    def _item(self, item: BatchItem) -> dict[str, Any]:
        cards = []
        for scan_id in item.scan_ids:
            scan, reading = self._scans.get(scan_id), self._scans.reading(scan_id)
            if scan is not None and reading is not None:
                cards.append(_card(scan, reading, self._games))
        return {
            "file": item.path.name.partition(" ")[2] or item.path.name,
            "state": str(item.state),
            "error": item.error or None,
            "cards": cards,
        }


def _safe(name: str) -> str:
    """A file name that means the same to people and can't lead anywhere."""
    return _UNSAFE.sub("_", file_name(name)).strip(". ")[-_LONGEST_NAME:] or "picture"


def _card(scan: Scan, reading: Reading, games: Games) -> dict[str, Any]:
    """The scan contract's card, without what isn't recorded: times, and whether it was cached."""
    candidates = tuple(
        Candidate(printing, sum(points.values()), score, points)
        for (printing, score), points in zip(scan.candidates, scan.evidence, strict=True)
    )
    recognition = Recognition(
        match=Match(scan.status, scan.reason, scan.printing, candidates=candidates),
        reading=reading,
        corners=None if scan.corners is None else np.array(scan.corners),
        language=scan.language,
        finish=scan.finish,
    )
    card = card_object(recognition, games)
    return {key: value for key, value in card.items() if key not in {"cached", "timings_ms"}}
