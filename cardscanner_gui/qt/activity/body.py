"""What the activity page shows: four live charts, two tables of figures, batches, decisions."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.qt.activity.batches import BatchList
from cardscanner_gui.qt.activity.charts import Chart
from cardscanner_gui.qt.activity.log import DecisionList
from cardscanner_gui.qt.activity.tables import HITS, TIMES, FigureTable, hits_row, times_row
from cardscanner_gui.qt.activity.words import (
    fact_lines,
    megabytes,
    milliseconds,
    model_lines,
    number,
    pace_line,
    percent,
    tail_line,
)
from cardscanner_gui.qt.style.theme import STEP, scaled_font
from cardscanner_gui.recognition.figures import Figures, ModelFigures
from cardscanner_gui.recognition.sampler import Sample

_CHART_WIDTH = 28 * STEP
"""Charts that would get narrower than this stand in two rows."""


class ActivityBody(QScrollArea):
    """Scrolls where the window is small."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.time = Chart("Time a picture", lambda s: s.scan_ms, 100, milliseconds)
        self.pace = Chart("Cards a minute", lambda s: s.cards_a_minute, 10, number)
        self.memory = Chart("Memory", lambda s: s.memory_bytes, 200e6, megabytes)
        self.processor = Chart(
            "Processor", lambda s: s.cpu_percent, 100 / 1.15, lambda value: percent(value / 100)
        )
        self.charts = (self.time, self.pace, self.memory, self.processor)
        self.times = FigureTable("Time by step", TIMES, 4)
        self.hits = FigureTable("Found in caches", HITS, 2)
        self.facts: dict[str, QLabel] = {}
        self.batches = BatchList()
        self.decisions = DecisionList()
        self._lay_out()

    def _lay_out(self) -> None:
        inner = QWidget()
        self._grid = QGridLayout(inner)
        self._grid.setSpacing(2 * STEP)
        for column in range(len(self.charts)):
            self._grid.setColumnStretch(column, 1)
        known = _panel(
            "Known before", self.hits, self._fact_grid(fact_lines(Figures())), stretch=True
        )
        nothing = ModelFigures()
        model = _panel(
            "Reading model", self._fact_grid(model_lines(nothing, nothing)), stretch=True
        )
        self._panels = (
            _panel("Where the time goes", self.times, stretch=True),
            known,
            model,
            _panel("Batches", self.batches, stretch=True),
            _panel("Decisions", self.decisions),
        )
        self._charts_in_a_row = 0
        self.setWidget(inner)
        self._arrange(len(self.charts))

    def _fact_grid(self, lines: Sequence[tuple[str, str, str]]) -> QWidget:
        place = QWidget()
        grid = QGridLayout(place)
        grid.setContentsMargins(0, STEP, 0, 0)
        grid.setHorizontalSpacing(2 * STEP)
        grid.setVerticalSpacing(STEP)
        grid.setColumnStretch(1, 1)
        for row, (title, value, explanation) in enumerate(lines):
            name, self.facts[title] = QLabel(title), QLabel(value)
            name.setProperty("role", "muted")
            for label in (name, self.facts[title]):
                label.setToolTip(explanation)
            grid.addWidget(name, row, 0)
            grid.addWidget(self.facts[title], row, 1, Qt.AlignmentFlag.AlignRight)
        return place

    def _arrange(self, charts_in_a_row: int) -> None:
        if charts_in_a_row == self._charts_in_a_row:
            return
        self._charts_in_a_row = charts_in_a_row
        span = len(self.charts) // charts_in_a_row
        for place, chart in enumerate(self.charts):
            row, column = divmod(place, charts_in_a_row)
            self._grid.addWidget(chart, row, column * span, 1, span)
        below = len(self.charts) // charts_in_a_row
        panels_in_a_row = charts_in_a_row // 2
        for place, panel in enumerate(self._panels):
            row, column = divmod(place, panels_in_a_row)
            span = len(self.charts) // panels_in_a_row
            if panel is self._panels[-1] and column == 0:
                span = len(self.charts)  # nothing stands beside it
            self._grid.addWidget(panel, below + row, column * span, 1, span)
        # What may be long gets the room that is left.
        last = below + (len(self._panels) - 1) // panels_in_a_row
        for row in range(self._grid.rowCount()):
            self._grid.setRowStretch(row, 1 if row == last else 0)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        # The scroll bar stands in the page's margin, so that nothing moves when it comes.
        bar = self.verticalScrollBar()
        right = 2 * STEP - (bar.width() if bar.isVisible() else 0)
        self._grid.setContentsMargins(0, 0, max(0, right), 2 * STEP)
        wide = self.viewport().width() >= len(self.charts) * (_CHART_WIDTH + 2 * STEP)
        self._arrange(len(self.charts) if wide else len(self.charts) // 2)

    def show_figures(self, figures: Figures, now: Figures) -> None:
        """Show figures of the chosen time; memory and processor are always those of `now`."""
        self.time.show_figure(milliseconds(figures.whole.p50 or None), tail_line(figures.whole))
        self.pace.show_figure(number(figures.cards_a_minute), pace_line(figures))
        self.memory.show_figure(megabytes(now.memory_bytes), "in use by Cardscanner")
        part = None if now.cpu_percent is None else now.cpu_percent / 100
        self.processor.show_figure(percent(part), "of all cores")
        whole = [figures.whole] if figures.whole.times else []
        self.times.show_rows([times_row(times) for times in (*figures.steps, *whole)])
        self.hits.show_rows([hits_row(hits) for hits in figures.tiers])
        for title, value, _ in (*fact_lines(figures), *model_lines(figures.model, now.model)):
            self.facts[title].setText(value)

    def show_samples(self, samples: Sequence[Sample], chart: Chart) -> None:
        """Draw one chart's curve anew."""
        chart.show_samples(samples)


def _panel(title: str, *parts: QWidget, stretch: bool = False) -> QFrame:
    panel = QFrame()
    panel.setProperty("role", "panel")
    name = QLabel(title)
    name.setFont(scaled_font(panel.font(), 1.0, bold=True))
    layout = QVBoxLayout(panel)
    layout.setContentsMargins(STEP, 2 * STEP, STEP, 2 * STEP)
    layout.setSpacing(STEP)
    for part in (name, *parts):
        # A table's cells have room of their own beside their text.
        beside = 0 if isinstance(part, FigureTable) else STEP
        line = QHBoxLayout()
        line.setContentsMargins(beside, 0, beside, 0)
        line.addWidget(part)
        layout.addLayout(line)
    if stretch:
        layout.addStretch()
    return panel
