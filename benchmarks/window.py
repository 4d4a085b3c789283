"""How long the window's own thread is kept from answering while ten pictures are processed.

    python -m benchmarks.window [--quick] [--json FILE] [--pictures N] [--model FOLDER]

Ten drawn 12-megapixel photos are dropped on a real window with the real recogniser. A timer that is
due every 5 ms tells how late it comes: that is a stall, whoever caused it. Goal: never over 50 ms.
Icons, and everything else that happens once after the first paint, count from the drop on only.
With a prepared model (`benchmarks.vlm` builds some) the reader is built anew before the drop, while
the timer runs, and the model then reads every card.
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
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from cardscanner_gui.builder import Builder

GOAL_MS = 50.0
_TICK_MS = 5


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure stalls of the window's thread.")
    parser.add_argument("--quick", action="store_true", help="three pictures instead of ten")
    parser.add_argument("--pictures", type=int, default=0, metavar="N")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    parser.add_argument(
        "--model", type=Path, metavar="FOLDER", help="a model that reads every card"
    )
    options = parser.parse_args()
    number = options.pictures or (3 if options.quick else 10)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    with tempfile.TemporaryDirectory() as folder:
        pictures = draw_pictures(Path(folder), number)
        measured = measure(Path(folder), pictures, options.model)
    stalls = measured.scanning.stalls
    longest = max(*stalls, *measured.opening.stalls)
    figures = {
        "pictures": number,
        "cards_kept": measured.kept,
        "seconds": round(measured.seconds, 1),
        "longest_stall_ms": round(max(stalls), 1),
        "longest_stall_without_waiting_for_a_core_ms": measured.scanning.longest_own,
        "p99.9_ms": round(statistics.quantiles(stalls, n=1000)[-1], 1),
        "p99_ms": round(statistics.quantiles(stalls, n=100)[-1], 1),
        "ticks": len(stalls),
        "ticks_over_16_ms": sum(s > 16 for s in stalls),
    }
    if options.model:
        figures |= {
            "model": options.model.name,
            "seconds_the_reader_takes_to_open": round(measured.open_seconds, 2),
            "longest_stall_while_it_opens_ms": round(max(measured.opening.stalls), 1),
            "the_same_without_waiting_for_a_core_ms": measured.opening.longest_own,
            "cards_the_model_read": measured.asked,
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


@dataclass
class Ticks:
    """When a timer came, and how long its thread had waited for a core until then, in ms."""

    seen: list[tuple[float, float]] = field(default_factory=list)

    def add(self) -> None:
        self.seen.append((time.perf_counter(), starved_ms()))

    @property
    def stalls(self) -> list[float]:
        """How late each came, in ms; a single 0 where none was awaited."""
        pairs = itertools.pairwise(self.seen)
        return [max(0.0, (b[0] - a[0]) * 1000 - _TICK_MS) for a, b in pairs] or [0.0]

    @property
    def longest_own(self) -> float | None:
        """The longest stall without waiting for a core; None where nobody counts the waits."""
        waits = [b[1] - a[1] for a, b in itertools.pairwise(self.seen)]
        if not any(waits):
            return None
        return round(max(s - w for s, w in zip(self.stalls, waits, strict=True)), 1)


@dataclass(frozen=True)
class Measured:
    """What one run gave; `asked` counts the cards that the model read."""

    opening: Ticks
    open_seconds: float
    scanning: Ticks
    seconds: float
    kept: int
    asked: int


def measure(folder: Path, pictures: list[Path], model: Path | None = None) -> Measured:
    """Drop the pictures on a window, after building its reader anew if there is a model."""
    from cardscanner_gui import environment

    environment.prepare()
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    from cardscanner_gui.builder import Builder
    from cardscanner_gui.catalogue.update import update_catalogue
    from cardscanner_gui.core.cancellation import CancelToken
    from cardscanner_gui.core.collection import EntryQuery
    from cardscanner_gui.core.scheduler import Scheduler
    from cardscanner_gui.paths import DataPaths
    from cardscanner_gui.qt.services import WindowServices
    from cardscanner_gui.qt.window.application import make_application
    from cardscanner_gui.qt.window.main_window import MainWindow
    from cardscanner_gui.recognition.keeping import Keeping
    from cardscanner_gui.resources import resource_dir
    from cardscanner_gui.settings import Settings
    from cardscanner_gui.store import Collection, ScanLog, Sessions
    from tests.qt.cards import InventedSource

    paths = DataPaths(folder / "data")
    paths.create()
    update_catalogue(paths.catalogue, InventedSource(), lambda words, part: None, CancelToken())
    builders = [Builder(paths, Settings(offline=True))]
    builder = builders[0]
    database = builder.open_database()
    app = make_application(sys.argv[:1], resource_dir())
    window = MainWindow(
        WindowServices(
            scheduler=Scheduler(),
            make_recogniser=lambda: builders[-1].make_recogniser(builder.open_catalogue()),
            make_matcher=lambda: lambda reading, look: None,
            database=database,
            collection=Collection(database),
            scans=ScanLog(database),
            keeping=Keeping(database, builder.games),
            sessions=Sessions(database),
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

    opening, scanning = Ticks(), Ticks()
    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    loop = QEventLoop()
    started = time.perf_counter()
    if model is not None:
        builders.append(with_model(builder, model))
        timer.timeout.connect(opening.add)
        window.work.inference.reports.ready.connect(loop.quit)
        window.work.inference.reports.unavailable.connect(loop.quit)
        timer.start(_TICK_MS)
        window.work.inference.rebuild()
        loop.exec()
        timer.timeout.disconnect(opening.add)
    open_seconds = time.perf_counter() - started
    timer.timeout.connect(scanning.add)
    window.work.scans.drained.connect(loop.quit)
    timer.start(_TICK_MS)
    started = time.perf_counter()
    window.scan([str(path) for path in pictures])
    loop.exec()
    seconds = time.perf_counter() - started
    timer.stop()
    _wait_for(app, lambda: window.idle)
    kept = window.services.collection.copies(EntryQuery())
    window.close()
    asked = builder.metrics.snapshot().count("model_pictures_total")
    return Measured(opening, open_seconds, scanning, seconds, kept, asked)


def with_model(builder: Builder, folder: Path) -> Builder:
    """The same with this model installed, which reads every card."""
    from cardscanner_gui.core.modes import ReadingMode
    from cardscanner_gui.settings import Settings
    from cardscanner_gui.vlm.models import MODELS

    width = json.loads((folder / "config.json").read_text())["text_config"]["hidden_size"]
    fitting = [model.id for model in MODELS.values() if model.hidden == width] or [*MODELS]
    target = builder.paths.models / fitting[0]
    target.parent.mkdir(parents=True, exist_ok=True)
    target.symlink_to(folder.resolve(), target_is_directory=True)
    settings = Settings(offline=True, reading_mode=ReadingMode.THOROUGH, model=fitting[0])
    return replace(builder, settings=settings)


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
