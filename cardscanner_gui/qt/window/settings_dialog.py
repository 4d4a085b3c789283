"""The user's choices; each takes effect at once."""

from __future__ import annotations

from dataclasses import replace

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.game import Games
from cardscanner_gui.core.patience import LONGEST_PATIENCE_S
from cardscanner_gui.qt.style.fields import ChoiceField, NumberField
from cardscanner_gui.qt.style.theme import STEP, TITLE_SIZE, scaled_font
from cardscanner_gui.qt.style.words import CONDITIONS, LANGUAGE_NAMES, finish_words
from cardscanner_gui.settings import Settings, ThemeChoice

_THEMES = {"system": "As the system", "light": "Light", "dark": "Dark"}


class SettingsDialog(QDialog):
    """Few choices, in the order in which collectors ask for them."""

    changed = Signal(Settings)

    def __init__(self, settings: Settings, games: Games, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle("Settings")
        self.setMinimumWidth(480)
        self.keep = QCheckBox("Put identified cards into the collection at once")
        self.keep.setChecked(settings.keep_identified)
        self.offline = QCheckBox("Stay offline: never fetch the card catalogue by itself")
        self.offline.setChecked(settings.offline)
        self.finish = _combo(finish_words(games), str(settings.defaults.finish))
        self.condition = _combo(CONDITIONS, str(settings.defaults.condition))
        self.language = _combo(LANGUAGE_NAMES, settings.defaults.language)
        self.patience = NumberField()
        self.patience.setRange(1, round(LONGEST_PATIENCE_S))
        self.patience.setSuffix(" s")
        self.patience.setValue(max(1, round(settings.patience)))
        self.patience.setToolTip("What is known by then is the answer: which cards it may be.")
        self.theme = _combo(_THEMES, str(settings.theme))
        title = QLabel("Settings")
        title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        hint = QLabel("Where the picture doesn't tell, a new card starts as:")
        hint.setProperty("role", "muted")
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * STEP)
        grid.setVerticalSpacing(STEP)
        grid.setColumnStretch(1, 1)
        rows = (
            ("Finish", self.finish),
            ("Condition", self.condition),
            ("Language", self.language),
            ("Colours", self.theme),
            ("Read a card for at most", self.patience),
        )
        grid.addWidget(hint, 0, 0, 1, 2)
        for row, (text, widget) in enumerate(rows, start=1):
            label = QLabel(text)
            label.setBuddy(widget)
            grid.addWidget(label, row, 0)
            grid.addWidget(widget, row, 1)
        grid.setRowMinimumHeight(4, 7 * STEP)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.addWidget(title)
        layout.addSpacing(STEP)
        layout.addWidget(self.keep)
        layout.addWidget(self.offline)
        layout.addSpacing(STEP)
        layout.addLayout(grid)
        layout.addSpacing(STEP)
        layout.addStretch()
        layout.addWidget(buttons)
        for combo in (self.finish, self.condition, self.language, self.theme):
            combo.activated.connect(self._changed)
        self.patience.valueChanged.connect(self._changed)
        for box in (self.keep, self.offline):
            box.toggled.connect(self._changed)

    def _changed(self) -> None:
        self._settings = replace(
            self._settings,
            keep_identified=self.keep.isChecked(),
            offline=self.offline.isChecked(),
            defaults=replace(
                self._settings.defaults,
                finish=self.finish.currentData(),
                condition=self.condition.currentData(),
                language=self.language.currentData(),
            ),
            patience=float(self.patience.value()),
            theme=ThemeChoice(self.theme.currentData()),
        )
        self.changed.emit(self._settings)


def _combo(words: dict[str, str], chosen: str) -> ChoiceField:
    combo = ChoiceField()
    for key, word in words.items():
        combo.addItem(word, key)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
    return combo
