"""A real window on a real store and catalogue; only the recogniser is scripted."""

from __future__ import annotations

import logging
import os
import shutil
import threading
import zlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from cardscanner_gui.catalogue.catalogues import Catalogues
from cardscanner_gui.catalogue.update import update_catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.scheduler import Scheduler
from cardscanner_gui.core.words import English, tr, use
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.qt.scan.drop_zone import DropZone
from cardscanner_gui.qt.services import Progress, WindowServices
from cardscanner_gui.qt.window.main_window import MainWindow
from cardscanner_gui.recognition.keeping import Keeping, Matches
from cardscanner_gui.resources import resource_dir
from cardscanner_gui.settings import Settings, load_settings, save_settings
from cardscanner_gui.store import Collection, Database, ScanLog, Sessions
from tests.judging import judge_of
from tests.qt.cards import InventedSource
from tests.qt.scripted_recogniser import ScriptedRecogniser

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


@dataclass(eq=False)
class Harness:
    """What a test holds in its hands: the folder, the script, and windows opened on both."""

    folder: Path
    qtbot: QtBot
    recogniser: ScriptedRecogniser = field(default_factory=ScriptedRecogniser)
    make_recogniser: Callable[[], object] | None = None
    windows: list[MainWindow] = field(default_factory=list)

    @property
    def catalogue_folder(self) -> Path:
        return self.folder / "catalogue"

    def fetch_catalogue(
        self, progress: Progress, token: CancelToken, *, allow_smaller: bool = False
    ) -> object:
        return update_catalogue(
            self.catalogue_folder,
            POKEMON,
            InventedSource(),
            progress,
            token,
            allow_smaller=allow_smaller,
        )

    def open_catalogue(self) -> Catalogues | None:
        try:
            return Catalogues.open(self.catalogue_folder, GAMES)
        except CatalogueError:
            return None

    def make_matcher(self) -> Matches:
        catalogue = self.open_catalogue()
        assert catalogue is not None
        return judge_of(catalogue.by_game[POKEMON.id]).match

    def services(self, **changes: object) -> WindowServices:
        """The services of a window on this folder, as the program would build them."""
        database = Database(self.folder / "collection.db")
        settings_file = self.folder / "settings.json"
        services = WindowServices(
            scheduler=Scheduler(),
            make_recogniser=self.make_recogniser or (lambda: self.recogniser),
            make_matcher=self.make_matcher,
            games=GAMES,
            database=database,
            collection=Collection(database),
            scans=ScanLog(database),
            sessions=Sessions(database),
            keeping=Keeping(database, GAMES),
            open_catalogue=self.open_catalogue,
            update_catalogue=self.fetch_catalogue,
            settings=replace(load_settings(settings_file)),
            save_settings=lambda settings: save_settings(settings_file, settings),
            layout_file=self.folder / "layout.ini",
            resources=resource_dir(),
            version="0",
        )
        return replace(services, **changes)

    def open_window(self, *, settled: bool = True, **changes: object) -> MainWindow:
        """A window on the screen; `settled` waits until reader and catalogue are there."""
        window = MainWindow(self.services(**changes))
        self.windows.append(window)
        self.qtbot.addWidget(window, before_close_func=lambda _: self.recogniser.release_all())
        with self.qtbot.waitSignal(window.first_painted, timeout=60_000):
            window.show()
        if settled:
            self.wait(lambda: window.status.reader.text() == tr("Reader ready"))
            self.wait(lambda: window.work.catalogue.facts is not None)
            self.wait(lambda: not window.work.catalogue.fetching)
        return window

    def picture(self, name: str, shade: int = 90) -> Path:
        """A small plain picture file; each name's is another."""
        path = self.folder / "pictures" / name
        path.parent.mkdir(exist_ok=True)
        picture = Image.new("RGB", (320, 240), (shade, shade, shade))
        own = zlib.crc32(name.encode())
        picture.paste((own & 255, own >> 8 & 255, own >> 16 & 255), (0, 0, 32, 32))
        picture.save(path)
        return path

    def wait(self, condition: Callable[[], object], seconds: float = 60.0) -> None:
        """Let the window work until the condition holds."""
        self.qtbot.waitUntil(lambda: bool(condition()), timeout=round(seconds * 1000))

    def settle(self, window: MainWindow) -> None:
        """Let everything that was asked for end, in recognition and in the store."""
        self.wait(lambda: window.idle)


@pytest.fixture
def harness(tmp_path: Path, qtbot: QtBot, caplog: pytest.LogCaptureFixture) -> Iterator[Harness]:
    threads = set(threading.enumerate())
    harness = Harness(tmp_path, qtbot)
    yield harness
    harness.recogniser.release_all()
    for window in harness.windows:
        window.close()
        assert window.stopped_cleanly
    left = [t for t in threading.enumerate() if t not in threads and not t.daemon]
    assert not left, f"threads are left: {left}"
    # A test that provokes a warning looks at it and then clears the log.
    logged = [r for r in caplog.get_records("call") if r.levelno >= logging.WARNING]
    assert not logged, f"unexpected: {[r.getMessage() for r in logged]}"


@pytest.fixture(scope="session")
def built_catalogue(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("catalogue")
    update_catalogue(folder, POKEMON, InventedSource(), lambda words, part: None, CancelToken())
    return folder


@pytest.fixture
def kept_catalogue(harness: Harness, built_catalogue: Path) -> None:
    """The invented catalogue is there already."""
    shutil.copytree(built_catalogue, harness.catalogue_folder)


@pytest.fixture(autouse=True)
def _light_again(qapp: QApplication) -> Iterator[None]:
    yield
    qapp.setStyleSheet("")
    use(English())


def drop(zone: DropZone, paths: list[Path]) -> None:
    """Drop files onto the window as a file manager does."""
    mime = QMimeData()
    mime.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    where = QPointF(zone.width() / 2, zone.height() / 2)
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(where.toPoint(), Qt.DropAction.CopyAction, mime, buttons, keys)
    QApplication.sendEvent(zone, enter)
    assert enter.isAccepted()
    event = QDropEvent(where, Qt.DropAction.CopyAction, mime, buttons, keys)
    QApplication.sendEvent(zone, event)
    assert event.isAccepted()


def default_settings(**changes: object) -> Settings:
    return replace(Settings(), **changes)
