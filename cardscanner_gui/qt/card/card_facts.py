"""What is known about a card, in slots that never move: answer first, details below."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QGridLayout, QLabel, QSizePolicy, QVBoxLayout, QWidget

from cardscanner_gui.core.game import Games
from cardscanner_gui.core.generic_game import game_of
from cardscanner_gui.core.types import Field, Printing
from cardscanner_gui.core.words import said, tr
from cardscanner_gui.qt.card.evidence import EvidenceLine, Reasons, read_text
from cardscanner_gui.qt.style.elided_label import ElidedLabel
from cardscanner_gui.qt.style.marks import Mark, StateLine
from cardscanner_gui.qt.style.plain_text import plain_tip
from cardscanner_gui.qt.style.text_height import text_height
from cardscanner_gui.qt.style.theme import STEP, TITLE_SIZE, scaled_font
from cardscanner_gui.qt.style.words import number_line, set_line

_UNKNOWN = "–"
_AWAITED = "…"
_DOUBTFUL = 0.6


class CardFacts(QWidget):
    """Name, set, number and state of one card; below them its details."""

    def __init__(
        self, games: Games, parent: QWidget | None = None, *, middle: QWidget | None = None
    ) -> None:
        """Make the slots of all games; `middle` goes between the answer and the details."""
        super().__init__(parent)
        self._games = games
        self._kinds = {
            name: kind
            for game in games.values()
            for name, kind in game.fields.items()
            if kind.heading
        }
        self.state = StateLine(self)
        self.name = ElidedLabel(parent=self)
        self.name.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.set = ElidedLabel(parent=self)
        self.number = ElidedLabel(parent=self)
        self.reason = QLabel(self)
        self.reason.setTextFormat(Qt.TextFormat.PlainText)
        self.reason.setProperty("role", "muted")
        self.reason.setWordWrap(True)
        self.reason.setAlignment(Qt.AlignmentFlag.AlignTop)
        # Two lines, whether they are needed or not.
        self.reason.setFixedHeight(text_height(self.reason.fontMetrics(), 2))
        self.reason.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.evidence = EvidenceLine(self, lines=3)
        self.read_by = QLabel(self)
        self.read_by.setTextFormat(Qt.TextFormat.PlainText)
        self.read_by.setWordWrap(True)
        self.read_by.setAlignment(Qt.AlignmentFlag.AlignTop)
        # Two lines, whether they are needed or not.
        self.read_by.setFixedHeight(text_height(self.read_by.fontMetrics(), 2))
        self.read_by.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
        self.read_by.setAccessibleName(tr("Read by"))
        self.slots: dict[str, ElidedLabel] = {}

        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        for widget in (self.state, self.name, self.set, self.number, self.reason, self.evidence):
            layout.addWidget(widget)
        if middle is not None:
            layout.addWidget(middle)
            layout.addSpacing(STEP)
        rule = QFrame(self)
        rule.setProperty("role", "rule")
        layout.addSpacing(STEP // 2)
        layout.addWidget(rule)
        layout.addSpacing(STEP // 2)
        layout.addLayout(self._make_slots())
        self.clear()

    def _make_slots(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * STEP)
        grid.setVerticalSpacing(STEP // 2)
        grid.setColumnStretch(1, 1)
        for row, (key, kind) in enumerate(self._kinds.items()):
            title = tr(kind.heading)
            label = QLabel(title, self)
            label.setProperty("role", "muted")
            value = ElidedLabel(parent=self)
            value.setAccessibleName(title)
            grid.addWidget(label, row, 0)
            grid.addWidget(value, row, 1)
            self.slots[key] = value
        label = QLabel(tr("Read by"), self)
        label.setProperty("role", "muted")
        row = grid.rowCount()
        grid.addWidget(label, row, 0, Qt.AlignmentFlag.AlignTop)
        grid.addWidget(self.read_by, row, 1)
        return grid

    def clear(self) -> None:
        self.state.show_state(None)
        self.name.setText("")
        self.set.setText("")
        self.number.setText("")
        self.reason.setText("")
        self.show_reasons(())
        self.show_read_by("")
        for slot in self.slots.values():
            slot.setText("")

    def show_printing(self, printing: Printing, language: str | None = None) -> None:
        """Fill everything from the catalogue's printing, in the language of this card."""
        self.name.setText(printing.title(language))
        self.set.setText(set_line(printing, language))
        self.number.setText(number_line(printing))
        fields = game_of(self._games, printing.game).fields
        for key, slot in self.slots.items():
            values = fields[key].printed(printing, language or "en") if key in fields else ()
            if key in fields and fields[key].terms:
                values = tuple(" ".join(map(tr, value.split())) for value in values)
            slot.setText(" · ".join(values) or _UNKNOWN)

    def show_reading(self, reading: Mapping[str, Any], *, working: bool) -> None:
        """Fill what was read from the card itself, while, or because, no printing is settled."""
        blank = _AWAITED if working else _UNKNOWN
        self.name.setText(
            read_text(reading, "name") or (tr("Reading…") if working else tr("No name read"))
        )
        code = read_text(reading, "set_code")
        self.set.setText(
            tr("Set code {code}", code=code)
            if code
            else _AWAITED
            if working
            else tr("Set not settled")
        )
        number = read_text(reading, "number")
        self.number.setText(
            tr("Number {number}", number=number)
            if number
            else _AWAITED
            if working
            else tr("No number read")
        )
        for key, slot in self.slots.items():
            slot.setText(read_text(reading, self._kinds[key].read_as or key) or blank)

    def show_reasons(self, reasons: Reasons) -> None:
        """Show what decided; all of it is in the tooltip where it needs more room."""
        self.evidence.show_reasons(reasons)
        self.evidence.setToolTip(plain_tip(self.evidence.words))

    def show_read_by(self, words: str) -> None:
        """Say who read the card; all of it is in the tooltip."""
        self.read_by.setText(words)
        self.read_by.setToolTip(plain_tip(words))

    def show_field(self, name: str, field: Field) -> None:
        """Fill one slot as its detail arrives; what is doubtful says so."""
        stands_in = {kind.read_as: key for key, kind in self._kinds.items() if kind.read_as}
        slot = self.slots.get(stands_in.get(name, name))
        if slot is not None and field.text:
            slot.setText(
                field.text
                if field.confidence >= _DOUBTFUL
                else tr("{text} (not sure)", text=field.text)
            )

    def show_state(self, mark: Mark | None, reason: str, words: str | None = None) -> None:
        self.state.show_state(mark, words)
        reason = said(reason)
        # A failure begins with the file's name, which stays as it is.
        sentence = reason if mark is Mark.FAILED else reason[:1].upper() + reason[1:]
        self.reason.setText(sentence)
        self.reason.setToolTip(plain_tip(reason))
