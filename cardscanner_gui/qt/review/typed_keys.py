"""What is typed on the review page: one key by itself is a command, more of them are a search."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

PAUSE_MS = 500
"""A command key waits so long for what might follow: `X` rejects, `XY 12` is a search."""

_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
_PLAIN_PAD = Qt.KeyboardModifier.KeypadModifier


@dataclass(frozen=True)
class KeyCommand:
    """What a key does by itself.

    Attributes:
        at_once: it harms nothing, so it need not wait for what follows.
    """

    run: Callable[[], object]
    at_once: bool = False


class TypedKeys(QObject):
    """Tells commands from the beginning of a search, wherever on the page the focus is.

    Letters and digits go to the search field, but for a command key with nothing before or after
    it. While the field holds text there are no commands. Nothing that is typed is ever both.

    Args:
        field: where a search goes.
        commands: by key, in lower case.
        page: keys that none of its fields took are looked at.
        fields: of the page, which would choose something by letters; theirs are looked at too.
    """

    def __init__(
        self,
        field: QLineEdit,
        commands: Mapping[str, KeyCommand],
        page: QWidget,
        fields: tuple[QWidget, ...] = (),
    ) -> None:
        super().__init__(page)
        self._field = field
        self._commands = commands
        self._held = ""
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self.settle)
        for watched in (page, *fields):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and self._is_typing(event):
            if event.type() is QEvent.Type.ShortcutOverride:
                event.accept()  # no shortcut takes it; it comes again as a key press
                return True
            if event.type() is QEvent.Type.KeyPress:
                self.take(event.text())
                return True
        return super().eventFilter(watched, event)

    def take(self, text: str) -> None:
        """A key was pressed that writes this."""
        command = self._commands.get(text.lower())
        if self._held or self._field.text() or command is None:
            self._search(self._held + text)
            return
        self._held = text
        self._pause.start()
        if command.at_once:
            command.run()

    def settle(self) -> bool:
        """Nothing more comes: do what the key that waits says; whether that did something."""
        command = self._commands.get(self._held.lower()) if self._held else None
        self.forget()
        if command is None or command.at_once or self._field.text():
            return False
        command.run()
        return True

    def forget(self) -> None:
        """The key that waits no longer counts, since another card is shown."""
        self._held = ""
        self._pause.stop()

    def _is_typing(self, event: QKeyEvent) -> bool:
        text = event.text()
        plain = event.modifiers() & ~_PLAIN_PAD in _PLAIN
        # A space presses buttons; only between words it belongs to a search.
        return plain and len(text) == 1 and text.isprintable() and (text != " " or bool(self._held))

    def _search(self, text: str) -> None:
        self.forget()
        self._field.setFocus()
        self._field.setText(self._field.text() + text)
