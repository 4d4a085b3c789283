"""A dialog whose middle scrolls where the screen is low, while its buttons stay in reach."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QHeaderView,
    QLabel,
    QScrollArea,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.qt.style.theme import STEP, TITLE_SIZE, scaled_font

_FRAME = 48
"""More than the title bar and border of any desktop."""


class _Body(QScrollArea):
    """Asks for as much room as its widget would like."""

    def sizeHint(self) -> QSize:
        widget = self.widget()
        inner = widget.sizeHint() if widget is not None else QSize()
        return QSize(inner.width() + 2 * STEP, inner.height())

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 8 * STEP)


def lay_out_dialog(
    dialog: QDialog, title: str, buttons: QDialogButtonBox, size: QSize
) -> QVBoxLayout:
    """Give a dialog its title, a middle that scrolls, and its buttons.

    Args:
        dialog: without a layout yet.
        title: in large letters.
        buttons: below the middle.
        size: it opens with this size, or with what the screen has room for.

    Returns:
        The middle's layout, to be filled.
    """
    heading = QLabel(title)
    heading.setFont(scaled_font(dialog.font(), TITLE_SIZE, bold=True))
    inner = QWidget()
    middle = QVBoxLayout(inner)
    middle.setContentsMargins(0, 0, STEP, 0)
    middle.setSpacing(STEP)
    body = _Body()
    body.setFrameShape(QFrame.Shape.NoFrame)
    body.setWidgetResizable(True)
    body.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    body.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    body.setWidget(inner)
    layout = QVBoxLayout(dialog)
    layout.setContentsMargins(3 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
    layout.setSpacing(STEP)
    layout.addWidget(heading)
    layout.addWidget(body, 1)
    layout.addWidget(buttons)
    room = dialog.screen().availableSize()
    dialog.resize(
        min(size.width(), room.width() - STEP), min(size.height(), room.height() - _FRAME)
    )
    return middle


def bold_label(text: str, buddy: QWidget | None = None) -> QLabel:
    """A heading within a dialog."""
    label = QLabel(text)
    font = label.font()
    font.setBold(True)
    label.setFont(font)
    if buddy is not None:
        label.setBuddy(buddy)
    return label


def muted_label(text: str = "") -> QLabel:
    """A line that explains, broken where it must be."""
    label = QLabel(text)
    label.setProperty("role", "muted")
    label.setWordWrap(True)
    return label


def plain_table(name: str, headings: tuple[str, ...]) -> QTableWidget:
    """A table to look at, whose cells can't be edited."""
    table = QTableWidget(0, len(headings))
    table.setAccessibleName(name)
    table.setHorizontalHeaderLabels(list(headings))
    table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
    table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
    table.setAlternatingRowColors(True)
    table.setShowGrid(False)
    table.setWordWrap(False)
    table.setTabKeyNavigation(False)
    table.verticalHeader().hide()
    table.verticalHeader().setDefaultSectionSize(3 * STEP + STEP // 2)
    header = table.horizontalHeader()
    header.setHighlightSections(False)
    header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
    header.setSectionResizeMode(QHeaderView.ResizeMode.Interactive)
    return table


def fill_table(table: QTableWidget, rows: Sequence[tuple[str, ...]]) -> None:
    """Show these rows in place of what was there, columns as wide as they need up to a limit."""
    table.setRowCount(len(rows))
    for number, row in enumerate(rows):
        for column, text in enumerate(row):
            table.setItem(number, column, QTableWidgetItem(" ".join(text.split())))
    table.resizeColumnsToContents()
    for column in range(table.columnCount()):
        table.setColumnWidth(column, min(table.columnWidth(column), 28 * STEP))
