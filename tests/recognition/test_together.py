"""Cards of a batch that need a model are read together, and answered as one by one."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PIL import Image

from cardscanner_gui.core.batches import BatchState
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.types import Status
from cardscanner_gui.recognition.batch_worker import TOGETHER
from cardscanner_gui.recognition.batches import BatchReports, BatchRunner
from cardscanner_gui.recognition.judge import Judge
from cardscanner_gui.recognition.networks import Networks
from cardscanner_gui.recognition.recogniser import Recogniser
from cardscanner_gui.store import Database, ScanLog
from cardscanner_gui.store.batches import BatchStore
from tests.recognition.conftest import LEAFKIT, TWINFIN
from tests.recognition.test_batches import until
from tests.recognition.test_second_opinion import MODEL, RIGHT, ScriptedReader
from training.drawing.cards import draw_card
from training.drawing.scenes import lay_on_desk


@pytest.fixture(scope="module")
def pictures(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Cards whose numbers can't be seen, and one that text alone settles."""
    folder = tmp_path_factory.mktemp("pictures")
    paths = []
    bare = replace(LEAFKIT, attacks=(), artist="", year="", set_code="")
    for number in range(TOGETHER + 2):
        face = TWINFIN if number == 1 else bare
        card = draw_card(face).copy()
        if face is bare:
            card[-90:, : card.shape[1] // 2] = card[-100, 40]
        picture, _ = lay_on_desk(card, seed=number, angle=4 * number)
        paths.append(folder / f"{number}.png")
        Image.fromarray(picture).save(paths[-1])
    return paths


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "collection.db")
    yield database
    database.close()


@pytest.fixture
def read(
    database: Database, networks: Networks, judge: Judge, pictures: list[Path]
) -> Callable[[ScriptedReader], tuple[int, BatchStore]]:
    """Works the pictures off as a batch, in balanced mode."""

    def run(reader: ScriptedReader, metrics: Metrics | None = None) -> tuple[int, BatchStore]:
        store = BatchStore(database)
        recogniser = Recogniser(networks, judge, (reader,), ReadingMode.BALANCED, metrics=metrics)
        runner = BatchRunner(store, lambda: recogniser, BatchReports())
        batch = store.create(pictures)
        runner.start()
        try:
            assert runner.wait(40)
        finally:
            assert runner.close()
        return batch.id, store

    return run


def answers(database: Database) -> dict[str, tuple[Status, str | None]]:
    return {
        Path(scan.source).name: (scan.status, scan.printing.id if scan.printing else None)
        for scan in ScanLog(database).recent(50)
    }


def test_cards_that_need_the_model_are_read_in_groups(read, database: Database) -> None:
    reader, metrics = ScriptedReader(RIGHT), Metrics()
    batch, store = read(reader, metrics)
    assert store.get(batch).state is BatchState.DONE
    assert reader.groups == [TOGETHER]
    assert len(reader.asked) == TOGETHER + 1  # the last one has nobody to be read with
    assert len(reader.ahead) == len(reader.asked)
    found = answers(database)
    assert len(found) == TOGETHER + 2
    assert all(status is Status.IDENTIFIED for status, _ in found.values())
    shares = [scan.model for scan in ScanLog(database).recent(50)]
    assert sorted(share.reader for share in shares if share is not None) == [MODEL] * (TOGETHER + 1)
    assert metrics.snapshot().count("model_cards_total", outcome="settled") == TOGETHER + 1


def test_where_they_cant_be_read_together_each_is_read_by_itself(read, database: Database) -> None:
    reader = ScriptedReader(RIGHT, alone_only=True)
    batch, store = read(reader)
    assert store.get(batch).state is BatchState.DONE
    assert len(reader.asked) == TOGETHER + 1
    assert all(status is Status.IDENTIFIED for status, _ in answers(database).values())


def test_a_model_that_fails_costs_no_picture(read, database: Database) -> None:
    reader = ScriptedReader(RIGHT, fails=True, alone_only=True)
    batch, store = read(reader)
    assert store.get(batch).state is BatchState.DONE
    assert len(answers(database)) == TOGETHER + 2


def test_closing_while_pictures_wait_for_the_model_leaves_them_for_the_next_start(
    database: Database, networks: Networks, judge: Judge, pictures: list[Path]
) -> None:
    class Slow(ScriptedReader):
        def read_together(self, cards, expected, languages, token=None):
            assert token is not None
            while not token.wait(0.01):
                yield 0, "name", next(iter(self.read(cards[0])))[1]
            token.check()

    store, reader = BatchStore(database), Slow(RIGHT)
    recogniser = Recogniser(networks, judge, (reader,), ReadingMode.BALANCED)
    runner = BatchRunner(store, lambda: recogniser, BatchReports())
    batch = store.create(pictures)
    runner.start()
    until(lambda: reader.asked)
    assert runner.close()
    left = store.get(batch.id)
    assert left.state is not BatchState.DONE
    again = BatchRunner(
        store,
        lambda: Recogniser(networks, judge, (ScriptedReader(RIGHT),), ReadingMode.BALANCED),
        BatchReports(),
    )
    again.start()
    try:
        assert again.wait(40)
    finally:
        assert again.close()
    assert len(answers(database)) == TOGETHER + 2
