"""The sampler watches a real process: this one."""

from __future__ import annotations

import math
import time
from collections.abc import Callable

from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.recognition.sampler import Sampler


def wait_for(condition: Callable[[], object], seconds: float = 20.0) -> None:
    deadline = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < deadline, "it never came"
        time.sleep(0.01)


def test_memory_and_processor_become_gauges_and_samples(
    new_threads: Callable[[], set[str]],
) -> None:
    metrics = Metrics()
    sampler = Sampler(metrics, seconds=0.02)
    sampler.start()
    sampler.start()
    try:
        wait_for(lambda: len(sampler.samples()) >= 3)
    finally:
        sampler.stop()

    gauges = metrics.snapshot().gauges
    assert gauges["memory_bytes", ()] > 10e6
    assert 0 <= gauges["cpu_percent", ()] <= 100
    times = [sample.at for sample in sampler.samples()]
    assert times == sorted(times)
    assert "sampler" not in new_threads()


def test_samples_say_what_the_last_minute_brought() -> None:
    metrics = Metrics()
    sampler = Sampler(metrics, seconds=0.02)
    sampler.start()
    try:
        wait_for(lambda: sampler.samples())
        assert math.isnan(sampler.samples()[0].scan_ms)
        metrics.count("cards_total", 2, status="identified")
        for ms in (100.0, 200.0, 300.0):
            metrics.observe("scan_ms", ms, mode="fast")
        wait_for(lambda: sampler.samples()[-1].cards_a_minute == 2)
        wait_for(lambda: 190 < sampler.samples()[-1].scan_ms < 210)
    finally:
        sampler.stop()


def test_it_can_be_stopped_before_it_began() -> None:
    sampler = Sampler(Metrics())
    sampler.stop()
    assert sampler.samples() == ()
