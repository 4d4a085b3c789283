"""Batches as the service takes them in and tells of them; the queue itself is in the database."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any, BinaryIO, TypeVar

import numpy as np

from cardscanner_gui.capture.pages import split_pages
from cardscanner_gui.core.batches import Batch, BatchItem, BatchOptions, BatchState
from cardscanner_gui.core.collection import Scan
from cardscanner_gui.core.copies import CopyDefaults
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.types import Candidate, Match, Reading, Recognition
from cardscanner_gui.recognition.batches import BatchReports, BatchRunner
from cardscanner_gui.recognition.contract import card_object
from cardscanner_gui.service.upload_folder import UploadFolder, safe_name, shown_name
from cardscanner_gui.service.watchdog import Watched
from cardscanner_gui.service.worker_threads import WorkerThreads
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.scans import ScanLog

log = logging.getLogger(__name__)

T = TypeVar("T")

_THREADS = 2
"""One document whose pages take long to count keeps nobody from asking how far a batch is."""


class BatchIntake:
    """Takes batches in. Methods may be called from any thread.

    Only batches that came in this way are told of and deleted: the database may hold others, which
    are nobody's business here.

    Args:
        store: the queue.
        scans: what was recorded.
        uploads: where uploaded pictures are kept until they are done.
        defaults: what kept cards start as.
        make_runner: makes what works the queue off and reports to the given.
    """

    def __init__(
        self,
        store: BatchStore,
        scans: ScanLog,
        uploads: UploadFolder,
        defaults: CopyDefaults,
        games: Games,
        make_runner: Callable[[BatchReports], BatchRunner],
    ) -> None:
        self._store = store
        self._scans = scans
        self._uploads = uploads
        self._threads = WorkerThreads(_THREADS, "batch intake")
        self._defaults = defaults
        self._games = games
        self._runner = make_runner(BatchReports(changed=self._tidy, problem=log.error))

    def start(self) -> None:
        """Go on with what an earlier process left, and then with what comes."""
        try:
            self._uploads.tidy()
            self._uploads.forget_old_batches()
        except (OSError, StoreError) as error:  # they are looked at again when room is short
            log.warning("old uploads can't be removed (%s)", error)
        self._runner.start()

    def watched(self) -> Mapping[str, Watched]:
        """Whatever may get stuck here, by what the metrics call it."""
        return {"batch": self._runner, "batch intake": self._threads}

    async def call(self, function: Callable[..., T], *arguments: object) -> T:
        """Call one of the methods below, each of which may take its time. Raises `StuckError`."""
        return await self._threads.call(partial(function, *arguments))

    def stop(self) -> None:
        """Take up no further picture."""
        self._runner.stop()

    def close(self, seconds: float = 10.0) -> bool:
        """Stop before the next picture; what is left goes on at the next start.

        Returns:
            False when a picture still runs after so long.
        """
        self._threads.close()
        stopped = self._runner.close(seconds)
        if not stopped:
            log.error("a batch's picture didn't stop")
        return stopped and not self._threads.busy

    def accept(
        self, files: Sequence[tuple[str, BinaryIO]], name: str, keep: bool
    ) -> dict[str, Any]:
        """Store the pictures, queue them, and say so as `look` does.

        Raises:
            Refusal: there are too many already.
            StoreError, OSError: they can't be written; nothing of them is left.
        """
        self._uploads.forget_old_batches()
        paths = self._uploads.save(files)
        try:
            pages = [page for path in paths for page in split_pages(path)]
            self._uploads.check_pictures(len(pages))
            name = name or safe_name(files[0][0])
            batch = self._store.create(pages, BatchOptions(keep, self._defaults), name)
        except BaseException:
            self._uploads.remove(paths[0])
            raise
        self._runner.wake()
        return self._told(batch)

    def look(self, batch_id: int) -> dict[str, Any] | None:
        """State, progress and results of a batch; None when there is none of this id."""
        batch = self._own(batch_id)
        return None if batch is None else self._told(batch)

    def delete(self, batch_id: int) -> bool:
        """Stop a batch and forget it, with its pictures; False when there is none of this id.

        What it put into the collection stays; its cards that wait for review go.
        """
        if self._own(batch_id) is None:
            return False
        self._runner.cancel(batch_id)
        first = self._store.items(batch_id, limit=1)
        deleted = self._store.delete(batch_id)
        for item in first:
            self._uploads.remove(item.path)
        return deleted

    def _own(self, batch_id: int) -> Batch | None:
        items = self._store.items(batch_id, limit=1)
        mine = bool(items) and self._uploads.holds(items[0].path)
        return self._store.get(batch_id) if mine else None

    def _tidy(self, batch_id: int) -> None:
        """Remove the uploads of a batch that is done, also of the pictures that failed."""
        batch = self._store.get(batch_id)
        if batch is None or batch.state is not BatchState.DONE:
            return
        for item in self._store.items(batch_id, limit=1):
            self._uploads.remove(item.path)

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
            "file": shown_name(item.path),
            "state": str(item.state),
            "error": item.error or None,
            "cards": cards,
        }


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
        model=scan.model,
    )
    card = card_object(recognition, games)
    return {key: value for key, value in card.items() if key not in {"cached", "timings_ms"}}
