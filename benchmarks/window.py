"""How long the window's own thread is kept from answering while ten pictures are processed.

    python benchmarks/window.py [--quick] [--json FILE] [--pictures N]

Ten drawn 12-megapixel photos are dropped on a real window with the real recognizer. A timer that is
due every 5 ms tells how late it comes: that is a stall, whoever caused it. Goal: never over 50 ms.
Icons, and everything else that happens once after the first paint, count from the drop on only.
"""

from __future__ import annotations

import argparse
import itertools
import json
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

GOAL_MS = 50.0
_TICK_MS = 5


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure stalls of the window's thread.")
    parser.add_argument("--quick", action="store_true", help="three pictures instead of ten")
    parser.add_argument("--pictures", type=int, default=0, metavar="N")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    number = options.pictures or (3 if options.quick else 10)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        pictures = draw_pictures(Path(folder), number)
        stalls, starvations, seconds, kept = measure(Path(folder), pictures)
    longest = max(stalls)
    own = max(stall - starved for stall, starved in zip(stalls, starvations, strict=True))
    figures = {
        "pictures": number,
        "cards_kept": kept,
        "seconds": round(seconds, 1),
        "longest_stall_ms": round(longest, 1),
        "longest_stall_without_waiting_for_a_core_ms": round(own, 1) if any(starvations) else None,
        "p99.9_ms": round(statistics.quantiles(stalls, n=1000)[-1], 1),
        "p99_ms": round(statistics.quantiles(stalls, n=100)[-1], 1),
        "ticks": len(stalls),
        "ticks_over_16_ms": sum(s > 16 for s in stalls),
    }
    for name, value in figures.items():
        print(f"{name:44} {value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return 0 if longest <= GOAL_MS else 1


def draw_pictures(folder: Path, number: int) -> list[Path]:
    """Photos of the invented cards, 4000 x 3000."""
    from tests.qt.cards import PRINTINGS, photograph

    paths = []
    for n in range(number):
        path = folder / f"photo-{n:02}.jpg"
        photograph(PRINTINGS[n % len(PRINTINGS)], path, angle=5.0 * n, size=(4000, 3000))
        paths.append(path)
    return paths


def measure(folder: Path, pictures: list[Path]) -> tuple[list[float], list[float], float, int]:
    """Drop the pictures; lateness and starvation of each tick in ms, seconds, cards kept."""
    from cardscanner_gui import environment

    environment.prepare()
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    from cardscanner_gui.builder import Builder
    from cardscanner_gui.catalogue.update import update_catalogue
    from cardscanner_gui.core.cancellation import CancelToken
    from cardscanner_gui.core.collection import EntryQuery
    from cardscanner_gui.core.scheduler import Scheduler
    from cardscanner_gui.paths import DataPaths
    from cardscanner_gui.qt.application import make_application
    from cardscanner_gui.qt.main_window import MainWindow
    from cardscanner_gui.qt.services import WindowServices
    from cardscanner_gui.resources import resource_dir
    from cardscanner_gui.settings import Settings
    from cardscanner_gui.store import Collection, ScanLog
    from tests.qt.cards import InventedSource

    paths = DataPaths(folder / "data")
    paths.create()
    update_catalogue(paths.catalogue, InventedSource(), lambda words, part: None, CancelToken())
    builder = Builder(paths, Settings(offline=True))
    database = builder.open_database()
    app = make_application(sys.argv[:1], resource_dir())
    window = MainWindow(
        WindowServices(
            scheduler=Scheduler(),
            make_recognizer=lambda: builder.make_recognizer(builder.open_catalogue()),
            make_matcher=lambda: lambda reading: None,
            database=database,
            collection=Collection(database),
            scans=ScanLog(database),
            open_catalogue=builder.open_catalogue,
            update_catalogue=lambda progress, token: None,
            settings=Settings(offline=True),
            save_settings=lambda settings: None,
            layout_file=folder / "window.ini",
            resources=resource_dir(),
            version="benchmark",
        )
    )
    window.resize(1280, 800)
    window.show()
    _wait_for(app, lambda: window.status.reader.text() == "Reader ready" and window.idle)

    ticks: list[tuple[float, float]] = []
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(lambda: ticks.append((time.perf_counter(), starved_ms())))
    loop = QEventLoop()
    window.session.drained.connect(loop.quit)
    timer.start(_TICK_MS)
    started = time.perf_counter()
    window.scan([str(path) for path in pictures])
    loop.exec()
    seconds = time.perf_counter() - started
    timer.stop()
    _wait_for(app, lambda: window.idle)
    kept = window.services.collection.copies(EntryQuery())
    window.close()
    pairs = list(itertools.pairwise(ticks))
    stalls = [max(0.0, (b[0] - a[0]) * 1000 - _TICK_MS) for a, b in pairs]
    return stalls, [b[1] - a[1] for a, b in pairs], seconds, kept


def starved_ms() -> float:
    """How long this thread was ready to run but had no core, in ms; 0 where nobody counts it.

    On a machine that does other work too, the rest of a stall is what the program itself causes.
    """
    try:
        return int(Path("/proc/thread-self/schedstat").read_text().split()[1]) / 1e6
    except (OSError, IndexError, ValueError):
        return 0.0


def _wait_for(app, condition, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit("The window didn't get ready.")
        app.processEvents()
        time.sleep(0.005)


if __name__ == "__main__":
    sys.exit(main())
