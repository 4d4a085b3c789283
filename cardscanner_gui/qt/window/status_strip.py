"""The bottom line: reader, catalogue, what waits, what is being done, and a way to stop it."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtGui import QHideEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QWidget

from cardscanner_gui.core.words import said, tr
from cardscanner_gui.qt.store.async_store import StoreState
from cardscanner_gui.qt.style.marks import Mark, MarkShape
from cardscanner_gui.qt.style.theme import STEP
from cardscanner_gui.qt.style.words import count

_BAR = 120
_NARROW = 900


class WorkLine(QWidget):
    """One long piece of work: words, bar, stop."""

    stopped = Signal()
    shown = Signal()
    """It has come, or gone."""

    def __init__(self, stop_tip: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.words = QLabel()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(_BAR)
        self.bar.setAccessibleName(stop_tip)
        self.stop = QPushButton(tr("Stop"))
        self.stop.setProperty("role", "link")
        self.stop.setToolTip(stop_tip)
        self.stop.clicked.connect(self.stopped)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self.words)
        layout.addWidget(self.bar)
        layout.addWidget(self.stop)
        self.hide()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self.shown.emit()

    def hideEvent(self, event: QHideEvent) -> None:
        super().hideEvent(event)
        self.shown.emit()

    def show_progress(self, words: str, done: float | None) -> None:
        """Words, and how far from 0 to 1; None when nobody knows."""
        self.words.setText(said(words))
        self.bar.setRange(0, 0 if done is None else 1000)
        if done is not None:
            self.bar.setValue(round(done * 1000))
        self.show()


class StatusStrip(QWidget):
    """Facts on the left, work on the right."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._shape = MarkShape(side=12)
        self._shape.show_mark(Mark.WORKING)
        self.reader = QLabel(tr("Starting the reader…"))
        self.catalogue = QLabel("")
        self.full_catalogue = QPushButton(tr("Get the full one"))
        self.full_catalogue.setProperty("role", "link")
        self.full_catalogue.setToolTip(tr("The reduced catalogue lacks cards and languages"))
        self.full_catalogue.hide()
        self.review = QLabel("")
        self.scanning = WorkLine(tr("Stop scanning (Ctrl+.)"))
        self.fetching = WorkLine(tr("Stop getting the catalogue"))
        self.pictures = WorkLine(tr("Stop fetching pictures; it goes on where it stopped"))
        self.preparing = WorkLine(tr("Stop preparing the model"))
        for line in (self.scanning, self.fetching, self.preparing):
            line.shown.connect(self._make_room)
        for label in (self.catalogue, self.review):
            label.setProperty("role", "muted")
        layout = QHBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 0, STEP, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self._shape)
        layout.addWidget(self.reader)
        layout.addSpacing(STEP)
        layout.addWidget(self.catalogue)
        layout.addWidget(self.full_catalogue)
        layout.addSpacing(STEP)
        layout.addWidget(self.review)
        layout.addStretch()
        layout.addWidget(self.fetching)
        layout.addSpacing(STEP)
        layout.addWidget(self.pictures)
        layout.addSpacing(STEP)
        layout.addWidget(self.preparing)
        layout.addSpacing(STEP)
        layout.addWidget(self.scanning)
        self.setFixedHeight(32)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._make_room()

    def _make_room(self) -> None:
        """In a narrow window what is being done goes before what is known."""
        narrow = self.width() < _NARROW
        work = (self.fetching, self.preparing, self.scanning)
        busy = any(not line.isHidden() for line in work)
        for label in (self.catalogue, self.review):
            label.setVisible(not (narrow and busy))
        for line in work:
            line.bar.setFixedWidth(_BAR // 2 if narrow else _BAR)

    def show_reader(self, words: str, mark: Mark) -> None:
        self._shape.show_mark(mark)
        self.reader.setText(words)

    def show_catalogue(self, printings: int | None, *, reduced: bool = False) -> None:
        """How many printings it has; None when there is no catalogue."""
        self.full_catalogue.setVisible(reduced)
        if printings is None:
            self.catalogue.setText(tr("No card catalogue yet"))
            return
        kind = tr("Reduced catalogue") if reduced else tr("Catalogue")
        self.catalogue.setText(f"{kind}: {count(printings, 'printing')}")

    def show_state(self, state: StoreState) -> None:
        """How many cards wait for review."""
        self.review.setText(
            tr("{pending:,} to review", pending=state.pending) if state.pending else ""
        )
