"""The reader thread: never stale, says how the camera is, opens it again by itself."""

from __future__ import annotations

import itertools
import threading
import time
from collections.abc import Callable

import numpy as np
import pytest

from cardscanner_gui.capture.health import SourceHealth
from cardscanner_gui.capture.reader import FrameReader
from cardscanner_gui.capture.source import Pace, SourceError
from cardscanner_gui.core.live import SourceState
from cardscanner_gui.core.types import Frame
from tests.capture.scripted_source import ScriptedSource, noisy

UNPLUGGED = SourceError(SourceState.LOST, "the camera was unplugged")
BUSY = SourceError(SourceState.BUSY, "another program has the camera")
DENIED = SourceError(SourceState.DENIED, "the system says no")


class Heard:
    """What the reader reported."""

    def __init__(self) -> None:
        self.states: list[SourceState] = []
        self.messages: list[str] = []

    def __call__(self, state: SourceState, message: str) -> None:
        self.states.append(state)
        self.messages.append(message)


def wait_until(condition: Callable[[], bool], seconds: float = 30.0) -> None:
    until = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < until, "it never came true"
        time.sleep(0.005)


def frames(count: int, pause: float = 0.01):
    """So many different pictures."""
    for number in range(count):
        yield noisy(seed=number)
        yield pause


def endless():
    for number in itertools.count():
        yield noisy(seed=number % 50)
        yield 0.005


def test_who_was_away_gets_the_newest_frame_and_none_of_the_old_ones():
    gate = threading.Event()

    def script():
        for number in range(20):
            yield noisy(seed=number)
        gate.wait(30)

    reader = FrameReader(ScriptedSource(script()))
    reader.start()
    wait_until(lambda: reader.latest is not None and reader.latest.id == "scripted#20")
    newest = reader.next(1)
    assert newest is not None
    assert newest.id == "scripted#20"
    assert reader.next(0.01) is None  # and nobody gets the same one twice
    gate.set()
    assert reader.stop()


def test_a_recording_that_waits_loses_no_frame():
    reader = FrameReader(ScriptedSource([noisy(seed=n) for n in range(12)], pace=Pace.ASKED))
    reader.start()
    seen = []
    while not reader.ended:
        frame = reader.next(5)
        if frame is not None:
            seen.append(frame.id)
            time.sleep(0.002)
    assert seen == [f"scripted#{n}" for n in range(1, 13)]
    assert reader.stop()


def test_an_unplugged_camera_is_said_and_comes_back_by_itself():
    heard = Heard()
    source = ScriptedSource([*frames(3), UNPLUGGED], UNPLUGGED, BUSY, endless())
    reader = FrameReader(source, heard, back_off_s=(0.01, 0.02))
    reader.start()
    wait_until(lambda: heard.states.count(SourceState.LIVE) == 2)
    before = reader.latest
    wait_until(lambda: reader.latest is not before)
    assert reader.stop()
    assert heard.states == [
        SourceState.CONNECTING, SourceState.LIVE, SourceState.LOST, SourceState.BUSY,
        SourceState.LIVE,
    ]  # fmt: skip
    assert heard.messages[2:4] == ["the camera was unplugged", "another program has the camera"]
    assert heard.messages[4] == ""
    assert source.opened == 4
    assert source.closed == 4
    assert source.threads == {"capture"}


def test_a_camera_that_stays_away_is_asked_for_less_and_less_often():
    source = ScriptedSource([*frames(3), UNPLUGGED], UNPLUGGED, endless())
    reader = FrameReader(source, back_off_s=(0.01, 3600.0))
    reader.start()
    wait_until(lambda: source.closed == 2)
    time.sleep(0.1)
    assert reader.stop()
    assert source.opened == 2


def test_a_denied_camera_is_said_and_tried_again():
    heard = Heard()
    reader = FrameReader(ScriptedSource(DENIED, DENIED, endless()), heard, back_off_s=(0.01,))
    reader.start()
    wait_until(lambda: SourceState.LIVE in heard.states)
    assert reader.stop()
    assert heard.states == [SourceState.CONNECTING, SourceState.DENIED, SourceState.LIVE]


