"""The window: wires pages, store, catalogue and inference together."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QByteArray, QSettings, Signal
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import (
    QApplication,
    QHBoxLayout,
    QMainWindow,
    QStackedWidget,
    QStatusBar,
    QWidget,
)

from cardscanner_gui.core.collection import Change
from cardscanner_gui.core.sessions import Session
from cardscanner_gui.core.types import Printing
from cardscanner_gui.qt.activity.page import ActivityPage
from cardscanner_gui.qt.collection.page import CollectionPage
from cardscanner_gui.qt.live.scan import LiveScan
from cardscanner_gui.qt.live.settings import LiveSettings
from cardscanner_gui.qt.review.page import ReviewPage
from cardscanner_gui.qt.review.rematch import Rematch
from cardscanner_gui.qt.scan.page import ScanPage
from cardscanner_gui.qt.scan.picture_scans import PictureScans
from cardscanner_gui.qt.scan.picture_source import PictureSource
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.sets.page import SetsPage
from cardscanner_gui.qt.store.async_store import AsyncStore, StoreState
from cardscanner_gui.qt.store.batch_queue import BatchQueue
from cardscanner_gui.qt.store.catalogue_updates import CatalogueUpdates
from cardscanner_gui.qt.store.inference_thread import InferenceThread
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.style.theme import Appearance, theme_of
from cardscanner_gui.qt.style.words import count
from cardscanner_gui.qt.window.actions import Actions, connect
from cardscanner_gui.qt.window.batch_menu import BatchMenu
from cardscanner_gui.qt.window.catalogue_notices import CatalogueNotices
from cardscanner_gui.qt.window.dialogs import Dialogs
from cardscanner_gui.qt.window.first_paint import FirstPaint
from cardscanner_gui.qt.window.model_upkeep import ModelUpkeep
from cardscanner_gui.qt.window.notice import Notice
from cardscanner_gui.qt.window.rail import Rail
from cardscanner_gui.qt.window.status_strip import StatusStrip
from cardscanner_gui.recognition.sampler import Sampler
from cardscanner_gui.settings import Settings, ThemeChoice

log = logging.getLogger(__name__)

SCAN, REVIEW, COLLECTION, SETS, ACTIVITY = range(5)


class MainWindow(QMainWindow):
    """One window, a rail on the left, a page each for scanning, reviewing and the collection."""

    first_painted = Signal()

    def __init__(self, services: WindowServices, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.services = services
        self.settings = services.settings
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        self.appearance = Appearance(app, services.resources, str(self.settings.theme))
        self.icons = IconSet(self)
        self._store_lane = Lane("store", 1, self)
        self._picture_lane = Lane("pictures", 2, self)
        self.store = AsyncStore(services, self._store_lane, self)
        self.inference = InferenceThread(
            services.scheduler, services.make_recogniser, services.metrics
        )
        self.batches = BatchQueue(services, self.settings, self)
        self.scans = PictureScans(
            services.scheduler,
            self.inference,
            self.store,
            self.batches,
            self._picture_lane,
            self.settings,
            self,
        )
        self.live = LiveScan(services, self.inference, self.scans, self.store, self)
        self.catalogue = CatalogueUpdates(services, self)
        self.rematch = Rematch(services, self.store, self._store_lane, self)
        self.pictures = PictureSource(services, self._picture_lane, self._store_lane, self)
        self.upkeep = ModelUpkeep(services.models, self)
        self.sampler = Sampler(services.metrics)
        self.dialogs = Dialogs(self, self._picture_lane)
        self.stopped_cleanly = True
        self._closed = self._capturing = False
        self._make_pages()
        self.commands = Actions(self, self.icons)
        self.batch_menu = BatchMenu(self.batches, self.scans, self.commands, self)
        self.catalogue_notices = CatalogueNotices(self)
        self._connect_actions()
        self._connect_work()
        self._restore_layout()
        self.show_page(SCAN)
        # Whatever takes time starts when the window is on the screen.
        FirstPaint(self, self._start)

    def _make_pages(self) -> None:
        services, search = self.services, self.catalogue.search
        self.scan_page = ScanPage(
            self.scans, self.store, self.pictures, search, self.icons, self.live
        )
        self.review_page = ReviewPage(
            services, self.store, self.pictures, search, self.icons, self.settings
        )
        self.collection_page = CollectionPage(
            services, self.store, self.pictures, search, self.icons
        )
        self.sets_page = SetsPage(services, self.store, self.catalogue, self.icons)
        self.activity_page = ActivityPage(services, self.store, self._picture_lane, self.sampler)
        self.rail = Rail(self.icons)
        self.rail.add_page("Scan", "scan", "Ctrl+1")
        self.review_button = self.rail.add_page("Review", "review", "Ctrl+2")
        self.rail.add_page("Collection", "collection", "Ctrl+3")
        self.rail.add_page("Sets", "sets", "Ctrl+4")
        self.rail.add_page("Activity", "activity", "Ctrl+5")
        self.pages = QStackedWidget()
        for page in (
            self.scan_page,
            self.review_page,
            self.collection_page,
            self.sets_page,
            self.activity_page,
        ):
            self.pages.addWidget(page)
        body = QWidget()
        layout = QHBoxLayout(body)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(0)
        layout.addWidget(self.rail)
        layout.addWidget(self.pages, 1)
        self.setCentralWidget(body)
        self.notice = Notice(self.pages, self.icons)
        self.pages.currentChanged.connect(self._page_changed)
        self.status = StatusStrip()
        bar = QStatusBar()
        bar.setSizeGripEnabled(False)
        bar.addWidget(self.status, 1)
        self.setStatusBar(bar)
        self.setWindowTitle("Cardscanner")
        self.setMinimumSize(960, 600)
        self.resize(1280, 800)

    def _connect_actions(self) -> None:
        actions, page = self.commands, self.collection_page
        for action, slot in (
            (actions.open_pictures, self.dialogs.open_pictures),
            (actions.open_folder, self.dialogs.open_folder),
            (actions.export, self.dialogs.export),
            (actions.settings, self.dialogs.show_settings),
            (actions.models, self.dialogs.show_models),
            (actions.quit, self.close),
            (actions.undo, self.store.undo),
            (actions.redo, self.store.redo),
            (actions.find, self._find),
            (actions.select_all, page.select_all),
            (actions.delete, page.delete),
            (actions.keep, self._keep),
            (actions.reject, self._reject),
            (actions.other_match, self._other_match),
            (actions.later, self.review_page.later),
            (actions.stop, self.scans.cancel),
            (actions.problems, self.dialogs.show_problems),
            (actions.update_catalogue, self.catalogue.fetch),
            (actions.stop_update, self.catalogue.cancel),
            (actions.rematch, self.catalogue_notices.match_again),
            (actions.about, self.dialogs.show_about),
        ):
            connect(action, slot)
        connect(actions.live.start, self._start_or_stop_live)
        connect(actions.live.sessions, self.dialogs.show_sessions)
        actions.live.connect(self.live, self.scan_page.live_panel.menu)
        for number, action in enumerate(actions.candidates, start=1):
            connect(action, partial(self.review_page.choose, number))
        for number, action in enumerate(actions.pages):
            connect(action, partial(self.show_page, number))
        for choice, action in actions.themes.items():
            connect(action, partial(self._choose_theme, choice))
        actions.themes[str(self.settings.theme)].setChecked(True)
        actions.stop_update.setEnabled(False)
        actions.problems.setEnabled(False)
        actions.rematch.setEnabled(False)

    def _connect_work(self) -> None:
        self.rail.picked.connect(self.show_page)
        for page in (self.review_page, self.collection_page, self.activity_page):
            page.go_to_scan.connect(partial(self.show_page, SCAN))
        self.sets_page.get_catalogue.connect(self.catalogue.fetch)
        self.sets_page.show_card.connect(self._show_in_collection)
        self.scan_page.open_pictures.connect(self.dialogs.open_pictures)
        self.scan_page.open_folder.connect(self.dialogs.open_folder)
        self.scan_page.hero.scan_live.connect(self.scan_page.live_panel.menu.start_any)
        self.live.running_changed.connect(self._live_changed)
        self.live.sessions.changed.connect(self._live_changed)
        self.live.settings_changed.connect(self._live_settings_changed)
        self.live.failed.connect(self._tell_failure)
        self.live.sessions.taken_back.connect(self._taken_back)
        self.live.sessions.ended.connect(self._session_ended)
        self.live.sessions.discarded.connect(self._session_discarded)
        self.collection_page.export.connect(self.dialogs.export)
        self.collection_page.deleted.connect(self._deleted)
        self.appearance.changed.connect(self._load_icons)
        self.inference.reports.ready.connect(self._reader_ready)
        self.inference.reports.unavailable.connect(self._reader_unavailable)
        self.scans.progress_changed.connect(self._show_progress)
        self.scans.picture_failed.connect(self._picture_failed)
        self.scans.drained.connect(self._drained)
        self.status.scanning.stopped.connect(self.scans.cancel)
        self.batches.problem.connect(self._tell_failure)
        self.batches.found_unfinished.connect(self._batches_go_on)
        self.batch_menu.folder_chosen.connect(self._watch)
        self.activity_page.batch_asked.connect(self.batches.ask)
        self.status.fetching.stopped.connect(self.catalogue.cancel)
        self.status.preparing.stopped.connect(self.upkeep.stop)
        self.upkeep.progressed.connect(self.status.preparing.show_progress)
        self.upkeep.ended.connect(self.status.preparing.hide)
        self.upkeep.prepared.connect(self.rebuild)
        self.upkeep.failed.connect(self._tell_failure)
        self.store.state_changed.connect(self.show_state)
        self.store.undone.connect(self._undone)
        self._store_lane.failed.connect(self._tell_failure)
        self._picture_lane.failed.connect(self._tell_failure)

    @property
    def idle(self) -> bool:
        """Nothing is being scanned, stored or loaded."""
        lanes = (self._store_lane, self._picture_lane)
        parts = (self.batches, self.live, *lanes)
        scanning = self.scans.busy or self.scans.reading
        return not scanning and all(part.idle for part in parts)

    def _start(self) -> None:
        self.first_painted.emit()
        if self._closed:
            return
        self._load_icons()
        self.inference.start()
        self.batches.start()
        self.store.refresh()
        self.live.sessions.refresh()
        self.catalogue.open()
        self.sampler.start()
        self.upkeep.check(self.settings)

    def closeEvent(self, event: QCloseEvent) -> None:
        """Stop, wait at most three seconds for the inference thread, and close the database."""
        if not self._closed:
            self._closed = True
            self._save_layout()
            if not self.live.close():
                log.warning("the camera didn't stop")
            self.scans.cancel_files()
            self.catalogue.cancel()
            batches_stopped = self.batches.close()
            self.stopped_cleanly = self.inference.stop() and batches_stopped
            if not self.stopped_cleanly:
                log.warning("the inference thread is still busy")
            self.sampler.stop()
            self.catalogue.close()
            self.upkeep.close()
            self._picture_lane.close()
            self._store_lane.drain()
            self.services.release()
            self.services.database.close()
        super().closeEvent(event)

    def show_page(self, number: int) -> None:
        """Go to `SCAN`, `REVIEW`, `COLLECTION`, `SETS` or `ACTIVITY`."""
        self.pages.setCurrentIndex(number)
        self.rail.show_page(number)
        actions = self.commands
        for action in (actions.keep, actions.reject):
            action.setEnabled(number in (SCAN, REVIEW))
        self._live_changed()
        actions.other_match.setEnabled(number in (SCAN, REVIEW, COLLECTION))
        for action in (actions.later, *actions.candidates):
            action.setEnabled(number == REVIEW)
        for action in (actions.select_all, actions.delete):
            action.setEnabled(number == COLLECTION)
        (
            self.scan_page,
            self.review_page.keep_button,
            self.collection_page.table,
            self.sets_page.main_widget,
            self.activity_page.since_start,
        )[number].setFocus()

    def _live_changed(self) -> None:
        """While a camera runs, Enter captures on the scan page; elsewhere it keeps."""
        here = self.pages.currentIndex() == SCAN
        self._capturing = here and self.live.running
        self.commands.keep.setText("&Capture now" if self._capturing else "&Keep")
        self.commands.live.show_state(self.live, here)

    def _page_changed(self) -> None:
        self.notice.raise_()  # the page that was just shown lies over it

    def scan(self, paths: list[str]) -> None:
        """Scan these files and folders."""
        if paths:
            self.show_page(SCAN)
            self.scan_page.add(paths)

    def start_live(self, source: str, label: str = "") -> None:
        """Scan live from a camera's name or index, a path, or an address."""
        self.show_page(SCAN)
        self.live.start(source, label)

    def _start_or_stop_live(self) -> None:
        if self.live.running:
            self.live.stop()
        else:
            self.show_page(SCAN)
            self.scan_page.live_panel.menu.start_any()

    def apply_settings(self, settings: Settings, then: Callable[[], None] | None = None) -> None:
        """Take changed settings into use and keep them; `then` follows when they are kept.

        They go to the store's lane: it writes in order, so the last choice is what stays, and it
        finishes what waits before the window is gone.
        """
        self.settings = settings
        self.scans.settings = self.batches.settings = settings
        self.scan_page.panel.settings = settings
        self.review_page.settings = settings
        self.appearance.choose(str(settings.theme))
        self.commands.themes[str(settings.theme)].setChecked(True)
        save = partial(self.services.save_settings, settings)
        self._store_lane.run(save, (lambda _: then()) if then else None)

    def rebuild(self) -> None:
        """Read on with the catalogue and the models that are there now."""
        self.inference.rebuild()
        self.batches.rebuild()

    def _choose_theme(self, choice: str) -> None:
        self.apply_settings(replace(self.settings, theme=ThemeChoice(choice)))

    def _load_icons(self) -> None:
        self.icons.load(theme_of(self.palette()))

    def _find(self) -> None:
        if self.pages.currentIndex() == REVIEW:
            self.review_page.search.field.setFocus()
        elif self.pages.currentIndex() == SETS:
            self.sets_page.focus_search()
        else:
            self.show_page(COLLECTION)
            self.collection_page.focus_search()

    def _show_in_collection(self, printing: Printing) -> None:
        words = (printing.name, printing.number, printing.set_code or printing.set_name)
        self.collection_page.field.setText(" ".join(words))
        self.show_page(COLLECTION)

    def _keep(self) -> None:
        if self._capturing:
            self.live.capture_now()
        elif self.pages.currentIndex() == REVIEW:
            self.review_page.keep()
        else:
            self.scan_page.keep()

    def _reject(self) -> None:
        if self.pages.currentIndex() == REVIEW:
            self.review_page.reject()
        else:
            self.scan_page.reject()

    def _other_match(self) -> None:
        page = self.pages.currentIndex()
        if page == SCAN:
            self.scan_page.other_match()
        elif page == REVIEW:
            self.review_page.search.field.setFocus()
        else:
            self.collection_page.other_match()

    def _reader_ready(self) -> None:
        self.status.show_reader("Reader ready", Mark.IDENTIFIED)

    def _reader_unavailable(self, message: str) -> None:
        self.status.show_reader("Reader not available", Mark.FAILED)
        self.notice.tell(message, mark=Mark.FAILED, stays=True)

    def _show_progress(self) -> None:
        session = self.scans
        self.commands.stop.setEnabled(session.busy)
        self.commands.problems.setEnabled(bool(session.failures))
        self.batch_menu.show_state()
        if session.busy and session.total == 0:
            self.status.scanning.show_progress("Looking for pictures", None)
        elif session.busy:
            words = f"Files {min(session.done + 1, session.total):,} of {session.total:,}"
            self.status.scanning.show_progress(words, session.done / session.total)
        else:
            self.status.scanning.hide()

    def _batches_go_on(self, pictures: int) -> None:
        words = f"Going on where it was: {count(pictures, 'picture')} left to scan"
        self.notice.tell(words, action="Stop", then=self.scans.cancel)

    def _watch(self, folder: str) -> None:
        self.apply_settings(replace(self.settings, watched_folder=folder))
        self.batches.watch(folder)

    def _picture_failed(self, message: str) -> None:
        failed = len(self.scans.failures)
        if failed > 1:
            self._tell_problems()
        else:
            self.notice.tell(message, mark=Mark.FAILED)

    def _drained(self) -> None:
        if len(self.scans.failures) > 1:
            self._tell_problems()

    def _tell_problems(self) -> None:
        self.notice.tell(
            f"{count(len(self.scans.failures), 'picture')} couldn't be read",
            action="Show",
            then=self.dialogs.show_problems,
            mark=Mark.FAILED,
        )

    def _tell_failure(self, message: str) -> None:
        self.notice.tell(message, mark=Mark.FAILED, stays=True)

    def show_state(self, state: StoreState) -> None:
        """Show in menus and badges what can be undone and what waits."""
        undo, redo = self.commands.undo, self.commands.redo
        undo.setText(f"&Undo: {state.undo_label}" if state.undo_label else "&Undo")
        redo.setText(f"&Redo: {state.redo_label}" if state.redo_label else "&Redo")
        undo.setEnabled(state.undo_label is not None)
        redo.setEnabled(state.redo_label is not None)
        self.scan_page.panel.undo_button.setEnabled(state.undo_label is not None)
        self.review_button.show_count(state.pending)
        self.status.show_pending(state.pending)
        self.commands.rematch.setEnabled(state.pending > 0 and self.catalogue.facts is not None)

    def _deleted(self, change: Change) -> None:
        words = change.label.replace("Delete", "Deleted", 1)
        self.notice.tell(words, action="Undo", then=partial(self.store.undo_only, change))

    def _live_settings_changed(self, live: LiveSettings) -> None:
        self.apply_settings(live.put_into(self.settings))

    def _taken_back(self, change: Change) -> None:
        undo = partial(self.store.undo_only, change)
        self.notice.tell("Took the last card back", action="Undo", then=undo)

    def _session_ended(self, change: Change, session: Session) -> None:
        if not change.ids:
            return  # without cards there is nothing to tell
        words = f"Kept {count(session.copies, 'card')} of this session"
        if session.unsure:
            words += f"; {session.unsure:,} to review"
        undo = partial(self.store.undo_only, change)
        self.notice.tell(words, action="Undo", then=undo, mark=Mark.IDENTIFIED)

    def _session_discarded(self, change: Change, session: Session) -> None:
        words = f"Discarded the session with {count(session.cards, 'card')}"
        self.notice.tell(words, action="Undo", then=partial(self.store.undo_only, change))

    def _undone(self, change: Change) -> None:
        self.notice.tell(f"Undone: {change.label}", action="Redo", then=self.store.redo)

    def _restore_layout(self) -> None:
        layout = QSettings(str(self.services.layout_file), QSettings.Format.IniFormat)
        geometry, header = layout.value("geometry"), layout.value("collection")
        if isinstance(geometry, QByteArray):
            self.restoreGeometry(geometry)
        if isinstance(header, QByteArray):
            self.collection_page.table.horizontalHeader().restoreState(header)

    def _save_layout(self) -> None:
        layout = QSettings(str(self.services.layout_file), QSettings.Format.IniFormat)
        layout.setValue("geometry", self.saveGeometry())
        header = self.collection_page.table.horizontalHeader()
        layout.setValue("collection", header.saveState())
        layout.sync()
