"""The scan page: the picture as the hero, the answer beside it, the last cards below."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cardscanner_gui.core.copies import existing_finish, existing_language
from cardscanner_gui.core.types import Printing
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.card.candidate_list import considered
from cardscanner_gui.qt.card.other_match import Search
from cardscanner_gui.qt.card.other_match_dialog import OtherMatchDialog
from cardscanner_gui.qt.card.panel import PANEL_WIDTH
from cardscanner_gui.qt.card.picture_source import PictureSource
from cardscanner_gui.qt.card.zoom_view import ZoomButtons
from cardscanner_gui.qt.frame.actions import connect
from cardscanner_gui.qt.frame.header_line import HeaderLine
from cardscanner_gui.qt.frame.opening import open_dialog
from cardscanner_gui.qt.frame.pages import Page, PageWidget
from cardscanner_gui.qt.frame.panes import Panes
from cardscanner_gui.qt.frame.shell import Shell
from cardscanner_gui.qt.live.control import LiveControl
from cardscanner_gui.qt.live.notices import LiveNotices
from cardscanner_gui.qt.live.panel import LivePanel
from cardscanner_gui.qt.live.scan import LiveScan
from cardscanner_gui.qt.scan.answer_panel import AnswerPanel
from cardscanner_gui.qt.scan.card_steps import CardSteps
from cardscanner_gui.qt.scan.drop_zone import DropZone
from cardscanner_gui.qt.scan.mode_choice import ModeChoice
from cardscanner_gui.qt.scan.picture_scans import PictureScans
from cardscanner_gui.qt.scan.shown_picture import ShownPicture
from cardscanner_gui.qt.scan.state import CardState, PictureState
from cardscanner_gui.qt.scan.strip import ScanStrip
from cardscanner_gui.qt.services import CatalogueFacts, WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore, StoreState
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.theme import HEADER_HEIGHT, STEP, TITLE_SIZE, scaled_font
from cardscanner_gui.qt.style.words import count

_ROOM_FOR_STRIP = 460
"""Pixels of height from which on the last cards are shown below the picture."""


class ScanPage(PageWidget):
    """Follows the newest card until the user looks at another, and again after the next drop.

    Args:
        lane: where a session's cards are exported.
    """

    review_wanted = Signal(int)
    """The id of a scan that the user wants to name in Review."""

    def __init__(
        self,
        shell: Shell,
        services: WindowServices,
        store: AsyncStore,
        settings: ChosenSettings,
        scans: PictureScans,
        live: LiveScan,
        pictures: PictureSource,
        search: Search,
        lane: Lane,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pages = shell.pages
        self._scans = scans
        self._live = live
        self._store = store
        self._search = search
        self._games = services.games
        self._following = True
        self.panel = AnswerPanel(services.games, shell.icons, settings)
        self.hero = DropZone()
        self._settings = settings
        self.strip = ScanStrip()
        self.summary = QLabel()
        self.summary.setProperty("role", "muted")
        self.live_panel = LivePanel(services.games, live, self.hero.live, shell.icons, self)
        LiveControl(live, self.live_panel.menu, shell, services, store, settings, lane, self)
        LiveNotices(live.sessions, store, shell.notice, self)
        self._shown = ShownPicture(self.hero, pictures, self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.strip.hide()  # until there are cards to show
        self._lay_out(shell.icons)
        self._connect()
        self._connect_actions(shell)
        self._show_summary()
        self._show_undo(store.state)

    def _lay_out(self, icons: IconSet) -> None:
        self.title = title = QLabel(tr("Scan"))
        title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.open_button = QPushButton(tr("Pictures…"))
        self.open_button.setToolTip(tr("Choose picture files to scan (Ctrl+O)"))
        self.open_button.clicked.connect(self.open_pictures)
        self.folder_button = QPushButton(tr("Folder…"))
        self.folder_button.setToolTip(tr("Scan every picture in a folder (Ctrl+Shift+O)"))
        self.folder_button.clicked.connect(self.open_folder)
        icons.give(self.open_button, "open")
        icons.give(self.folder_button, "folder")
        header = HeaderLine(STEP // 2)  # five in a row must fit a small window
        title.setMinimumHeight(HEADER_HEIGHT)
        self.mode = ModeChoice()
        header.add_stretch()
        header.add(self.mode)
        for button in self.live_panel.buttons:
            header.add(button)
        header.add(self.open_button)
        header.add(self.folder_button, gives_way=True)  # the menu and a key have it too
        header.put_first(title)
        stage = QWidget()
        left = QVBoxLayout(stage)
        left.setContentsMargins(0, 0, 0, 0)
        left.setSpacing(STEP)
        left.addWidget(header)
        left.addWidget(self.live_panel.defaults)
        left.addWidget(self.hero, 1)
        left.addWidget(self.strip)
        below = QHBoxLayout()
        below.addWidget(self.summary)
        below.addStretch()
        self.steps = CardSteps(self.strip, icons)
        self.steps.hide()
        below.addWidget(self.steps)
        self.zoom_buttons = ZoomButtons(self.hero.view, icons)
        self.zoom_buttons.hide()
        below.addWidget(self.zoom_buttons)
        left.addLayout(below)
        left.addWidget(self.live_panel.session)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP // 2)
        layout.setSpacing(2 * STEP)
        self.panes = Panes(stage, self.panel, (tr("Picture"), tr("Answer")), PANEL_WIDTH)
        layout.addWidget(self.panes)

    def _connect(self) -> None:
        self._scans.picture_started.connect(self._picture_started)
        self._scans.picture_changed.connect(self._picture_changed)
        self._scans.card_changed.connect(self._card_changed)
        self._scans.cards_dropped.connect(self._cards_dropped)
        self._scans.preview_ready.connect(self._shown.preview_ready)
        self._live.running_changed.connect(self._live_changed)
        self._live.sessions.changed.connect(self._show_summary)
        self._store.state_changed.connect(self._show_undo)
        self.strip.picked.connect(self._picked)
        self.hero.view.outline_clicked.connect(self._outline_clicked)
        self.hero.dropped.connect(self.add)
        self.hero.open_pictures.connect(self.open_pictures)
        self.hero.scan_live.connect(self.live_panel.menu.start_any)
        self.panel.keep.connect(self.keep)
        self.panel.reject.connect(self.reject)
        self.panel.undo.connect(self._store.undo)
        self.panel.other_match.connect(self.other_match)
        self.panel.edited.connect(self._edited)

    def _connect_actions(self, shell: Shell) -> None:
        actions = shell.actions
        connect(actions.open_pictures, self.open_pictures)
        connect(actions.open_folder, self.open_folder)
        for action, slot in (
            (actions.keep, self._capture_or_keep),
            (actions.reject, self.reject),
            (actions.other_match, self.other_match),
            (actions.confirm_finish, self.panel.form.confirm_all),
            (actions.zoom_in, self.hero.view.zoom_in),
            (actions.zoom_out, self.hero.view.zoom_out),
            (actions.fit, self.hero.view.fit),
            (actions.turn, self.hero.view.turn),
        ):
            self._pages.offer(Page.SCAN, action, slot)

    @property
    def card(self) -> CardState | None:
        """The card the page shows."""
        return self._shown.card

    def open_pictures(self) -> None:
        """Let the user choose picture files."""
        from cardscanner_gui.capture.collect import SUPPORTED_SUFFIXES

        patterns = " ".join(sorted(f"*{s}" for s in SUPPORTED_SUFFIXES))
        paths, _ = QFileDialog.getOpenFileNames(
            self.window(),
            tr("Open pictures"),
            self._settings.current.open_folder,
            tr("Pictures ({patterns});;All files (*)", patterns=patterns),
        )
        self._remember_folder(str(Path(paths[0]).parent) if paths else "")
        self.scan(paths)

    def open_folder(self) -> None:
        """Let the user choose a folder of pictures."""
        folder = QFileDialog.getExistingDirectory(
            self.window(), tr("Open a folder of pictures"), self._settings.current.open_folder
        )
        self._remember_folder(folder)
        self.scan([folder] if folder else [])

    def _remember_folder(self, folder: str) -> None:
        """The next dialog begins there."""
        if folder and folder != self._settings.current.open_folder:
            self._settings.change(open_folder=folder)

    def show_catalogue(self, facts: CatalogueFacts) -> None:
        """Say of doubtful cards when the catalogue is a reduced one."""
        self.panel.show_reduced(facts.reduced)

    def scan(self, paths: Sequence[str]) -> None:
        """Go to this page and scan these files and folders, if there are any."""
        if paths:
            self._pages.show_page(Page.SCAN)
            self.add(paths)

    def add(self, paths: Sequence[str]) -> None:
        """Scan these files and folders, and show them as they come."""
        self._following = True
        self._scans.add(paths)

    def keep(self) -> None:
        """Put the shown card into the collection."""
        card = self.card
        if card is not None and card.scan is not None and card.printing is not None:
            if not self.panel.keep_button.isEnabled():
                return
            self._store.accept(card.scan.id, card.printing, self.panel.copy)

    def _capture_or_keep(self) -> None:
        """While a camera runs, Enter captures."""
        if self._live.running:
            self._live.capture_now()
        else:
            self.keep()

    def reject(self) -> None:
        """Don't keep the shown card."""
        card = self.card
        if card is not None and card.scan is not None and self.panel.reject_button.isEnabled():
            self._store.reject(card.scan.id)

    def other_match(self) -> None:
        """Ask which printing the shown card is."""
        card = self.card
        if card is not None and card.nothing_found:
            self._scans.record_by_hand(card, self.review_wanted.emit)
        if card is None or card.scan is None:
            return
        self._following = False
        candidates = considered(card.scan, self._games)
        if not candidates and card.printing is not None:
            candidates = [(card.printing, ())]
        dialog = OtherMatchDialog(
            candidates, card.printing, self._search, self, language=card.language
        )
        dialog.finished.connect(partial(self._other_chosen, card, dialog))
        open_dialog(dialog)

    def _other_chosen(self, card: CardState, dialog: OtherMatchDialog, _: int) -> None:
        if dialog.printing is not None:
            self._take_printing(card, dialog.printing)

    def _take_printing(self, card: CardState, printing: Printing) -> None:
        if card.scan is None:
            return
        copy = self.panel.copy
        copy = replace(
            copy,
            finish=existing_finish(printing, copy.finish),
            language=existing_language(printing, card.language, copy.language),
        )
        self._store.accept(card.scan.id, printing, copy)

    def show_card(self, card: CardState | None) -> None:
        """Show one card: its picture, its outline, its answer."""
        self.panel.show_card(card)
        self._show_place(card)
        self._shown.show_card(card)

    def _picture_started(self, picture: PictureState) -> None:
        self._refill_strip()
        # A card that was just laid down is what the user looks at.
        self._following |= picture.session is not None
        if self._following:
            self.show_card(picture.cards[0])

    def _picture_changed(self, picture: PictureState) -> None:
        self._refill_strip()
        self._show_summary()
        if picture is self._shown.picture and self.card not in picture.cards:
            self._shown.card = picture.cards[0]
            self.panel.show_card(self.card)
            self._show_place(self.card)
        self._shown.size_known(picture)

    def _card_changed(self, card: CardState) -> None:
        self.strip.cards.refresh(card)
        if card is self.card:
            self.panel.show_card(card)
        self._shown.card_changed(card)

    def _cards_dropped(self, cards: list[CardState]) -> None:
        self._refill_strip()
        if self.card in cards:
            remaining = self._scans.cards
            self.show_card(remaining[-1] if remaining else None)

    def _picked(self, card: CardState) -> None:
        self._following = bool(self._scans.cards) and card is self._scans.cards[-1]
        self.show_card(card)
        self._scans.refresh(card)

    def _outline_clicked(self, index: int) -> None:
        cards = self._shown.outlined()
        if index < len(cards):
            self._picked(cards[index])

    def _edited(self) -> None:
        """A kept card follows at once; a pending one when it is kept."""
        self._following = False
        card = self.card
        if card is None or card.scan is None or card.entry is None or not card.decided:
            return
        self._store.accept(card.scan.id, card.entry.printing, self.panel.copy)

    def _refill_strip(self) -> None:
        self.strip.cards.show_cards(list(self._scans.cards))
        self._show_strip()
        self._show_place(self.card)

    def _show_place(self, card: CardState | None) -> None:
        self.strip.show_current(card)
        self.steps.refresh()

    def _show_strip(self) -> None:
        """There is nothing to pick from, or no room for it beside the picture."""
        cards, room = len(self._scans.cards), self.height() >= _ROOM_FOR_STRIP
        self.strip.setVisible(cards > 0 and room)
        self.steps.setVisible(cards > 1 and not room)
        self.zoom_buttons.setVisible(cards > 0 and not self._live.running)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._show_strip()

    def _live_changed(self) -> None:
        running = self._live.running
        if running != self.hero.is_live:
            self.hero.show_live(running)
            if not running and self.card is not None:
                self._shown.load(self.card)
                self._shown.show_outlines()
        for button in (self.open_button, self.folder_button):
            button.setVisible(not running)
        self._show_strip()
        self._show_summary()

    def _show_summary(self) -> None:
        number = self._scans.cards_this_session
        self.summary.setText(tr("{cards} this session", cards=count(number, "card")))
        self.summary.setVisible(number > 0 and self._live.session is None)

    def _show_undo(self, state: StoreState) -> None:
        self.panel.undo_button.setEnabled(state.undo_label is not None)
