"""Icons of buttons and menus, from one set, in the theme's colours.

QtAwesome takes a third of a second to import and to load its fonts, so nothing here happens before
`IconSet.load()`, which the window calls after its first paint. Icon places have a fixed size, so
nothing moves when they arrive.
"""

from __future__ import annotations

from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QObject, QSize
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QPushButton

from cardscanner_gui.qt.style.theme import Theme

_NAMES = {
    "scan": "mdi6.line-scan",
    "review": "mdi6.check-decagram-outline",
    "collection": "mdi6.cards-outline",
    "sets": "mdi6.view-grid-outline",
    "activity": "mdi6.chart-timeline-variant",
    "open": "mdi6.image-plus-outline",
    "folder": "mdi6.folder-open-outline",
    "keep": "mdi6.check",
    "reject": "mdi6.close",
    "undo": "mdi6.undo-variant",
    "redo": "mdi6.redo-variant",
    "delete": "mdi6.trash-can-outline",
    "export": "mdi6.tray-arrow-up",
    "search": "mdi6.magnify",
    "close": "mdi6.close",
    "more": "mdi6.chevron-down",
    "minus": "mdi6.minus",
    "plus": "mdi6.plus",
    "stop": "mdi6.stop-circle-outline",
    "refresh": "mdi6.refresh",
    "next": "mdi6.chevron-right",
    "camera": "mdi6.webcam",
    "play": "mdi6.play",
    "pause": "mdi6.pause",
    "capture": "mdi6.camera-iris",
    "sessions": "mdi6.tray-full",
    "back": "mdi6.chevron-left",
    "zoom_in": "mdi6.magnify-plus-outline",
    "zoom_out": "mdi6.magnify-minus-outline",
    "fit": "mdi6.fit-to-screen-outline",
    "turn": "mdi6.rotate-right",
}


class TakesIcon(Protocol):
    """A button or an action."""

    def setIcon(self, icon: QIcon, /) -> None: ...


_WIDE = QSize(22, 16)
"""Room beside the icon in a button, which Qt would set close to the text."""


class IconSet(QObject):
    """Gives widgets their icons once they're loaded, and again when the theme changes."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._targets: list[tuple[TakesIcon, str, str]] = []
        self._theme: Theme | None = None

    def give(self, target: TakesIcon, name: str, colour: str = "text") -> None:
        """Let `target` have icon `name` in the theme's `colour`, now or when icons are loaded."""
        self._targets.append((target, name, colour))
        if isinstance(target, QPushButton):
            target.setIconSize(_WIDE)
        if self._theme is not None:
            target.setIcon(self._icon(name, colour))

    def load(self, theme: Theme) -> None:
        """Load the set if need be and colour every icon for `theme`."""
        self._theme = theme
        for target, name, colour in self._targets:
            target.setIcon(self._icon(name, colour))

    def _icon(self, name: str, colour: str) -> QIcon:
        import qtawesome

        theme = self._theme
        assert theme is not None
        icon: QIcon = qtawesome.icon(
            _NAMES[name], color=getattr(theme, colour), color_disabled=theme.muted + "80"
        )
        return icon


def app_icon(resources: Path) -> QIcon:
    """The program's own icon."""
    return QIcon(str(resources / "icons" / "cardscanner.svg"))
