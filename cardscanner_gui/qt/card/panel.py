"""The panel at the right of a page: its width, and how it scrolls in a low window."""

from __future__ import annotations

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import QScrollArea, QWidget

PANEL_WIDTH = 328


class _Scrolled(QScrollArea):
    """As wide as its content needs: it only scrolls up and down."""

    def minimumSizeHint(self) -> QSize:
        hint, content = super().minimumSizeHint(), self.widget()
        return hint if content is None else hint.expandedTo(QSize(_width(content), 0))


def _width(content: QWidget) -> int:
    return content.minimumSizeHint().width() + 2


def make_scrolling(content: QWidget) -> QScrollArea:
    """The content, scrolled up and down where the window is too low for it."""
    area = _Scrolled()
    area.setWidgetResizable(True)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area
