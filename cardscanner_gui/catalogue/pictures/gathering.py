"""Taking pictures in as fingerprints, and refusing those that can't be the printing's own."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import quote

import numpy as np

from cardscanner_gui.catalogue.artwork.same_art import same_name
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.pictures.checks import NotACardError, card_picture
from cardscanner_gui.catalogue.pictures.store import FingerprintStore
from cardscanner_gui.core.catalogue import MatchRow
from cardscanner_gui.core.look import FINGERPRINT_BYTES
from cardscanner_gui.core.types import Pixels

Fingerprint = Callable[[Pixels], bytes]
"""Makes the fingerprint of a whole picture of one card: `vision.artwork.fingerprint_of`."""

PICTURES_FOLDER = "pictures"
_SAME_PICTURE = 6
"""Bits by which two fingerprints of one picture file may differ; those of two cards that bear
different names differ in more than twice as many."""
_WORDS = FINGERPRINT_BYTES // 8
_WITHDRAWN = ""
"""Stands for the printing of a picture that is nobody's."""


class SharedPictureError(NotACardError):
    """One picture was given for several cards, such as a card's back where there is none."""

    def __str__(self) -> str:
        return "the same picture is given for several cards"


@dataclass(frozen=True)
class Report:
    """What came of gathering pictures.

    Attributes:
        taken: fingerprints that are new.
        known: printings that were wanted and had one already.
        absent: printings of which there is no picture.
        unknown: files or lines that fit no printing of the catalogue.
        refused: printings whose picture can't be theirs, with the reason.
        stopped: why it ended early; None when it didn't.
        total: printings that have a fingerprint now.
    """

    taken: int = 0
    known: int = 0
    absent: int = 0
    unknown: int = 0
    refused: Mapping[str, str] = field(default_factory=dict)
    stopped: str | None = None
    total: int = 0


class Gathering:
    """Takes pictures in, one after the other, into a store."""

    def __init__(
        self,
        store: FingerprintStore,
        catalogue: Catalogue,
        fingerprint: Fingerprint,
        keep_in: Path | None = None,
    ) -> None:
        """Args:
        store: which keeps the fingerprints; the caller commits.
        catalogue: says what the printings are called.
        fingerprint: makes them.
        keep_in: a folder for the pictures themselves; None keeps none.
        """
        self._taken: set[str] = set()
        self.refused: dict[str, str] = {}
        self._store = store
        self._catalogue = catalogue
        self._fingerprint = fingerprint
        self._keep_in = keep_in
        whole = [pair for pair in store.fingerprints() if len(pair[1]) == FINGERPRINT_BYTES]
        withdrawn = [(_WITHDRAWN, bits) for bits in store.shared_fingerprints()]
        self._twins = _Twins(whole + withdrawn)

    def take(self, row: MatchRow, content: bytes) -> None:
        """Take one printing's picture in.

        Raises:
            SharedPictureError: it was given for other cards too. Their fingerprints are withdrawn:
                nobody knows whose picture it is.
            NotACardError: it isn't a whole picture of one card.
            OSError: the picture can't be kept.
        """
        digest = hashlib.blake2b(content, digest_size=16).digest()
        if self._store.is_shared(digest):
            raise SharedPictureError
        bits = self._fingerprint(card_picture(content))
        twins = [twin for twin in self._twins.of(bits) if twin != row.id]
        if self._store.bearer_of(digest) not in (None, row.id) or self._any_stranger(row, twins):
            for twin in twins:
                self._withdraw(twin)
            self._store.share(digest, bits)
            raise SharedPictureError
        if self._keep_in is not None:
            self._keep_in.mkdir(parents=True, exist_ok=True)
            picture_path(self._keep_in, row.id).write_bytes(content)
        self._store.keep(row.id, bits, digest)
        self._twins.add(row.id, bits)
        self._taken.add(row.id)

    def refuse(self, printing_id: str, why: str) -> None:
        """Remember that a printing's picture is of no use."""
        if printing_id != _WITHDRAWN:
            self.refused[printing_id] = why
            self._taken.discard(printing_id)

    def report(self, **others: object) -> Report:
        """What came of it so far."""
        figures: dict[str, object] = {
            "taken": len(self._taken),
            "refused": dict(self.refused),
            **others,
        }
        return Report(total=len(self._store.fingerprints()), **figures)  # type: ignore[arg-type]

    def _withdraw(self, printing_id: str) -> None:
        self._store.withdraw(printing_id)
        self._twins.withdraw(printing_id)
        self.refuse(printing_id, str(SharedPictureError()))
        if self._keep_in is not None and printing_id:
            picture_path(self._keep_in, printing_id).unlink(missing_ok=True)

    def _any_stranger(self, row: MatchRow, others: Sequence[str]) -> bool:
        """Whether one of these is another card; across regions the names can't tell."""
        if _WITHDRAWN in others:
            return True
        return any(
            one.region == row.region and not same_name(row, one)
            for one in self._catalogue.rows_by_id(others)
        )


def picture_path(folder: Path, printing_id: str) -> Path:
    """Where a printing's picture is kept, under a name that every system takes."""
    return folder / f"{quote(printing_id, safe=' ')}.webp"


class _Twins:
    """Finds fingerprints that are all but equal, among many, in a few dozen microseconds."""

    def __init__(self, pairs: list[tuple[str, bytes]]) -> None:
        self._ids = [one for one, _ in pairs]
        self._words = np.zeros((_WORDS, max(1024, 2 * len(pairs))), np.uint64)
        if pairs:
            packed = np.frombuffer(b"".join(bits for _, bits in pairs), np.uint64)
            self._words[:, : len(pairs)] = packed.reshape(-1, _WORDS).T

    def of(self, bits: bytes) -> list[str]:
        """Printings whose fingerprint is all but this one."""
        words = np.frombuffer(bits, np.uint64)
        first = np.bitwise_count(self._words[0, : len(self._ids)] ^ words[0])
        near = np.flatnonzero(first <= _SAME_PICTURE)
        differing = np.bitwise_count(self._words[:, near] ^ words[:, None]).sum(0)
        return [self._ids[i] for i in near[differing <= _SAME_PICTURE]]

    def add(self, printing_id: str, bits: bytes) -> None:
        count = len(self._ids)
        if count == self._words.shape[1]:
            self._words = np.concatenate([self._words, np.zeros_like(self._words)], axis=1)
        self._words[:, count] = np.frombuffer(bits, np.uint64)
        self._ids.append(printing_id)

    def withdraw(self, printing_id: str) -> None:
        self._ids = [_WITHDRAWN if one == printing_id else one for one in self._ids]
