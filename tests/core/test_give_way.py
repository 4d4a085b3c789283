"""Which threads the system lets go first."""

from __future__ import annotations

import os
import sys
import threading

import pytest

from cardscanner_gui.core.give_way import give_way


@pytest.mark.skipif(sys.platform != "linux", reason="other systems weigh whole programs")
def test_a_thread_that_gives_way_and_those_it_starts_are_nicer_than_the_others():
    seen: dict[str, int] = {}

    def note(name: str) -> None:
        seen[name] = os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def compute() -> None:
        give_way()
        note("computing")
        started = threading.Thread(target=note, args=("started by it",))
        started.start()
        started.join()

    thread = threading.Thread(target=compute)
    thread.start()
    thread.join()
    note("drawing")
    assert seen["computing"] > seen["drawing"]
    assert seen["started by it"] == seen["computing"]
