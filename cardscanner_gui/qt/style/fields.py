"""Fields that the mouse wheel passes over: it scrolls the page, unless the user is in the field."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QWidget,
)


class ChoiceField(QComboBox):
    """A drop-down; use it in place of a plain one, so that scrolling never changes a value.

    Where the chosen words have no room, an ellipsis says so.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    @property
    def room(self) -> int:
        """Pixels that the chosen words have."""
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        whole, words = QStyle.ComplexControl.CC_ComboBox, QStyle.SubControl.SC_ComboBoxEditField
        return self.style().subControlRect(whole, option, words, self).width()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()  # whatever scrolls around it gets the wheel

    def paintEvent(self, event: QPaintEvent) -> None:
        option = QStyleOptionComboBox()
        self.initStyleOption(option)
        words: str = option.currentText
        words = self.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, self.room)
        option.currentText = words
        painter = QStylePainter(self)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


class NumberField(QSpinBox):
    """The same for a number; `show_several` shows that there isn't one number."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._least = self.minimum()

    def setRange(self, least: int, most: int) -> None:
        self._least = least
        super().setRange(least, most)

    @property
    def several(self) -> bool:
        """Whether there isn't one number."""
        return self.value() < self._least

    def show_number(self, number: int) -> None:
        """Show a number; tells nobody."""
        self._show(self._least, number)

    def show_several(self, words: str) -> None:
        """Show words in place of a number, until the user types one; tells nobody."""
        self.setSpecialValueText(words)
        self._show(self._least - 1, self._least - 1)

    def _show(self, minimum: int, number: int) -> None:
        self.blockSignals(True)
        super().setRange(minimum, self.maximum())
        self.setValue(number)
        if minimum == self._least:
            self.setSpecialValueText("")
        self.blockSignals(False)

    def stepEnabled(self) -> QSpinBox.StepEnabledFlag:
        """No step leads from several numbers to one: that would set them all."""
        if self.several:
            return QSpinBox.StepEnabledFlag.StepNone
        return super().stepEnabled()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()
