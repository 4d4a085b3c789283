"""The activity page: what was done today, what runs, why each answer was given, and how fast."""

from __future__ import annotations

import itertools
import time
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import QTimer
from PySide6.QtGui import QHideEvent, QShowEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.batches import Batch
from cardscanner_gui.core.collection import Change
from cardscanner_gui.core.metrics import Snapshot
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.activity.body import ActivityBody
from cardscanner_gui.qt.activity.charts import Chart, warm_up
from cardscanner_gui.qt.activity.space import space_used
from cardscanner_gui.qt.activity.words import cards_line
from cardscanner_gui.qt.frame.pages import Page, PageWidget
from cardscanner_gui.qt.frame.shell import Shell
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.store.batch_queue import BatchQueue
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.qt.style.elided_label import ElidedLabel
from cardscanner_gui.qt.style.empty_state import EmptyState
from cardscanner_gui.qt.style.plain_text import show_literally
from cardscanner_gui.qt.style.theme import HEADER_HEIGHT, STEP, TITLE_SIZE, scaled_font
from cardscanner_gui.qt.style.words import count
from cardscanner_gui.recognition.decision_words import Decided
from cardscanner_gui.recognition.figures import figures_of
from cardscanner_gui.recognition.sampler import Sampler
from cardscanner_gui.store.day import Day, day_since

_ROUND_MS = 1000
"""Everything is drawn anew once in this time, one part after the other, so that none takes long."""
_LOG_LINES = 200
_BATCHES = 50
_EMPTY, _BODY = 1, 2


@dataclass(frozen=True)
class Past:
    """What is read from the store and the log, off the GUI thread."""

    all_time: Snapshot
    batches: Sequence[Batch]
    decisions: Sequence[Decided]
    today: Day


