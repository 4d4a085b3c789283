"""A batch goes past what was made to harm."""

from __future__ import annotations

from pathlib import Path

import pytest

from cardscanner_gui.capture.collect import collect_pictures
from cardscanner_gui.core.batches import BatchOptions, ItemState
from cardscanner_gui.recognition.batches import BatchRunner
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.database import Database
from tests.hostile import documents
from tests.hostile.pictures import closed_too_early, jpeg, noise, sparse
from tests.qt.scripted_recogniser import ScriptedRecogniser


@pytest.mark.usefixtures("small_limits")
def test_each_is_a_failed_picture_and_the_others_are_read(tmp_path: Path) -> None:
    folder = tmp_path / "pictures"
    folder.mkdir()
    (folder / "a self.pdf").write_bytes(documents.self_referencing_form())
    (folder / "b bomb.pdf").write_bytes(documents.form_bomb())
    (folder / "c cut.jpg").write_bytes(closed_too_early(jpeg(noise(200, 280)), 0.5))
    sparse(folder / "d vast.jpg", 20 * 1024**3)
    noise(200, 280).save(folder / "e good.jpg")
    database = Database(tmp_path / "collection.db")
    store = BatchStore(database)
    batch = store.create(collect_pictures([folder]), BatchOptions(), "hostile")
    runner = BatchRunner(store, ScriptedRecogniser)
    runner.start()
    try:
        assert runner.wait(120)
    finally:
        assert runner.close()
    failed = store.items(batch.id, ItemState.FAILED)
    assert [item.path.name[0] for item in failed] == ["a", "b", "c", "d"]
    assert all(item.error.startswith(item.path.name + ": ") for item in failed)
    assert [item.path.name for item in store.items(batch.id, ItemState.DONE)] == ["e good.jpg"]
    database.close()
