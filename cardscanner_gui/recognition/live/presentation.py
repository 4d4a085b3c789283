"""Which frames show a card that was laid down anew: once for each time, and never twice.

A card that lies there may be nudged, shaded, half or wholly covered by a hand: it stays the same
presentation as long as it wasn't lifted. That it was lifted is known from seeing the bare desk
where it rested while it is nowhere else, not from losing sight of it. A card that looks different
is new without that: people also lay cards on top of each other.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import Enum

from cardscanner_gui.core.live import DeskState
from cardscanner_gui.core.types import Corners
from cardscanner_gui.recognition.live.look import Grey, likeness
from cardscanner_gui.recognition.live.options import LiveOptions
from cardscanner_gui.vision.fingerprint import distance
from cardscanner_gui.vision.steadiness import Steadiness, in_place, movement

_SAME_FINGERPRINT = 8
_COVERED_IN_PLACE = 0.03
"""A card whose picture is covered is known by the rest, if it hasn't moved farther than that."""
_BARE = 0.7
"""Share of the place at which the desk must be seen to say that the card was lifted."""
_LIFTED_S = 0.08
"""The card must be nowhere for so long: a card that is pushed aside is lost in a look or two."""
_FOLLOWED = 0.6
"""How far a card moves between two looks at most, as a fraction of its size, if it is the same."""
_PERHAPS_GONE_S, _GONE_S = 0.6, 1.5
"""After so long without a card in a picture where nothing moves it is gone, where nobody knows what
the desk looks like."""
_PERHAPS_GONE_THOUGH_COVERED_S = 4.0
_SAME_PLACE = 0.02
"""Nobody lays another copy down within this fraction of a card's size of where one lay."""
_PROMISING_MOVEMENT = 0.025
_PROMISING_FOCUS = 0.6
_OTHER_CARD_S = 2.0
"""A card that lies on another must keep still so many times longer than one on the desk."""


class Action(Enum):
    """What to do about a frame."""

    NONE = "none"
    SPECULATE = "speculate"  # it will probably be read, so begin
    PRESENT = "present"  # a new card lies still: read it
    CONFIRM = "confirm"  # the presented card is seen well: one more frame to vote with
    LIFTED = "lifted"  # the presented card is gone


@dataclass(frozen=True, eq=False)
class CardSight:
    """The card that was found in a frame; see `LiveLook`."""

    corners: Corners
    texture: Grey
    focus: float
    fingerprint: int


@dataclass(frozen=True, eq=False)
class Sight:
    """What one frame shows, as far as presentations are concerned.

    Attributes:
        at: when it was taken, in seconds.
        card: that was found, None without one.
        place: the texture where the presented card rested, or where it was nudged to from there;
            None while none lies there.
        bare: the share of that place at which the desk is seen; None when nobody knows the desk.
        still: nothing in the picture moves.
        asked: the user wants this card read now.
    """

    at: float
    card: CardSight | None = None
    place: Grey | None = None
    bare: float | None = None
    still: bool = False
    asked: bool = False


@dataclass(frozen=True)
class Step:
    """What follows from a frame.

    Attributes:
        state: empty, moving or blurred; reading while a presented card lies there, which whoever
            waits for its answer knows better.
    """

    state: DeskState
    action: Action = Action.NONE


@dataclass(eq=False)
class _Lying:
    """The card that was presented last and wasn't lifted since.

    Attributes:
        card: how and where it rested last.
        corners: where it was seen last, at rest or not.
        alike_at: when the card that was found was last this one.
        seen_at: when it was last seen, or something that may hide it.
    """

    card: CardSight
    corners: Corners
    alike_at: float
    seen_at: float
    perhaps_gone: bool = False


