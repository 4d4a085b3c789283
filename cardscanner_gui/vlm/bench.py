"""Times a prepared model on this machine."""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from pathlib import Path

import numpy as np

from cardscanner_gui.core.game import Question
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.graphs.session import Stop
from cardscanner_gui.vlm.measure import compare_times

CONTEXT = 200


def bench_parts(folder: Path, questions: Mapping[str, Question]) -> dict[str, float]:
    """Seconds of what a read is made of: opening, one tile, reading 100 positions, one token."""
    begun = time.perf_counter()
    engine = Engine(folder, questions)
    opened = time.perf_counter() - begun
    stop, decoder = Stop(), engine.decoder
    rng = np.random.default_rng(0)
    side = engine.plan.image.tile
    values = rng.standard_normal((CONTEXT + 1, decoder.hidden), np.float32) * np.float32(0.1)
    cache = decoder.new_cache(CONTEXT + 1)

    def tile() -> None:
        engine.vision.compute(rng.integers(0, 256, (side, side, 3), np.uint8), stop)

    def prefill() -> None:
        cache.truncate(0)
        decoder.forward(cache, values[:100], [99], stop)

    def one_token() -> None:
        cache.truncate(CONTEXT)
        decoder.forward(cache, values[CONTEXT:], [0], stop)

    tasks: dict[str, Callable[[], None]] = {
        "one tile": tile,
        "reading 100 positions": prefill,
    }
    times = compare_times(list(tasks.values()))
    decoder.forward(cache, values[100:CONTEXT], [0], stop)
    token = compare_times([one_token], rounds=20)[0]
    return {"opening": opened, **dict(zip(tasks, times, strict=True)), "one token": token}
