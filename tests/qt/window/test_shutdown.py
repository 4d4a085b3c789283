"""Ending in stages: one that fails, and one that hangs, keep no other from its turn."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.qt.window.shutdown import Shutdown, Stage
from cardscanner_gui.settings import load_settings
from tests.qt.cards import EMBERIX
from tests.qt.conftest import Harness
from tests.qt.scripted_recogniser import ScriptedCard


@pytest.fixture
def hanging() -> Callable[[], None]:
    """A stage that ends only when the test does."""
    end = threading.Event()
    yield lambda: end.wait(60) and None
    end.set()


def fail() -> None:
    raise StoreError("the disk is full")


def test_stages_run_in_order_and_each_once() -> None:
    ran: list[str] = []
    shutdown = Shutdown(
        [Stage(name, lambda name=name: ran.append(name), 5.0) for name in ("a", "b", "c")]
    )
    assert shutdown.run()
    assert shutdown.run()
    assert ran == ["a", "b", "c"]


def test_one_that_fails_keeps_no_other_from_its_turn(caplog: pytest.LogCaptureFixture) -> None:
    ran: list[str] = []
    shutdown = Shutdown(
        [
            Stage("close the first", fail),
            Stage("close the second", fail, 5.0),
            Stage("close the third", lambda: ran.append("third")),
        ]
    )
    assert not shutdown.run()
    assert ran == ["third"]
    for name in ("first", "second"):
        (record,) = [r for r in caplog.records if f"close the {name}" in r.getMessage()]
        assert record.levelno == logging.ERROR
        assert "the disk is full" in str(record.exc_info[1])


def test_one_that_hangs_is_left_behind(
    hanging: Callable[[], None], caplog: pytest.LogCaptureFixture
) -> None:
    ran: list[str] = []
    shutdown = Shutdown(
        [Stage("stop the camera", hanging, 0.05), Stage("close", lambda: ran.append("closed"))]
    )
    assert not shutdown.run()
    assert ran == ["closed"]
    assert "gave up after 0.05 s to stop the camera" in caplog.text


def test_one_that_says_no_is_heard(caplog: pytest.LogCaptureFixture) -> None:
    assert not Shutdown([Stage("stop recognising", lambda: False, 5.0)]).run()
    assert "couldn't stop recognising" in caplog.text


def test_what_touches_widgets_stays_on_its_thread() -> None:
    threads: list[threading.Thread] = []
    Shutdown([Stage("save", lambda: threads.append(threading.current_thread()))]).run()
    assert threads == [threading.current_thread()]


@pytest.mark.usefixtures("kept_catalogue")
def test_a_memory_that_cannot_be_closed_loses_no_card_and_no_choice(
    harness: Harness, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    harness.recogniser.script["one.png"] = (ScriptedCard((EMBERIX,)),)
    window = harness.open_window(release=fail)
    window.scan([str(harness.picture("one.png"))])
    harness.settle(window)
    window.commands.themes["dark"].trigger()
    window.close()
    harness.windows.remove(window)
    assert not window.stopped_cleanly
    assert "failed to let go of the memory" in caplog.text
    caplog.clear()

    with pytest.raises(RuntimeError, match="closed"):
        window.services.database.connection()
    assert load_settings(tmp_path / "settings.json").theme == "dark"
    again = harness.open_window()
    assert again.services.collection.copies(again.collection_page.model.query) == 1
