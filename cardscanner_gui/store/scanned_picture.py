"""What one picture gave, ready to be recorded."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Self

from cardscanner_gui.core.types import Recognition


@dataclass(frozen=True)
class ScannedPicture:
    """The cards of one picture; `of` makes it of what was recognised.

    Attributes:
        source: a file's path or a camera's name.
        scanned_at: seconds since the epoch.
        cards: in the picture's order; their `photo` pixels are not kept.
        photos: of each card the rectified photo as JPEG, or None.
        session_id: the session of live scanning that they belong to.
        content: the hash of the picture's file, by which the same file again is noticed.
        look: how it looks, by which the same picture saved anew is noticed.
        once: nothing of it is recorded where another file of the same picture is counted already.
    """

    source: str
    scanned_at: float
    cards: tuple[Recognition, ...]
    photos: tuple[bytes | None, ...]
    session_id: int | None = None
    content: str | None = None
    look: bytes | None = None
    once: bool = False

    @classmethod
    def of(
        cls,
        cards: Sequence[Recognition],
        source: str,
        scanned_at: float,
        session_id: int | None = None,
        content: str | None = None,
        look: bytes | None = None,
        *,
        once: bool = False,
    ) -> Self:
        """Encodes the photos, which takes milliseconds each: do it before a transaction begins."""
        from cardscanner_gui.store.photos import encode_photo  # brings the picture libraries

        photos = (None if card.photo is None else encode_photo(card.photo) for card in cards)
        return cls(source, scanned_at, tuple(cards), tuple(photos), session_id, content, look, once)
