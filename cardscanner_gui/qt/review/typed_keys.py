"""What is typed on the review page: some keys by themselves are commands, the rest is a search."""

from __future__ import annotations

from collections.abc import Callable, Container, Mapping
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QObject, Qt, QTimer
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QLineEdit, QWidget

PAUSE_MS = 500
"""What follows a command key so soon belongs to it: `1` marks the first, `12 VDN` is a search."""

_PLAIN = (Qt.KeyboardModifier.NoModifier, Qt.KeyboardModifier.ShiftModifier)
_PLAIN_PAD = Qt.KeyboardModifier.KeypadModifier


def _nothing() -> None:
    """There is nothing to take back."""


@dataclass(frozen=True)
class KeyCommand:
    """What a key does by itself, at once; nothing that changes what is stored.

    Attributes:
        back: takes that back, because the key turned out to begin a search.
    """

    run: Callable[[], object]
    back: Callable[[], object] = _nothing


class TypedKeys(QObject):
    """Tells commands from the beginning of a search, wherever in the window the focus is.

    Letters and digits go to the search field, but for a command key with nothing before or after
    it. While the field holds text there are no commands. Nothing that is typed is ever both, and
    no pause between two keys decides what becomes of a card.

    Args:
        field: where a search goes.
        commands: by key, in lower case.
        page: keys that none of its fields took are looked at.
        letters: that are a command once Enter follows; what was marked before stays so.
        fields: of the page, which would choose something by letters; theirs are looked at too.
    """

    def __init__(
        self,
        field: QLineEdit,
        commands: Mapping[str, KeyCommand],
        page: QWidget,
        letters: Container[str] = (),
        fields: tuple[QWidget, ...] = (),
    ) -> None:
        super().__init__(page)
        self._page = page
        self._field = field
        self._commands = commands
        self._letters = letters
        self._held = ""
        self._done: list[KeyCommand] = []
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(PAUSE_MS)
        self._pause.timeout.connect(self._let_go)
        for watched in (page, *fields):
            watched.installEventFilter(self)

    def watch_window(self) -> None:
        """Look at the keys that nobody else in the page's window took; once it has one."""
        self._page.window().installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QKeyEvent) and self._page.isVisible() and self._is_typing(event):
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
            alone = not self._held and not self._field.text() and text.lower() in self._letters
            self._search(self._held + text, begun=not alone)
            return
        self._held = text
        self._pause.start()
        self._done.append(command)
        command.run()

    def forget(self) -> None:
        """Another card is shown: what the keys did to the last one stays."""
        self._let_go()
        self._done.clear()

    def _let_go(self) -> None:
        self._held = ""
        self._pause.stop()

    def _is_typing(self, event: QKeyEvent) -> bool:
        text = event.text()
        plain = event.modifiers() & ~_PLAIN_PAD in _PLAIN
        # A space presses buttons; only between words it belongs to a search.
        return plain and len(text) == 1 and text.isprintable() and (text != " " or bool(self._held))

    def _search(self, text: str, *, begun: bool = True) -> None:
        self._let_go()
        for command in reversed(self._done) if begun else ():
            command.back()
        self._done.clear()
        self._field.setFocus()
        self._field.setText(self._field.text() + text)
