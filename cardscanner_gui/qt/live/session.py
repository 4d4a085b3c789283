"""The session that live scanning fills, in step with the store."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cardscanner_gui.core.collection import Change
from cardscanner_gui.core.copies import CopyDefaults
from cardscanner_gui.core.sessions import Session
from cardscanner_gui.qt.live.settings import LiveSettings
from cardscanner_gui.qt.store.async_store import AsyncStore

if TYPE_CHECKING:
    from cardscanner_gui.store.sessions import Sessions


class LiveSession(QObject):
    """Opens, counts and finishes sessions. Reads and writes happen on the store's lane, in order.

    Attributes:
        current: the unfinished session with its counts, None when there is none.
    """

    changed = Signal()
    taken_back = Signal(Change)
    """What did it."""
    ended = Signal(Change, Session)
    discarded = Signal(Change, Session)
    """What did it, and the session as it was."""

    def __init__(
        self, sessions: Sessions, store: AsyncStore, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._sessions = sessions
        self._store = store
        self.current: Session | None = None
        store.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Ask the store; at the start that finds what the last run left behind."""
        self._store.read(self._sessions.unfinished, self._show)

    def open(self, settings: LiveSettings, then: Callable[[], None]) -> None:
        """Go on with the unfinished session, or start one."""

        def opened(session: Session) -> None:
            self._show(session)
            then()

        self._store.read(partial(self._open, settings), opened)

    def _open(self, settings: LiveSettings) -> Session:
        found = self._sessions.unfinished()
        if found is None:
            return self._sessions.start(settings.label, settings.defaults)
        self._sessions.resume(found.id)
        return self._sessions.set_defaults(found.id, settings.defaults)

    def pause(self) -> None:
        self._with_id(lambda i: self._store.read(partial(self._sessions.pause, i), self._show))

    def resume(self) -> None:
        self._with_id(lambda i: self._store.read(partial(self._sessions.resume, i), self._show))

    def set_defaults(self, defaults: CopyDefaults) -> None:
        """What cards start as from the next one on."""
        if self.current is not None:
            self.current = replace(self.current, defaults=defaults)
            change = partial(self._sessions.set_defaults, self.current.id, defaults)
            self._store.read(change, self._show)

    def take_back(self) -> None:
        """Take back the last card."""
        self._with_id(lambda i: self._store.take_back_last(i, self.taken_back.emit))

    def count_another(self) -> None:
        """Count another copy of the last card."""
        self._with_id(self._store.count_another)

    def next_finish(self) -> None:
        """Give the last card the next of its finishes."""
        self._with_id(self._store.next_finish)

    def end(self) -> None:
        """Put its cards into the collection."""
        self._finish(self._store.end_session, self.ended.emit)

    def discard(self) -> None:
        """Keep nothing of it."""
        self._finish(self._store.discard_session, self.discarded.emit)

    def _finish(
        self,
        action: Callable[[int, Callable[[Change], None]], None],
        then: Callable[[Change, Session], None],
    ) -> None:
        def counted(session: Session | None) -> None:
            """The counts are read before it is over."""
            if session is not None:
                action(session.id, lambda change: then(change, session))

        self._with_id(lambda i: self._store.read(partial(self._sessions.get, i), counted))

    def _with_id(self, action: Callable[[int], None]) -> None:
        if self.current is not None:
            action(self.current.id)

    def _show(self, session: Session | None) -> None:
        if session is not None and not session.unfinished:
            session = None
        if session != self.current:
            self.current = session
            self.changed.emit()
