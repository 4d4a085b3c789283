"""Answers to whole pictures: under which keys they are remembered, looked up and kept."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import replace

from cardscanner_gui.core.events import Finished, RecognitionEvent
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.types import Frame, ScanResult
from cardscanner_gui.recognition.asking import Models
from cardscanner_gui.recognition.cache.keys import context_of, file_key, picture_key
from cardscanner_gui.recognition.cache.memory import Memory
from cardscanner_gui.recognition.decisions import Journal
from cardscanner_gui.recognition.known import as_known, known_events
from cardscanner_gui.recognition.picture_progress import PictureProgress, said_of
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.recognition.routing import Choice, RouteReason


class PictureMemory:
    """What a recogniser remembers of pictures. Any thread may ask.

    Args:
        memory: None remembers nothing.
        identity: names everything but the models that decides an answer, such as networks and
            catalogue; where it is empty, nothing is remembered.
        models: the models that may have read too.
        journal: notes what was asked.
        games: whose cards there are.
    """

    def __init__(
        self,
        memory: Memory | None,
        identity: str,
        models: Models,
        journal: Journal,
        games: Games,
    ) -> None:
        self._memory = memory if identity else None
        self._identity = identity
        self._models = models
        self._journal = journal
        self._games = games

    def key_of(self, frame: Frame, mode: ReadingMode) -> str | None:
        """What `recall` knows this picture by; None if answers aren't remembered."""
        if self._memory is None:
            return None
        return picture_key(self._context(mode), frame.pixels)

    def keys_of(self, request: RecogniseRequest, mode: ReadingMode) -> tuple[str, ...]:
        """All that its picture may be known by; none where the answer is for this once.

        Of a draft, the pixels say nothing.
        """
        if self._memory is None or request.outline is not None or request.debug is not None:
            return ()
        frame, keys = request.frame, []
        if frame.shrunk == 1:
            keys.append(picture_key(self._context(mode), frame.pixels))
        if frame.file_hash is not None:
            keys.append(file_key(self._context(mode), frame.file_hash))
        return tuple(keys)

    def recall(
        self, key: str, source: str, request_id: str, mode: ReadingMode
    ) -> Sequence[RecognitionEvent]:
        """The events of a picture whose answer is remembered, from its key alone; else none."""
        if self._memory is None:
            return ()
        started = time.perf_counter()
        lookup = self._memory.picture(key)
        if lookup.result is None:
            return ()  # reading it will count the miss
        elapsed = (time.perf_counter() - started) * 1000
        known = replace(as_known(lookup.result, elapsed), source=source, elapsed_ms=elapsed)
        self._journal.route(
            request_id, Choice.EXACT, RouteReason.SAME_PICTURE, kind="exact", asked=lookup.asked
        )
        cards = [said_of(card, Choice.EXACT) for card in known.cards]
        self._journal.scan(request_id, "done", str(mode), elapsed, cards, {})
        timings = {"cache": round(elapsed, 1)}
        return (*known_events(request_id, known, self._games), Finished(request_id, known, timings))

    def look_up(self, keys: Sequence[str], picture: PictureProgress) -> ScanResult | None:
        """The remembered answer, without photos, under the first of these keys that has one."""
        if self._memory is None or not keys:
            return None
        for key in keys:
            lookup = self._memory.picture(key)
            if lookup.result is not None:
                break
        route = (
            (Choice.EXACT, RouteReason.SAME_PICTURE)
            if lookup.result
            else (Choice.OCR, RouteReason.NEW)
        )
        self._journal.route(picture.id, *route, kind="exact", asked=lookup.asked)
        if lookup.result is None:
            return None
        elapsed = picture.elapsed_ms
        picture.timings = {"cache": round(elapsed, 1)}
        return as_known(lookup.result, elapsed)

    def keep(self, keys: Sequence[str], picture: PictureProgress) -> None:
        """Remember the answer, unless the user's word or a model that failed meanwhile made it.

        One that was cut short might be another next time.
        """
        if self._memory is None or picture.by_user or picture.cut_short:
            return
        context = self._context(picture.mode)
        if all(key.startswith(context) for key in keys):
            for key in keys:
                self._memory.keep_picture(key, picture.answer)

    def _context(self, mode: ReadingMode) -> str:
        """A name for everything that decides an answer."""
        models = () if mode is ReadingMode.FAST else self._models.ids
        return context_of((self._identity, str(mode), *models))
