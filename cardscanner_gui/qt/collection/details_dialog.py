"""All that is known of one card of the collection, in tabs."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtGui import QIcon, QImage, QPixmap
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFormLayout,
    QHBoxLayout,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QTabWidget,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.collection import Entry, Scan
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.types import Printing
from cardscanner_gui.core.words import amount, said, tr
from cardscanner_gui.qt.card.panel import make_scrolling
from cardscanner_gui.qt.card.picture_source import PictureSource
from cardscanner_gui.qt.card.picture_view import PictureView
from cardscanner_gui.qt.collection.changes_dialog import detail_words, moment_words
from cardscanner_gui.qt.collection.columns import grade_words, price_words
from cardscanner_gui.qt.style.plain_text import show_literally
from cardscanner_gui.qt.style.theme import STEP, TITLE_SIZE, scaled_font
from cardscanner_gui.qt.style.words import (
    CONDITIONS,
    LANGUAGE_NAMES,
    finish_words,
    number_line,
    one_line,
    set_line,
)
from cardscanner_gui.store.change_rows import ChangeDetail, LoggedChange

_THUMB = QSize(9 * STEP, 12 * STEP)
_MOST_VALUE = 200


@dataclass(frozen=True)
class Known:
    """What is read before the dialog opens.

    Attributes:
        scans: those that were kept as this entry, the newest first.
        history: what became of it, the newest first.
    """

    entry: Entry
    scans: Sequence[Scan]
    history: Sequence[tuple[LoggedChange, ChangeDetail]]


class DetailsDialog(QDialog):
    """Facts, other printings of the card, its scans, and what was changed."""

    shown = Signal(Printing)
    """A printing that the user wants to see in the collection."""

    def __init__(
        self,
        known: Known,
        games: Games,
        pictures: PictureSource,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        entry, printing = known.entry, known.entry.printing
        self._finishes = finish_words(games)
        self.setWindowTitle(tr("Card details"))
        self.photo = PictureView()
        self.photo.setFixedWidth(28 * STEP)
        self.photo.show_line("" if entry.has_photo else tr("No picture"))
        if entry.has_photo:
            pictures.entry_photo(entry.id, self._photo_came)
        self.title = QLabel(printing.title(entry.language))
        self.title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.title.setWordWrap(True)
        place = QLabel(f"{set_line(printing, entry.language)} · {number_line(printing)}")
        place.setProperty("role", "muted")
        place.setWordWrap(True)
        self.facts = QWidget()
        self._fill_facts(entry)
        self.others = QListWidget()
        self.others.setAccessibleName(tr("Other printings"))
        self.others.itemActivated.connect(
            lambda item: self.shown.emit(item.data(Qt.ItemDataRole.UserRole))
        )
        self.scans = _scan_list(known.scans, pictures)
        self.history = QListWidget()
        self.history.setAccessibleName(tr("Changes"))
        for change, detail in known.history:
            words = f"{moment_words(change.at)} · {detail_words(detail)}"
            self.history.addItem(f"{words}\n{change.what} · {change.who}")
        self.tabs = QTabWidget()
        self.tabs.addTab(make_scrolling(self.facts), tr("Facts"))
        self.tabs.addTab(self.others, tr("Other printings"))
        self.tabs.addTab(self.scans, tr("Scans ({scans})", scans=len(known.scans)))
        self.tabs.addTab(self.history, tr("Changes"))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        right = QVBoxLayout()
        right.setSpacing(STEP)
        right.addWidget(self.title)
        right.addWidget(place)
        right.addWidget(self.tabs, 1)
        body = QHBoxLayout()
        body.setSpacing(2 * STEP)
        body.addWidget(self.photo)
        body.addLayout(right, 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.addLayout(body, 1)
        layout.addWidget(buttons)
        self.resize(760, 500)

    def show_others(self, printings: Sequence[tuple[Printing, int]]) -> None:
        """Show the card's other printings, each with how many the collection has."""
        self.others.clear()
        for printing, copies in printings:
            has = tr("you have {copies}", copies=copies) if copies else tr("not in your collection")
            year = (printing.released or "")[:4]
            line = " · ".join(part for part in (printing.rarity or "", year, has) if part)
            item = QListWidgetItem(f"{one_line(printing)}\n{line}")
            item.setData(Qt.ItemDataRole.UserRole, printing)
            self.others.addItem(item)
        self.tabs.setTabText(1, tr("Other printings ({printings})", printings=len(printings)))

    def _photo_came(self, image: QImage) -> None:
        if image.isNull():
            self.photo.show_line(tr("No picture"))
        else:
            self.photo.show_picture(image)

    def _fill_facts(self, entry: Entry) -> None:
        form = QFormLayout(self.facts)
        form.setLabelAlignment(Qt.AlignmentFlag.AlignLeft)
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapLongRows)
        for title, words in self._facts(entry):
            if words:
                value = QLabel(words)
                value.setWordWrap(True)
                value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                label = QLabel(title)
                label.setProperty("role", "muted")
                form.addRow(label, value)
        show_literally(self.facts)

    def _facts(self, entry: Entry) -> list[tuple[str, str]]:
        printing, come_from = entry.printing, entry.provenance
        finishes = [self._finishes.get(one, one) for one in printing.finishes]
        names = [f"{LANGUAGE_NAMES.get(k, k)}: {v}" for k, v in printing.names.items()]
        unsure = tr(" (not sure)")
        language = LANGUAGE_NAMES.get(entry.language, entry.language)
        facts = [
            (tr("Copies"), amount(entry.quantity)),
            (
                tr("Finish"),
                self._finishes.get(entry.finish, entry.finish)
                + ("" if entry.finish_sure else unsure),
            ),
            (tr("Condition"), CONDITIONS.get(entry.condition, entry.condition)),
            (tr("Language"), language + ("" if entry.language_sure else unsure)),
            (tr("Tags"), ", ".join(entry.tags)),
            (tr("Folder"), " · ".join(part for part in (entry.folder, entry.position) if part)),
            (tr("Paid"), price_words(entry.purchase_price, entry.purchase_currency)),
            (tr("Bought on"), entry.purchased_on),
            (tr("Graded"), grade_words(entry)),
            (tr("Certificate"), entry.certificate),
            (tr("Note"), entry.note),
            (tr("Added"), moment_words(entry.scanned_at) if entry.scanned_at else ""),
            (tr("Read by"), str(come_from.get("reader", ""))),
            (tr("Why"), said(str(come_from.get("reason", "")))),
            (tr("From"), str(come_from.get("source", ""))),
            (tr("Series"), printing.series or ""),
            (tr("Released"), printing.released or ""),
            (tr("Artist"), printing.illustrator or ""),
            (tr("Exists as"), ", ".join(finishes)),
            (tr("Names"), "\n".join(names)),
            *(
                (tr(name.replace("_", " ").capitalize()), _plain(v))
                for name, v in printing.facts.items()
            ),
            (tr("Id"), printing.id),
        ]
        return facts


