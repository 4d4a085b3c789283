"""Running and past batches: how far each is, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QProgressBar, QPushButton, QVBoxLayout, QWidget

from cardscanner_gui.core.batches import Batch, BatchState
from cardscanner_gui.core.words import Words, tr
from cardscanner_gui.qt.activity.words import seconds_left
from cardscanner_gui.qt.style.elided_label import ElidedLabel
from cardscanner_gui.qt.style.theme import SMALL_SIZE, STEP, scaled_font
from cardscanner_gui.qt.style.words import count

SHOWN = 8
_OPEN = (BatchState.QUEUED, BatchState.RUNNING, BatchState.PAUSED)
_STATES = Words(
    {
        BatchState.QUEUED: "waiting its turn",
        BatchState.RUNNING: "",
        BatchState.PAUSED: "paused",
        BatchState.DONE: "done",
        BatchState.CANCELLED: "cancelled",
    }
)


def batch_line(batch: Batch) -> str:
    """`12 of 40 pictures · 2 failed · 3 minutes left`."""
    ended = batch.done + batch.failed
    parts = [
        count(batch.total, "picture")
        if ended == batch.total
        else tr("{ended:,} of {pictures}", ended=ended, pictures=count(batch.total, "picture"))
    ]
    if batch.failed:
        parts.append(tr("{failed:,} couldn't be read", failed=batch.failed))
    same = batch.repeated - batch.counted_before
    if same:
        parts.append(tr("{same:,} the same as another", same=same))
    if batch.counted_before:
        parts.append(tr("{counted_before:,} scanned before", counted_before=batch.counted_before))
    parts.append(_STATES[batch.state])
    if batch.state is BatchState.RUNNING:
        parts.append(seconds_left(batch.seconds_left))
    if batch.state not in _OPEN:
        parts.append(f"{datetime.fromtimestamp(batch.created_at):%d %b, %H:%M}")
    return " · ".join(part for part in parts if part)


class BatchRow(QWidget):
    """One batch: its name, how far it is, and buttons for what can be done with it now."""

    asked = Signal(str, int)
    """One of `pause`, `resume`, `cancel`, `retry` and `take_back`, and the batch's id."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.batch_id = 0
        self.name = ElidedLabel()
        self.name.setFont(scaled_font(self.font(), 1.0, bold=True))
        self.line = ElidedLabel()
        self.line.setFont(scaled_font(self.font(), SMALL_SIZE))
        self.line.setProperty("role", "muted")
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        head = QHBoxLayout()
        head.setSpacing(STEP)
        head.addWidget(self.name, 1)
        self.buttons = {
            action: self._button(action, words, head)
            for action, words in (
                ("pause", tr("Pause")),
                ("resume", tr("Go on")),
                ("retry", tr("Try again")),
                ("cancel", tr("Cancel")),
                ("take_back", tr("Take back")),
            )
        }
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        layout.addLayout(head)
        layout.addWidget(self.bar)
        layout.addWidget(self.line)

    def _button(self, action: str, words: str, layout: QHBoxLayout) -> QPushButton:
        button = QPushButton(words)
        button.setProperty("role", "link")
        button.clicked.connect(lambda: self.asked.emit(action, self.batch_id))
        layout.addWidget(button)
        return button

    def show_batch(self, batch: Batch) -> None:
        """Show how it is now."""
        self.batch_id = batch.id
        self.name.setText(batch.name)
        self.line.setText(batch_line(batch))
        self.bar.setRange(0, max(1, batch.total))
        self.bar.setValue(batch.done + batch.failed)
        self.bar.setAccessibleName(tr("{name}: how far it is", name=batch.name))
        self.bar.setVisible(batch.state in _OPEN)
        state = batch.state
        shown = {
            "pause": state in (BatchState.QUEUED, BatchState.RUNNING),
            "resume": state in (BatchState.PAUSED, BatchState.CANCELLED) and batch.waiting > 0,
            "retry": batch.failed > 0 and state in (BatchState.DONE, BatchState.PAUSED),
            "cancel": state in _OPEN,
            "take_back": state not in _OPEN and batch.done > 0,
        }
        tips = {
            "pause": tr("Pause: the picture that is being read is finished, the others wait"),
            "resume": tr("Go on with the rest"),
            "retry": tr(
                "Read the {pictures} again that failed", pictures=count(batch.failed, "picture")
            ),
            "take_back": tr("Take all cards of this batch back, out of your collection and Review"),
            "cancel": tr("Cancel what is left; what was recorded stays"),
        }
        for action, button in self.buttons.items():
            button.setVisible(shown[action])
            button.setToolTip(tips[action])
            button.setAccessibleName(f"{button.text()}: {batch.name}")


class BatchList(QWidget):
    """The newest batches, those that run first."""

    asked = Signal(str, int)

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.rows: list[BatchRow] = []
        self.nothing = QLabel(tr("Drop a folder of pictures on the scan page, and it is a batch."))
        self.nothing.setProperty("role", "muted")
        self.nothing.setWordWrap(True)
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(0, 0, 0, 0)
        self._layout.setSpacing(2 * STEP)
        self._layout.addWidget(self.nothing)
        self._layout.addStretch()

    def show_batches(self, batches: Sequence[Batch]) -> None:
        """Show these, newest first; rows are kept, so that the focus stays where it is."""
        wanted = sorted(batches, key=lambda batch: (batch.state not in _OPEN, -batch.id))[:SHOWN]
        self.nothing.setVisible(not wanted)
        while len(self.rows) < len(wanted):
            row = BatchRow(self)
            row.asked.connect(self.asked)
            self._layout.insertWidget(self._layout.count() - 1, row)
            self.rows.append(row)
        for row, batch in zip(self.rows, wanted, strict=False):
            row.show_batch(batch)
        for place, row in enumerate(self.rows):
            row.setVisible(place < len(wanted))
