"""The scan page: the picture as the hero, the answer beside it, the last cards below."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cardscanner_gui.core.types import Printing
from cardscanner_gui.qt.live.panel import LivePanel
from cardscanner_gui.qt.live.scan import LiveScan
from cardscanner_gui.qt.review.other_match import Search
from cardscanner_gui.qt.review.other_match_dialog import OtherMatchDialog
from cardscanner_gui.qt.scan.answer_panel import AnswerPanel, reading_of
from cardscanner_gui.qt.scan.drop_zone import DropZone
from cardscanner_gui.qt.scan.picture_scans import PictureScans
from cardscanner_gui.qt.scan.picture_source import PictureSource
from cardscanner_gui.qt.scan.picture_view import Outline
from cardscanner_gui.qt.scan.state import CardState, PictureState
from cardscanner_gui.qt.scan.strip import ScanStrip
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.style.theme import HEADER_HEIGHT, STEP, TITLE_SIZE, scaled_font
from cardscanner_gui.qt.style.words import count


class ScanPage(QWidget):
    """Follows the newest card until the user looks at another, and again after the next drop."""

    open_pictures = Signal()
    open_folder = Signal()

    def __init__(
        self,
        scans: PictureScans,
        store: AsyncStore,
        pictures: PictureSource,
        search: Search,
        icons: IconSet,
        live: LiveScan,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._scans = scans
        self._live = live
        self._store = store
        self._pictures = pictures
        self._search = search
        self._card: CardState | None = None
        self._picture: PictureState | None = None
        self._following = True
        self.panel = AnswerPanel(icons, scans.settings)
        self.hero = DropZone()
        self.strip = ScanStrip()
        self.summary = QLabel()
        self.summary.setProperty("role", "muted")
        self.live_panel = LivePanel(live, self.hero.live, icons, self)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.strip.hide()  # until there are cards to show
        self._lay_out(icons)
        self._connect()
        self._show_summary()

    def _lay_out(self, icons: IconSet) -> None:
        title = QLabel("Scan")
        title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.open_button = QPushButton("Pictures…")
        self.open_button.setToolTip("Choose picture files to scan (Ctrl+O)")
        self.open_button.clicked.connect(self.open_pictures)
        self.folder_button = QPushButton("Folder…")
        self.folder_button.setToolTip("Scan every picture in a folder (Ctrl+Shift+O)")
        self.folder_button.clicked.connect(self.open_folder)
        icons.give(self.open_button, "open")
        icons.give(self.folder_button, "folder")
        header = QHBoxLayout()
        header.setSpacing(STEP // 2)  # five in a row must fit a small window
        title.setMinimumHeight(HEADER_HEIGHT)
        header.addWidget(title)
        header.addStretch()
        for button in self.live_panel.buttons:
            header.addWidget(button)
        header.addWidget(self.open_button)
        header.addWidget(self.folder_button)
        left = QVBoxLayout()
        left.setSpacing(STEP)
        left.addLayout(header)
        left.addWidget(self.live_panel.defaults)
        left.addWidget(self.hero, 1)
        left.addWidget(self.strip)
        left.addWidget(self.summary)
        left.addWidget(self.live_panel.session)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, STEP)
        layout.setSpacing(2 * STEP)
        layout.addLayout(left, 1)
        layout.addWidget(self.panel)

    def _connect(self) -> None:
        self._scans.picture_started.connect(self._picture_started)
        self._scans.picture_changed.connect(self._picture_changed)
        self._scans.card_changed.connect(self._card_changed)
        self._scans.cards_dropped.connect(self._cards_dropped)
        self._scans.preview_ready.connect(self._preview_ready)
        self._live.running_changed.connect(self._live_changed)
        self._live.sessions.changed.connect(self._show_summary)
        self.strip.picked.connect(self._picked)
        self.hero.view.outline_clicked.connect(self._outline_clicked)
        self.hero.dropped.connect(self.add)
        self.hero.open_pictures.connect(self.open_pictures)
        self.panel.keep.connect(self.keep)
        self.panel.reject.connect(self.reject)
        self.panel.undo.connect(self._store.undo)
        self.panel.other_match.connect(self.other_match)
        self.panel.edited.connect(self._edited)

    @property
    def card(self) -> CardState | None:
        """The card the page shows."""
        return self._card

    def add(self, paths: Sequence[str]) -> None:
        """Scan these files and folders, and show them as they come."""
        self._following = True
        self._scans.add(paths)

    def keep(self) -> None:
        """Put the shown card into the collection."""
        card = self._card
        if card is not None and card.scan is not None and card.printing is not None:
            if not self.panel.keep_button.isEnabled():
                return
            self._store.accept(card.scan.id, card.printing, self.panel.form.values())

    def reject(self) -> None:
        """Don't keep the shown card."""
        card = self._card
        if card is not None and card.scan is not None and self.panel.reject_button.isEnabled():
            self._store.reject(card.scan.id)

    def other_match(self) -> None:
        """Ask which printing the shown card is."""
        card = self._card
        if card is None or card.scan is None:
            return
        self._following = False
        candidates = [printing for printing, _ in card.scan.candidates]
        if not candidates and card.printing is not None:
            candidates = [card.printing]
        dialog = OtherMatchDialog(candidates, reading_of(card), card.printing, self._search, self)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.finished.connect(partial(self._other_chosen, card, dialog))
        dialog.open()

    def _other_chosen(self, card: CardState, dialog: OtherMatchDialog, _: int) -> None:
        if dialog.printing is not None:
            self._take_printing(card, dialog.printing)

    def _take_printing(self, card: CardState, printing: Printing) -> None:
        if card.scan is None:
            return
        values = self.panel.form.values()
        if values["finish"] is None or (
            printing.finishes and values["finish"] not in printing.finishes
        ):
            values["finish"] = printing.finishes[0] if printing.finishes else "normal"
        self._store.accept(card.scan.id, printing, values)

    def show_card(self, card: CardState | None) -> None:
        """Show one card: its picture, its outline, its answer."""
        previous, self._card = self._picture, card
        self._picture = card.picture if card else None
        self.panel.show_card(card)
        self.strip.show_current(card)
        if card is None:
            self.hero.show_welcome()
        elif self._picture is not previous:
            self._show_picture(card)
        self._show_outlines()

    def _show_picture(self, card: CardState) -> None:
        picture = card.picture
        if card.mark is Mark.FAILED:
            self.hero.show_line(picture.message)
            return
        if picture.session is not None:
            self._show_photo(card)
            return
        self.hero.show_line("Opening the picture…")
        if picture.opening and not self._pictures.has(picture.request_id):
            return  # decoding it twice would take twice as long
        self._pictures.file(
            picture.request_id,
            picture.source,
            partial(self._picture_loaded, picture),
            partial(self._picture_missing, card),
        )

    def _picture_loaded(self, picture: PictureState, image: QImage) -> None:
        if picture is self._picture:
            self.hero.show_picture(image, picture.size)
            self._show_outlines()

    def _picture_missing(self, card: CardState, message: str) -> None:
        """The file has gone; the photo of the card is still there."""
        if card.picture is not self._picture:
            return
        self.hero.show_line(message)
        if card.scan is not None and card.scan.has_photo:
            self._pictures.scan_photo(card.scan.id, partial(self._photo_loaded, card))

    def _show_photo(self, card: CardState) -> None:
        """A card from a camera has no file, only the photo that was kept."""
        self.hero.show_line("Opening the picture…")
        if card.scan is not None:
            self._pictures.scan_photo(card.scan.id, partial(self._photo_loaded, card))

    def _photo_loaded(self, card: CardState, image: QImage) -> None:
        if card is self._card and not image.isNull():
            self.hero.show_picture(image, None)

    def _show_outlines(self) -> None:
        picture = self._picture
        if picture is not None and picture.session is not None:
            picture = None  # the kept photo is the card alone
        cards = [c for c in picture.cards if c.corners is not None] if picture else []
        if not cards or not picture or picture.size is None:
            self.hero.view.show_outlines(())
            return
        outlines = tuple(
            Outline(c.corners, c.mark, c.label) for c in cards if c.corners is not None
        )
        current = cards.index(self._card) if self._card in cards else 0
        self.hero.view.show_outlines(outlines, current)

    def _picture_started(self, picture: PictureState) -> None:
        self._refill_strip()
        # A card that was just laid down is what the user looks at.
        self._following |= picture.session is not None
        if self._following:
            self.show_card(picture.cards[0])

    def _picture_changed(self, picture: PictureState) -> None:
        self._refill_strip()
        self._show_summary()
        if picture is self._picture:
            if self._card not in picture.cards:
                self._card = picture.cards[0]
                self.panel.show_card(self._card)
                self.strip.show_current(self._card)
            if picture.size is not None and self.hero.view.has_picture:
                self.hero.view.set_source_size(*picture.size)
            self._show_outlines()

    def _card_changed(self, card: CardState) -> None:
        self.strip.cards.refresh(card)
        if card is self._card:
            self.panel.show_card(card)
            awaited = card.picture.session is not None and not self.hero.view.has_picture
            if card.mark is Mark.FAILED or (awaited and card.scan is not None):
                self._show_picture(card)
        if card.picture is self._picture:
            self._show_outlines()

    def _cards_dropped(self, cards: list[CardState]) -> None:
        self._refill_strip()
        if self._card in cards:
            remaining = self._scans.cards
            self.show_card(remaining[-1] if remaining else None)

    def _preview_ready(self, request_id: str, image: QImage) -> None:
        self._pictures.keep(request_id, image)
        if self._picture is not None and self._picture.request_id == request_id:
            self.hero.show_picture(image, self._picture.size)
            self._show_outlines()

    def _picked(self, card: CardState) -> None:
        self._following = bool(self._scans.cards) and card is self._scans.cards[-1]
        self.show_card(card)
        self._scans.refresh(card)

    def _outline_clicked(self, index: int) -> None:
        if self._picture is not None:
            cards = [c for c in self._picture.cards if c.corners is not None]
            self._picked(cards[index])

    def _edited(self, field: str, value: object) -> None:
        """A kept card follows at once; a pending one when it is kept."""
        self._following = False
        card = self._card
        if card is None or card.scan is None or card.entry is None or not card.decided:
            return
        values = self.panel.form.values() | {field: value, "note": card.entry.note}
        self._store.accept(card.scan.id, card.entry.printing, values)

    def _refill_strip(self) -> None:
        self.strip.cards.show_cards(list(self._scans.cards))
        self.strip.setVisible(bool(self._scans.cards))
        self.strip.show_current(self._card)

    def _live_changed(self) -> None:
        running = self._live.running
        if running != self.hero.is_live:
            self.hero.show_live(running)
            if not running and self._card is not None:
                self._show_picture(self._card)
                self._show_outlines()
        for button in (self.open_button, self.folder_button):
            button.setVisible(not running)
        self._show_summary()

    def _show_summary(self) -> None:
        number = self._scans.cards_this_session
        self.summary.setText(f"{count(number, 'card')} this session")
        self.summary.setVisible(number > 0 and self._live.session is None)
