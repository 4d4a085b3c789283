"""A ledger with pictures to be read, for tests of whatever reads them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from cardscanner_gui.cluster.batch_source import BatchSource
from cardscanner_gui.core.batches import Batch, BatchOptions
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.cluster_batches import ClusterBatches
from cardscanner_gui.store.database import Database


@pytest.fixture
def files(tmp_path: Path) -> Callable[..., Path]:
    """Writes files of these words, and gives their folder."""

    def write(*words: str) -> Path:
        folder = tmp_path / "pictures"
        folder.mkdir()
        for number, text in enumerate(words):
            (folder / f"{number}.jpg").write_text(text, encoding="utf-8")
        return folder

    return write


def begun(database: Database, source: BatchSource) -> Batch:
    options = BatchOptions(record=False)
    batch, _ = ClusterBatches(database).open(source.words, source.pictures, options, source.name)
    assert BatchStore(database).claim(batch.id)
    return batch


def answers(database: Database, batch: Batch) -> list[dict[str, object]]:
    found = [answer for _, answer in ClusterBatches(database).answers(batch.id)]
    assert None not in found
    return found  # type: ignore[return-value]
