"""Figures for who wants them: four live charts, and two tables."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QLabel, QVBoxLayout, QWidget

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.activity.charts import Chart
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


class Details(QWidget):
    """Charts beside each other or in two rows, and the tables below."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.time = Chart(tr("Time a picture"), lambda s: s.scan_ms, 100, milliseconds)
        self.pace = Chart(tr("Cards a minute"), lambda s: s.cards_a_minute, 10, number)
        self.memory = Chart(tr("Memory"), lambda s: s.memory_bytes, 200e6, megabytes)
        self.processor = Chart(
            tr("Processor"), lambda s: s.cpu_percent, 100 / 1.15, lambda value: percent(value / 100)
        )
        self.charts = (self.time, self.pace, self.memory, self.processor)
        self.times = FigureTable(tr("Time by step"), TIMES, 4)
        self.hits = FigureTable(tr("Found in caches"), HITS, 2)
        self.facts: dict[str, QLabel] = {}
        nothing = (ModelFigures(), ModelFigures())
        self._panels = (
            make_panel(tr("Where the time goes"), self.times, stretch=True),
            make_panel(
                tr("Known before"), self.hits, self._fact_grid(fact_lines(Figures())), stretch=True
            ),
            make_panel(tr("Reading model"), self._fact_grid(model_lines(*nothing)), stretch=True),
        )
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(2 * STEP)
        for column in range(len(self.charts)):
            self._grid.setColumnStretch(column, 1)
        self._in_a_row = 0
        self.arrange(wide=True)

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

    def arrange(self, *, wide: bool) -> None:
        """Four charts in a row, or two where there is less room."""
        in_a_row = len(self.charts) if wide else len(self.charts) // 2
        if in_a_row == self._in_a_row:
            return
        self._in_a_row = in_a_row
        span = len(self.charts) // in_a_row
        for place, chart in enumerate(self.charts):
            row, column = divmod(place, in_a_row)
            self._grid.addWidget(chart, row, column * span, 1, span)
        below = len(self.charts) // in_a_row
        panels_in_a_row = in_a_row // 2
        span = len(self.charts) // panels_in_a_row
        for place, panel in enumerate(self._panels):
            row, column = divmod(place, panels_in_a_row)
            if panel is self._panels[-1] and column == 0:
                span = len(self.charts)  # nothing stands beside it
            self._grid.addWidget(panel, below + row, column * span, 1, span)

    def show_figures(self, figures: Figures, now: Figures) -> None:
        """Show figures of the chosen time; memory and processor are always those of `now`."""
        self.time.show_figure(milliseconds(figures.whole.p50 or None), tail_line(figures.whole))
        self.pace.show_figure(number(figures.cards_a_minute), pace_line(figures))
        self.memory.show_figure(megabytes(now.memory_bytes), tr("in use by Cardscanner"))
        part = None if now.cpu_percent is None else now.cpu_percent / 100
        self.processor.show_figure(percent(part), tr("of all cores"))
        whole = [figures.whole] if figures.whole.times else []
        self.times.show_rows([times_row(times) for times in (*figures.steps, *whole)])
        self.hits.show_rows([hits_row(hits) for hits in figures.tiers])
        for title, value, _ in (*fact_lines(figures), *model_lines(figures.model, now.model)):
            self.facts[title].setText(value)


def make_panel(title: str, *parts: QWidget, stretch: bool = False) -> QFrame:
    """A frame with a title, and the parts below each other."""
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