class ActivityPage(PageWidget):
    """Builds itself when it is first shown, and works only while it is visible."""

    def __init__(
        self,
        shell: Shell,
        services: WindowServices,
        store: AsyncStore,
        batches: BatchQueue,
        lane: Lane,
        sampler: Sampler,
        settings: ChosenSettings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._pages = shell.pages
        self._notice = shell.notice
        self._store = store
        self._batches = batches
        self._lane = lane
        self._sampler = sampler
        self._settings = settings
        self._started = time.time()
        self._past: Past | None = None
        self._reading = False
        self._problem = ""
        self.body: ActivityBody | None = None
        self.counter = ElidedLabel()
        self.problem = ElidedLabel()
        self.since_start = QPushButton(tr("Since start"))
        self.all_time = QPushButton(tr("All time"))
        self._turn = QTimer(self)
        self._turn.timeout.connect(self._next_part)

    @property
    def main_widget(self) -> QWidget:
        return self.body.more if self.body is not None else self

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self.body is None:
            self._build()
        self._parts = itertools.cycle(self._all_parts())
        self._show_figures()
        self._read()
        self._measure_space()
        self._turn.start()

    def hideEvent(self, event: QHideEvent) -> None:
        self._turn.stop()
        super().hideEvent(event)

    def _asked(self, action: str, batch_id: int) -> None:
        """What a batch's button says."""
        if action != "take_back":
            self._batches.ask(action, batch_id)
            return
        past = self._past.batches if self._past else ()
        name = next((batch.name for batch in past if batch.id == batch_id), "")
        self._store.take_back_batch(batch_id, name, self._taken_back)

    def _taken_back(self, change: Change) -> None:
        self._notice.tell(
            tr("Took back {cards} of this batch", cards=count(len(change.ids), "card")),
            action=tr("Undo"),
            then=partial(self._store.undo_only, change),
        )

    def _build(self) -> None:
        self.body = body = ActivityBody(self._choice())
        body.batches.asked.connect(self._asked)
        body.opened.connect(self._details_opened)
        self.empty = EmptyState(
            tr("Nothing has happened yet"),
            tr(
                "Scan a card, and this page shows how many there were today, how "
                "long one took, and why each answer was given."
            ),
            tr("Scan some cards"),
        )
        self.empty.acted.connect(partial(self._pages.show_page, Page.SCAN))
        title = QLabel(tr("Activity"))
        title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        title.setMinimumHeight(HEADER_HEIGHT)
        self.problem.setProperty("role", "error")
        header = QHBoxLayout()
        header.setSpacing(2 * STEP)
        header.addWidget(title)
        header.addWidget(self.problem, 1)
        header.setContentsMargins(0, 0, 2 * STEP, 0)
        self._stack = QStackedWidget()
        for page in (QWidget(), self.empty, body):  # nothing is claimed before the store is asked
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 0, 0)
        layout.setSpacing(STEP)
        layout.addLayout(header)
        layout.addWidget(self._stack, 1)
        show_literally(self)
        body.more.setChecked(self._settings.current.activity_figures)

    def _details_opened(self, shown: bool) -> None:
        """The curves are made when they are first wanted; the choice is kept."""
        if shown != self._settings.current.activity_figures:
            self._settings.change(activity_figures=shown)
        if shown:
            self._show_figures()
            self._lane.run(warm_up, self._make_curves)

    def _choice(self) -> QWidget:
        place = QWidget()
        layout = QHBoxLayout(place)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        group = QButtonGroup(place)
        for button, tip in (
            (self.since_start, tr("Figures since the program was started")),
            (self.all_time, tr("Figures of all times that it was used")),
        ):
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setToolTip(tip)
            group.addButton(button)
            layout.addWidget(button)
        self.counter.setProperty("role", "muted")
        layout.addSpacing(STEP)
        layout.addWidget(self.counter, 1)
        self.since_start.setChecked(True)
        group.buttonClicked.connect(self._show_figures)
        return place

    def _all_parts(self) -> list[partial[None]]:
        assert self.body is not None
        parts = [partial(self._show_chart, chart) for chart in self.body.details.charts]
        parts += [partial(self._show_figures), partial(self._read)]
        self._turn.setInterval(_ROUND_MS // len(parts))
        return parts

    def _next_part(self) -> None:
        next(self._parts)()

    def _make_curves(self, _: None) -> None:
        """One at a time: each takes some milliseconds."""
        assert self.body is not None
        missing = [chart for chart in self.body.details.charts if not chart.has_curve]
        if missing:
            missing[0].make_curve()
            self._show_chart(missing[0])
            QTimer.singleShot(0, self, partial(self._make_curves, None))

    def _show_chart(self, chart: Chart) -> None:
        if chart.isVisible():
            chart.show_samples(self._sampler.samples())

    def _show_figures(self) -> None:
        assert self.body is not None
        now = figures_of(self._services.metrics.snapshot())
        figures = now
        since = tr(
            "Since {fromtimestamp:%H:%M}", fromtimestamp=datetime.fromtimestamp(self._started)
        )
        if self.all_time.isChecked() and self._past is not None:
            figures = figures_of(self._past.all_time)
            since = tr("All time")
        self.problem.setText(self._problem)
        all_time = figures_of(self._past.all_time) if self._past is not None else now
        self.body.today.show_time(now, all_time)
        if self.body.details.isVisible():
            self.counter.setText(f"{since} · {cards_line(figures)}")
            self.body.details.show_figures(figures, now)

    def _measure_space(self) -> None:
        self._lane.run(partial(space_used, self._services.database.path.parent), self._show_space)

    def _show_space(self, used: dict[str, int]) -> None:
        if self.body is not None:
            self.body.today.show_space(used)

    def _read(self) -> None:
        if not self._reading:
            self._reading = True
            self._store.read(self._read_past, self._show_past, self._reading_failed)

    def _read_past(self) -> Past:
        from cardscanner_gui.store.batches import BatchStore

        services = self._services
        midnight = datetime.now().replace(hour=0, minute=0, second=0, microsecond=0)
        return Past(
            services.all_time(),
            BatchStore(services.database).list(_BATCHES),
            services.decisions(_LOG_LINES),
            day_since(services.database, midnight.timestamp()),
        )

    def _show_past(self, past: Past) -> None:
        self._reading, self._problem = False, ""
        first, self._past = self._past is None, past
        assert self.body is not None
        self.body.batches.show_batches(past.batches)
        self.body.decisions.show_lines(past.decisions)
        self.body.today.show_day(past.today)
        if first:
            self._show_figures()
        something = past.batches or past.decisions or past.all_time.count("scans_total")
        self._stack.setCurrentIndex(_BODY if something else _EMPTY)

    def _reading_failed(self, message: str) -> None:
        """What is counted in memory is shown all the same; it is tried again at the next turn."""
        self._reading = False
        self._problem = message
        self._stack.setCurrentIndex(_BODY)
