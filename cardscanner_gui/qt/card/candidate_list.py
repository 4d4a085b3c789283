"""The printings that might be the card, each with its evidence in words."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPen, QPixmap
from PySide6.QtWidgets import (
    QAbstractButton,
    QButtonGroup,
    QGridLayout,
    QLabel,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.collection import Scan
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.types import Printing
from cardscanner_gui.qt.card.evidence import EvidenceLine, Reasons, reasons_of_scan
from cardscanner_gui.qt.style.elided_label import ElidedLabel
from cardscanner_gui.qt.style.theme import STEP, scaled_font, theme_of
from cardscanner_gui.qt.style.words import number_line, set_line

SHOWN = 5
MOST_SHOWN = 8
"""Where the question is which of so many it is."""
_PICTURE_HEIGHT = 64
"""Pixels; the evidence needs the whole width, so pictures stand above it."""

Considered = tuple[Printing, Reasons]
"""A printing and what decided about it."""
Pictures = Callable[[str, Callable[[QImage], None]], None]
"""Loads the picture of a printing by its id, and hands it on; nothing or a null image: none."""


_ABSURD = 0.4
"""A candidate with less than this part of the best one's points isn't worth a look."""


def considered(scan: Scan, games: Games) -> list[Considered]:
    """The candidates of a recorded card that are worth a look, best first."""
    return [
        (printing, reasons_of_scan(scan, printing, games))
        for printing in worth_a_look(scan)[:SHOWN]
    ]


def worth_a_look(scan: Scan) -> list[Printing]:
    """The candidates without those that little speaks for, beside what speaks for the best."""
    printings = [printing for printing, _ in scan.candidates]
    points = [sum(evidence.values()) for evidence in scan.evidence]
    if len(points) != len(printings) or not points or points[0] <= 0:
        return printings  # older scans keep no points, and of poor ones none is the better
    pairs = zip(printings, points, strict=True)
    return [printing for printing, own in pairs if own >= _ABSURD * points[0]]


class CandidateList(QWidget):
    """Candidates, mostly the first five, chosen with the mouse or with the keys 1 to 8."""

    chosen = Signal(Printing)
    """The one that is marked now."""
    shown = Signal()
    """Other candidates are shown now."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._layout, self._foot = QVBoxLayout(), QVBoxLayout()
        outer = QVBoxLayout(self)
        for layout in (self._layout, self._foot, outer):
            layout.setContentsMargins(0, 0, 0, 0)
            layout.setSpacing(STEP)
        outer.addLayout(self._layout)
        outer.addLayout(self._foot)
        self._group = QButtonGroup(self)
        self._group.idClicked.connect(self._clicked)
        self._rows: list[CandidateRow] = []
        self._pictures: Pictures | None = None

    def use_pictures(self, pictures: Pictures) -> None:
        """Show the printings' pictures beside them, where there are any."""
        self._pictures = pictures

    def add_below(self, widget: QWidget) -> None:
        """Put something under the candidates, whichever those are."""
        self._foot.addWidget(widget)

    @property
    def printings(self) -> list[Printing]:
        return [row.printing for row in self._rows]

    @property
    def current(self) -> Printing | None:
        index = self._group.checkedId()
        return self._rows[index].printing if 0 <= index < len(self._rows) else None

    def show_candidates(
        self,
        candidates: Sequence[Considered],
        current: Printing | None = None,
        language: str | None = None,
        asked: int = 0,
    ) -> None:
        """Show candidates, best first, named as the card is; marks `current`, or else the first.

        All of those that are `asked` about are shown.
        """
        for row in self._rows:
            self._group.removeButton(row)
            self._layout.removeWidget(row)
            row.hide()
            row.deleteLater()
        self._rows = []
        for number, (printing, reasons) in enumerate(
            candidates[: min(max(SHOWN, asked), MOST_SHOWN)]
        ):
            row = CandidateRow(number + 1, printing, reasons, language, self)
            self._group.addButton(row, number)
            self._layout.addWidget(row)
            self._rows.append(row)
        if self._rows:
            ids = [row.printing.id for row in self._rows]
            mark = ids.index(current.id) if current is not None and current.id in ids else 0
            self._rows[mark].setChecked(True)
        if self._pictures is not None:
            for row in self._rows:
                self._pictures(row.printing.id, partial(self._show_picture, row))
        self.shown.emit()

    def _show_picture(self, row: CandidateRow, picture: QImage) -> None:
        if row in self._rows and not picture.isNull():
            row.show_picture(picture)

    def choose(self, number: int) -> bool:
        """Mark candidate `number`, counted from 1; False when there is none."""
        if not 1 <= number <= len(self._rows):
            return False
        self._rows[number - 1].setChecked(True)
        self._clicked(number - 1)
        return True

    def _clicked(self, index: int) -> None:
        self.chosen.emit(self._rows[index].printing)


