"""What is said about live scanning: a card was taken back, a session has ended."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject

from cardscanner_gui.core.collection import Change
from cardscanner_gui.core.sessions import Session
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.frame.notice import Notice
from cardscanner_gui.qt.live.session import LiveSession
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.style.words import count


class LiveNotices(QObject):
    """Tells what became of sessions, and offers to take it back."""

    def __init__(
        self, sessions: LiveSession, store: AsyncStore, notice: Notice, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._notice = notice
        sessions.taken_back.connect(self._taken_back)
        sessions.ended.connect(self._ended)
        sessions.discarded.connect(self._discarded)

    def _taken_back(self, change: Change) -> None:
        self._tell(tr("Took the last card back"), change)

    def _ended(self, change: Change, session: Session) -> None:
        if not change.ids:
            return  # without cards there is nothing to tell
        words = tr("Kept {cards} of this session", cards=count(session.copies, "card"))
        if session.unsure:
            words += tr("; {unsure:,} to review", unsure=session.unsure)
        self._tell(words, change, Mark.IDENTIFIED)

    def _discarded(self, change: Change, session: Session) -> None:
        self._tell(
            tr("Discarded the session with {cards}", cards=count(session.cards, "card")), change
        )

    def _tell(self, words: str, change: Change, mark: Mark | None = None) -> None:
        undo = partial(self._store.undo_only, change)
        self._notice.tell(words, action=tr("Undo"), then=undo, mark=mark)
