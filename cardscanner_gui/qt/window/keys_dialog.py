"""Every key of the window on one sheet, taken from its menus, so that it can't be out of date."""

from __future__ import annotations

import html
from collections.abc import Iterator, Sequence

from PySide6.QtGui import QAction, QKeySequence
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QMenu,
    QMenuBar,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.words import mark, tr
from cardscanner_gui.qt.style.theme import STEP

_MORE = (
    (mark("In a picture"), ((mark("Ctrl+Wheel, Ctrl++, Ctrl+−"), mark("Larger and smaller")),)),
    (
        mark("In lists"),
        (
            (mark("↑ ↓ Home End"), mark("Go to another line")),
            (mark("Shift+↑ ↓"), mark("Mark several")),
            ("F2", mark("Edit")),
        ),
    ),
)


class KeysDialog(QDialog):
    """A table for each menu: key and what it does."""

    def __init__(self, menus: QMenuBar, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Keys"))
        self.resize(640, 560)
        self.sheet = QTextBrowser()
        self.sheet.setAccessibleName(tr("Keys and what they do"))
        self.sheet.setHtml("".join(_table(title, rows) for title, rows in _sections(menus)))
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 2 * STEP)
        layout.setSpacing(2 * STEP)
        layout.addWidget(self.sheet, 1)
        layout.addWidget(buttons)


def _sections(menus: QMenuBar) -> Iterator[tuple[str, Sequence[tuple[str, str]]]]:
    for action in menus.actions():
        menu = action.menu()
        if isinstance(menu, QMenu):
            rows = list(_rows(menu))
            if rows:
                yield _plain(action), rows
    for title, more in _MORE:
        yield tr(title), [(tr(keys), tr(what)) for keys, what in more]


def _rows(menu: QMenu) -> Iterator[tuple[str, str]]:
    for action in menu.actions():
        below = action.menu()
        if isinstance(below, QMenu):
            yield from _rows(below)
        keys = [key.toString(QKeySequence.SequenceFormat.NativeText) for key in action.shortcuts()]
        if keys:
            yield tr(" or ").join(dict.fromkeys(keys)), _plain(action)


def _plain(action: QAction) -> str:
    return action.text().replace("&", "").rstrip("…")


def _table(title: str, rows: Sequence[tuple[str, str]]) -> str:
    lines = "".join(
        f'<tr><td style="padding: 2px 24px 2px 0"><b>{html.escape(keys)}</b></td>'
        f"<td>{html.escape(what)}</td></tr>"
        for keys, what in rows
    )
    return f"<h3>{html.escape(title)}</h3><table>{lines}</table>"
