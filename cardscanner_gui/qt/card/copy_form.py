"""The facts about the user's own copy: finish, condition, language, how many, a note."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QWidget,
)

from cardscanner_gui.core.copies import Copy
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.words import mark, tr
from cardscanner_gui.qt.style.fields import ChoiceField, NumberField
from cardscanner_gui.qt.style.theme import SMALL_SIZE, STEP, scaled_font
from cardscanner_gui.qt.style.words import CONDITIONS, LANGUAGE_NAMES, finish_words

MIXED = "(several)"
_UNSURE = mark("not sure, Y confirms")
_SUGGESTED = mark("suggested, Y confirms")


class CopyForm(QWidget):
    """Shows one copy's facts, or several entries' at once; tells what the user changed."""

    edited = Signal(str, object)
    """Field name of `Entry` and its new value, a text or a number; only for what the user did."""

    def __init__(self, games: Games, parent: QWidget | None = None, *, note: bool = False) -> None:
        super().__init__(parent)
        self._finishes = finish_words(games)
        self.finish = self._combo("finish", tr("Finish"))
        self.confirm = self._doubt_button(
            tr(
                "The printing exists in more than one finish, and the picture "
                "doesn't tell for sure.\nConfirm that this one is right (Y), or "
                "choose another."
            )
        )
        self.confirm.clicked.connect(self.confirm_finish)
        self.confirm_spoken = self._doubt_button(
            tr(
                "The printing exists in several languages, and the picture doesn't tell "
                "which.\nConfirm that this one is right (Y), or choose another."
            )
        )
        self.confirm_spoken.clicked.connect(self.confirm_language)
        self._finish_sure = self._language_sure = True
        self._suggested = False
        self._several = self._several_languages = False
        self.condition = self._combo("condition", tr("Condition"))
        self.language = self._combo("language", tr("Language"))
        self.quantity = NumberField(self)
        self.quantity.setRange(1, 9999)
        self.quantity.setAccessibleName(tr("Copies"))
        self.quantity.setKeyboardTracking(False)
        self.quantity.lineEdit().setTextMargins(STEP, 0, 0, 0)
        self.quantity.valueChanged.connect(self._quantity_changed)
        self.note = QLineEdit(self)
        self.note.setAccessibleName(tr("Note"))
        self.note.setPlaceholderText(tr("Signed, from a trade, in the red binder…"))
        self.note.editingFinished.connect(self._note_finished)
        self._shown_note = ""
        _fill(self.condition, CONDITIONS)
        _fill(self.language, LANGUAGE_NAMES)
        self.offer_finishes(())

        grid = QGridLayout(self)
        grid.setContentsMargins(0, 0, 0, 0)
        grid.setHorizontalSpacing(2 * STEP)
        grid.setVerticalSpacing(STEP // 2)
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        fields: list[tuple[str, QWidget]] = [
            (tr("Finish"), self.finish),
            (tr("Condition"), self.condition),
            (tr("Language"), self.language),
            (tr("Copies"), self.quantity),
        ]
        for position, (title, widget) in enumerate(fields):
            self._place(grid, title, widget, 2 * (position // 2), position % 2, 1)
        if note:
            self._place(grid, tr("Note"), self.note, 4, 0, 2)
        else:
            self.note.hide()

    def _doubt_button(self, tip: str) -> QPushButton:
        button = QPushButton(tr(_UNSURE), self)
        button.setProperty("role", "link-small")
        button.setFont(scaled_font(self.font(), SMALL_SIZE))
        button.setToolTip(tip)
        return button

    def _place(
        self, grid: QGridLayout, title: str, widget: QWidget, row: int, column: int, span: int
    ) -> None:
        label = QLabel(title, self)
        label.setProperty("role", "muted")
        label.setFont(scaled_font(self.font(), SMALL_SIZE))
        label.setBuddy(widget)
        doubts = {self.finish: self.confirm, self.language: self.confirm_spoken}
        doubt = doubts.get(widget) if isinstance(widget, ChoiceField) else None
        if doubt is not None:
            heading = QHBoxLayout()
            heading.setSpacing(STEP // 2)
            heading.addWidget(label)
            heading.addWidget(doubt)
            heading.addStretch()
            policy = doubt.sizePolicy()
            policy.setRetainSizeWhenHidden(True)  # nothing moves when it comes and goes
            doubt.setSizePolicy(policy)
            grid.addLayout(heading, row, column, 1, span)
        else:
            grid.addWidget(label, row, column, 1, span)
        grid.addWidget(widget, row + 1, column, 1, span)

    def _combo(self, field: str, title: str) -> ChoiceField:
        combo = ChoiceField(self)
        combo.setAccessibleName(title)
        combo.setProperty("field", field)
        # The longest language must not decide how wide the panel is.
        combo.setSizeAdjustPolicy(
            ChoiceField.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon
        )
        combo.setMinimumContentsLength(6)
        combo.activated.connect(self._picked)
        return combo

    def offer_finishes(self, finishes: Iterable[str], first: str = "") -> None:
        """Offer the finishes a printing exists in, `first` on top, then the others."""
        known = [f for f in finishes if f in self._finishes]
        known.sort(key=lambda finish: finish != first)
        order = known + [f for f in self._finishes if f not in known]
        chosen = self.finish.currentData()
        _fill(self.finish, {key: self._finishes[key] for key in order})
        if known and len(known) < len(order):
            self.finish.insertSeparator(len(known))
        _choose(self.finish, chosen)

    def show_values(self, values: Mapping[str, object]) -> None:
        """Show values by field name; None for a field in which several entries differ."""
        for combo in (self.finish, self.condition, self.language):
            _choose(combo, values.get(str(combo.property("field"))))
        self._several = values.get("finish", "") is None  # each of them is right as it stands
        self._show_finish_sure(values.get("finish_sure", True) is True)
        self._several_languages = values.get("language", "") is None
        self._show_language_sure(values.get("language_sure", True) is True)
        quantity = values.get("quantity", 1)
        if isinstance(quantity, int):
            self.quantity.show_number(quantity)
        else:
            self.quantity.show_several(MIXED)
        note = values.get("note", "")
        self._shown_note = note if isinstance(note, str) else ""
        self.note.setText(self._shown_note)
        self.note.setPlaceholderText(
            MIXED if note is None else tr("Signed, from a trade, in the red binder…")
        )

    def show_copy(self, copy: Copy, *, suggested: bool = False) -> None:
        """Show one copy; `suggested`: its finish is what the picture makes likely."""
        self._suggested = suggested
        self.show_values(asdict(copy))

    @property
    def finish_sure(self) -> bool:
        """Whether the finish is known, or the user has said that it is right."""
        return self._finish_sure

    def confirm_finish(self) -> None:
        """The user says that the finish is right as it stands."""
        known = self._several or self.finish.currentData() is not None
        if self.isEnabled() and not self._finish_sure and known:
            self._show_finish_sure(True)
            self.edited.emit("finish_sure", True)

    def confirm_language(self) -> None:
        """The user says that the language is right as it stands."""
        known = self._several_languages or self.language.currentData() is not None
        if self.isEnabled() and not self._language_sure and known:
            self._show_language_sure(True)
            self.edited.emit("language_sure", True)

    def confirm_all(self) -> None:
        """Both are right."""
        self.confirm_finish()
        self.confirm_language()

    def doubt_again(self, shown: Copy) -> None:
        """The user takes that back, before anything is stored."""
        self._show_finish_sure(shown.finish_sure)
        self._show_language_sure(shown.language_sure)

    def _show_finish_sure(self, sure: bool) -> None:
        self._finish_sure = sure
        self.confirm.setText(tr(_SUGGESTED) if self._suggested else tr(_UNSURE))
        self.confirm.setVisible(not sure)

    def _show_language_sure(self, sure: bool) -> None:
        self._language_sure = sure
        self.confirm_spoken.setVisible(not sure)

    def copy(self, shown: Copy) -> Copy:
        """The copy that was shown, with what the user made of it in the form."""
        self.quantity.interpretText()  # a number that is still being typed counts
        return replace(
            shown,
            finish=self.finish.currentData() or shown.finish,
            finish_sure=self._finish_sure,
            condition=self.condition.currentData() or shown.condition,
            language=self.language.currentData() or shown.language,
            language_sure=self._language_sure,
            quantity=self.quantity.value(),
        )

    def _picked(self) -> None:
        combo = self.sender()
        if isinstance(combo, ChoiceField) and combo.currentData() is not None:
            if combo is self.finish:
                self._show_finish_sure(True)
            elif combo is self.language:
                self._show_language_sure(True)
            self.edited.emit(str(combo.property("field")), combo.currentData())

    def _quantity_changed(self, value: int) -> None:
        if not self.quantity.several:
            self.edited.emit("quantity", value)

    def _note_finished(self) -> None:
        if self.note.text() != self._shown_note:
            self._shown_note = self.note.text()
            self.edited.emit("note", self._shown_note)


def _fill(combo: ChoiceField, words: Mapping[str, str]) -> None:
    combo.clear()
    for key, word in words.items():
        combo.addItem(word, key)


def _choose(combo: ChoiceField, key: object) -> None:
    index = combo.findData(key) if key is not None else -1
    combo.setCurrentIndex(index)
    combo.setPlaceholderText(MIXED if index < 0 else "")