def _plain(value: object) -> str:
    if isinstance(value, dict):
        words = str(value.get("en") or next(iter(value.values()), ""))
    elif isinstance(value, tuple):
        words = ", ".join(_plain(one) for one in value)
    else:
        words = str(value)
    return words if len(words) <= _MOST_VALUE else f"{words[:_MOST_VALUE]}…"


def _scan_list(scans: Sequence[Scan], pictures: PictureSource) -> QListWidget:
    found = QListWidget()
    found.setAccessibleName(tr("Scans of this card"))
    found.setIconSize(_THUMB)
    found.setWordWrap(True)
    for scan in scans:
        lines = scan.reading.get("lines", ())
        read = " · ".join(str(line.get("text", "")) for line in lines)[:_MOST_VALUE]
        item = QListWidgetItem(
            f"{moment_words(scan.scanned_at)} · {scan.source}\n{scan.reader}: {scan.reason}\n{read}"
        )
        found.addItem(item)
        if scan.has_photo:
            pictures.scan_photo(scan.id, partial(_give, found, item), _THUMB.height() * 2)
    return found


def _give(found: QListWidget, item: QListWidgetItem, image: QImage) -> None:
    from shiboken6 import isValid

    if isValid(found) and not image.isNull():
        item.setIcon(QIcon(QPixmap.fromImage(image)))
