"""Dialogs that stand over their window without keeping it from working."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QFrame,
    QMessageBox,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.qt.style.plain_text import show_literally

GUIDE = "guide"
"""The name of the window's action that opens the guide."""

_FRAME = QSize(8, 40)
"""More than the border and the title bar of any desktop."""


def open_dialog(dialog: QDialog) -> None:
    """Show a dialog over its window; it is gone when it is closed.

    What a small screen has no room for scrolls, and the buttons at the bottom stay on it.
    """
    show_literally(dialog)
    give_help_key(dialog)
    if not isinstance(dialog, QMessageBox):
        _fit_to_screen(dialog, dialog.screen().availableSize() - _FRAME)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()


def give_help_key(dialog: QDialog) -> None:
    """Let F1 open the guide here too: the window's own keys rest while a dialog stands over it."""
    over = dialog.parentWidget()
    action = over.window().findChild(QAction, GUIDE) if over is not None else None
    if action is not None:
        key = QShortcut(QKeySequence(QKeySequence.StandardKey.HelpContents), dialog)
        key.activated.connect(action.trigger)


def _fit_to_screen(dialog: QDialog, room: QSize) -> None:
    needed = dialog.minimumSizeHint().expandedTo(dialog.minimumSize())
    if needed.height() > room.height() or needed.width() > room.width():
        _make_scroll(dialog)
        dialog.setMinimumSize(dialog.minimumSize().boundedTo(room))
    dialog.resize(dialog.size().boundedTo(room))


def _make_scroll(dialog: QDialog) -> None:
    """Put all but the row of buttons into an area that scrolls."""
    layout = dialog.layout()
    if not isinstance(layout, QVBoxLayout):
        return
    buttons = dialog.findChild(QDialogButtonBox)
    if buttons is not None:
        layout.removeWidget(buttons)
    content = QWidget()
    content.setLayout(layout)
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setWidget(content)
    outer = QVBoxLayout(dialog)
    outer.setContentsMargins(0, 0, 0, 0)
    outer.addWidget(area, 1)
    if buttons is not None:
        buttons.setContentsMargins(16, 0, 16, 8)
        outer.addWidget(buttons)
