"""`cardscanner-gui`: the window's composition root, the one place that builds and wires objects."""

from __future__ import annotations

import argparse
import logging
import os
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from cardscanner_gui import __version__, environment
from cardscanner_gui.builder import Builder
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.scheduler import Scheduler
from cardscanner_gui.core.words import said, tr
from cardscanner_gui.languages import use_language
from cardscanner_gui.logs import DECISIONS_FILE, log_uncaught_errors, set_up_logging
from cardscanner_gui.paths import DataPaths, SafePaths, default_data_dir
from cardscanner_gui.resources import release_address, resource_dir
from cardscanner_gui.settings import load_settings, save_settings

if TYPE_CHECKING:
    from cardscanner_gui.capture.cameras import CameraInfo
    from cardscanner_gui.capture.source import CameraSettings, CaptureSource
    from cardscanner_gui.qt.window.main_window import MainWindow
    from cardscanner_gui.recognition.cache.card_memory import CardMemory
    from cardscanner_gui.recognition.keeping import Matches
    from cardscanner_gui.recognition.protocols import Follows
    from cardscanner_gui.recognition.totals import TotalsKeeper

# Qt is imported in `main`, after `environment.prepare()`; nothing heavier before the first paint.
log = logging.getLogger(__name__)


def main(arguments: Sequence[str] | None = None) -> int:
    """Open the window; returns the exit status when it is closed."""
    use_language("")
    options = _parse(sys.argv[1:] if arguments is None else arguments)
    root = options.data_dir.absolute() if options.data_dir else default_data_dir()
    paths = SafePaths(root) if options.safe else DataPaths(root)
    language = use_language(load_settings(DataPaths(root).settings).language)
    try:
        environment.prepare(window=True)
    except WorldError as error:
        # Qt itself is what doesn't work here.
        print(tr("Error: {error}", error=error), file=sys.stderr)
        return 1
    from cardscanner_gui.qt.window.application import (
        make_application,
        offer_rescue,
        show_crash,
        show_failure,
        speak,
    )
    from cardscanner_gui.store.errors import DamagedFileError

    app = make_application(sys.argv[:1], resource_dir())
    speak(app, language)
    try:
        paths.create()
        set_up_logging(paths.logs, options.verbose)
        log_uncaught_errors()
        # Who comes with pictures or a camera knows what to do.
        newcomer = not (
            options.safe or options.measure_first_paint or options.pictures or options.camera
        )
        window = _build_window(paths, welcome=newcomer)
    except DamagedFileError as error:
        print(tr("Error: {error}", error=error), file=sys.stderr)
        offer_rescue(said(str(error)), partial(_rescue, paths.database), _from_backup(paths))
        return 1
    except WorldError as error:
        print(tr("Error: {error}", error=error), file=sys.stderr)
        show_failure(said(str(error)))
        return 1
    except Exception as error:
        # A bug, before there is a window to tell of it.
        sys.excepthook(type(error), error, error.__traceback__)
        show_crash(_report_of(paths, error))
        return 1
    _tell_of_crashes(window, paths)
    if options.safe:
        window.setWindowTitle(tr("Cardscanner (safe mode)"))
    if options.measure_first_paint:
        from cardscanner_gui.qt.window.first_paint import FirstPaint

        FirstPaint(window, partial(_say_and_close, window.close))
    if options.pictures:
        window.scan(list(options.pictures))
    if options.camera:
        window.start_live(options.camera)
    window.show()
    status = app.exec()
    if not window.stopped_cleanly:
        # A network that doesn't stop would keep the process. All that was kept is on the disk.
        log.error("something behind the window still runs; leaving without it")
        logging.shutdown()
        os._exit(status)
    return status


