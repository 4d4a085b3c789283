"""The answer for one scanned card: what it is, the user's copy, keep or reject."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from PySide6.QtCore import Qt, Signal, SignalInstance
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.collection import Scan
from cardscanner_gui.core.copies import Copy, CopyDefaults, copy_of, starting_copy
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.text import file_name
from cardscanner_gui.core.types import Reading
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.card.asked import asked_of_answer
from cardscanner_gui.qt.card.card_facts import CardFacts
from cardscanner_gui.qt.card.copy_form import CopyForm
from cardscanner_gui.qt.card.evidence import Reasons, read_text, reasons_of_answer, reasons_of_scan
from cardscanner_gui.qt.card.panel import make_scrolling
from cardscanner_gui.qt.card.read_by import read_by_answer, read_by_scan
from cardscanner_gui.qt.scan.standing import Standing, place_words, question, standing_of
from cardscanner_gui.qt.scan.state import CardState
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.style.announcing import Announcer
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.style.text_height import text_height
from cardscanner_gui.qt.style.theme import STEP


class AnswerPanel(QFrame):
    """Every slot has its place from the start; nothing moves when results arrive."""

    keep = Signal()
    reject = Signal()
    undo = Signal()
    other_match = Signal()
    edited = Signal(str, object)

    def __init__(
        self,
        games: Games,
        icons: IconSet,
        settings: ChosenSettings,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._announcer = Announcer(self)
        self._games = games
        self._settings = settings
        self.card: CardState | None = None
        self._copy = Copy()
        self.setProperty("role", "panel")
        self._reduced_in_use = False
        self.reduced = QLabel(
            tr("The reduced catalogue is in use: the full one may know this card.")
        )
        self.reduced.setProperty("role", "muted")
        self.reduced.setWordWrap(True)
        self.reduced.hide()
        self.facts = CardFacts(games)
        self.form = CopyForm(games)
        self.form.edited.connect(self.edited)
        self.place = QLabel()
        self.place.setProperty("role", "muted")
        self.place.setFixedHeight(text_height(self.place.fontMetrics()))
        self.other_button = _button(
            tr("Other match…"), tr("Pick another printing (M)"), self.other_match
        )
        self.keep_button = _button(
            tr("Keep"), tr("Put this card into the collection (Enter)"), self.keep
        )
        self.keep_button.setProperty("role", "primary")
        self.reject_button = _button(tr("Reject"), tr("Don't keep this card (X)"), self.reject)
        # Neither Space nor Enter may come to it by the way the focus goes.
        self.reject_button.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.undo_button = _button(tr("Undo"), tr("Take the last change back (Ctrl+Z)"), self.undo)
        icons.give(self.keep_button, "keep", "on_accent")
        icons.give(self.reject_button, "reject")
        icons.give(self.undo_button, "undo")

        content = QWidget()
        inner = QVBoxLayout(content)
        inner.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, STEP)
        inner.setSpacing(2 * STEP)
        inner.addWidget(self.facts)
        inner.addWidget(self.reduced)
        inner.addWidget(self.other_button)
        inner.addWidget(self.form)
        inner.addStretch()
        buttons = QHBoxLayout()
        buttons.setContentsMargins(2 * STEP, 0, 2 * STEP, 2 * STEP)
        buttons.setSpacing(STEP)
        for button in (self.keep_button, self.reject_button, self.undo_button):
            buttons.addWidget(button, 1)
        place = QHBoxLayout()
        place.setContentsMargins(2 * STEP, 0, 2 * STEP, 0)
        place.addWidget(self.place)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(1, 1, 1, 1)
        layout.setSpacing(STEP)
        layout.addWidget(make_scrolling(content), 1)
        layout.addLayout(place)
        layout.addLayout(buttons)
        self.show_card(None)

    def show_card(self, card: CardState | None) -> None:
        """Show a card as it is known now; call again whenever more is known."""
        fresh = card is not self.card
        self.card = card
        self._show_facts(card)
        self.show_reduced()
        self._show_form(card, fresh)
        self._show_buttons(card)

    def show_reduced(self, in_use: bool | None = None) -> None:
        """Say of a doubtful card when the catalogue in use is a reduced one."""
        if in_use is not None:
            self._reduced_in_use = in_use
        doubtful = self.card is not None and self.card.mark in (Mark.UNSURE, Mark.UNREADABLE)
        self.reduced.setVisible(self._reduced_in_use and doubtful)

    def _show_facts(self, card: CardState | None) -> None:
        facts = self.facts
        if card is None:
            facts.clear()
            facts.name.setText(tr("No card yet"))
            facts.reason.setText(tr("The answer for each card appears here."))
            return
        working = card.mark is Mark.WORKING
        printing = card.printing
        if printing is not None and card.mark is not Mark.WORKING:
            facts.show_printing(printing, card.language)
        elif card.mark is Mark.FAILED or (card.recognition is None and not working):
            facts.clear()
            facts.name.setText(file_name(card.picture.source))
        else:
            facts.show_reading(reading_of(card), working=working)
            asked = asked_of_answer(card.recognition, self._games) if card.recognition else None
            if asked is not None:
                facts.name.setText(asked.name_as([read_text(reading_of(card), "name")]))
        if printing is None or printing == (card.recognition and card.recognition.match.printing):
            for name, field in card.details.items():
                facts.show_field(name, field)
        facts.show_state(card.mark, card.reason)
        if not working:
            self._announcer.say(f"{facts.name.text()}: {tr(card.mark.value)}")
        facts.show_reasons(self._reasons(card))
        facts.show_read_by(self._read_by(card))

    def _read_by(self, card: CardState) -> str:
        if card.recognition is not None:
            return read_by_answer(card.recognition, self._games)
        return read_by_scan(card.scan, self._games) if card.scan is not None else ""

    def _reasons(self, card: CardState) -> Reasons:
        """What decided about the printing that is shown, or about the likeliest one."""
        if card.scan is not None:
            candidates = [printing for printing, _ in card.scan.candidates]
        elif card.recognition is not None:
            candidates = [one.printing for one in card.recognition.match.candidates]
        else:
            return ()
        shown = card.printing or next(iter(candidates), None)
        if shown is None:
            return ()
        if card.scan is not None:
            return reasons_of_scan(card.scan, shown, self._games)
        assert card.recognition is not None
        return reasons_of_answer(card.recognition, shown, self._games)

    def _show_form(self, card: CardState | None, fresh: bool) -> None:
        usable = card is not None and card.scan is not None and card.mark is not Mark.REJECTED
        printing = card.printing if card else None
        self.form.setEnabled(usable and printing is not None)
        first = self._defaults(card).finish
        self.form.offer_finishes(printing.finishes if printing else (), first)
        suggested = self._suggested(card)
        if card is not None and card.entry is not None and card.scan is not None:
            # The entry may have copies of other scans too; what is planned has its own.
            quantity = card.scan.copies or card.entry.quantity
            self._copy = replace(copy_of(card.entry), quantity=quantity)
            self.form.show_copy(self._copy, suggested=suggested == self._copy.finish)
        elif fresh or card is None or card.scan is None:
            self._copy = self._starting_copy(card)
            self.form.show_copy(self._copy, suggested=suggested == self._copy.finish)

    def _suggested(self, card: CardState | None) -> str | None:
        """The finish that the picture makes likely."""
        if card is None or card.printing is None:
            return None
        told = card.scan or card.recognition
        return told.finish if told is not None else None

    def _defaults(self, card: CardState | None) -> CopyDefaults:
        session = card.picture.session if card is not None else None
        return session.defaults if session is not None else self._settings.current.defaults

    def _starting_copy(self, card: CardState | None) -> Copy:
        if card is None:
            return starting_copy(None, None, self._defaults(None))
        return starting_copy(card.printing, card.recognition, self._defaults(card))

    @property
    def copy(self) -> Copy:
        """The user's copy of the shown card, as it stands in the form."""
        return self.form.copy(self._copy)

    def _show_buttons(self, card: CardState | None) -> None:
        standing = standing_of(card)
        recorded = standing is not Standing.UNRECORDED
        kept = standing in (Standing.KEPT, Standing.PLANNED)
        rejected = standing is Standing.REJECTED
        known = card is not None and card.printing is not None
        self.keep_button.setText(tr("Kept") if kept else tr("Keep"))
        self.keep_button.setEnabled(recorded and known and not kept)
        self.reject_button.setText(tr("Rejected") if rejected else tr("Reject"))
        self.reject_button.setEnabled(recorded and not rejected)
        self.place.setText(place_words(card))
        self._show_question(card.scan if card and not known and not rejected else None)
        by_hand = card is not None and card.nothing_found
        self.other_button.setEnabled(recorded or by_hand)
        if by_hand:
            self.other_button.setText(tr("Name the card by hand…"))

    def _show_question(self, scan: Scan | None) -> None:
        """A recorded card whose printing nobody knows asks for it; others only offer another."""
        self.other_button.setText(
            tr("Other match…") if scan is None else question(scan, self._games)
        )
        _set_role(self.other_button, "" if scan is None else "primary")


def reading_of(card: CardState) -> dict[str, Any]:
    """What was read from the card, as the scan contract's `reading` object."""
    if card.scan is not None:
        return dict(card.scan.reading)
    reading = card.recognition.reading if card.recognition else Reading("")
    return {
        name: {"text": f.text, "confidence": f.confidence} for name, f in reading.best().items()
    }


def _set_role(button: QPushButton, role: str) -> None:
    if (button.property("role") or "") != role:
        button.setProperty("role", role)
        button.style().unpolish(button)
        button.style().polish(button)


def _button(text: str, tip: str, signal: SignalInstance) -> QPushButton:
    button = QPushButton(text)
    button.setToolTip(tip)
    button.clicked.connect(signal)
    return button
