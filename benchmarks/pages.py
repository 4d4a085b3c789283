"""What the Activity and Sets pages take of the window's thread, and of the store's.

    python -m benchmarks.pages [--quick] [--json FILE]

The activity page draws one part after the other, each once a second; each is timed with the
painting that it causes, on figures of a long day. The sets page counts a collection of 50,000
entries and paints a set of 279 printings. Milliseconds of the thread's own time, so that a busy
machine gives the same figures. Goal: 16 ms for each part.
"""

from __future__ import annotations

import argparse
import itertools
import json
import math
import os
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.types import Printing
from cardscanner_gui.recognition.decision_words import Decided
from cardscanner_gui.recognition.figures import figures_of
from cardscanner_gui.recognition.sampler import KEPT_SAMPLES, Sample

GOAL_MS = 16.0
_SETS = 200
_SET_SIZE = 279


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the Activity and Sets pages.")
    parser.add_argument("--quick", action="store_true", help="fewer rounds, a tenth of the entries")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    rounds = 20 if options.quick else 200
    figures = activity(rounds)
    figures |= sets(rounds, 5_000 if options.quick else 50_000)
    for name, value in figures.items():
        print(f"{name:44} {value:8.1f}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    slow = [n for n, ms in figures.items() if n.endswith("median of a part") and ms > GOAL_MS]
    return 1 if slow else 0


def activity(rounds: int) -> dict[str, float]:
    """Each part of the activity page."""
    from PySide6.QtWidgets import QApplication

    from cardscanner_gui.qt.activity.body import ActivityBody
    from cardscanner_gui.qt.activity.charts import warm_up
    from cardscanner_gui.qt.style.theme import Appearance
    from cardscanner_gui.qt.window.application import make_application
    from cardscanner_gui.resources import resource_dir

    app = make_application(sys.argv[:1], resource_dir())
    Appearance(app, resource_dir(), "light")
    snapshot, samples = long_day().snapshot(), five_minutes()
    figures: dict[str, float] = {}
    start = time.thread_time()
    warm_up()
    figures["importing the plots, on another thread"] = (time.thread_time() - start) * 1000
    start = time.thread_time()
    body = ActivityBody()
    body.more.setChecked(True)
    body.resize(1190, 1000)
    body.show()
    QApplication.processEvents()
    figures["making the page, once"] = (time.thread_time() - start) * 1000
    start = time.thread_time()
    for chart in body.details.charts:
        chart.make_curve()
    figures["making a curve, once"] = (time.thread_time() - start) * 1000 / len(body.details.charts)
    decisions = [
        Decided(time.time() - n, "identified", f"Sproutle {n:03}/193: text recognition – 412 ms")
        for n in range(400)
    ]
    turn = iter(range(10**6))

    def show_figures() -> None:
        shown = figures_of(snapshot)
        body.details.show_figures(shown, shown)

    def show_decisions() -> None:
        start = 200 - next(turn) % 200
        body.decisions.show_lines(decisions[start : start + 200])

    parts: dict[str, Callable[[], None]] = {
        "figures and tables": show_figures,
        "a curve": lambda: body.details.memory.show_samples(samples),
        "200 decisions, one of them new": show_decisions,
    }
    for name, part in parts.items():
        figures |= timed(name, part, rounds)
    body.close()
    return figures


def sets(rounds: int, entries: int) -> dict[str, float]:
    """Counting the collection by sets, and the grid of one."""
    from cardscanner_gui.qt.sets.grid import SetGrid
    from cardscanner_gui.store import Collection, Database
    from cardscanner_gui.store.set_counts import SetCounts

    draw = random.Random(5)
    with tempfile.TemporaryDirectory() as folder:
        database = Database(Path(folder) / "collection.db")
        Collection(database).add_all(
            [
                Entry(printing(draw.randrange(_SETS), draw.randrange(_SET_SIZE)), note=str(n))
                for n in range(entries)
            ],
            merge=False,
        )
        counts = SetCounts(database)
        start = time.thread_time()
        owned = counts.by_set()
        counted = (time.thread_time() - start) * 1000
        start = time.thread_time()
        copies = counts.copies("set7")
        one = (time.thread_time() - start) * 1000
        database.close()
    assert sum(had.copies for had in owned.values()) == entries
    grid = SetGrid()
    grid.resize(1180, 700)
    grid.show()
    printings = [printing(7, number) for number in range(_SET_SIZE)]
    grid.cells.show_printings(printings, copies)
    painted = timed("a screen full of a set", lambda: grid.cells.show_copies(copies), rounds)
    others = itertools.cycle(
        [[printing(number, n) for n in range(_SET_SIZE)] for number in range(8, 20)]
    )
    painted |= timed(
        "a set's first screen", lambda: grid.cells.show_printings(next(others), copies), rounds
    )
    grid.close()
    return {
        f"counting {entries:,} entries by set (SQLite)": counted,
        "counting the copies of one set (SQLite)": one,
        **painted,
    }


def timed(name: str, part: Callable[[], object], rounds: int) -> dict[str, float]:
    """Own time of a part and of the painting that follows."""
    from PySide6.QtWidgets import QApplication

    taken = []
    for _ in range(rounds + 3):
        start = time.thread_time()
        part()
        QApplication.processEvents()
        taken.append((time.thread_time() - start) * 1000)
    taken = taken[3:]  # what is made at the first time only
    return {f"{name}: median of a part": statistics.median(taken), f"{name}: most": max(taken)}


def long_day() -> Metrics:
    """Everything that is counted, a thousand times."""
    metrics, draw = Metrics(), random.Random(3)
    for _ in range(1000):
        metrics.count("scans_total", status="finished")
        metrics.count("cards_total", status=draw.choice(["identified", "unsure"]))
        metrics.count("answers_total", by=draw.choice(["exact", "near", "ocr"]))
        metrics.observe("scan_ms", draw.lognormvariate(6, 0.5), mode="fast")
        for stage in ("decode", "cache", "find", "rectify", "verify", "read", "match", "model"):
            metrics.observe("stage_ms", draw.lognormvariate(4, 0.8), stage=stage, reader="ocr")
        for tier in ("l1", "redis", "sqlite"):
            for kind in ("exact", "near"):
                outcome = draw.choice(["hit", "miss"])
                metrics.count("cache_requests_total", tier=tier, kind=kind, outcome=outcome)
    return metrics


def five_minutes() -> list[Sample]:
    draw = random.Random(4)
    return [
        Sample(float(n), (500 + draw.random() * 50) * 1e6, 50 + 40 * math.sin(n / 9), 400.0, 40.0)
        for n in range(KEPT_SAMPLES)
    ]


def printing(card_set: int, number: int) -> Printing:
    """An invented printing."""
    set_id = f"set{card_set}"
    return Printing(
        id=f"{set_id}-{number:03}",
        names={"en": f"Sproutle {number} of set {card_set}"},
        set_id=set_id,
        set_names={"en": f"Verdant Dawn {card_set}"},
        number=f"{number:03}",
        printed_total=_SET_SIZE,
    )


if __name__ == "__main__":
    sys.exit(main())
