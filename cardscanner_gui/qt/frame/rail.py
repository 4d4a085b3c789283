"""The rail on the left: one button for each page, with a count where something waits."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QIcon, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QVBoxLayout, QWidget

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.theme import SMALL_SIZE, STEP, scaled_font, theme_of

_WIDTH = 88
_HEIGHT = 64
_COMPACT = 44
"""Width and height of a button without its word, in a small window."""


class RailButton(QAbstractButton):
    """Icon over word; the current page's has the accent at its edge."""

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._count = 0
        self.setText(text)
        self.setCheckable(True)
        self.setFont(scaled_font(self.font(), SMALL_SIZE))
        self._compact = False
        self.show_compact(False)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)

    def show_compact(self, compact: bool) -> None:
        """Show the icon alone; the word is in the tooltip."""
        self._compact = compact
        self.setFixedSize(QSize(_COMPACT, _COMPACT) if compact else QSize(_WIDTH, _HEIGHT))
        self.update()

    def show_count(self, number: int) -> None:
        self._count = number
        waiting = tr(", {number} waiting", number=number) if number else ""
        self.setAccessibleName(f"{self.text()}{waiting}")
        self.update()

    @property
    def count(self) -> int:
        return self._count

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = STEP / 2 if self._compact else STEP
        box = QRectF(self.rect()).adjusted(side, STEP / 2, -side, -STEP / 2)
        painter.setPen(Qt.PenStyle.NoPen)
        if self.isChecked() or self.underMouse():
            painter.setBrush(QColor(theme.selection if self.isChecked() else theme.stripe))
            painter.drawRoundedRect(box, 8, 8)
        if self.isChecked():
            painter.setBrush(QColor(theme.accent))
            painter.drawRoundedRect(QRectF(0, box.top() + 12, 3, box.height() - 24), 1.5, 1.5)
        if self.hasFocus():
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.setPen(QPen(QColor(theme.accent), 2))
            painter.drawRoundedRect(box.adjusted(1, 1, -1, -1), 8, 8)
        top = box.center().y() - 12 if self._compact else box.top() + 7
        icon_place = QRectF(self.width() / 2 - 12, top, 24, 24).toRect()
        state = QIcon.State.On if self.isChecked() else QIcon.State.Off
        self.icon().paint(
            painter, icon_place, Qt.AlignmentFlag.AlignCenter, QIcon.Mode.Normal, state
        )
        if not self._compact:
            painter.setFont(self.font())
            painter.setPen(QColor(theme.text if self.isChecked() else theme.muted))
            words = QRectF(box.left(), box.top() + 34, box.width(), 18)
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, self.text())
        if self._count:
            self._draw_count(painter)

    def _draw_count(self, painter: QPainter) -> None:
        theme = theme_of(self.palette())
        text = str(self._count) if self._count < 1000 else "999+"
        painter.setFont(scaled_font(self.font(), 0.9, bold=True))
        width = max(18, painter.fontMetrics().horizontalAdvance(text) + 10)
        left = min(self.width() / 2 + 6, self.width() - width - 1)
        badge = QRectF(left, STEP / 2 + 2, width, 18)
        painter.setPen(QPen(QColor(theme.surface), 2))
        painter.setBrush(QColor(theme.doubt))
        painter.drawRoundedRect(badge, 9, 9)
        painter.setPen(QColor(theme.surface))
        painter.drawText(badge, Qt.AlignmentFlag.AlignCenter, text)


class Rail(QWidget):
    """Picks the page."""

    picked = Signal(int)

    def __init__(self, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("rail")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self._compact = False
        self.setFixedWidth(_WIDTH + 1)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self.picked)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, STEP, 1, STEP)
        self._layout.setSpacing(STEP // 2)
        self._layout.addStretch()
        self._icons = icons
        self._buttons: list[RailButton] = []

    def add_page(self, title: str, icon: str, shortcut: str) -> RailButton:
        button = RailButton(title, self)
        button.setToolTip(f"{title} ({shortcut})")
        button.setAccessibleName(title)
        number = len(self._buttons)
        self._buttons.append(button)
        self._group.addButton(button, number)
        self._layout.insertWidget(number, button)
        self._icons.give(button, icon)
        return button

    def show_compact(self, compact: bool) -> None:
        """Icons alone, in a small window."""
        if compact != self._compact:
            self._compact = compact
            self.setFixedWidth((_COMPACT if compact else _WIDTH) + 1)
            margin = 2 if compact else STEP
            self._layout.setContentsMargins(0, margin, 1, margin)
            self._layout.setSpacing(0 if compact else STEP // 2)
            for button in self._buttons:
                button.show_compact(compact)

    def show_page(self, number: int) -> None:
        self._group.button(number).setChecked(True)
