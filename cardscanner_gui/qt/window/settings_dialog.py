"""The user's choices; each takes effect at once."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path
from urllib.parse import urlsplit

from PySide6.QtCore import QSize, QUrl, Signal
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import (
    QCheckBox,
    QDialog,
    QDialogButtonBox,
    QGridLayout,
    QLabel,
    QPushButton,
    QWidget,
)

from cardscanner_gui.core.game import Games
from cardscanner_gui.core.patience import LONGEST_PATIENCE_S
from cardscanner_gui.core.words import Words, tr
from cardscanner_gui.languages import NAMES
from cardscanner_gui.qt.style.dialog_body import lay_out_dialog, muted_label
from cardscanner_gui.qt.style.fields import ChoiceField, NumberField
from cardscanner_gui.qt.style.theme import STEP
from cardscanner_gui.qt.style.words import (
    CONDITIONS,
    LANGUAGE_NAMES,
    VALUES_WORDS,
    finish_words,
)
from cardscanner_gui.settings import Settings, ThemeChoice

_SIZE = QSize(560, 560)
_THEMES = Words({"system": "As the system", "light": "Light", "dark": "Dark"})


class SettingsDialog(QDialog):
    """Few choices, in the order in which collectors ask for them."""

    changed = Signal(Settings)

    def __init__(
        self,
        settings: Settings,
        games: Games,
        parent: QWidget | None = None,
        *,
        data_folder: Path | None = None,
        release_address: str = "",
    ) -> None:
        """Show these settings.

        Args:
            settings: as they are now.
            games: whose finishes a new card may start with.
            parent: the window.
            data_folder: offered to be opened.
            release_address: whom new versions are asked of; empty for nobody.
        """
        super().__init__(parent)
        self._settings = settings
        self.setWindowTitle(tr("Settings"))
        self.keep = QCheckBox(tr("Put identified cards into the collection at once"))
        self.keep.setChecked(settings.keep_identified)
        self.offline = QCheckBox(tr("Stay offline: never fetch the card catalogue by itself"))
        self.offline.setChecked(settings.offline)
        self.backups = QCheckBox(tr("Back up the collection every day on which it changed"))
        self.backups.setChecked(settings.backups)
        self.backups.setToolTip(
            tr("The last seven days and four weeks are kept in the data folder")
        )
        self.values = QCheckBox(tr("Show what cards are worth"))
        self.values.setChecked(settings.values)
        self.values_note = muted_label(tr(VALUES_WORDS))
        self.releases = QCheckBox(tr("Tell me of new versions"))
        self.releases.setChecked(settings.release_notice and bool(release_address))
        self.releases.setEnabled(bool(release_address))
        self.releases_note = muted_label(_release_words(release_address))
        self.open_folder = QPushButton(tr("Open data folder"))
        self.open_folder.setAutoDefault(False)
        self.open_folder.setVisible(data_folder is not None)
        self.open_folder.clicked.connect(partial(_open_folder, data_folder))
        self.finish = _combo(finish_words(games), str(settings.defaults.finish))
        self.condition = _combo(CONDITIONS, str(settings.defaults.condition))
        self.language = _combo(LANGUAGE_NAMES, settings.defaults.language)
        self.patience = NumberField()
        self.patience.setRange(1, round(LONGEST_PATIENCE_S))
        self.patience.setSuffix(" s")
        self.patience.setValue(max(1, round(settings.patience)))
        self.patience.setToolTip(tr("What is known by then is the answer: which cards it may be."))
        self.theme = _combo(_THEMES, str(settings.theme))
        self.speech = _combo({"": tr("As the system")} | dict(NAMES), settings.language)
        self.speech.setToolTip(tr("What the program speaks, from its next start"))
        hint = QLabel(tr("Where the picture doesn't tell, a new card starts as:"))
        hint.setProperty("role", "muted")
        grid = QGridLayout()
        grid.setHorizontalSpacing(2 * STEP)
        grid.setVerticalSpacing(STEP)
        grid.setColumnStretch(1, 1)
        rows = (
            (tr("Finish"), self.finish),
            (tr("Condition"), self.condition),
            (tr("Language"), self.language),
            (tr("Colours"), self.theme),
            (tr("Program’s language (next start)"), self.speech),
            (tr("Read a card for at most"), self.patience),
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
        buttons.addButton(self.open_folder, QDialogButtonBox.ButtonRole.ResetRole)
        layout = lay_out_dialog(self, tr("Settings"), buttons, _SIZE)
        for box in (self.keep, self.offline, self.backups, self.values):
            layout.addWidget(box)
        layout.addWidget(self.values_note)
        layout.addWidget(self.releases)
        layout.addWidget(self.releases_note)
        layout.addSpacing(STEP)
        layout.addLayout(grid)
        layout.addStretch()
        for combo in (self.finish, self.condition, self.language, self.theme, self.speech):
            combo.activated.connect(self._changed)
        self.patience.valueChanged.connect(self._changed)
        for box in (self.keep, self.offline, self.backups, self.values, self.releases):
            box.toggled.connect(self._changed)

    def _changed(self) -> None:
        self._settings = replace(
            self._settings,
            keep_identified=self.keep.isChecked(),
            offline=self.offline.isChecked(),
            backups=self.backups.isChecked(),
            values=self.values.isChecked(),
            # Where nobody can be asked the switch is off, and the choice stays.
            release_notice=self.releases.isChecked()
            if self.releases.isEnabled()
            else self._settings.release_notice,
            defaults=replace(
                self._settings.defaults,
                finish=self.finish.currentData(),
                condition=self.condition.currentData(),
                language=self.language.currentData(),
            ),
            patience=float(self.patience.value()),
            theme=ThemeChoice(self.theme.currentData()),
            language=self.speech.currentData(),
        )
        self.changed.emit(self._settings)


def _release_words(address: str) -> str:
    if not address:
        return tr(
            "This build names no place to ask for them, so nothing is asked. "
            "Whoever packages it can name one; so can you, as “release_address” "
            "in settings.json."
        )
    place = urlsplit(address).hostname or address
    return tr(
        "While this is on, {place} is asked once a day which version is the "
        "newest. Nothing is sent along, not even your version, and nothing "
        "is downloaded or installed.",
        place=place,
    )


def _open_folder(folder: Path | None) -> None:
    if folder is not None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder)))


def _combo(words: Mapping[str, str], chosen: str) -> ChoiceField:
    combo = ChoiceField()
    for key, word in words.items():
        combo.addItem(word, key)
    combo.setCurrentIndex(max(0, combo.findData(chosen)))
    return combo
