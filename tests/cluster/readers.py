"""Readers without networks, for what happens around reading; Ray's processes import them."""

from __future__ import annotations

import os
import time
from pathlib import Path

from cardscanner_gui.cluster.batch_reader import BatchReader, BatchSpec, ReadOutcome
from cardscanner_gui.cluster.object_store import ObjectStore
from cardscanner_gui.core.types import ScanResult


class QuickReader(BatchReader):
    """Opens no picture, and is ready at once; whatever lies in a file is its answer."""

    def __init__(self, spec: BatchSpec) -> None:
        self._spec = spec
        self._fetched = None
        self._store = ObjectStore(spec.place, pause=lambda _: None) if spec.place else None

    def _outcome(self, item_id: int, path: Path) -> ReadOutcome:
        from cardscanner_gui.recognition.content import ContentKeys

        self._contents = ContentKeys()
        return super()._outcome(item_id, path)

    def _read(self, item_id: int, path: Path, source: str) -> ScanResult:
        words = path.read_text(encoding="utf-8")
        if words.startswith("slow"):
            time.sleep(0.3)
        if words.startswith("deadly"):
            os.kill(os.getpid(), 9)
        return ScanResult(source, width=len(words), height=1)

    def _told(self, item_id: int, result: ScanResult, content: str | None) -> ReadOutcome:
        from cardscanner_gui.recognition.contract import scan_object
        from cardscanner_gui.store.cluster_batches import ReadPicture

        return ReadOutcome(item_id, ReadPicture(item_id, scan_object(result, {}), None, content))
