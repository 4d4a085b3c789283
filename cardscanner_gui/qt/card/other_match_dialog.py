"""A dialog that asks which printing a card is: the candidates, and a search for the rest."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.types import Printing
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.card.candidate_list import SHOWN, CandidateList, CandidateRow, Considered
from cardscanner_gui.qt.card.other_match import PrintingSearch, Search
from cardscanner_gui.qt.style.theme import STEP, TITLE_SIZE, scaled_font

_WIDTH, _HEIGHT = 560, 520
_LEAST_HEIGHT = 320
_ANY_HEIGHT = 1 << 20


class OtherMatchDialog(QDialog):
    """Keys 1 to 5 and Enter pick a candidate; what is found by typing is picked at once."""

    def __init__(
        self,
        candidates: Sequence[Considered],
        current: Printing | None,
        search: Search,
        parent: QWidget | None = None,
        *,
        language: str | None = None,
    ) -> None:
        """Offer candidates, named in the card's language."""
        super().__init__(parent)
        self.setWindowTitle(tr("Other match"))
        self.setMinimumSize(_WIDTH, _LEAST_HEIGHT)
        self.printing: Printing | None = None
        title = QLabel(tr("Which printing is it?"), self)
        title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.candidates = CandidateList(self)
        self.candidates.show_candidates(candidates, current, language)
        self._area = _Fitting(self.candidates, self)
        self.candidates.chosen.connect(self._show_marked)
        self.search = PrintingSearch(search, self)
        self.search.picked.connect(self._take)
        self.search.results_shown.connect(self._results_shown)
        self.search.results.setMinimumHeight(0)
        self.search.results.setMaximumHeight(_ANY_HEIGHT)
        self.search.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel, self)
        self.use = buttons.addButton(tr("Use this one"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.use.setProperty("role", "primary")
        self.use.setEnabled(bool(candidates))
        buttons.accepted.connect(self._take_marked)
        buttons.rejected.connect(self.reject)

        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 2 * STEP)
        layout.setSpacing(2 * STEP)
        layout.addWidget(title)
        layout.addWidget(self._area)
        layout.addWidget(self.search)
        layout.addStretch()
        layout.addWidget(buttons)
        self._layout = layout
        self.resize(_WIDTH, max(_HEIGHT, self.sizeHint().height()))
        for number in range(1, SHOWN + 1):
            shortcut = QShortcut(QKeySequence(str(number)), self.candidates)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(lambda n=number: self.candidates.choose(n))
        if candidates:
            self.candidates.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            self.candidates.setFocus()
        else:
            self.search.field.setFocus()

    def _results_shown(self, shown: bool) -> None:
        """What is found takes the candidates' place."""
        self._area.setHidden(shown)
        self._layout.setStretchFactor(self.search, 1 if shown else 0)
        self.use.setEnabled(not shown and bool(self.candidates.printings))

    def _show_marked(self) -> None:
        for row in self.candidates.findChildren(CandidateRow):
            if row.isChecked():
                self._area.ensureWidgetVisible(row)

    def _take_marked(self) -> None:
        if self.candidates.current is not None:
            self._take(self.candidates.current)

    def _take(self, printing: Printing) -> None:
        self.printing = printing
        self.accept()


class _Fitting(QScrollArea):
    """As high as its content where the screen has room, and scrolls where it hasn't."""

    def __init__(self, content: QWidget, parent: QWidget) -> None:
        super().__init__(parent)
        self._content = content
        self.setWidget(content)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Preferred)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)

    def sizeHint(self) -> QSize:
        return QSize(_WIDTH, self._content.minimumSizeHint().height())

    def minimumSizeHint(self) -> QSize:
        return QSize(0, min(_LEAST_HEIGHT // 3, self.sizeHint().height()))
