"""How fluent the window is while cards are scanned live: preview, stalls, and what it records.

    python benchmarks/live_window.py [--quick] [--json FILE] [--cards N]

A drawn desk video of 1920 x 1080 at 30 frames a second plays at its own speed through the real
window, with the real finder, reader and store. A timer that is due every 5 ms tells how late it
comes: that is a stall. Goals: at least 25 frames shown a second, no stall over 50 ms.
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

from benchmarks.window import starved_ms

GOAL_STALL_MS, GOAL_PREVIEW = 50.0, 25.0
_SIZE = (1920, 1080)
_TICK_MS = 5
_SETTLING_S = 2.0


def main() -> int:
    parser = argparse.ArgumentParser(description="Measure the window while scanning live.")
    parser.add_argument("--quick", action="store_true", help="6 cards instead of 30")
    parser.add_argument("--cards", type=int, default=0, metavar="N")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    number = options.cards or (6 if options.quick else 30)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from cardscanner_gui import environment

    environment.prepare(window=True)
    from benchmarks._live_run import draw

    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        print("drawing …", flush=True)
        drawn = draw(folder, "desk", number, _SIZE)
        figures = {"cards": number, **measure(folder, drawn.path)}
    for name, value in figures.items():
        print(f"{name:44} {value}")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    good = (
        figures["longest_stall_ms"] <= GOAL_STALL_MS
        and figures["preview_fps_slowest_second"] >= GOAL_PREVIEW
        and figures["recorded"] == number
    )
    return 0 if good else 1


def measure(folder: Path, video: Path) -> dict[str, float]:
    """Play the video through a window; what there is to tell about it."""
    from PySide6.QtCore import QEventLoop, Qt, QTimer

    from cardscanner_gui.core.live import SourceState
    from cardscanner_gui.qt.window.application import make_application
    from cardscanner_gui.resources import resource_dir

    app = make_application(sys.argv[:1], resource_dir())
    window = open_window(folder)
    _wait_for(app, lambda: window.status.reader.text() == "Reader ready" and window.idle)
    view = window.scan_page.hero.live
    loop = QEventLoop()

    def ended(event: object) -> None:
        if getattr(event, "state", None) is SourceState.ENDED:
            loop.quit()

    window.work.live.source_changed.connect(ended)
    window.start_live(str(video))
    _wait_for(app, lambda: view.shown > 0)
    # The first frames load libraries; a session of an hour is what is asked about.
    _run(app, _SETTLING_S)
    ticks: list[tuple[float, float]] = []
    shown: list[tuple[float, int]] = []

    def tick() -> None:
        now = time.perf_counter()
        ticks.append((now, starved_ms()))
        if not shown or now - shown[-1][0] >= 1.0:
            shown.append((now, view.shown))

    timer = QTimer()
    timer.setTimerType(Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    timer.start(_TICK_MS)
    loop.exec()
    timer.stop()
    _wait_for(app, lambda: window.work.live.idle and window.idle)
    session = window.work.live.session
    assert session is not None
    latencies = window.services.metrics.snapshot().distribution("settled_to_quick_ms")
    window.close()
    return {
        **_stalls(ticks),
        **_preview(shown),
        "recorded": session.cards,
        "identified": session.identified,
        "settled_to_quick_median_ms": round(latencies.percentile(50), 1),
        "settled_to_quick_p95_ms": round(latencies.percentile(95), 1),
    }


def open_window(folder: Path):  # type: ignore[no-untyped-def]
    """A real window on an empty collection, with a catalogue of the drawn cards."""
    from benchmarks._live_run import faces
    from cardscanner_gui.builder import Builder
    from cardscanner_gui.capture.cameras import list_cameras
    from cardscanner_gui.capture.sources import open_source
    from cardscanner_gui.core.scheduler import Scheduler
    from cardscanner_gui.games import ALL as GAMES
    from cardscanner_gui.paths import DataPaths
    from cardscanner_gui.qt.live.settings import LiveSettings
    from cardscanner_gui.qt.services import LiveServices, WindowServices
    from cardscanner_gui.qt.window.main_window import MainWindow
    from cardscanner_gui.recognition.keeping import Keeping
    from cardscanner_gui.resources import resource_dir
    from cardscanner_gui.settings import Settings
    from cardscanner_gui.store import Collection, ScanLog, Sessions
    from cardscanner_gui.vision.finder import CardFinder
    from tests.catalogue.tcgdex_archive import build_catalogue, card

    paths = DataPaths(folder / "data")
    paths.create()
    cards = [
        card(f.name, f.number.split("/")[0], hp=f.hp, attacks=f.attacks, illustrator=f.artist)
        for f in faces(60)
    ]
    build_catalogue(paths.catalogue, cards).close()
    settings = LiveSettings(sounds=False).put_into(Settings(offline=True))
    builder = Builder(paths, settings)
    database = builder.open_database()
    window = MainWindow(
        WindowServices(
            scheduler=Scheduler(),
            make_recogniser=lambda: builder.make_recogniser(builder.open_catalogue()),
            make_matcher=lambda: lambda reading, look: None,
            database=database,
            collection=Collection(database),
            scans=ScanLog(database),
            keeping=Keeping(database, GAMES),
            sessions=Sessions(database),
            open_catalogue=builder.open_catalogue,
            update_catalogue=lambda progress, token: None,
            settings=settings,
            save_settings=lambda settings: None,
            layout_file=folder / "window.ini",
            resources=resource_dir(),
            version="benchmark",
            live=LiveServices(
                lambda: CardFinder(resource_dir() / "finder", threads=1),
                open_source,
                list_cameras,
            ),
        )
    )
    window.resize(1280, 800)
    window.show()
    return window


def _stalls(ticks: list[tuple[float, float]]) -> dict[str, float]:
    """How late the ticks came, and how much of that the thread only waited for a core."""
    pairs = list(itertools.pairwise(ticks))
    stalls = [max(0.0, (b[0] - a[0]) * 1000 - _TICK_MS) for a, b in pairs]
    starved = [b[1] - a[1] for a, b in pairs]
    own = max(stall - waited for stall, waited in zip(stalls, starved, strict=True))
    return {
        "seconds": round(ticks[-1][0] - ticks[0][0], 1),
        "longest_stall_ms": round(max(stalls), 1),
        "longest_stall_without_waiting_for_a_core_ms": round(own, 1),
        "p99.9_ms": round(statistics.quantiles(stalls, n=1000)[-1], 1),
        "p99_ms": round(statistics.quantiles(stalls, n=100)[-1], 1),
        "ticks_over_16_ms": sum(stall > 16 for stall in stalls),
        "ticks": len(stalls),
    }


def _preview(shown: list[tuple[float, int]]) -> dict[str, float]:
    rates = [(b[1] - a[1]) / (b[0] - a[0]) for a, b in itertools.pairwise(shown)]
    overall = (shown[-1][1] - shown[0][1]) / (shown[-1][0] - shown[0][0])
    return {
        "preview_fps": round(overall, 1),
        "preview_fps_slowest_second": round(min(rates), 1),
    }


def _run(app, seconds: float) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        app.processEvents()
        time.sleep(0.002)


def _wait_for(app, condition, seconds: float = 60.0) -> None:  # type: ignore[no-untyped-def]
    end = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > end:
            sys.exit("The window didn't get ready.")
        app.processEvents()
        time.sleep(0.005)


if __name__ == "__main__":
    sys.exit(main())
