"""Models as readers of cards: looking ahead, two of them, and none that can be used."""

from __future__ import annotations

import itertools
import logging
import shutil
import threading
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cardscanner_gui import builder as building
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.types import CardImage, Field
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.settings import Settings
from cardscanner_gui.vlm import installed
from cardscanner_gui.vlm import models as known
from cardscanner_gui.vlm.plan import load_plan
from cardscanner_gui.vlm.prepare import prepare
from cardscanner_gui.vlm.reader import ModelReader
from cardscanner_gui.vlm.tuning import Tuning
from tests.vlm.asked import GAMES, KNOWN

SMALL = replace(known.SMOLVLM_256M, hidden=64, published={})
LARGE = replace(known.SMOLVLM_500M, hidden=64, published={})


@pytest.fixture
def reader(prepared: Path) -> tuple[ModelReader, Metrics]:
    metrics = Metrics()
    return ModelReader(prepared, GAMES, lambda _: KNOWN, metrics=metrics), metrics


def fields(reader: ModelReader, card: CardImage) -> list[tuple[str, Field]]:
    return list(reader.read(card))


def test_what_was_looked_at_is_read_without_looking_again(
    reader: tuple[ModelReader, Metrics], prepared: Path, cards: list[CardImage]
) -> None:
    model, metrics = reader
    model.look(cards[0])
    model.look(cards[0])
    assert fields(model, cards[0]) == fields(
        ModelReader(prepared, GAMES, lambda _: KNOWN), cards[0]
    )
    list(model.read(cards[1]))
    seen = metrics.snapshot()
    assert seen.count("model_looks_total", outcome="done") == 1
    assert seen.count("model_looks_total", outcome="known") == 1
    assert seen.count("model_pictures_total", outcome="hit") == 1
    assert seen.count("model_pictures_total", outcome="miss") == 1


def test_a_look_that_is_cancelled_leaves_nothing_wrong(
    reader: tuple[ModelReader, Metrics], prepared: Path, cards: list[CardImage]
) -> None:
    model, metrics = reader
    token = CancelToken()
    token.cancel()
    with pytest.raises(CancelledError):
        model.look(cards[0], token)
    stopped = CancelToken()
    timer = threading.Timer(0.02, stopped.cancel)
    timer.start()
    with pytest.raises(CancelledError):
        look_for_ever(model, cards[0], stopped)
    timer.join()
    assert metrics.snapshot().count("model_looks_total", outcome="known") == 0
    assert fields(model, cards[0]) == fields(
        ModelReader(prepared, GAMES, lambda _: KNOWN), cards[0]
    )


def look_for_ever(model: ModelReader, card: CardImage, token: CancelToken) -> None:
    for number in itertools.count():
        model.look(card, token, fingerprint=number)


@pytest.fixture
def paths(tmp_path: Path, published: Callable[..., Path], monkeypatch: pytest.MonkeyPatch):
    """A data folder with both models installed."""
    monkeypatch.setattr(known, "MODELS", {m.id: m for m in (LARGE, SMALL)})
    found = DataPaths(tmp_path)
    ready = Path(shutil.copytree(published("uint8"), tmp_path / "ready"))
    for model in (SMALL, LARGE):
        installed.adopt_folder(found.models, model, ready)
        prepare(installed.model_folder(found.models, model), model.id, tuning=Tuning(threads=1))
    return found


def readers(paths: DataPaths, model: str = LARGE.id, mode: str = "thorough") -> list[str]:
    settings = Settings(reading_mode=ReadingMode(mode), model=model)
    return [r.id for r in building.Builder(paths, settings).make_second_readers(None)]


def test_a_smaller_model_comes_before_the_one_that_verifies(paths: DataPaths) -> None:
    assert readers(paths) == [SMALL.id, LARGE.id]
    assert readers(paths, SMALL.id) == [SMALL.id]
    assert readers(paths, mode="fast") == []
    installed.remove(paths.models, SMALL)
    assert readers(paths) == [LARGE.id]


def test_a_damaged_model_leaves_the_other_one(
    paths: DataPaths, caplog: pytest.LogCaptureFixture
) -> None:
    folder = installed.model_folder(paths.models, LARGE)
    (folder / load_plan(folder).tokenizer).unlink()
    with caplog.at_level(logging.WARNING):
        assert readers(paths) == [SMALL.id]
    assert "tokenizer.txt" in caplog.text
    assert "Cards are read without it" in caplog.text
