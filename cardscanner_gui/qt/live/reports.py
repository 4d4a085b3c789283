"""What a live scanner reports on its own threads, handed over to the GUI thread."""

from __future__ import annotations

import threading

from PySide6.QtCore import QObject, Qt, Signal

from cardscanner_gui.core.live import (
    CardPresented,
    DeskChanged,
    LiveEvent,
    NothingSeen,
    SourceChanged,
)


class LiveReports(QObject):
    """Signals for what must not be missed; one slot, where the newest wins, for the rest."""

    source_changed = Signal(SourceChanged)
    card_presented = Signal(CardPresented)
    nothing_seen = Signal()
    _happened = Signal(LiveEvent)

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._lock = threading.Lock()
        self._state: DeskChanged | None = None
        self._happened.connect(self._deliver, Qt.ConnectionType.QueuedConnection)

    def hear(self, event: LiveEvent) -> None:
        """Take an event; any thread may call this."""
        if isinstance(event, DeskChanged):
            with self._lock:
                self._state = event
        else:
            self._happened.emit(event)

    def state(self) -> DeskChanged | None:
        """The newest state of the desk; None before the first frame."""
        with self._lock:
            return self._state

    def forget_state(self) -> None:
        """Another source: what lay under the one before says nothing."""
        with self._lock:
            self._state = None

    def _deliver(self, event: LiveEvent) -> None:
        if isinstance(event, SourceChanged):
            self.source_changed.emit(event)
        elif isinstance(event, CardPresented):
            self.card_presented.emit(event)
        elif isinstance(event, NothingSeen):
            self.nothing_seen.emit()
