"""The picture and the panel beside it; in a narrow window one of the two, as tabs."""

from __future__ import annotations

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.style.theme import STEP

LOW = 320
"""Pixels of height of a page under which everything that can be spared makes room."""
NARROW = 860
"""Pixels of width under which the two don't fit side by side."""
_ANY_WIDTH = (1 << 24) - 1


class Panes(QWidget):
    """Lays out two widgets; the user chooses which is seen where there is room for one.

    Args:
        main, panel: the two; the panel is on the right.
        titles: what their tabs say.
        panel_width: of the panel where there is room for both; 0 gives both the same.
    """

    narrowed = Signal(bool)

    def __init__(
        self,
        main: QWidget,
        panel: QWidget,
        titles: tuple[str, str],
        panel_width: int = 0,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._main = main
        self._panel = panel
        self._panel_width = panel_width
        self._least_panel = panel.minimumWidth()
        self.narrow = False
        self.tabs = QWidget()
        row = QHBoxLayout(self.tabs)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(STEP // 2)
        self._group = QButtonGroup(self)
        self.main_tab, self.panel_tab = (self._tab(title, row) for title in titles)
        self.main_tab.setChecked(True)
        self._group.buttonClicked.connect(self._arrange)
        body = QHBoxLayout()
        body.setContentsMargins(0, 0, 0, 0)
        body.setSpacing(2 * STEP)
        body.addWidget(main, 1)
        body.addWidget(panel, 0 if panel_width else 1)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self.tabs)
        layout.addLayout(body, 1)
        self._arrange()

    def _tab(self, title: str, row: QHBoxLayout) -> QPushButton:
        button = QPushButton(title)
        button.setCheckable(True)
        button.setProperty("role", "tab")
        button.setAccessibleName(tr("Show: {title}", title=title))
        self._group.addButton(button)
        row.addWidget(button, 1)
        return button

    def show_panel(self) -> None:
        """Bring the panel to the front, where only one is seen."""
        self.panel_tab.setChecked(True)
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """Small: the window may be made narrower, and the tabs come."""
        return QSize(240, 120)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._arrange()  # only now its buttons have their style, and know what they need

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        narrow = event.size().width() < NARROW
        if narrow != self.narrow:
            self.narrow = narrow
            self._arrange()
            self.narrowed.emit(narrow)

    def _arrange(self) -> None:
        panel_chosen = self.panel_tab.isChecked()
        self.tabs.setVisible(self.narrow)
        self._main.setVisible(not self.narrow or not panel_chosen)
        self._panel.setVisible(not self.narrow or panel_chosen)
        if self._panel_width:
            # In some languages its buttons need more.
            width = max(self._panel_width, self._panel.minimumSizeHint().width())
            self._panel.setMinimumWidth(0 if self.narrow else width)
            self._panel.setMaximumWidth(_ANY_WIDTH if self.narrow else width)
        else:
            least = max(self._least_panel, self._panel.minimumSizeHint().width())
            self._panel.setMinimumWidth(0 if self.narrow else least)
