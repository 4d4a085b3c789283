"""The user guide in a window of its own, opened at the page one is on."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QSize, Qt, QUrl, Signal
from PySide6.QtGui import (
    QDesktopServices,
    QImage,
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
from cardscanner_gui.qt.window.guide_pages import INDEX, GuidePage, read_guide

_SIZE = QSize(960, 640)
_FRAME = QSize(8, 40)
"""More than the border and the title bar of any desktop."""
_PICTURE_WIDTH = 560
_LEAST_WIDTH = 160
_PLACE = Qt.ItemDataRole.UserRole


class GuideDialog(QDialog):
    """Contents on the left, a page on the right, and a field to search in all of them.

    It stands beside the window, which goes on working.

    Args:
        folder: of the guide's pages; see `guide_pages`.
    """

    def __init__(self, folder: Path, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Guide"))
        self.resize(_SIZE.boundedTo(self.screen().availableSize() - _FRAME))
        self._pages = read_guide(folder)
        self._shown: GuidePage | None = None
        self.text = _Browser(folder)
        self.text.setAccessibleName(tr("The guide's text"))
        self.text.page_wanted.connect(self.go_to)
        self.contents = QListWidget()
        self.contents.setAccessibleName(tr("Contents"))
        self.search = QLineEdit()
        self.search.setPlaceholderText(tr("Search in the guide (Enter: next)"))
        self.search.setClearButtonEnabled(True)
        self.search.setAccessibleName(tr("Search in the guide"))
        self.found = QLabel()
        split = QSplitter(Qt.Orientation.Horizontal)
        split.addWidget(self.contents)
        split.addWidget(self.text)
        split.setStretchFactor(1, 1)
        split.setSizes([self.width() * 27 // 100, self.width() * 73 // 100])
        top = QHBoxLayout()
        top.addWidget(self.search, 1)
        top.addWidget(self.found)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.addLayout(top)
        layout.addWidget(split, 1)
        for page in self._pages:
            for number, heading in enumerate(page.headings):
                item = QListWidgetItem(("    " if number else "") + heading)
                item.setData(_PLACE, f"{page.name}#{heading}" if number else page.name)
                self.contents.addItem(item)
        self.contents.currentItemChanged.connect(self._chosen)
        self.search.returnPressed.connect(self._search)
        self.search.textEdited.connect(lambda _: self.found.clear())
        QShortcut(QKeySequence(QKeySequence.StandardKey.Find), self, self.search.setFocus)
        self.go_to(INDEX)

    @property
    def shown(self) -> str:
        """The file of the page that is shown."""
        return self._shown.name if self._shown else ""

    def go_to(self, place: str) -> None:
        """Show a page such as `scan.md`, or a section of it: `scan.md#Batches`."""
        name, _, heading = place.partition("#")
        page = next((page for page in self._pages if page.name == name), None)
        if page is None:
            return
        self._show(page)
        self._mark(place if heading in page.headings else name)
        self._scroll_to(heading)

    def _show(self, page: GuidePage) -> None:
        if page is not self._shown:
            self._shown = page
            self.text.setMarkdown(page.words)

    def _mark(self, place: str) -> None:
        """Mark the place in the contents, without going there again."""
        self.contents.blockSignals(True)
        for row in range(self.contents.count()):
            if self.contents.item(row).data(_PLACE) == place:
                self.contents.setCurrentRow(row)
        self.contents.blockSignals(False)

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None:
            self.go_to(item.data(_PLACE))

    def _scroll_to(self, heading: str) -> None:
        bar = self.text.verticalScrollBar()
        block = self.text.document().begin()
        while heading and block.isValid():
            if block.text() == heading and block.blockFormat().headingLevel():
                # A long text is laid out bit by bit; asking for the end makes it whole.
                self.text.moveCursor(QTextCursor.MoveOperation.End)
                cursor = QTextCursor(block)
                bar.setValue(bar.value() + self.text.cursorRect(cursor).top() - STEP)
                self.text.setTextCursor(cursor)
                return
            block = block.next()
        self.text.moveCursor(QTextCursor.MoveOperation.Start)
        bar.setValue(0)

    def _search(self) -> None:
        """Go to the next place with these words: on this page, then on those after it."""
        words = self.search.text().strip()
        if not words or self.text.find(words):
            self.found.clear()
            return
        here = self._pages.index(self._shown) if self._shown else 0
        place = self.text.textCursor().position()
        for page in (*self._pages[here + 1 :], *self._pages[:here], self._pages[here]):
            self._show(page)
            self.text.moveCursor(QTextCursor.MoveOperation.Start)
            if self.text.find(words):
                self._mark(page.name)
                self.found.clear()
                return
        before = self.text.textCursor()
        before.setPosition(place)
        self.text.setTextCursor(before)
        self.found.setText(tr("Not found"))


class _Browser(QTextBrowser):
    """Pictures no wider than the text; web pages open where the user reads such."""

    page_wanted = Signal(str)

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self._folder = folder
        self.setOpenLinks(False)
        self.anchorClicked.connect(self._follow)

    def loadResource(self, kind: int, name: QUrl | str) -> object:
        name = QUrl(name)
        if kind == int(QTextDocument.ResourceType.ImageResource.value) and name.isRelative():
            image = QImage(str(self._folder / name.path()))
            if not image.isNull():
                ratio = self.devicePixelRatioF()
                room = max(_LEAST_WIDTH, self.viewport().width() - 4 * STEP)
                width = min(_PICTURE_WIDTH, image.width(), room)
                smooth = Qt.TransformationMode.SmoothTransformation
                image = image.scaledToWidth(round(width * ratio), smooth)
                image.setDevicePixelRatio(ratio)
                return image
        return None

    def _follow(self, address: QUrl) -> None:
        if address.scheme() in {"http", "https"}:
            QDesktopServices.openUrl(address)
        elif address.isRelative():
            self.page_wanted.emit(address.path())
