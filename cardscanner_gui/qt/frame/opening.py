"""Dialogs that stand over their window without keeping it from working."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QDialog

from cardscanner_gui.qt.style.plain_text import show_literally


def open_dialog(dialog: QDialog) -> None:
    """Show a dialog over its window; it is gone when it is closed."""
    show_literally(dialog)
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
