"""The window: places the pages, and hands everybody what they need."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QCloseEvent, QMoveEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QStatusBar, QWidget

from cardscanner_gui.qt.activity.page import ActivityPage
from cardscanner_gui.qt.collection.page import CollectionPage
from cardscanner_gui.qt.frame.actions import Actions, connect
from cardscanner_gui.qt.frame.notice import Notice
from cardscanner_gui.qt.frame.opening import open_dialog
from cardscanner_gui.qt.frame.pages import Page, PageStack
from cardscanner_gui.qt.frame.shell import Shell
from cardscanner_gui.qt.review.page import ReviewPage
from cardscanner_gui.qt.scan.page import ScanPage
from cardscanner_gui.qt.scan.repeats import Repeats
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.sets.page import SetsPage
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.plain_text import show_literally
from cardscanner_gui.qt.style.theme import Appearance, theme_of
from cardscanner_gui.qt.window.backups import Backups
from cardscanner_gui.qt.window.batch_menu import BatchMenu
from cardscanner_gui.qt.window.catalogue_notices import CatalogueNotices
from cardscanner_gui.qt.window.collection_notices import CollectionNotices
from cardscanner_gui.qt.window.dialogs import Dialogs
from cardscanner_gui.qt.window.doubtful_card import DoubtfulCard
from cardscanner_gui.qt.window.first_paint import FirstPaint
from cardscanner_gui.qt.window.garbage import GarbageCollection
from cardscanner_gui.qt.window.importing import Importing
from cardscanner_gui.qt.window.kept_layout import KeptLayout
from cardscanner_gui.qt.window.model_mode import ModelMode
from cardscanner_gui.qt.window.picture_notices import PictureNotices
from cardscanner_gui.qt.window.reader_notices import ReaderNotices
from cardscanner_gui.qt.window.release_notice import ReleaseNotice
from cardscanner_gui.qt.window.scan_progress import ScanProgress
from cardscanner_gui.qt.window.shutdown import Shutdown, Stage
from cardscanner_gui.qt.window.status_strip import StatusStrip
from cardscanner_gui.qt.window.undoing import Undoing
from cardscanner_gui.qt.window.unread_pictures import UnreadPictures
from cardscanner_gui.qt.window.work import BackgroundWork
from cardscanner_gui.settings import Settings, ThemeChoice

_FRAME_HEIGHT = 40
"""More than the title bar and the border of any desktop."""


class MainWindow(QMainWindow):
    """One window, a rail on the left, a page each for scanning, reviewing and the collection.

    Attributes:
        work: everything that happens behind the pages.
        stopped_cleanly: after the window was closed, whether everything behind it has ended.
    """

    first_painted = Signal()

    def __init__(self, services: WindowServices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self._garbage = GarbageCollection(self)
        self.work = work = BackgroundWork(services, self)
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme = str(work.settings.current.theme)
        self.appearance = Appearance(app, services.resources, theme, self)
        self.icons = IconSet(self)
        self.commands = Actions(self, self.icons)
        self.pages = PageStack(self.icons)
        self.notice = Notice(self.pages.stack, self.icons)
        self.status = StatusStrip()
        self._make_pages(Shell(self.icons, self.commands, self.notice, self.pages))
        header = self.collection_page.table.horizontalHeader()
        self._layout = KeptLayout(services.layout_file, header, self)
        self._unread = UnreadPictures(services.layout_file, work.scans, self.notice, self)
        self._lay_out()
        self._connect()
        self._shutdown = Shutdown(
            (Stage("keep the window's size and columns", self._layout.save), *work.stages())
        )
        self._closed = False
        self.stopped_cleanly = True
        self._layout.restore()
        show_literally(self)
        self.show_page(Page.SCAN)
        # Whatever takes time starts when the window is on the screen.
        FirstPaint(self, self._start)

    def _make_pages(self, shell: Shell) -> None:
        services, work = self.services, self.work
        store, settings, pictures = work.store, work.settings, work.pictures
        search = work.catalogue.search
        self.scan_page = ScanPage(
            shell, services, store, settings, work.scans, work.live, pictures, search, work.lane
        )
        self.review_page = ReviewPage(shell, services, store, settings, pictures, search)
        self.collection_page = CollectionPage(
            shell, services, store, settings, pictures, work.catalogue, work.lane
        )
        self.sets_page = SetsPage(shell, services, store, work.catalogue)
        self.activity_page = ActivityPage(
            shell, services, store, work.batches, work.lane, work.sampler, settings
        )
        self.pages.place(
            self.scan_page,
            self.review_page,
            self.collection_page,
            self.sets_page,
            self.activity_page,
        )
        work.catalogue.opened.connect(self.review_page.show_catalogue)
        work.catalogue.opened.connect(self.scan_page.show_catalogue)
        self.scan_page.review_wanted.connect(self.review_page.look_at)
        self.sets_page.show_card.connect(self.collection_page.show_printing)
        self.dialogs = Dialogs(
            work,
            self.commands,
            services.version,
            services.models,
            services.games,
            services.database.path.parent,
            services.resources,
            services.release_address,
            self,
        )
        self.dialogs.scan_wanted.connect(self.scan)
        self._mode = ModelMode(work, self.scan_page.mode, self.notice, services.models, self)
        self.dialogs.models_changed.connect(self._mode.check)
        BatchMenu(work.batches, work.scans, settings, self.commands, self)
        catalogue = CatalogueNotices(work, shell, self.status, self)
        PictureNotices(work, shell, self.status, catalogue, self)
        self.doubtful_card = DoubtfulCard(work, self.review_page, self)
        ReaderNotices(work, self.notice, self.status, self)
        self._backups = Backups(work, services, shell, self)
        self._collection_notices = CollectionNotices(
            work, services, self.notice, self._backups, self
        )
        ScanProgress(work.scans, work.batches, shell, self.status.scanning, self.dialogs, self)
        Repeats(work.scans, work.batches, self.notice, self)
        Undoing(store, shell, self)
        self._releases = ReleaseNotice(
            services.release_address, services.version, settings, self.notice, self
        )
        Importing(work, services, shell, self)
        connect(self.commands.values, self._show_values)

    def _lay_out(self) -> None:
        self.setCentralWidget(self.pages)
        bar = QStatusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(self.status, 1)
        self.setStatusBar(bar)
        self.setWindowTitle("Cardscanner")
        # Half of the smallest screens, for which twice as many pixels make a point.
        self.setMinimumSize(600, 320)
        # With the buttons at the bottom on the screen, and the frame around: it may be 720 high.
        room = self.screen().availableSize()
        self.resize(min(1280, room.width()), min(800, room.height() - _FRAME_HEIGHT))

    def _connect(self) -> None:
        actions = self.commands
        connect(actions.quit, self.close)
        connect(actions.guide, self._show_guide)
        for page, action in zip(Page, actions.pages, strict=True):
            connect(action, partial(self.show_page, page))
        for choice, action in actions.themes.items():
            connect(action, partial(self._choose_theme, choice))
        self._show_theme(self.work.settings.current)
        self.work.settings.changed.connect(self._show_theme)
        self.work.failed.connect(self.notice.tell_failure)
        self.work.store.state_changed.connect(self.status.show_state)
        self.pages.changed.connect(self.notice.come_forward)
        self.appearance.changed.connect(self._load_icons)

    @property
    def idle(self) -> bool:
        """Nothing is being scanned, stored or loaded."""
        return self.work.idle

    def show_page(self, page: Page) -> None:
        """Go to a page."""
        self.pages.show_page(page)

    def scan(self, paths: list[str]) -> None:
        """Scan these files and folders."""
        self.scan_page.scan(paths)

    def start_live(self, source: str, label: str = "") -> None:
        """Scan live from a camera's name or index, a path, or an address."""
        self.show_page(Page.SCAN)
        self.work.live.start(source, label)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._layout.changed()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._layout.changed()

    def closeEvent(self, event: QCloseEvent) -> None:
        """End everything behind the window, each part in its time."""
        self._closed = True
        editing = QApplication.focusWidget()
        if editing is not None:
            editing.clearFocus()  # what was typed is stored as if one had left the field
        self._unread.keep()
        self.dialogs.close()
        self.stopped_cleanly = self._shutdown.run()
        self._garbage.stop()
        super().closeEvent(event)

    def _start(self) -> None:
        self.first_painted.emit()
        if not self._closed:
            self._load_icons()
            self.work.start()
            self._releases.start()
            self._mode.check()
            self._collection_notices.check(self._backups.start)
            self._unread.offer()
            self._welcome()

    def _welcome(self) -> None:
        settings = self.work.settings
        if self.services.welcome and not settings.current.welcomed:
            settings.change(welcomed=True)
            self.dialogs.show_welcome()

    def _show_values(self) -> None:
        from cardscanner_gui.qt.collection.values_dialog import ValuesDialog

        work = self.work
        open_dialog(ValuesDialog(self.services, work.values, work.store, work.settings, self))

    def _show_guide(self) -> None:
        self.dialogs.show_guide(self.pages.current)

    def _choose_theme(self, choice: str) -> None:
        self.work.settings.change(theme=ThemeChoice(choice))

    def _show_theme(self, settings: Settings) -> None:
        self.appearance.choose(str(settings.theme))
        self.commands.themes[str(settings.theme)].setChecked(True)

    def _load_icons(self) -> None:
        self.icons.load(theme_of(self.palette()))
