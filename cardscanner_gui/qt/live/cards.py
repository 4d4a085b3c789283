"""Each card that is laid down, followed until it is recorded."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from cardscanner_gui.core.live import CardPresented
from cardscanner_gui.core.sessions import Session
from cardscanner_gui.core.types import Printing
from cardscanner_gui.qt.live.pace import CardPace
from cardscanner_gui.qt.live.sounds import Sound
from cardscanner_gui.qt.scan.picture_scans import PictureScans
from cardscanner_gui.qt.scan.state import CardState
from cardscanner_gui.qt.style.marks import Mark


class LiveCards(QObject):
    """Has the scan session record the cards, and tells how each went."""

    newest_changed = Signal(CardState)
    """That of the card that was laid down last, whenever more of it is known."""
    sounded = Signal(Sound)
    """Says how a card went."""
    corrected = Signal(Printing)
    """What the user chose instead of the answer."""
    all_recorded = Signal()
    """Nothing is being read any more."""

    def __init__(self, scans: PictureScans, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._scans = scans
        self._reading: dict[str, list[Callable[[], None]]] = {}
        self._newest: str | None = None
        self._clicked: str | None = None
        self.pace = CardPace()
        scans.card_changed.connect(self._changed)
        scans.cards_dropped.connect(self._dropped)

    @property
    def reading(self) -> bool:
        """A card was laid down that isn't recorded yet."""
        return bool(self._reading)

    def expect(self, event: CardPresented, session: Session) -> None:
        """A new card lies there; its events come under this request id."""
        self._newest = event.request_id
        self._reading[event.request_id] = []
        self._scans.expect(event.request_id, event.source, session)

    def forget(self) -> None:
        """Another source: its cards start anew."""
        self._newest = None
        self.pace.forget()

    def when_recorded(self, action: Callable[[], None]) -> None:
        """Do this once the newest card is recorded; now if it is."""
        if self._newest in self._reading:
            self._reading[self._newest].append(action)
        else:
            action()

    def _changed(self, card: CardState) -> None:
        if card.picture.session is None:
            return
        request_id = card.picture.request_id
        if request_id in self._reading:
            self._follow(request_id, card)
        if request_id == self._newest:
            self.newest_changed.emit(card)
        printing, answer = card.printing, card.recognition
        if card.decided and printing is not None and answer is not None:
            read = answer.match.printing
            if read is None or read.id != printing.id:
                self.corrected.emit(printing)

    def _follow(self, request_id: str, card: CardState) -> None:
        if card.mark is Mark.IDENTIFIED and self._clicked != request_id:
            # With the quick answer: it may be lifted then, whatever is still read or stored.
            self._clicked = request_id
            self.sounded.emit(Sound.CLICK)
        if card.scan is None and not card.picture.message:
            return
        self.pace.note()
        if card.mark is not Mark.IDENTIFIED:
            self.sounded.emit(Sound.ERROR if card.mark is Mark.FAILED else Sound.DOUBT)
        self._ended(request_id)

    def _dropped(self, cards: list[CardState]) -> None:
        for card in cards:
            if card.picture.request_id in self._reading:
                self._ended(card.picture.request_id)

    def _ended(self, request_id: str) -> None:
        for action in self._reading.pop(request_id):
            action()
        if not self._reading:
            self.all_recorded.emit()
