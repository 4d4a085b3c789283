"""How much a model is asked, chosen where cards are scanned."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.words import mark, tr
from cardscanner_gui.qt.style.fields import ChoiceField

_WORDS = {
    ReadingMode.FAST: (mark("Fast"), mark("Text recognition alone reads")),
    ReadingMode.BALANCED: (
        mark("Balanced"),
        mark("A model reads too where text recognition is unsure"),
    ),
    ReadingMode.THOROUGH: (
        mark("Thorough"),
        mark("A model reads every card, about two seconds each"),
    ),
}


class ModeChoice(ChoiceField):
    """Shown where a model is ready: without one there is nothing to choose."""

    chosen = Signal(ReadingMode)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(tr("How thoroughly cards are read"))
        self.setSizeAdjustPolicy(ChoiceField.SizeAdjustPolicy.AdjustToContents)
        for place, (mode, (word, tip)) in enumerate(_WORDS.items()):
            self.addItem(word, mode)
            self.setItemData(place, tip, Qt.ItemDataRole.ToolTipRole)
        self.activated.connect(lambda _: self.chosen.emit(ReadingMode(self.currentData())))
        self.show_mode(ReadingMode.FAST)
        self.hide()

    def show_mode(self, mode: ReadingMode) -> None:
        """Show what is chosen; tells nobody."""
        self.setCurrentIndex(self.findData(mode))
        self.setToolTip(f"{_WORDS[mode][1]}")
