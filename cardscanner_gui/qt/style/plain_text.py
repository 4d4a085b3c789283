"""Text from files, cards and catalogues is shown letter by letter, never taken for markup.

Qt guesses: a name such as `<img src=…>` would fetch a file, and `<b>` vanish from what is shown.
"""

from __future__ import annotations

import html

from PySide6.QtCore import QObject
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QLabel, QMessageBox


def show_literally(parent: QObject) -> None:
    """Have every label and box below, and itself, take its text as it is.

    One that builds markup of its own, and escapes what it puts into that, said so before.
    """
    for widget in (parent, *parent.findChildren(QLabel), *parent.findChildren(QMessageBox)):
        if not isinstance(widget, QLabel | QMessageBox):
            continue
        if widget.textFormat() == Qt.TextFormat.AutoText:
            widget.setTextFormat(Qt.TextFormat.PlainText)


def plain_tip(text: str) -> str:
    """A text as a tooltip shows it: tooltips have no format, and guess."""
    if not Qt.mightBeRichText(text):
        return text
    return f'<p style="white-space: pre-wrap">{html.escape(text)}</p>'
