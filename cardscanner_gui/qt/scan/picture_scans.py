"""The scans of this session: from dropped files through recognition to the store."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Iterable, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QImage

from cardscanner_gui.core import events
from cardscanner_gui.core.batches import Batch
from cardscanner_gui.core.collection import Change
from cardscanner_gui.core.scheduler import Priority, Scheduler
from cardscanner_gui.core.sessions import Session
from cardscanner_gui.core.types import Match, Reading, Recognition, ScanResult, Status
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.scan.collector import Collector, FoundPicture
from cardscanner_gui.qt.scan.followed_batches import FollowedBatches, any_open
from cardscanner_gui.qt.scan.kept_cards import KeptCards
from cardscanner_gui.qt.scan.requests import Origin, PictureRequest, PictureRequests
from cardscanner_gui.qt.scan.state import CardState, PictureState
from cardscanner_gui.qt.scan.stored_cards import StoredCards
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.store.batch_queue import BatchQueue
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.store.inference_thread import InferenceThread
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.qt.style.images import THUMBNAIL_SIDE, reduced
from cardscanner_gui.qt.style.marks import Mark, mark_of
from cardscanner_gui.store.scans import ScanLog

BY_HAND = "by hand"
"""The reader of a card that no network found."""


class PictureScans(QObject):
    """Submits pictures, follows their events, records what came out. Lives on the GUI thread."""

    picture_started = Signal(PictureState)
    picture_changed = Signal(PictureState)
    """Its set of cards changed, or it ended without any."""
    card_changed = Signal(CardState)
    cards_dropped = Signal(list)
    """`CardState`s that are forgotten, because they are too many or turned out to be none."""
    progress_changed = Signal()
    picture_failed = Signal(str)
    """One line for the user."""
    drained = Signal()
    """Everything that was asked for is done."""
    preview_ready = Signal(str, QImage)
    pictures_repeated = Signal(list)
    """All paths since there was nothing to do that were counted before, and are skipped."""

    def __init__(
        self,
        scheduler: Scheduler,
        inference: InferenceThread,
        store: AsyncStore,
        queue: BatchQueue,
        lane: Lane,
        settings: ChosenSettings,
        scans: ScanLog,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._scheduler = scheduler
        self._inference = inference
        self._store = store
        self._queue = queue
        self._lane = lane
        self._requests = PictureRequests()
        self._batches = FollowedBatches()
        self._cards = KeptCards()
        self._stored = StoredCards(store, settings, self._cards, self)
        self._collector = Collector(queue, lane, scans, self)
        self._total = 0
        self._done = 0
        self.cards_this_session = 0
        self.failures: list[str] = []
        self._skipped: list[Path] = []
        self._follow: dict[type[events.RecognitionEvent], Callable[[PictureState, Any], None]] = {
            events.CardsFound: self._found,
            events.QuickResult: self._quick,
            events.FieldResult: self._detail,
            events.Finished: self._finish,
            events.Failed: self._failed,
            events.Cancelled: self._cancelled,
        }
        self._connect()

    def _connect(self) -> None:
        queued = Qt.ConnectionType.QueuedConnection
        self._inference.reports.reported.connect(self._handle, queued)
        self._inference.reports.picture.connect(self.preview_ready, queued)
        self._collector.pictures.connect(self._submit)
        self._collector.repeated.connect(self._skip)
        self._collector.batch.connect(self._batches.follow)
        self._collector.failed.connect(self.picture_failed)
        self._collector.changed.connect(self._collecting_changed)
        self._queue.reported.connect(self._handle_batch, queued)
        self._queue.picture.connect(self.preview_ready, queued)
        self._queue.recorded.connect(self._batch_recorded, queued)
        self._queue.progress.connect(self._batches_changed)
        self._stored.changed.connect(self.card_changed)
        self._stored.repeated.connect(self._repeated)

    @property
    def busy(self) -> bool:
        return bool(self._requests.files or self._collector.busy or self._batches.open)

    @property
    def reading(self) -> bool:
        """A picture was begun and hasn't ended; a stopped batch's last one may take a moment."""
        return self._requests.reading

    @property
    def batches(self) -> Sequence[Batch]:
        """Those that this session has seen at work."""
        return self._batches.all

    @property
    def open_batches(self) -> Sequence[Batch]:
        """Those that are worked on, or wait for that."""
        return self._batches.open

    @property
    def total(self) -> int:
        """Pictures that were asked for since there was nothing to do."""
        return self._total + self._batches.total

    @property
    def done(self) -> int:
        """How many of them have ended."""
        return self._done + self._batches.done

    @property
    def cards(self) -> Sequence[CardState]:
        """Oldest first; only the newest are kept."""
        return self._cards.all

    @property
    def unread(self) -> Sequence[str]:
        """Paths of small drops that have no answer yet; a batch keeps its own."""
        return self._requests.unread

    def add(self, paths: Iterable[str | Path], *, again: bool = False) -> None:
        """Scan files, folders with everything in them, and patterns; returns at once.

        What was counted before is skipped, unless it is to be counted again.
        """
        self._start_afresh()
        self._collector.start([Path(p) for p in paths], again=again)

    def expect(self, request_id: str, source: str, session: Session) -> None:
        """Follow a card under a camera, which somebody else submits.

        It is recorded into the session of live scanning, and isn't counted as a file.
        """
        self._requests.expect(PictureRequest(request_id, source, Origin.LIVE, session))

    def cancel(self) -> None:
        """Stop everything that runs or waits, batches too. What was recorded stays."""
        for batch in self.open_batches:
            self._queue.ask("cancel", batch.id)
        self.cancel_files()

    def cancel_files(self) -> None:
        """Stop what would not go on at the next start: all but batches."""
        self._collector.cancel()
        # Waiting jobs end here, silently: 10,000 of them would be 10,000 events.
        begun = self._requests.drop_waiting_files()
        self._total = self._done + len(begun)
        self._scheduler.cancel_all()
        for request in begun:
            self._forget(request.id)
        self._step(0)

    def refresh(self, card: CardState) -> None:
        """Read a card's scan and entry anew."""
        self._stored.refresh(card)

    def record_by_hand(self, card: CardState, then: Callable[[int], None]) -> None:
        """Record the card of a picture in which none was found, for the user to name.

        Args:
            card: stands for the picture.
            then: is handed the id of its scan.
        """
        picture = card.picture
        match = Match(Status.UNREADABLE, card.reason)
        only = Recognition(match, Reading(BY_HAND))
        width, height = picture.size or (0, 0)
        result = ScanResult(picture.source, width, height, cards=(only,))
        self._stored.record(picture, result, then)

    def _start_afresh(self) -> None:
        """Count from here, if nothing is being done."""
        if not self.busy:
            self._total = self._done = 0
            self._batches.start_afresh()
            self.failures = []
            self._skipped = []

    def _submit(self, found: list[FoundPicture]) -> None:
        for position, one in enumerate(found):
            path = one.path
            request_id = uuid.uuid4().hex
            # The first one is what the user looks at now; it overtakes the rest and all batches.
            priority = Priority.BATCH if position else Priority.QUICK
            self._requests.expect(
                PictureRequest(
                    request_id, str(path), Origin.FILE, content=one.content, once=not one.again
                )
            )
            self._total += 1
            self._inference.submit(path, request_id, priority)
        self.progress_changed.emit()

    def _batches_changed(self, batches: Sequence[Batch]) -> None:
        was_busy = self.busy
        if not was_busy and any_open(batches):
            self._start_afresh()
        self._batches.update(batches)
        self.progress_changed.emit()
        if was_busy and not self.busy:
            self.drained.emit()

    def _collecting_changed(self) -> None:
        self.progress_changed.emit()
        if not self.busy:
            self.drained.emit()

    def _handle_batch(self, event: events.RecognitionEvent) -> None:
        if isinstance(event, events.Started) and self._requests.open(event.request_id) is None:
            self._requests.expect(PictureRequest(event.request_id, event.source, Origin.BATCH))
        self._handle(event)

    def _batch_recorded(self, request_id: str, change: Change) -> None:
        request = self._requests.end(request_id)
        if request is not None and request.picture is not None:
            self._stored.recorded_by_batch(request.picture, change.ids)
        self._store.tell(change)

    def _handle(self, event: events.RecognitionEvent) -> None:
        request = self._requests.open(event.request_id)
        if request is None:
            return  # cancelled meanwhile
        picture = request.picture or self._begin(request)
        follow = self._follow.get(type(event))
        if follow is not None:  # one that was pre-empted starts over
            follow(picture, event)

    def _begin(self, request: PictureRequest) -> PictureState:
        picture = PictureState(
            request.id,
            request.source,
            session=request.session,
            content=request.content,
            once=request.once,
        )
        picture.cards = [CardState(picture, 0)]
        request.picture = picture
        dropped = self._cards.add(picture.cards)
        if dropped:
            self.cards_dropped.emit(dropped)
        self.picture_started.emit(picture)
        return picture

    def _replace_cards(self, picture: PictureState, change: Callable[[], None]) -> None:
        old = picture.cards
        change()
        self._cards.replace(old, picture.cards)
        self.picture_changed.emit(picture)

    def _found(self, picture: PictureState, event: events.CardsFound) -> None:
        picture.size = (event.width, event.height)
        self._replace_cards(picture, lambda: picture.show_corners(event.corners))

    def _quick(self, picture: PictureState, event: events.QuickResult) -> None:
        for card in picture.cards:
            if card.index == event.index:
                self._show(card, event.recognition)
                if event.going_on:
                    card.mark = Mark.WORKING
                    self.card_changed.emit(card)

    def _detail(self, picture: PictureState, event: events.FieldResult) -> None:
        for card in picture.cards:
            if card.index == event.index:
                card.details[event.name] = event.field
                self.card_changed.emit(card)

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

    def _finish(self, picture: PictureState, event: events.Finished) -> None:
        result = event.result
        if result.error is not None:
            self._fail(picture, result.error)
            return
        picture.size = (result.width, result.height)
        if result.cards:
            self.cards_this_session += len(result.cards)
            self._replace_cards(picture, lambda: picture.settle(result.cards))
            for card, recognition in zip(picture.cards, result.cards, strict=True):
                self._show(card, recognition)
        else:
            self._show_none(picture, Mark.UNREADABLE, tr("No card found in this picture"))
        self._keep(picture, result)

    def _keep(self, picture: PictureState, result: ScanResult) -> None:
        """Record the cards; those of a batch are recorded by that, which tells when it has."""
        request = self._requests.open(picture.request_id)
        if result.cards and request is not None and request.origin is Origin.BATCH:
            request.read = True
            picture.opening = False
            return
        if result.cards:
            self._stored.record(picture, result)
        self._end(picture)

    def _repeated(self, picture: PictureState) -> None:
        """The same picture was counted before, as another file: its cards go."""
        self.cards_this_session -= len(picture.cards)
        self._cards.remove(picture.cards)
        self.cards_dropped.emit(picture.cards)
        if picture.once:  # a batch counts its own
            self._skip([Path(picture.source)])

    def _skip(self, paths: list[Path]) -> None:
        self._skipped += paths
        self.pictures_repeated.emit(list(self._skipped))

    def _failed(self, picture: PictureState, event: events.Failed) -> None:
        self._fail(picture, event.message)

    def _fail(self, picture: PictureState, message: str) -> None:
        if picture.session is None:
            self.failures.append(message)
        self._show_none(picture, Mark.FAILED, message)
        self.picture_failed.emit(message)
        self._end(picture)

    def _show_none(self, picture: PictureState, mark: Mark, message: str) -> None:
        """One card without outline says why there are none."""
        picture.message = message
        self._replace_cards(picture, lambda: picture.show_corners(()))
        only = picture.cards[0]
        only.mark, only.reason = mark, message
        self.card_changed.emit(only)

    def _cancelled(self, picture: PictureState, event: events.Cancelled) -> None:
        request = self._forget(picture.request_id)
        if request is not None and request.origin is Origin.FILE:
            self._step(1)

    def _forget(self, request_id: str) -> PictureRequest | None:
        """Nothing came of a picture: its cards go."""
        request = self._requests.end(request_id)
        if request is not None and request.picture is not None:
            self._cards.remove(request.picture.cards)
            self.cards_dropped.emit(request.picture.cards)
        return request

    def _end(self, picture: PictureState) -> None:
        picture.opening = False
        request = self._requests.end(picture.request_id)
        if request is not None and request.origin is Origin.FILE:
            self._step(1)

    def _step(self, pictures: int) -> None:
        self._done = min(self._total, self._done + pictures)
        self.progress_changed.emit()
        if not self.busy:
            self.drained.emit()