def _parse(arguments: Sequence[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="cardscanner-gui", description=tr("Open Cardscanner's window.")
    )
    parser.add_argument("pictures", nargs="*", help=tr("pictures or folders to scan at once"))
    parser.add_argument(
        "--camera",
        metavar="NAME|INDEX|PATH|URL",
        help=tr("start live scanning from this camera, video, folder of pictures or stream"),
    )
    parser.add_argument("--data-dir", type=Path, help=tr("where collection and catalogue are kept"))
    parser.add_argument(
        "--safe",
        action="store_true",
        help=tr(
            "start without models, network, pictures of printings, and your "
            "settings and layout; collection and catalogue are there"
        ),
    )
    parser.add_argument("-v", "--verbose", action="count", default=0)
    parser.add_argument("--version", action="version", version=f"cardscanner {__version__}")
    parser.add_argument("--measure-first-paint", action="store_true", help=argparse.SUPPRESS)
    return parser.parse_args(arguments)


def _build_window(paths: DataPaths, *, welcome: bool):  # type: ignore[no-untyped-def]
    from cardscanner_gui.qt.services import LiveServices, WindowServices
    from cardscanner_gui.qt.window.main_window import MainWindow
    from cardscanner_gui.recognition.decision_words import newest_decisions
    from cardscanner_gui.recognition.keeping import Keeping
    from cardscanner_gui.recognition.totals import TotalsKeeper
    from cardscanner_gui.store.collection import Collection
    from cardscanner_gui.store.metrics import MetricTotals
    from cardscanner_gui.store.scans import ScanLog
    from cardscanner_gui.store.sessions import Sessions

    settings = load_settings(paths.settings)
    scheduler = Scheduler()
    builder = Builder(paths, settings, waiting=scheduler.pending)
    database = builder.open_database("window")
    memory = builder.open_memory(database)
    builder = replace(builder, memory=memory)
    totals = TotalsKeeper(builder.metrics, MetricTotals(database))
    totals.start()
    services = WindowServices(
        scheduler=scheduler,
        make_recogniser=partial(_make_recogniser, builder),
        make_batch_recognisers=partial(_make_batch_recognisers, builder),
        make_matcher=partial(_matcher, builder),
        database=database,
        games=builder.games,
        collection=Collection(database),
        scans=ScanLog(database),
        sessions=Sessions(database),
        keeping=Keeping(database, builder.games, memory),
        open_catalogue=builder.open_catalogue,
        update_catalogue=builder.update_catalogue,
        settings=settings,
        save_settings=partial(save_settings, paths.settings),
        layout_file=paths.layout,
        resources=resource_dir(),
        version=__version__,
        models=paths.models,
        backups=paths.backups,
        metrics=builder.metrics,
        all_time=totals.all_time,
        decisions=partial(newest_decisions, paths.logs / DECISIONS_FILE),
        release=partial(_release, memory, totals),
        live=LiveServices(_make_live_finder, _open_source, _list_cameras),
        make_pictures=builder.make_pictures,
        release_address=settings.release_address or release_address(),
        welcome=welcome,
    )
    return MainWindow(services)


def _tell_of_crashes(window: MainWindow, paths: DataPaths) -> None:
    from cardscanner_gui.qt.window.crash_notice import CrashNotice

    notice = CrashNotice(partial(_report_of, paths), window)
    log_uncaught_errors(notice.tell)


def _report_of(paths: DataPaths, error: BaseException) -> str:
    from cardscanner_gui.crash import crash_report

    return crash_report(error, {"data": paths.root})


def _from_backup(paths: DataPaths) -> tuple[str, Callable[[], str]] | None:
    """The day of the last good backup, and how to put it in place; None where there is none."""
    from cardscanner_gui.store.backup import put_backup_in_place
    from cardscanner_gui.store.backup_folder import BackupFolder

    good = BackupFolder(paths.backups, paths.database, __version__).last_good()
    if good is None:
        return None
    day = time.strftime("%Y-%m-%d %H:%M", time.localtime(good.made_at))

    def restore() -> str:
        kept = put_backup_in_place(good.path, paths.database)
        return tr(
            "Restored {copies:,} cards of {day}. The damaged file is kept as "
            "“{kept}”. Start Cardscanner again.",
            copies=good.copies,
            day=day,
            kept=kept,
        )

    return day, restore


def _rescue(path: Path) -> str:
    """Put what can be read of a damaged collection in its place; what that was, for the user."""
    from cardscanner_gui.store.salvage import put_in_place, salvage

    salvaged = salvage(path)
    kept = put_in_place(salvaged.path, path)
    return tr(
        "Saved {salvaged}. The damaged file is kept as “{kept}”. Start Cardscanner again.",
        salvaged=said(str(salvaged)),
        kept=kept,
    )


def _make_recogniser(builder: Builder):  # type: ignore[no-untyped-def]
    # The reading mode may have changed.
    builder = replace(builder, settings=load_settings(builder.paths.settings))
    return builder.make_recogniser(builder.open_catalogue())


def _release(memory: CardMemory, totals: TotalsKeeper) -> None:
    memory.close()
    totals.close()


def _make_batch_recognisers(builder: Builder):  # type: ignore[no-untyped-def]
    settings = load_settings(builder.paths.settings)
    builder, workers = replace(builder, settings=settings).for_batches()
    return lambda: builder.make_recogniser(builder.open_catalogue()), workers


def _make_live_finder() -> Follows:
    from cardscanner_gui.vision.finder import CardFinder

    return CardFinder(resource_dir() / "finder", threads=1)  # beside the reader, which has the rest


def _open_source(text: str, settings: CameraSettings) -> CaptureSource:
    from cardscanner_gui.capture.sources import open_source

    return open_source(text, settings)


def _list_cameras() -> list[CameraInfo]:
    from cardscanner_gui.capture.cameras import list_cameras

    return list_cameras()


def _matcher(builder: Builder) -> Matches:
    from cardscanner_gui.core.errors import CatalogueError

    catalogue = builder.open_catalogue()
    if catalogue is None:
        raise CatalogueError(tr("There is no card catalogue yet."))
    return builder.make_judge(catalogue).match


def _say_and_close(close: Callable[[], object]) -> None:
    print("first paint", flush=True)
    close()


if __name__ == "__main__":
    sys.exit(main())
