"""What the user adds about a copy: tags, its place, its price, its grade, its stamp."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCompleter, QGridLayout, QLabel, QLineEdit, QWidget

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.copies import stamp_of
from cardscanner_gui.core.words import mark, tr
from cardscanner_gui.qt.card.copy_form import MIXED
from cardscanner_gui.qt.card.own_values import edited_value, field_value
from cardscanner_gui.qt.style.theme import SMALL_SIZE, STEP, scaled_font

_FIELDS: tuple[tuple[str, str, str, int, int, int], ...] = (
    ("tags", mark("Tags"), mark("for trade, signed"), 0, 0, 2),
    ("folder", mark("Folder or binder"), mark("Red binder"), 2, 0, 1),
    ("position", mark("Position"), mark("page 3, 4"), 2, 1, 1),
    ("purchase_price", mark("Price paid"), "12.50", 4, 0, 1),
    ("purchase_currency", mark("Currency"), "EUR", 4, 1, 1),
    ("purchased_on", mark("Bought on"), "2025-03-14", 6, 0, 1),
    ("grader", mark("Graded by"), "PSA", 6, 1, 1),
    ("grade", mark("Grade"), "9.5", 8, 0, 1),
    ("certificate", mark("Certificate"), "", 8, 1, 1),
    ("stamp", mark("Stamp or pattern"), mark("staff, Poké Ball"), 10, 0, 2),
)


class OwnForm(QWidget):
    """Shows what entries have in common; what the user types goes to all of them."""

    edited = Signal(str, object)
    """A field of `Copy` and its new value."""
    refused = Signal(str)
    """Why what was typed isn't taken."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.fields: dict[str, QLineEdit] = {}
        self._shown: dict[str, str] = {}
        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * STEP)
        grid.setVerticalSpacing(STEP // 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        for field, title, example, row, column, span in _FIELDS:
            edit = QLineEdit()
            edit.setAccessibleName(tr(title))
            edit.setProperty("example", tr(example))
            edit.editingFinished.connect(self._finished)
            edit.setProperty("field", field)
            label = QLabel(tr(title))
            label.setProperty("role", "muted")
            label.setFont(scaled_font(self.font(), SMALL_SIZE))
            label.setBuddy(edit)
            grid.addWidget(label, row, column, 1, span)
            grid.addWidget(edit, row + 1, column, 1, span)
            self.fields[field] = edit

    def show_entries(self, entries: Sequence[Entry]) -> None:
        """Show what these entries have in common; words where they differ."""
        texts: Mapping[str, set[str]] = {
            field: {str(edited_value(field, entry)) for entry in entries} for field in self.fields
        }
        for field, edit in self.fields.items():
            found = texts[field]
            text = next(iter(found)) if len(found) == 1 else ""
            self._shown[field] = text
            if edit.text() != text:
                edit.setText(text)
                edit.setCursorPosition(0)
            edit.setPlaceholderText(MIXED if len(found) > 1 else str(edit.property("example")))
        self._offer_stamps(entries)

    def _offer_stamps(self, entries: Sequence[Entry]) -> None:
        """The stamps with which the catalogue knows these printings."""
        variants = (variant for entry in entries for variant in entry.printing.variants)
        known = sorted({stamp_of(variant) for variant in variants if variant.stamps})
        offer = QCompleter(known, self)
        offer.setCaseSensitivity(Qt.CaseSensitivity.CaseInsensitive)
        offer.setFilterMode(Qt.MatchFlag.MatchContains)
        edit = self.fields["stamp"]
        former = edit.completer()
        edit.setCompleter(offer)
        if former is not None:
            former.deleteLater()
        if known and edit.placeholderText() != MIXED:
            edit.setPlaceholderText(known[0])

    def _finished(self) -> None:
        edit = self.sender()
        if not isinstance(edit, QLineEdit):
            return
        field = str(edit.property("field"))
        if edit.text() == self._shown.get(field, ""):
            return
        try:
            value = field_value(field, edit.text())
        except ValueError as error:
            edit.setText(self._shown.get(field, ""))
            self.refused.emit(str(error))
            return
        self._shown[field] = edit.text()
        self.edited.emit(field, value)
