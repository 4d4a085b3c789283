"""Python's search for unreachable objects runs on the window's thread alone."""

from __future__ import annotations

import gc
import threading
from typing import ClassVar

from tests.qt.conftest import Harness


class Loop:
    """Unreachable but by itself, so that only the search ends it."""

    ended_in: ClassVar[list[str]] = []

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        self.ended_in.append(threading.current_thread().name)


def test_what_a_busy_thread_leaves_is_ended_by_the_window_s(harness: Harness) -> None:
    Loop.ended_in.clear()
    assert gc.isenabled()
    window = harness.open_window()

    def leave_much() -> None:
        for _ in range(20 * gc.get_threshold()[0]):
            Loop()

    worker = threading.Thread(target=leave_much, name="busy")
    worker.start()
    worker.join()
    assert Loop.ended_in == []
    harness.wait(lambda: Loop.ended_in)
    assert set(Loop.ended_in) == {threading.main_thread().name}
    window.close()
    assert gc.isenabled()