class CandidateRow(QAbstractButton):
    """One candidate: its key, its name and place, and what speaks for and against it."""

    def __init__(
        self,
        number: int,
        printing: Printing,
        reasons: Reasons,
        language: str | None,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self.printing = printing
        self._number = number
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Minimum)
        place = f"{set_line(printing, language)} · {number_line(printing)}"
        self.setAccessibleName(f"{number}: {printing.title(language)}, {place}")
        name = ElidedLabel(printing.title(language))
        name.setFont(scaled_font(self.font(), 1.0, bold=True))
        where = ElidedLabel(place)
        self._evidence = EvidenceLine()
        self._evidence.show_reasons(reasons)
        self.setAccessibleDescription(self._evidence.words)
        self.picture = QLabel()
        self.picture.setTextFormat(Qt.TextFormat.PlainText)
        self.picture.hide()
        for label in (name, where, self._evidence, self.picture):
            label.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._grid = layout = QGridLayout(self)
        layout.setContentsMargins(6 * STEP, STEP, 2 * STEP, STEP)
        layout.setSpacing(2)
        layout.addWidget(name, 0, 0, Qt.AlignmentFlag.AlignBottom)
        layout.addWidget(where, 1, 0, Qt.AlignmentFlag.AlignTop)
        layout.addWidget(self._evidence, 2, 0, 1, 2)
        layout.addWidget(self.picture, 0, 1, 2, 1, Qt.AlignmentFlag.AlignVCenter)
        layout.setColumnStretch(0, 1)

    def show_picture(self, picture: QImage) -> None:
        """Show what the printing looks like, at the right."""
        ratio = self.devicePixelRatioF()
        pixels = QPixmap.fromImage(picture).scaledToHeight(
            round(_PICTURE_HEIGHT * ratio), Qt.TransformationMode.SmoothTransformation
        )
        pixels.setDevicePixelRatio(ratio)
        self.picture.setPixmap(pixels)
        self.picture.show()
        self.updateGeometry()

    def sizeHint(self) -> QSize:
        return self._grid.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._grid.minimumSize()

    def hasHeightForWidth(self) -> bool:
        # Not where no line of it wraps, because nothing is known of what speaks for it: Qt asks the
        # grid for that height, which then has none, and the row would have no height at all.
        return self._grid.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        return self._grid.totalHeightForWidth(width)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = theme_of(self.palette())
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        marked = self.isChecked()
        strong = marked or self.hasFocus() or self.underMouse()
        edge = (
            theme.accent if marked or self.hasFocus() else theme.muted if strong else theme.border
        )
        painter.setPen(QPen(QColor(edge), 2 if marked else 1))
        painter.setBrush(QColor(theme.selection if marked else theme.surface))
        painter.drawRoundedRect(box, 8, 8)
        key = QRectF(box.left() + 11, box.top() + 10, 24, 24)
        painter.setPen(QPen(QColor(theme.accent if marked else theme.border), 1))
        painter.setBrush(QColor(theme.accent if marked else theme.stripe))
        painter.drawRoundedRect(key, 5, 5)
        painter.setPen(QColor(theme.on_accent if marked else theme.muted))
        painter.setFont(scaled_font(self.font(), 1.0, bold=True))
        painter.drawText(key, Qt.AlignmentFlag.AlignCenter, str(self._number))
