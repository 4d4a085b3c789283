"""What became of the shown cards in the store."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, Signal

from cardscanner_gui.core.collection import Change, ChangeKind, Decision
from cardscanner_gui.core.types import ScanResult, Status
from cardscanner_gui.qt.scan.kept_cards import KeptCards
from cardscanner_gui.qt.scan.state import CardState, PictureState
from cardscanner_gui.qt.store.async_store import AsyncStore, Recorded
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.style.marks import Mark, mark_of


class StoredCards(QObject):
    """Records the cards of pictures, and keeps what is shown of them in step with the store."""

    changed = Signal(CardState)
    repeated = Signal(PictureState)
    """It was counted before, as another file, and nothing of it was recorded."""

    def __init__(
        self, store: AsyncStore, settings: ChosenSettings, cards: KeptCards, parent: QObject
    ) -> None:
        super().__init__(parent)
        self._store = store
        self._settings = settings
        self._cards = cards
        store.changed.connect(self._store_changed)

    def record(
        self,
        picture: PictureState,
        result: ScanResult,
        told: Callable[[int], None] | None = None,
    ) -> None:
        """Record the cards of a picture; `told` is handed the first one's id."""

        def then(recorded: list[Recorded]) -> None:
            self._recorded(picture, recorded)
            if told is not None and recorded:
                told(recorded[0].scan.id)

        self._store.record(
            result,
            time.time(),
            self._settings.current,
            then,
            picture.session,
            picture.content,
            once=picture.once,
        )

    def recorded_by_batch(self, picture: PictureState, scan_ids: Sequence[int]) -> None:
        """A batch has recorded the cards of a picture, as these scans."""
        self._store.read(
            partial(self._store.scans_as_stored, scan_ids), partial(self._recorded, picture)
        )

    def refresh(self, card: CardState) -> None:
        """Read a card's scan and entry anew."""
        if card.scan is not None:
            self._store.read(
                partial(self._store.scan_as_stored, card.scan.id), partial(self._refreshed, card)
            )

    def _recorded(self, picture: PictureState, recorded: list[Recorded]) -> None:
        if not recorded:
            self.repeated.emit(picture)
            return
        for card, stored in zip(picture.cards, recorded, strict=True):
            card.scan, card.entry = stored.scan, stored.entry
            if card.recognition is not None:
                # The photo is in the store now; 200 of them would be 250 MB.
                card.recognition = replace(card.recognition, photo=None)
            self.changed.emit(card)

    def _store_changed(self, change: Change) -> None:
        """Somebody kept, rejected, edited, deleted or undid: the shown cards say so."""
        for card in self._cards.all:
            if card.scan is None:
                continue
            scans = change.kind is ChangeKind.SCANS
            if (card.scan.id if scans else card.scan.entry_id) in change.ids:
                self.refresh(card)

    def _refreshed(self, card: CardState, stored: Recorded | None) -> None:
        if stored is None or (stored.scan, stored.entry) == (card.scan, card.entry):
            return
        card.scan, card.entry = stored.scan, stored.entry
        if card.scan.decision is Decision.REJECTED:
            card.mark = Mark.REJECTED
        elif card.entry is not None:
            card.mark = Mark.IDENTIFIED
        else:
            card.mark = mark_of(Status(card.scan.status))
        self.changed.emit(card)
