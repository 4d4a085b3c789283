"""The user guide in a window of its own, opened at the page one is on."""

from __future__ import annotations

import re
from pathlib import Path

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import (
    QDesktopServices,
    QKeySequence,
    QShortcut,
    QTextCursor,
    QTextDocument,
)
from PySide6.QtWidgets import (
    QDialog,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QSplitter,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.style.theme import STEP

_PICTURE_WIDTH = 560
_HEADING = re.compile(r"^(#{2,3}) (.+)$", re.MULTILINE)


class GuideDialog(QDialog):
    """Contents on the left, text on the right, and a field to search in it.

    It stands beside the window, which goes on working.

    Args:
        guide: the Markdown file; its pictures lie beside it.
    """

    def __init__(self, guide: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Guide"))
        self.resize(960, 640)
        self.text = _Browser(guide.parent)
        self.text.setAccessibleName(tr("The guide's text"))
        self.contents = QListWidget()
        self.contents.setAccessibleName(tr("Contents"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search in the guide (Enter: next)"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(tr("Search in the guide"))
        self._found = QLabel()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.contents)
        split.addWidget(self.text)
        split.setStretchFactor(1, 1)
        split.setSizes([260, 700])
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self._found)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.addLayout(top)
        layout.addWidget(split, 1)
        words = guide.read_text(encoding="utf-8")
        self.text.setMarkdown(words)
        for level, title in _HEADING.findall(words):
            item = QListWidgetItem(("    " if len(level) > 2 else "") + title)
            item.setData(Qt.ItemDataRole.UserRole, title)
            self.contents.addItem(item)
        self.contents.currentItemChanged.connect(self._chosen)
        self.search.returnPressed.connect(self._search)
        self.search.textEdited.connect(lambda _: self._found.clear())
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.search.setFocus)

    def go_to(self, title: str) -> None:
        """Show the section with this heading; the beginning where there is none."""
        for row in range(self.contents.count()):
            item = self.contents.item(row)
            if item.data(Qt.ItemDataRole.UserRole) == title:
                self.contents.setCurrentRow(-1)
                self.contents.setCurrentRow(row)
                return

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is None:
            return
        title = item.data(Qt.ItemDataRole.UserRole)
        block = self.text.document().begin()
        while block.isValid():
            if block.text() == title and block.blockFormat().headingLevel():
                # A long text is laid out bit by bit; asking for the end makes it whole.
                self.text.moveCursor(QTextCursor.MoveOperation.End)
                cursor = QTextCursor(block)
                bar = self.text.verticalScrollBar()
                bar.setValue(bar.value() + self.text.cursorRect(cursor).top() - STEP)
                self.text.setTextCursor(cursor)
                return
            block = block.next()

    def _search(self) -> None:
        words = self.search.text().strip()
        if not words:
            return
        if not self.text.find(words):
            before = self.text.textCursor()
            start = self.text.textCursor()
            start.movePosition(start.MoveOperation.Start)
            self.text.setTextCursor(start)
            if not self.text.find(words):
                self.text.setTextCursor(before)
                self._found.setText(tr("Not found"))
                return
        self._found.clear()


class _Browser(QTextBrowser):
    """Pictures no wider than the text; web pages open where the user reads such."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._follow)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        name = QUrl(name)
        if kind == int(QTextDocument.ResourceType.ImageResource.value) and name.isRelative():
            from PySide6.QtGui import QImage

            image = QImage(str(self._folder / name.path()))
            if not image.isNull():
                return image.scaledToWidth(
                    min(_PICTURE_WIDTH, image.width()),
                    Qt.TransformationMode.SmoothTransformation,
                )
        return None

    def _follow(self, address: QUrl) -> None:
        if address.scheme() in {"http", "https"}:
            QDesktopServices.openUrl(address)
