"""What the activity page shows: today in plain words, what was decided, and figures on demand."""

from __future__ import annotations

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QScrollArea, QWidget

from cardscanner_gui.core.words import mark, tr
from cardscanner_gui.qt.activity.batches import BatchList
from cardscanner_gui.qt.activity.details import Details, make_panel
from cardscanner_gui.qt.activity.log import DecisionList
from cardscanner_gui.qt.activity.today import Today
from cardscanner_gui.qt.style.theme import STEP

_COLUMNS = 4
_TILE_WIDTH = 28 * STEP
"""Tiles that would get narrower than this stand in two rows."""
_CLOSED, _OPEN = mark("Times, caches and curves ▸"), mark("Times, caches and curves ▾")


class ActivityBody(QScrollArea):
    """Scrolls where the window is small."""

    opened = Signal(bool)
    """The figures for who wants them were shown or hidden."""

    def __init__(self, choice: QWidget | None = None, parent: QWidget | None = None) -> None:
        """`choice` stands beside the button that shows the figures, while they are shown."""
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.today = Today()
        self.batches = BatchList()
        self.decisions = DecisionList()
        self.details = Details()
        self.more = QPushButton(tr(_CLOSED))
        self.more.setProperty("role", "link")
        self.more.setCheckable(True)
        self.more.setToolTip(tr("How long each step took, how often an answer was known before"))
        self._choice = choice or QWidget()
        self._line = QWidget()
        line = QHBoxLayout(self._line)
        line.setContentsMargins(0, 0, 0, 0)
        line.addWidget(self.more)
        line.addWidget(self._choice)
        line.addStretch()
        self._panels = (
            make_panel(tr("Batches"), self.batches, stretch=True),
            make_panel(tr("What happened to each card"), self.decisions),
        )
        inner = QWidget()
        self._grid = QGridLayout(inner)
        self._grid.setSpacing(2 * STEP)
        for column in range(_COLUMNS):
            self._grid.setColumnStretch(column, 1)
        self._in_a_row = 0
        self.setWidget(inner)
        self._arrange(_COLUMNS)
        self.more.toggled.connect(self._show_details)
        self._show_details(False)

    def _arrange(self, in_a_row: int) -> None:
        if in_a_row == self._in_a_row:
            return
        self._in_a_row = in_a_row
        span = _COLUMNS // in_a_row
        for place, tile in enumerate(self.today.tiles):
            row, column = divmod(place, in_a_row)
            self._grid.addWidget(tile, row, column * span, 1, span)
        below = len(self.today.tiles) // in_a_row
        panels_in_a_row = in_a_row // 2
        for place, panel in enumerate(self._panels):
            row, column = divmod(place, panels_in_a_row)
            wide = _COLUMNS // panels_in_a_row
            self._grid.addWidget(panel, below + row, column * wide, 1, wide)
        last = below + len(self._panels) // panels_in_a_row
        self._grid.addWidget(self._line, last, 0, 1, _COLUMNS)
        self._grid.addWidget(self.details, last + 1, 0, 1, _COLUMNS)
        # What may be long gets the room that is left.
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 1 if row == last - 1 else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The scroll bar stands in the page's margin, so that nothing moves when it comes.
        bar = self.verticalScrollBar()
        right = 2 * STEP - (bar.width() if bar.isVisible() else 0)
        self._grid.setContentsMargins(0, 0, max(0, right), 2 * STEP)
        wide = self.viewport().width() >= _COLUMNS * (_TILE_WIDTH + 2 * STEP)
        self._arrange(_COLUMNS if wide else _COLUMNS // 2)
        self.details.arrange(wide=wide)

    def _show_details(self, shown: bool) -> None:
        self.more.setText(tr(_OPEN if shown else _CLOSED))
        self.details.setVisible(shown)
        self._choice.setVisible(shown)
        self.opened.emit(shown)