def test_stopping_while_the_camera_is_away_does_not_wait_for_it():
    reader = FrameReader(ScriptedSource(UNPLUGGED), back_off_s=(3600.0,))
    reader.start()
    wait_until(lambda: reader.state is SourceState.LOST)
    assert reader.stop()


def test_a_file_that_cannot_be_opened_is_not_tried_again():
    source = ScriptedSource(UNPLUGGED, pace=Pace.REAL_TIME)
    reader = FrameReader(source)
    reader.start()
    wait_until(lambda: reader.ended)
    assert reader.stop()
    assert source.opened == 1


def test_the_end_of_a_recording_is_said():
    heard = Heard()
    reader = FrameReader(ScriptedSource(list(frames(2)), pace=Pace.REAL_TIME), heard)
    reader.start()
    wait_until(lambda: SourceState.ENDED in heard.states)
    assert reader.stop()


def test_a_bug_in_a_source_ends_it_with_a_word(caplog):
    heard = Heard()

    def script():
        yield noisy()
        raise ZeroDivisionError

    reader = FrameReader(ScriptedSource(script()), heard)
    reader.start()
    wait_until(lambda: reader.ended or SourceState.LOST in heard.states)
    assert reader.stop()
    assert "the log has the details" in heard.messages[-1]
    assert "ZeroDivisionError" in caplog.text


def frame(pixels) -> Frame:
    return Frame("1", pixels, 0.0, "Desk cam")


def states(pictures, rate: float) -> list[SourceState]:
    """What is said of these pictures at so many a second, each change once."""
    health = SourceHealth()
    said = [health.after(frame(p), number / rate) for number, p in enumerate(pictures)]
    return [state for state, _ in itertools.groupby(said, key=lambda pair: pair[0])]


def test_a_good_camera_is_live():
    assert states([noisy(seed=n) for n in range(200)], 30) == [SourceState.LIVE]


@pytest.mark.parametrize("level", [0, 3])
def test_a_covered_lens_is_black_until_it_is_uncovered(level):
    dark = [np.full((48, 64, 3), level, np.uint8)] * 60
    light = [noisy(seed=n) for n in range(30)]
    assert states([*light, *dark, *light], 30) == [
        SourceState.LIVE, SourceState.BLACK, SourceState.LIVE,
    ]  # fmt: skip


def test_a_dark_desk_with_a_lamp_is_not_black():
    picture = np.full((480, 640, 3), 2, np.uint8)
    picture[:, :64] = 200
    assert SourceState.BLACK not in states([picture] * 60, 30)


def test_the_same_picture_over_and_over_is_frozen():
    light = [noisy(seed=n) for n in range(30)]
    assert states([*light, *[light[-1]] * 120, *light], 30) == [
        SourceState.LIVE, SourceState.FROZEN, SourceState.LIVE,
    ]  # fmt: skip


def test_one_frame_a_second_is_slow():
    assert states([noisy(seed=n) for n in range(10)], 1)[-1] is SourceState.SLOW


def test_a_camera_that_changes_its_resolution_is_live():
    pictures = [noisy(size=(64, 48), seed=n) for n in range(40)]
    pictures += [noisy(size=(128, 96), seed=n) for n in range(40)]
    assert states(pictures, 30) == [SourceState.LIVE]


def test_a_camera_that_sends_nothing_any_more_is_said(monkeypatch):
    monkeypatch.setattr("cardscanner_gui.capture.reader._NO_PICTURE_S", 0.05)
    heard = Heard()
    gate = threading.Event()

    def script():
        yield noisy()
        gate.wait(30)
        yield from endless()

    reader = FrameReader(ScriptedSource(script()), heard)
    reader.start()
    wait_until(lambda: reader.next(0.02) is None and reader.state is SourceState.FROZEN)
    gate.set()
    wait_until(lambda: reader.state is SourceState.LIVE)
    assert reader.stop()
    assert "no picture arrives" in heard.messages[heard.states.index(SourceState.FROZEN)]
