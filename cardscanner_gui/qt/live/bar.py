"""The rows around the live picture: what new cards start as, and how the session is doing."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QHBoxLayout,
    QLabel,
    QLineEdit,
    QPushButton,
    QSizePolicy,
    QWidget,
)

from cardscanner_gui.core.copies import CopyDefaults
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.sessions import Session
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.live.settings import LiveSettings
from cardscanner_gui.qt.live.words import session_line
from cardscanner_gui.qt.style.elided_label import ElidedLabel
from cardscanner_gui.qt.style.fields import ChoiceField
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.theme import STEP
from cardscanner_gui.qt.style.words import CONDITIONS, LANGUAGE_NAMES, finish_words


class DefaultsRow(QWidget):
    """What the cards of a session start as; sticks until it is changed."""

    changed = Signal(object)
    """The new `CopyDefaults`."""
    auto_toggled = Signal(bool)
    sounds_toggled = Signal(bool)

    def __init__(self, games: Games, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.finish = _combo(
            tr("Finish of new cards, where the picture doesn't tell"), finish_words(games)
        )
        self.condition = _combo(tr("Condition of new cards"), CONDITIONS)
        self.language = _combo(
            tr("Language of new cards, where the picture doesn't tell"), LANGUAGE_NAMES
        )
        self.note = QLineEdit()
        self.note.setPlaceholderText(tr("Box or note"))
        self.note.setAccessibleName(tr("Note of new cards"))
        self.note.setToolTip(
            tr("Goes into the note of each new card, such as the box you put it in")
        )
        self.note.setMinimumWidth(88)
        self.auto = QCheckBox(tr("Auto"))
        self.auto.setAccessibleName(tr("Capture cards by itself"))
        self.auto.setToolTip(tr("Read each card as soon as it lies still; without, Space reads it"))
        self.sounds = QCheckBox(tr("Sounds"))
        self.sounds.setToolTip(tr("A click for each card, two tones for a doubt"))
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        words = QLabel(tr("New cards"))
        words.setProperty("role", "muted")
        layout.addWidget(words)
        for combo in (self.finish, self.condition, self.language):
            layout.addWidget(combo, 1)
            combo.activated.connect(self._edited)
        layout.addWidget(self.note, 2)
        layout.addWidget(self.auto)
        layout.addWidget(self.sounds)
        self.note.editingFinished.connect(self._edited)
        self.auto.toggled.connect(self.auto_toggled)
        self.sounds.toggled.connect(self.sounds_toggled)
        self._shown = CopyDefaults()

    def show_settings(self, settings: LiveSettings) -> None:
        """Show what is chosen; tells nobody."""
        self._shown = start = settings.defaults
        for combo, value in (
            (self.finish, start.finish),
            (self.condition, start.condition),
            (self.language, start.language),
        ):
            combo.setCurrentIndex(combo.findData(value))
        if self.note.text() != start.note:
            self.note.setText(start.note)
        for box, checked in ((self.auto, settings.auto_capture), (self.sounds, settings.sounds)):
            box.blockSignals(True)
            box.setChecked(checked)
            box.blockSignals(False)

    def _edited(self) -> None:
        values = CopyDefaults(
            condition=self.condition.currentData(),
            finish=self.finish.currentData(),
            language=self.language.currentData(),
            note=self.note.text().strip(),
        )
        if values != self._shown:
            self._shown = values
            self.changed.emit(values)


class SessionRow(QWidget):
    """The session in one line, and what can be done with it."""

    end = Signal()
    discard = Signal()
    go_on = Signal()

    def __init__(self, icons: IconSet, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.line = ElidedLabel()
        self.line.setAccessibleName(tr("Session"))
        self.line.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self.go_on_button = QPushButton(tr("Go on"))
        self.go_on_button.setToolTip(tr("Go on with this session (Ctrl+L)"))
        self.end_button = QPushButton(tr("End session"))
        self.end_button.setToolTip(tr("Put its cards into the collection (Ctrl+Return)"))
        self.discard_button = QPushButton(tr("Discard"))
        self.discard_button.setToolTip(tr("Keep nothing of this session"))
        icons.give(self.go_on_button, "play")
        icons.give(self.end_button, "keep")
        icons.give(self.discard_button, "delete")
        self.go_on_button.clicked.connect(self.go_on)
        self.end_button.clicked.connect(self.end)
        self.discard_button.clicked.connect(self.discard)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP)
        layout.addWidget(self.line, 1)
        for button in (self.go_on_button, self.end_button, self.discard_button):
            layout.addWidget(button)

    def show_session(self, session: Session, running: bool, per_minute: float | None) -> None:
        """Show how a session is doing."""
        words = session_line(session, per_minute if running else None)
        if not running:
            words += tr(" · not in your collection yet")
        self.line.setText(words)
        self.go_on_button.setVisible(not running)
        self.end_button.setEnabled(session.cards > 0 or running)
        self.discard_button.setEnabled(session.cards > 0)


def _combo(tip: str, words: Mapping[str, str]) -> ChoiceField:
    combo = ChoiceField()
    combo.setToolTip(tip)
    combo.setAccessibleName(tip)
    combo.setSizeAdjustPolicy(ChoiceField.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
    combo.setMinimumContentsLength(6)
    for key, word in words.items():
        combo.addItem(word, key)
    return combo
