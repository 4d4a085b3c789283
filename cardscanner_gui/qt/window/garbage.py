"""Python's search for unreachable objects, on the one thread on which widgets may end."""

from __future__ import annotations

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY_MS = 250


class GarbageCollection(QObject):
    """Searches between two events, in the thread of the window, instead of anywhere at any time.

    Left to itself Python searches in whichever thread creates objects just then. Where it finds
    widgets that nobody needs any more, they are ended amid whatever the window's thread is doing,
    and Qt crashes if that is going through its list of all widgets.

    Args:
        window: while it is open, only its thread searches.
    """

    def __init__(self, window: QObject) -> None:
        super().__init__(window)
        self._was_on = gc.isenabled()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(self._search)
        self._timer.start(_EVERY_MS)

    def stop(self) -> None:
        """Leave the search to Python again."""
        self._timer.stop()
        if self._was_on:
            gc.enable()

    def _search(self) -> None:
        """Search the oldest generation that is due, by the counts Python itself goes by."""
        due = [
            generation
            for generation, (count, most) in enumerate(
                zip(gc.get_count(), gc.get_threshold(), strict=True)
            )
            if most and count > most
        ]
        if due:
            gc.collect(due[-1])
