"""A card that lies still though the finder that follows cards doesn't see it.

Following has to be quick, and what it overlooks once it overlooks in every frame: cards whose art
reaches to their edge, above all. But something that has a card's shape lies where the desk was
bare a moment ago, and where that doesn't tell, there is time to search a still picture as
thoroughly as a photograph, once for each time that it comes to rest.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cardscanner_gui.core.types import CARD_ASPECT, Frame, read_only
from cardscanner_gui.recognition.live.look import Grey, likeness, texture_at
from cardscanner_gui.recognition.live.surroundings import THING, Surroundings
from cardscanner_gui.recognition.protocols import Follows
from cardscanner_gui.vision.finder import FoundCard
from cardscanner_gui.vision.geometry import rectangle, size_of

_HELD_UP = 0.9
"""How much of the picture a card fills that is held up to the camera."""
_AT_REST_S = 0.4
"""A hand that stays for a moment isn't searched."""


class AskedFor(Enum):
    """What the user wants read."""

    NEW = "new"  # each card that is laid down, once it lies still
    CARD = "card"  # the one that lies there, now
    WHATEVER = "whatever"  # what lies there, though it doesn't look like a card


@dataclass(frozen=True, eq=False)
class _Held:
    found: FoundCard
    texture: Grey


class Overlooked:
    """Finds such cards; belongs to the scanner's thread.

    Args:
        finder: searches.
        surroundings: knows where the desk is bare; sees each frame before this does.

    Attributes:
        pending: something lies there, and it wasn't looked at yet whether it is a card: not the
            moment to learn what the desk looks like.
    """

    def __init__(self, finder: Follows, surroundings: Surroundings) -> None:
        self._finder = finder
        self._surroundings = surroundings
        self._held: _Held | None = None
        self._rests_since: float | None = None
        self._searched = False
        self.pending = False

    def followed(self) -> None:
        """The card was seen without this."""
        self._held, self._rests_since, self._searched, self.pending = None, None, False, False

    def find(self, frame: Frame, wanted: AskedFor, *, lying: bool) -> FoundCard | None:
        """The card that lies still in this frame, in which none was followed.

        Args:
            frame: the newest one.
            wanted: by the user; at rest or not, if that is more than each new card.
            lying: a card that was read already lies there: what hides it isn't searched.
        """
        if not self._surroundings.still and wanted is AskedFor.NEW:
            self.followed()
            return None
        if self._rests_since is None:
            self._rests_since = frame.captured_at
        found = self._as_before(frame) or self._new(frame, wanted, lying=lying)
        if found is not None:
            self._held = self._held or _Held(found, texture_at(frame, found.corners))
        return found

    def _as_before(self, frame: Frame) -> FoundCard | None:
        """Where it was found last, if it still lies there."""
        held = self._held
        if held is not None and likeness(held.texture, texture_at(frame, held.found.corners)).same:
            return held.found
        self._held = None
        return None

    def _new(self, frame: Frame, wanted: AskedFor, *, lying: bool) -> FoundCard | None:
        share, outline = self._surroundings.thing()
        if outline is not None:
            self.pending = False
            return self._finder.fit(frame.pixels, outline)
        unclear = share >= THING or not self._surroundings.known
        self.pending = unclear and not lying and not self._searched
        if wanted is AskedFor.NEW and not (self.pending and self._is_at_rest(frame)):
            return None
        self._searched, self.pending = True, False
        cards = self._finder.find(frame.pixels)
        middle = _in_the_middle(frame) if unclear and wanted is AskedFor.WHATEVER else None
        return max(cards, key=lambda card: card.score * size_of(card.corners), default=middle)

    def _is_at_rest(self, frame: Frame) -> bool:
        """For long enough; where nobody knows the desk there is nothing to wait for."""
        since = frame.captured_at if self._rests_since is None else self._rests_since
        return not self._surroundings.known or frame.captured_at - since >= _AT_REST_S


def _in_the_middle(frame: Frame) -> FoundCard:
    """Where a card would be that somebody held up to the camera."""
    high = _HELD_UP * min(frame.height, frame.width / CARD_ASPECT)
    left, top = (frame.width - high * CARD_ASPECT) / 2, (frame.height - high) / 2
    outline = rectangle(left, top, left + high * CARD_ASPECT, top + high)
    return FoundCard(read_only(outline), score=1.0, upright_confidence=1.0)
