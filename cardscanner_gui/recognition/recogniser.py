"""From a picture to recognitions, as a lazy stream of events.

A picture that was answered before is answered by memory. Any other goes through the stages, in
which a card that looks as one did is answered by memory too, once its text agrees. Closing the
stream, or cancelling the token, stops the work at the next step.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.core.events import (
    Finished,
    RecognitionEvent,
)
from cardscanner_gui.core.look import Look
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.patience import Patience
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.core.types import Frame, Match, Printing, Reading, ScanResult
from cardscanner_gui.recognition.asking import Models
from cardscanner_gui.recognition.cache.memory import Memory
from cardscanner_gui.recognition.decisions import Journal
from cardscanner_gui.recognition.judge import Judge
from cardscanner_gui.recognition.known import known_events, with_photos
from cardscanner_gui.recognition.networks import Networks
from cardscanner_gui.recognition.picture_memory import PictureMemory
from cardscanner_gui.recognition.picture_progress import PictureProgress
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.recognition.routing import Router
from cardscanner_gui.recognition.second_opinion import SecondReader
from cardscanner_gui.recognition.stacks import ReadStacks, look_beside
from cardscanner_gui.recognition.stages import (
    FindCards,
    ReadOn,
    ReadWholePicture,
    RecallCards,
    Stage,
    TakeAsScan,
    look_at_pictures,
    look_closer,
    read_quickly,
    try_other_outlines,
)


class Recogniser:
    """Finds, reads and matches the cards of a picture. One instance belongs to one thread.

    Args:
        networks: what finds and reads.
        judge: says what was read means.
        models: that read too, as mode and router say; the quickest first.
        mode: of requests that name none.
        memory: what was recognised before; None reads everything.
        identity: names everything that decides an answer, such as networks and catalogue. Answers
            are remembered for pictures only where it is given.
        router: chooses among the models.
        patience: seconds that a picture of one card may be read, where the request names none.
        metrics: where counts and times go.
    """

    def __init__(
        self,
        networks: Networks,
        judge: Judge,
        models: Sequence[SecondReader] = (),
        mode: ReadingMode = ReadingMode.FAST,
        *,
        memory: Memory | None = None,
        identity: str = "",
        router: Router | None = None,
        patience: float = math.inf,
        metrics: Metrics | None = None,
    ) -> None:
        self._mode = mode
        self._patience = patience
        self._networks = networks
        self._judge = judge
        self._memory = memory
        self._waiting = router.waiting if router is not None else None
        self._metrics = metrics or Metrics()
        self._journal = Journal(self._metrics)
        asked = Models(models, router or Router(), self._journal)
        self._pictures = PictureMemory(memory, identity, asked, self._journal, judge.games)
        self._models = asked
        self._stages: tuple[Stage, ...] = (
            FindCards(networks, judge),
            RecallCards(memory, self._journal),
            read_quickly,
            look_at_pictures,
            try_other_outlines,
            look_closer,
            TakeAsScan(networks, judge),
            look_beside,
            ReadOn(asked, judge.games),
            ReadStacks(networks, judge),
            ReadWholePicture(networks, judge),
        )

    def warm_up(self) -> None:
        """Run every network once: its first run is slow, and no card should wait for it."""
        self._networks.warm_up()

    def recognise(
        self, request: RecogniseRequest, token: CancelToken | None = None
    ) -> Iterator[RecognitionEvent]:
        """Events from `CardsFound` to `Finished`.

        Raises:
            CancelledError: by the token, from any step.
            PictureError: a draft's whole picture can't be decoded.
        """
        mode, token = request.mode or self._mode, token or CancelToken()
        picture = PictureProgress(request, mode, token, self._patience_for(request))
        if self._waiting is not None:
            self._metrics.gauge("queue_length", self._waiting())
        try:
            yield from self._answer(picture)
        except (CancelledError, GeneratorExit):
            self._end(picture, "cancelled")
            raise
        except Exception:
            self._end(picture, "failed")
            raise
        self._end(picture, "done")
        yield Finished(request.id, picture.answer, picture.timings)

    def read_together(self, token: CancelToken) -> Iterator[None]:
        """Have a model read the cards that `ModelAwaited` announced, all of them together.

        Gives the word back after each value. Their events then go on with what was read.
        """
        return self._models.read_together(token)

    def key_of(self, frame: Frame, mode: ReadingMode | None = None) -> str | None:
        """What `recall` knows this picture by; None if answers aren't remembered. Any thread."""
        return self._pictures.key_of(frame, mode or self._mode)

    def recall(
        self, key: str, source: str, request_id: str, mode: ReadingMode | None = None
    ) -> Sequence[RecognitionEvent]:
        """The events of a picture whose answer is remembered, from its key alone; else none.

        Any thread may call this, whatever is being read meanwhile. The cards have no photos.
        """
        return self._pictures.recall(key, source, request_id, mode or self._mode)

    def match(self, reading: Reading, look: Look | None = None) -> Match:
        """The printing that a reading means; one joined from several frames, say."""
        return self._judge.match(reading, look)

    def agree(self, one: Reading, other: Reading) -> bool:
        """Whether both read the same of what tells a card, so that a further frame won't help."""
        return self._judge.agree(one, other)

    def expect(self, recent: Sequence[Printing]) -> tuple[str, ...]:
        """Get ready for what probably follows these cards; the ids of the likeliest printings.

        It changes the order of candidates that are equally likely by what was read, nothing else.
        """
        return self._judge.expect(recent)

    def _answer(self, picture: PictureProgress) -> Iterator[RecognitionEvent]:
        """Take the picture from its request to its answer, by memory or through the stages."""
        keys = self._pictures.keys_of(picture.request, picture.mode)
        known = self._pictures.look_up(keys, picture)
        if known is not None:
            yield from self._as_known(picture, known)
            return
        for stage in self._stages:
            yield from stage(picture)
        picture.close()
        self._keep_views(picture)
        self._pictures.keep(keys, picture)

    def _patience_for(self, request: RecogniseRequest) -> Patience:
        """Nobody waits for a single picture of a batch."""
        usual = math.inf if request.priority is Priority.BATCH else self._patience
        return Patience(usual if request.patience is None else request.patience)

    def _as_known(self, picture: PictureProgress, known: ScanResult) -> Iterator[RecognitionEvent]:
        request = picture.request
        yield from known_events(request.id, known, self._judge.games)
        picture.token.check()
        picture.close_known(
            with_photos(request.frame, known.cards) if request.photos else known.cards
        )

    def _keep_views(self, picture: PictureProgress) -> None:
        """Remember how the cards look that their own text has settled."""
        if self._memory is None or picture.whole is not None:
            return
        for card in picture.kept:
            view = card.view_to_keep()
            if view is not None:
                self._memory.keep_view(view)

    def _end(self, picture: PictureProgress, status: str) -> None:
        mode, stages = str(picture.mode), picture.watch.ms
        self._journal.scan(picture.id, status, mode, picture.elapsed_ms, picture.said, stages)
