"""The selected entries of the collection: photo, facts, and everything that can be edited."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QPushButton, QVBoxLayout, QWidget

from cardscanner_gui.core.collection import Entry, Scan
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.card.card_facts import CardFacts
from cardscanner_gui.qt.card.copy_form import CopyForm
from cardscanner_gui.qt.card.evidence import reasons_of_scan
from cardscanner_gui.qt.card.own_form import OwnForm
from cardscanner_gui.qt.card.panel import make_scrolling
from cardscanner_gui.qt.card.picture_source import PictureSource
from cardscanner_gui.qt.card.picture_view import PictureView
from cardscanner_gui.qt.card.read_by import read_by_scan
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.theme import STEP
from cardscanner_gui.qt.style.words import count

if TYPE_CHECKING:
    from cardscanner_gui.store.scans import ScanLog

_PHOTO_HEIGHT = 184
_FIELDS = (
    "finish",
    "finish_sure",
    "condition",
    "language",
    "language_sure",
    "quantity",
    "note",
)


class Inspector(QFrame):
    """Shows one entry, or what several have in common; an edit goes to all of them."""

    edited = Signal(str, object)
    other_match = Signal()
    delete = Signal()
    details = Signal()
    count_more = Signal(int)
    """So many copies more of each selected entry."""

    def __init__(
        self,
        games: Games,
        pictures: PictureSource,
        store: AsyncStore,
        scans: ScanLog,
        icons: IconSet,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._games = games
        self._pictures = pictures
        self._store = store
        self._scans = scans
        self.entries: tuple[Entry, ...] = ()
        self.setProperty("role", "panel")
        self.photo = PictureView()
        self.photo.setMinimumHeight(_PHOTO_HEIGHT)
        self.photo.setMaximumHeight(_PHOTO_HEIGHT)
        self.form = CopyForm(games, note=True)
        self.facts = CardFacts(games, middle=self.form)
        self.facts.state.hide()  # what is in the collection is settled
        self.form.edited.connect(self.edited)
        self.own = OwnForm()
        self.own.edited.connect(self.edited)
        self.other_button = QPushButton(tr("Other match…"))
        self.other_button.setToolTip(tr("This is another printing (M)"))
        self.other_button.clicked.connect(self.other_match)
        self.details_button = QPushButton(tr("Details…"))
        self.details_button.setToolTip(tr("All that is known of this card (Enter)"))
        self.details_button.clicked.connect(self.details)
        self.delete_button = QPushButton(tr("Delete"))
        self.delete_button.setToolTip(tr("Delete from the collection (Del)"))
        self.delete_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)  # Space must not delete
        self.delete_button.clicked.connect(self.delete)
        icons.give(self.delete_button, "delete")
        self.one_less = QPushButton(tr("−1 each"))
        self.one_less.setToolTip(tr("Take one copy from each selected line; one is always left"))
        self.one_less.clicked.connect(partial(self.count_more.emit, -1))
        self.one_more = QPushButton(tr("+1 each"))
        self.one_more.setToolTip(tr("Add one copy to each selected line"))
        self.one_more.clicked.connect(partial(self.count_more.emit, 1))
        self.steps = QWidget()
        steps = QHBoxLayout(self.steps)
        steps.setContentsMargins(0, 0, 0, 0)
        steps.addWidget(self.one_less, 1)
        steps.addWidget(self.one_more, 1)
        self.line = QLabel()
        self.line.setProperty("role", "muted")
        self.line.setWordWrap(True)

        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, STEP)
        inner.setSpacing(2 * STEP)
        inner.addWidget(self.photo)
        inner.addWidget(self.facts)
        inner.addWidget(self.own)
        inner.addWidget(self.steps)
        inner.addWidget(self.line)
        inner.addStretch()
        buttons = QHBoxLayout()
        buttons.setContentsMargins(STEP, 0, STEP, 2 * STEP)
        buttons.setSpacing(STEP // 2)  # three of them fit
        buttons.addWidget(self.other_button)
        buttons.addWidget(self.details_button)
        buttons.addWidget(self.delete_button, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(STEP)
        layout.addWidget(make_scrolling(content), 1)
        layout.addLayout(buttons)
        self.show_entries(())

    def show_entries(self, entries: Sequence[Entry], selected: int | None = None) -> None:
        """Show entries; `selected` is how many are selected when not all of them are here."""
        fresh = [e.id for e in entries] != [e.id for e in self.entries]
        if fresh:
            self.facts.show_reasons(())
            self.facts.show_read_by("")
        self.entries = tuple(entries)
        number = selected if selected is not None else len(entries)
        self.form.setEnabled(bool(entries))
        self.own.setEnabled(bool(entries))
        self.own.show_entries(entries)
        self.other_button.setVisible(number == 1)
        self.details_button.setVisible(number == 1)
        self.delete_button.setEnabled(number > 0)
        self.delete_button.setText(
            tr("Delete") if number < 2 else tr("Delete {number:,}", number=number)
        )
        self.steps.setVisible(number > 1)
        if number == 1 and entries:
            self._show_one(entries[0], fresh)
        else:
            self._show_several(number)
        self.form.show_values({f: _common(entries, f) for f in _FIELDS} if entries else {})

    def _show_one(self, entry: Entry, fresh: bool) -> None:
        self.facts.show_printing(entry.printing, entry.language)
        self.facts.show_state(None, str(entry.provenance.get("reason", "")))
        self.form.offer_finishes(entry.printing.finishes)
        self.line.setText("")
        if not fresh:
            return
        if entry.scan_id is not None:
            read = partial(self._scans.get, entry.scan_id)
            self._store.read(read, partial(self._scan_read, entry.id))
        if entry.has_photo:
            self._pictures.entry_photo(entry.id, partial(self._photo_loaded, entry.id))
        else:
            self.photo.show_line(tr("No picture"))

    def _scan_read(self, entry_id: int, scan: Scan | None) -> None:
        """What decided when it was scanned."""
        if scan is not None and len(self.entries) == 1 and self.entries[0].id == entry_id:
            printing = self.entries[0].printing
            self.facts.show_reasons(reasons_of_scan(scan, printing, self._games))
            self.facts.show_read_by(read_by_scan(scan, self._games))

    def _show_several(self, number: int) -> None:
        self.facts.clear()
        self.facts.name.setText(
            tr("{entries} selected", entries=count(number, "entry", "entries")) if number else ""
        )
        self.photo.show_line("" if number else tr("Select a card to see it here"))
        self.line.setText(tr("What you change here changes in all of them.") if number else "")
        self.form.offer_finishes(())

    def _photo_loaded(self, entry_id: int, image: QImage) -> None:
        if len(self.entries) == 1 and self.entries[0].id == entry_id:
            if image.isNull():
                self.photo.show_line(tr("No picture"))
            else:
                self.photo.show_picture(image)


def _common(entries: Sequence[Entry], field: str) -> object:
    values = {getattr(entry, field) for entry in entries}
    return values.pop() if len(values) == 1 else None