class Presentations:
    """Takes what each frame shows, in order, and tells new cards from the one that lies there."""

    def __init__(self, options: LiveOptions) -> None:
        self.options = options
        self._steadiness = Steadiness()
        self._before: Corners | None = None
        self._lying: _Lying | None = None
        self._missing_since: float | None = None

    @property
    def place(self) -> Corners | None:
        """Where the presented card rested last."""
        return self._lying.card.corners if self._lying else None

    @property
    def texture(self) -> Grey | None:
        """What the presented card looked like there."""
        return self._lying.card.texture if self._lying else None

    def see(self, sight: Sight) -> Step:
        """Take the next frame."""
        card = sight.card
        self._steadiness.see(card.corners if card else None, sight.at)
        lifted = self._lying is not None and self._is_lifted(self._lying, sight)
        if lifted:
            self._forget()
        step = self._with_card(sight, card) if card else self._without_card(sight)
        self._before = card.corners if card else None
        if lifted and step.action is Action.NONE:
            return Step(step.state, Action.LIFTED)
        return step

    def resized(self, factor: float) -> None:
        """The camera changed its resolution: everything is where it was, `factor` times larger."""
        self._steadiness.see(None, 0.0)
        lying = self._lying
        if lying is not None:
            lying.card = replace(lying.card, corners=lying.card.corners * factor)
            lying.corners = lying.corners * factor

    def _is_lifted(self, lying: _Lying, sight: Sight) -> bool:
        """Whether its place is bare, and it wasn't pushed from there to somewhere in sight."""
        bare = sight.bare is not None and sight.bare >= _BARE and not self._visible(sight)
        followed = sight.card is not None and (
            self._steadiness.movement <= _FOLLOWED or _alike(lying, sight.card)
        )
        gone = bare and not followed
        if gone and sight.at - lying.seen_at >= _LIFTED_S:
            return True
        if not gone:
            lying.seen_at = sight.at
        return False

    def _without_card(self, sight: Sight) -> Step:
        lying = self._lying
        if lying is None:
            return Step(DeskState.EMPTY if sight.still else DeskState.MOVING)
        if self._visible(sight):
            self._missing_since = None
            return Step(DeskState.READING)
        if not sight.still or self._missing_since is None:
            self._missing_since = sight.at
            return Step(DeskState.MOVING)
        missing = sight.at - self._missing_since
        unknown = sight.bare is None
        if unknown and missing >= _GONE_S:
            self._forget()
            return Step(DeskState.EMPTY, Action.LIFTED)
        if missing >= (_PERHAPS_GONE_S if unknown else _PERHAPS_GONE_THOUGH_COVERED_S):
            lying.perhaps_gone = True
            return Step(DeskState.EMPTY)
        return Step(DeskState.MOVING)

    def _with_card(self, sight: Sight, card: CardSight) -> Step:
        self._missing_since = None
        lying = self._lying
        if lying is not None and not sight.asked and self._is_the_lying_card(lying, card, sight):
            return self._keep(lying, card, sight.at)
        steadiness, options = self._steadiness, self.options
        still_for = steadiness.still_for(sight.at)
        patience = 1.0 if lying is None else _OTHER_CARD_S
        # Fewer looks farther apart say as much, where there is no time for more.
        often = steadiness.frames >= options.settle_frames or still_for >= 2 * options.settle_s
        still = often and still_for >= options.settle_s * patience
        if lying is not None:
            # A card that only now looks odd has a hand over it.
            still &= sight.at - lying.alike_at >= options.settle_s * patience
        sharp = card.focus >= options.min_focus or still_for >= options.patience_s * patience
        if sight.asked or (options.auto_capture and still and sharp):
            self._forget()
            self._lying = _Lying(card, card.corners, sight.at, sight.at)
            return Step(DeskState.READING, Action.PRESENT)
        if still and not sharp:
            return Step(DeskState.BLURRED)
        promising = (
            steadiness.movement <= _PROMISING_MOVEMENT
            and card.focus >= options.min_focus * _PROMISING_FOCUS
        )
        if promising and options.speculate and options.auto_capture:
            return Step(DeskState.MOVING, Action.SPECULATE)
        return Step(DeskState.MOVING)

    def _keep(self, lying: _Lying, card: CardSight, at: float) -> Step:
        """The presented card: follow where it is pushed to, and remember its best look."""
        lying.alike_at = at
        still_for = self._steadiness.still_for(at)
        if not _alike(lying, card) and still_for < self.options.patience_s:
            return Step(DeskState.READING)  # a hand over it makes for odd outlines
        lying.corners = card.corners
        if self._steadiness.frames < self.options.settle_frames:
            return Step(DeskState.READING)
        pushed = movement(lying.card.corners, card.corners) > _COVERED_IN_PLACE
        if pushed or in_place(self._before, card.corners):
            # It may have been half covered when it was presented; the whole card tells more. An
            # outline of which a corner has just jumped tells less: a hand comes.
            lying.card = card
        if card.focus < self.options.min_focus:
            return Step(DeskState.READING)
        lying.perhaps_gone = False
        return Step(DeskState.READING, Action.CONFIRM)

    def _is_the_lying_card(self, lying: _Lying, card: CardSight, sight: Sight) -> bool:
        if lying.perhaps_gone:
            # Nobody saw the desk, so only its very place tells the same card from another copy.
            return movement(lying.corners, card.corners) <= _SAME_PLACE and _alike(lying, card)
        return _alike(lying, card) or self._visible(sight)

    def _visible(self, sight: Sight) -> bool:
        """Whether the presented card is seen at its place, though half covered perhaps."""
        if self._lying is None or sight.place is None:
            return False
        return likeness(self._lying.card.texture, sight.place).same

    def _forget(self) -> None:
        self._lying = None
        self._missing_since = None


def _alike(lying: _Lying, card: CardSight) -> bool:
    """Whether the card that was found is the presented one, by its looks.

    Which way is up isn't always clear while a hand covers half of it, so either will do.
    """
    if distance(lying.card.fingerprint, card.fingerprint) <= _SAME_FINGERPRINT:
        return True
    stays = movement(lying.corners, card.corners) <= _COVERED_IN_PLACE
    for texture in (card.texture, card.texture[::-1, ::-1]):
        alike = likeness(lying.card.texture, texture)
        if alike.picture_same or (stays and alike.rest_same):
            return True
    return False
