"""Pictures whose answer is remembered: answered without a reader, a file seen before unopened."""

from __future__ import annotations

import hashlib
import threading
import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Protocol

from cardscanner_gui.core.events import RecognitionEvent
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.types import Frame
from cardscanner_gui.recognition.cache.shelf import Shelf

_KNOWN_FILES = 10_000
_HOPELESS_FILES = 1_000


@dataclass(frozen=True)
class SentPicture:
    """A picture file as a client sent it.

    Attributes:
        name: what the client calls it.
    """

    data: bytes
    name: str

    @cached_property
    def digest(self) -> bytes:
        """What the file is known by; of a kind that nobody can find a second file for."""
        return hashlib.blake2b(self.data, digest_size=32).digest()


class Recalls(Protocol):
    """Remembers answers; `Recogniser` does. Any thread may ask."""

    def key_of(self, frame: Frame, mode: ReadingMode | None = None) -> str | None:
        """What `recall` knows the picture by; None if answers aren't remembered."""

    def recall(
        self, key: str, source: str, request_id: str, mode: ReadingMode | None = None
    ) -> Sequence[RecognitionEvent]:
        """The events of a remembered answer; none if there is none."""


class HopelessError(Exception):
    """A reader got stuck in this picture; it would again."""


class KnownPictures:
    """Safe to use from any thread. Knows nothing until it was given a recogniser to ask."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._keys: Shelf[tuple[bytes, ReadingMode], str] = Shelf(_KNOWN_FILES)
        self._hopeless: Shelf[bytes, bool] = Shelf(_HOPELESS_FILES)
        self._recogniser: Recalls | None = None

    def ask(self, recogniser: Recalls) -> None:
        """Ask this one from now on; all of a process share one memory."""
        self._recogniser = recogniser

    def by_file(self, picture: SentPicture, mode: ReadingMode) -> Sequence[RecognitionEvent]:
        """The events of the answer, if this very file was seen before; else none.

        Raises:
            HopelessError: a reader got stuck in this file.
        """
        digest = picture.digest  # takes a while for a large file
        with self._lock:
            if self._hopeless.get(digest):
                raise HopelessError
            key = self._keys.get((digest, mode))
        if key is None or self._recogniser is None:
            return ()
        return self._recogniser.recall(key, picture.name, uuid.uuid4().hex, mode)

    def by_pixels(
        self, picture: SentPicture, frame: Frame, mode: ReadingMode
    ) -> Sequence[RecognitionEvent]:
        """The events of the answer, if a file with these pixels was seen; keeps what file it is."""
        if self._recogniser is None:
            return ()
        key = self._recogniser.key_of(frame, mode)
        if key is None:
            return ()
        self.learn(picture, mode, key)
        return self._recogniser.recall(key, picture.name, uuid.uuid4().hex, mode)

    def key_of(self, picture: SentPicture, mode: ReadingMode) -> str | None:
        """What a file's answer is remembered by; None if the file wasn't seen."""
        with self._lock:
            return self._keys.get((picture.digest, mode))

    def learn(self, picture: SentPicture, mode: ReadingMode, key: str) -> None:
        """From now on this file's answer is looked up by that key."""
        with self._lock:
            self._keys.put((picture.digest, mode), key)

    def give_up(self, picture: SentPicture) -> None:
        """A reader got stuck in this file; sent again, it would cost another reader."""
        with self._lock:
            self._hopeless.put(picture.digest, True)
