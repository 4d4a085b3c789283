"""The scans of this session: from dropped files through recognition to the store."""

from __future__ import annotations

import time
import uuid
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from cardscanner_gui.core import events
from cardscanner_gui.core.batches import Batch, BatchState
from cardscanner_gui.core.collection import Change, ChangeKind, Decision
from cardscanner_gui.core.scheduler import Priority, Scheduler
from cardscanner_gui.core.sessions import Session
from cardscanner_gui.core.types import Recognition, ScanResult, Status
from cardscanner_gui.qt.scan.collector import Collector
from cardscanner_gui.qt.scan.state import CardState, PictureState
from cardscanner_gui.qt.store.async_store import AsyncStore, Recorded
from cardscanner_gui.qt.store.batch_queue import BatchQueue
from cardscanner_gui.qt.store.inference_thread import InferenceThread
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.qt.style.images import THUMBNAIL_SIDE, reduced
from cardscanner_gui.qt.style.marks import Mark, mark_of
from cardscanner_gui.settings import Settings

KEPT_CARDS = 200
"""Cards the strip keeps; older ones are in the collection, in review, or in the activity log."""
_OPEN = (BatchState.QUEUED, BatchState.RUNNING)


class PictureScans(QObject):
    """Submits pictures, follows their events, records what came out. Lives on the GUI thread."""

    picture_started = Signal(object)
    picture_changed = Signal(object)
    """The set of cards of a `PictureState` changed, or it ended without any."""
    card_changed = Signal(object)
    cards_dropped = Signal(list)
    """`CardState`s that are forgotten, because they are too many or turned out to be none."""
    progress_changed = Signal()
    picture_failed = Signal(str)
    """One line for the user."""
    drained = Signal()
    """Everything that was asked for is done."""
    preview_ready = Signal(str, QImage)

    def __init__(
        self,
        scheduler: Scheduler,
        inference: InferenceThread,
        store: AsyncStore,
        batches: BatchQueue,
        lane: Lane,
        settings: Settings,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._scheduler = scheduler
        self._inference = inference
        self._store = store
        self._queue = batches
        self._lane = lane
        self.settings = settings
        self._waiting: dict[str, str] = {}
        self._live: dict[str, tuple[str, Session]] = {}
        self._from_batch: dict[str, str] = {}
        self._to_record: dict[str, PictureState] = {}
        self._batches: dict[int, Batch] = {}
        self._pictures: dict[str, PictureState] = {}
        self._cards: list[CardState] = []
        self._collector = Collector(batches, lane, self)
        self._total = 0
        self._done = 0
        self.cards_this_session = 0
        self.failures: list[str] = []
        inference.reports.reported.connect(self._handle, Qt.ConnectionType.QueuedConnection)
        inference.reports.picture.connect(self.preview_ready, Qt.ConnectionType.QueuedConnection)
        self._collector.pictures.connect(self._submit)
        self._collector.batch.connect(self._follow)
        self._collector.failed.connect(self.picture_failed)
        self._collector.changed.connect(self._collecting_changed)
        batches.reported.connect(self._handle_batch, Qt.ConnectionType.QueuedConnection)
        batches.picture.connect(self.preview_ready, Qt.ConnectionType.QueuedConnection)
        batches.recorded.connect(self._batch_recorded, Qt.ConnectionType.QueuedConnection)
        batches.progress.connect(self._batches_changed)
        store.changed.connect(self._store_changed)

    @property
    def busy(self) -> bool:
        return bool(self._waiting or self._collector.busy or self.open_batches)

    @property
    def reading(self) -> bool:
        """A picture was begun and hasn't ended; a stopped batch's last one may take a moment."""
        return bool(self._pictures)

    @property
    def batches(self) -> Sequence[Batch]:
        """Those that this session has seen at work."""
        return list(self._batches.values())

    @property
    def open_batches(self) -> Sequence[Batch]:
        """Those that are worked on, or wait for that."""
        return [batch for batch in self._batches.values() if batch.state in _OPEN]

    @property
    def total(self) -> int:
        """Pictures that were asked for since there was nothing to do."""
        return self._total + sum(batch.total for batch in self._counted)

    @property
    def done(self) -> int:
        """How many of them have ended."""
        return self._done + sum(batch.total - batch.waiting for batch in self._counted)

    @property
    def _counted(self) -> Sequence[Batch]:
        return [b for b in self._batches.values() if b.state is not BatchState.PAUSED]

    @property
    def cards(self) -> Sequence[CardState]:
        """Oldest first; at most `KEPT_CARDS`."""
        return self._cards

    def add(self, paths: Iterable[str | Path]) -> None:
        """Scan files, folders with everything in them, and patterns; returns at once."""
        self._start_afresh()
        self._collector.start([Path(p) for p in paths])

    def expect(self, request_id: str, source: str, session: Session | None = None) -> None:
        """Follow a request that somebody else submits: its events are handled like a file's.

        With a session of live scanning the card is recorded into that, and isn't counted as a file.
        """
        if session is not None:
            self._live[request_id] = source, session
            return
        self._start_afresh()
        self._waiting[request_id] = source
        self._total += 1
        self.progress_changed.emit()

    def _start_afresh(self) -> None:
        """Count from here, if nothing is being done."""
        if not self.busy:
            self._total = self._done = 0
            self._batches = {
                batch.id: batch
                for batch in self._batches.values()
                if batch.state is BatchState.PAUSED  # the menu offers to go on with it
            }
            self.failures = []

    def cancel(self) -> None:
        """Stop everything that runs or waits, batches too. What was recorded stays."""
        for batch in self.open_batches:
            self._queue.ask("cancel", batch.id)
        self.cancel_files()

    def cancel_files(self) -> None:
        """Stop what would not go on at the next start: all but batches."""
        self._collector.cancel()
        # Waiting jobs end here, silently: 10,000 of them would be 10,000 events.
        running = set(self._pictures) & set(self._waiting)
        for request_id in list(self._waiting):
            if request_id not in running:
                del self._waiting[request_id]
        self._total = self._done + len(self._waiting)
        self._scheduler.cancel_all()
        for request_id in running:
            self._end_cancelled(request_id)
        self._step(0)

    def _submit(self, paths: list[Path]) -> None:
        for position, path in enumerate(paths):
            request_id = uuid.uuid4().hex
            # The first one is what the user looks at now; it overtakes the rest and all batches.
            priority = Priority.BATCH if position else Priority.QUICK
            self._waiting[request_id] = str(path)
            self._total += 1
            self._inference.submit(path, request_id, priority)
        self.progress_changed.emit()

    def _follow(self, batch: Batch) -> None:
        self._batches.setdefault(batch.id, batch)

    def _batches_changed(self, batches: Sequence[Batch]) -> None:
        was_busy = self.busy
        if not was_busy and any(batch.state in _OPEN for batch in batches):
            self._start_afresh()
        for batch in batches:
            self._batches[batch.id] = batch
        self.progress_changed.emit()
        if was_busy and not self.busy:
            self.drained.emit()

    def _handle_batch(self, event: events.RecognitionEvent) -> None:
        if isinstance(event, events.Started):
            self._from_batch[event.request_id] = event.source
        self._handle(event)

    def _batch_recorded(self, request_id: str, change: Change) -> None:
        picture = self._to_record.pop(request_id, None)
        if picture is not None:
            self._store.read(
                partial(self._store.scans_as_stored, change.ids), partial(self._recorded, picture)
            )
        self._store.tell(change)

    def _collecting_changed(self) -> None:
        self.progress_changed.emit()
        if not self.busy:
            self.drained.emit()

    def _handle(self, event: events.RecognitionEvent) -> None:
        known = (self._waiting, self._live, self._from_batch)
        if not any(event.request_id in requests for requests in known):
            return  # cancelled meanwhile
        if isinstance(event, events.Started):
            self._start(event)
            return
        picture = self._pictures.get(event.request_id)
        if picture is None:
            picture = self._start(events.Started(event.request_id, self._source(event.request_id)))
        if isinstance(event, events.CardsFound):
            picture.size = (event.width, event.height)
            self._replace_cards(picture, lambda: picture.show_corners(event.corners))
        elif isinstance(event, events.QuickResult):
            self._quick(picture, event)
        elif isinstance(event, events.FieldResult):
            for card in picture.cards:
                if card.index == event.index:
                    card.details[event.name] = event.field
                    self.card_changed.emit(card)
        elif isinstance(event, events.Finished):
            self._finish(picture, event.result)
        elif isinstance(event, events.Failed):
            self._fail(picture, event.message)
        elif isinstance(event, events.Cancelled):
            step = event.request_id in self._waiting
            self._end_cancelled(event.request_id)
            if step:
                self._step(1)

    def _source(self, request_id: str) -> str:
        live = self._live.get(request_id)
        if live is not None:
            return live[0]
        return self._waiting.get(request_id) or self._from_batch[request_id]

    def _start(self, event: events.Started) -> PictureState:
        """A new picture, or one that was pre-empted and starts over."""
        picture = self._pictures.get(event.request_id)
        if picture is None:
            picture = PictureState(event.request_id, self._source(event.request_id))
            if event.request_id in self._live:
                picture.session = self._live[event.request_id][1]
            picture.cards = [CardState(picture, 0)]
            self._pictures[event.request_id] = picture
            self._keep(picture.cards)
            self.picture_started.emit(picture)
        return picture

    def _replace_cards(self, picture: PictureState, change: Callable[[], None]) -> None:
        old = picture.cards
        change()
        place = self._cards.index(old[0]) if old and old[0] in self._cards else len(self._cards)
        self._cards = [card for card in self._cards if card not in old]
        self._cards[place:place] = picture.cards
        self.picture_changed.emit(picture)

    def _keep(self, cards: Sequence[CardState]) -> None:
        self._cards.extend(cards)
        too_many = len(self._cards) - KEPT_CARDS
        if too_many > 0:
            dropped, self._cards = self._cards[:too_many], self._cards[too_many:]
            self.cards_dropped.emit(dropped)

    def _quick(self, picture: PictureState, event: events.QuickResult) -> None:
        for card in picture.cards:
            if card.index == event.index:
                self._show(card, event.recognition)

    def _show(self, card: CardState, recognition: Recognition) -> None:
        card.recognition = recognition
        card.mark = mark_of(recognition.match.status)
        card.reason = recognition.match.reason
        if card.corners is None:
            card.corners = recognition.corners
        if recognition.photo is not None and card.thumbnail.isNull():
            self._lane.run(
                partial(reduced, recognition.photo, THUMBNAIL_SIDE), partial(self._thumbnail, card)
            )
        self.card_changed.emit(card)

    def _thumbnail(self, card: CardState, image: QImage) -> None:
        card.thumbnail = image
        self.card_changed.emit(card)

    def _finish(self, picture: PictureState, result: ScanResult) -> None:
        if result.error is not None:
            self._fail(picture, result.error)
            return
        picture.size = (result.width, result.height)
        if not result.cards:
            picture.message = "No card found in this picture"
            self._replace_cards(picture, lambda: picture.show_corners(()))
            only = picture.cards[0]
            only.mark, only.reason = Mark.UNREADABLE, picture.message
            self.card_changed.emit(only)
        else:
            self.cards_this_session += len(result.cards)
            self._replace_cards(picture, lambda: picture.settle(result.cards))
            for card, recognition in zip(picture.cards, result.cards, strict=True):
                self._show(card, recognition)
            if picture.request_id in self._from_batch:
                self._to_record[picture.request_id] = picture  # the batch has done it
            else:
                self._store.record(
                    result,
                    time.time(),
                    self.settings,
                    partial(self._recorded, picture),
                    picture.session,
                )
        self._end(picture.request_id)

    def _recorded(self, picture: PictureState, recorded: list[Recorded]) -> None:
        for card, stored in zip(picture.cards, recorded, strict=True):
            card.scan, card.entry = stored.scan, stored.entry
            if card.recognition is not None:
                # The photo is in the store now; 200 of them would be 250 MB.
                card.recognition = replace(card.recognition, photo=None)
            self.card_changed.emit(card)

    def _fail(self, picture: PictureState, message: str) -> None:
        picture.message = message
        if picture.session is None:
            self.failures.append(message)
        self._replace_cards(picture, lambda: picture.show_corners(()))
        only = picture.cards[0]
        only.mark, only.reason = Mark.FAILED, message
        self.card_changed.emit(only)
        self.picture_failed.emit(message)
        self._end(picture.request_id)

    def _end_cancelled(self, request_id: str) -> None:
        self._waiting.pop(request_id, None)
        self._live.pop(request_id, None)
        self._from_batch.pop(request_id, None)
        picture = self._pictures.pop(request_id, None)
        if picture is not None:
            self._cards = [card for card in self._cards if card not in picture.cards]
            self.cards_dropped.emit(picture.cards)

    def _end(self, request_id: str) -> None:
        is_file = self._waiting.pop(request_id, None) is not None
        self._live.pop(request_id, None)
        self._from_batch.pop(request_id, None)
        picture = self._pictures.pop(request_id, None)
        if picture is not None:
            picture.opening = False
        if is_file:
            self._step(1)

    def _step(self, pictures: int) -> None:
        self._done = min(self._total, self._done + pictures)
        self.progress_changed.emit()
        if not self.busy:
            self.drained.emit()

    def _store_changed(self, change: Change) -> None:
        """Somebody kept, rejected, edited, deleted or undid: the shown cards say so."""
        scans = change.kind is ChangeKind.SCANS
        for card in self._cards:
            if scans:
                concerned = card.scan is not None and card.scan.id in change.ids
            else:
                concerned = card.scan is not None and card.scan.entry_id in change.ids
            if concerned:
                self.refresh(card)

    def refresh(self, card: CardState) -> None:
        """Read a card's scan and entry anew."""
        if card.scan is not None:
            self._store.read(
                partial(self._store.scan_as_stored, card.scan.id), partial(self._refreshed, card)
            )

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
        self.card_changed.emit(card)
