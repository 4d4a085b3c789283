"""The user's choices as they are now: whoever needs them asks here, or hears when they change."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, Signal

from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.settings import Settings


class ChosenSettings(QObject):
    """Changed on the GUI thread; `current` may be read from any.

    Args:
        save: keeps changed ones. It runs on the store's lane, which works in order, so that the
            last choice is what stays, and finishes what waits before the window is gone.

    Attributes:
        current: what is chosen now.
    """

    changed = Signal(Settings)

    def __init__(
        self,
        settings: Settings,
        save: Callable[[Settings], None],
        lane: Lane,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.current = settings
        self._save = save
        self._lane = lane

    def change(self, **choices: Any) -> None:
        """Take other choices into use, by the names of `Settings`' fields, and keep them."""
        self.apply(replace(self.current, **choices))

    def apply(self, settings: Settings, then: Callable[[], None] | None = None) -> None:
        """Take changed settings into use and keep them; `then` follows when they are kept."""
        self.current = settings
        self.changed.emit(settings)
        self._lane.run(partial(self._save, settings), (lambda _: then()) if then else None)
