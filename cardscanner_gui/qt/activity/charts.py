"""A figure with its last five minutes as a live curve.

pyqtgraph takes half a second to import, so nothing here imports it: the page calls `warm_up` on a
background thread when it is first shown, and then gives each chart its curve.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.style.elided_label import ElidedLabel
from cardscanner_gui.qt.style.theme import SMALL_SIZE, STEP, TITLE_SIZE, scaled_font, theme_of
from cardscanner_gui.recognition.sampler import KEPT_SAMPLES, Sample

_PLOT_HEIGHT = 8 * STEP
_HEADROOM = 1.15


def warm_up() -> None:
    """Import pyqtgraph and what it imports at its first curve; call it on a background thread."""
    import numpy as np
    import pyqtgraph

    pyqtgraph.setConfigOption("exitCleanup", False)
    line = np.zeros(2)
    pyqtgraph.arrayToQPath(line, line, connect="finite")


class Chart(QFrame):
    """Title, figure, one line of explanation, and the curve.

    Args:
        value: what the curve shows of a sample; NaN leaves a gap.
        least_top: the curve's scale reaches at least this high, so that noise looks small.
    """

    def __init__(
        self,
        title: str,
        value: Callable[[Sample], float],
        least_top: float,
        words: Callable[[float], str],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.setProperty("role", "panel")
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        self._title = title
        self._value = value
        self._least_top = least_top
        self._words = words
        self._curve: Any = None
        self._view: Any = None
        self.figure = QLabel()
        self.line = ElidedLabel()
        self._top = QLabel()
        self._lay_out(title)

    def _lay_out(self, title: str) -> None:
        name = QLabel(title)
        self.figure.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.figure.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        ends = QHBoxLayout()
        ends.setSpacing(STEP)
        for label in (QLabel(tr("5 minutes ago")), None, self._top, None, QLabel("now")):
            if label is None:
                ends.addStretch()
            else:
                label.setFont(scaled_font(self.font(), SMALL_SIZE))
                label.setProperty("role", "muted")
                ends.addWidget(label)
        for label in (name, self.line):
            label.setProperty("role", "muted")
        self.line.setFont(scaled_font(self.font(), SMALL_SIZE))
        self._place = QVBoxLayout()
        self._blank = QWidget()
        self._blank.setFixedHeight(_PLOT_HEIGHT)
        self._place.addWidget(self._blank)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, STEP)
        layout.setSpacing(0)
        layout.addWidget(name)
        layout.addWidget(self.figure)
        layout.addWidget(self.line)
        layout.addSpacing(STEP)
        layout.addLayout(self._place)
        layout.addSpacing(STEP // 2)
        layout.addLayout(ends)

    @property
    def has_curve(self) -> bool:
        return self._curve is not None

    def make_curve(self) -> None:
        """Make the plot; `warm_up` has been called."""
        import pyqtgraph

        view = pyqtgraph.GraphicsView(background=None)
        view.setFixedHeight(_PLOT_HEIGHT)
        view.setStyleSheet("background: transparent;")
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        view.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        view.setAccessibleName(tr("{title}, the last five minutes", title=self._title))
        box = pyqtgraph.ViewBox(enableMenu=False, enableMouse=False, defaultPadding=0.0)
        view.setCentralItem(box)
        self._curve = pyqtgraph.PlotCurveItem(fillLevel=0, connect="finite", antialias=True)
        box.addItem(self._curve)
        box.setXRange(1 - KEPT_SAMPLES, 0, padding=0)
        self._view, self._box = view, box
        self._blank.hide()
        self._place.addWidget(view)
        self._colour()

    def show_figure(self, figure: str, line: str) -> None:
        """The figure and what it says about itself."""
        self.figure.setText(figure)
        self.line.setText(line)
        self.setAccessibleName(f"{self._title}: {figure}, {line}")

    def show_samples(self, samples: Sequence[Sample]) -> None:
        """Draw the curve anew."""
        if self._curve is None or not samples:
            return
        import numpy as np

        values = np.array([self._value(sample) for sample in samples])
        known = values[np.isfinite(values)]
        largest = float(known.max()) if known.size else 0.0
        top = max(self._least_top, largest * _HEADROOM)
        self._curve.setData(np.arange(1 - len(values), 1), values)
        self._box.setYRange(0, top, padding=0)
        self._top.setText(tr("most {words}", words=self._words(largest)) if known.size else "")

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._colour()
        super().changeEvent(event)

    def _colour(self) -> None:
        if self._curve is not None:
            import pyqtgraph

            accent = QColor(theme_of(self.palette()).accent)
            self._curve.setPen(pyqtgraph.mkPen(accent, width=2))
            accent.setAlpha(36)
            self._curve.setBrush(accent)
