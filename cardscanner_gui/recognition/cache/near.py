"""Is a card what one that looked like it was? Only its own text, or the user, says so."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.numbers import same_number
from cardscanner_gui.core.types import Box, CardImage, Match, Printing, Reading, Status, TextLine
from cardscanner_gui.reading.card_reader import READER_ID, CardReader
from cardscanner_gui.recognition.cache.confirmed import confirmed_match
from cardscanner_gui.recognition.cache.memory import NearView, Tier
from cardscanner_gui.recognition.judge import Judge

_FIRST_LINES = 3
"""Number, name and HP: what tells printing and language."""
_VERY_FINGERPRINT = 40
"""Bits by which the same card under the same camera may differ from one picture to the next."""
_LOOKS_CONFIRMED = 96
_SURELY_LIKE = 128
"""Bits within which looking for the number is worth its time."""
_MOST_LAYOUTS = 2
_CLEAR = 0.9
_ANOTHER_PLACE = 0.05
"""Parts of the card by which the first line stands elsewhere in another design."""


@dataclass(frozen=True)
class Recalled:
    """An answer that was remembered, and is verified.

    Attributes:
        distance: bits between the card's fingerprint and the remembered one.
        by_user: whether the user's word decided, rather than the card's text alone.
    """

    reading: Reading
    match: Match
    tier: Tier
    distance: int
    by_user: bool = False


@dataclass(frozen=True, eq=False)
class _Look:
    """A card, and what reads it as one of this game."""

    image: CardImage
    reader: CardReader
    judge: Judge
    game: str
    token: CancelToken | None

    def at(
        self, places: Sequence[Box], known: Sequence[TextLine] = (), *, exactly: bool = False
    ) -> Reading:
        """The lines at these places, after those that are known."""
        lines = self.reader.at(self.image.crop, places, self.token, known, exactly=exactly)
        return self.judge.sort(lines, READER_ID, self.game)


def recall(
    image: CardImage,
    near: Sequence[NearView],
    reader: CardReader,
    judge: Judge,
    token: CancelToken | None = None,
) -> Recalled | None:
    """The remembered answer, if the card's own text makes the same one by the usual rule.

    Only the lines are read that told the printing last time, where they stood; the number of a
    card that looks very much like one is looked for beside its place too. Where that tells too
    little, a view that the user confirmed is believed if nothing that was read speaks against it
    and no other printing bears the same picture.

    Args:
        image: the card.
        near: views that look like it, the nearest first.
        reader: reads its lines.
        judge: says what they mean.
        token: checked between lines.
    """
    readings: list[tuple[Reading, Match]] = []
    printings = _printings_of(near, judge)
    if not printings:
        return None
    look = _Look(image, reader, judge, printings[0].game, token)
    numbers = {one.number.upper() for one in printings}
    for places in _layouts(near):
        first = look.at(places[:1])
        if _bears_another(first, numbers):
            if not _holds_one(first, numbers):
                return None
            # A set's code beside the number was read along with it.
            first = look.at(places[:1], exactly=True)
        if not _holds_one(first, numbers) and not near[0].view.confirmed:
            continue  # without a number, only the user's word could answer
        reading, match = _read_on(places, first, look)
        if match.printing is not None:
            return _agreeing(near, reading, match)
        readings.append((reading, match))
    if near and near[0].distance <= _SURELY_LIKE and not near[0].view.confirmed:
        reading, match = _looked_for(near[0].view.places, printings, look)
        return _agreeing(near, reading, match)
    if not readings or not near[0].view.places:
        return None
    return _as_the_user_said(near[0], *readings[0], judge)


def _layouts(near: Sequence[NearView]) -> list[tuple[Box, ...]]:
    """Where the lines may stand: as on the nearest, and as on the next of another design."""
    found: list[tuple[Box, ...]] = []
    for one in near:
        places = one.view.places
        if places and not any(_alike(places[0], other[0]) for other in found):
            found.append(places)
            if len(found) == _MOST_LAYOUTS:
                break
    return found


def _alike(one: Box, other: Box) -> bool:
    return abs(one.left - other.left) < _ANOTHER_PLACE and abs(one.top - other.top) < _ANOTHER_PLACE


def _printings_of(near: Sequence[NearView], judge: Judge) -> list[Printing]:
    """What these views were, the nearest first; only what the catalogue has."""
    ids = dict.fromkeys(one.view.printing_id for one in near)
    return [printing for one in ids if (printing := judge.printing(one)) is not None]


def _agreeing(near: Sequence[NearView], reading: Reading, match: Match) -> Recalled | None:
    """The answer, if one of the views was the same printing."""
    answer = match.printing
    same = [one for one in near if answer is not None and one.view.printing_id == answer.id]
    return Recalled(reading, match, same[0].tier, same[0].distance) if same else None


def _looked_for(
    places: Sequence[Box], printings: Sequence[Printing], look: _Look
) -> tuple[Reading, Match]:
    """Name and HP from where they stood, and the number wherever it stands at the bottom.

    A number is small, so an outline that is a little off loses it first. It must be likelier than
    those of all printings of that name and HP, and of all that look alike.
    """
    reading = look.at(places[1:_FIRST_LINES])
    choices = [*look.judge.numbers_in_question(reading)]
    for one in printings:
        if not any(one.printed_number in forms for forms in choices):
            choices.append((one.printed_number,))
    number = None
    if reading.of("name"):
        number = look.reader.check_number(look.image.crop, choices, look.token)
    if number is None:
        return reading, Match(Status.UNREADABLE, "")
    reading = replace(reading, checked_numbers=(number,))
    return reading, look.judge.match(reading)


def _bears_another(reading: Reading, numbers: set[str]) -> bool:
    """Whether a number stands there clearly that none of the like printings has.

    One line tells most strangers then; an unclear number says nothing.
    """
    clear = [one for one in reading.of("number") if one.confidence >= _CLEAR]
    return bool(clear) and not any(same_number(one.text, numbers) for one in clear)


def _holds_one(reading: Reading, numbers: set[str]) -> bool:
    """Whether one of these numbers is part of what was read as a number."""
    return any(number in one.text for one in reading.of("number") for number in numbers)


def _read_on(places: Sequence[Box], first: Reading, look: _Look) -> tuple[Reading, Match]:
    """The lines at these places and what they mean; the later ones only where it takes them."""
    reading, match = first, Match(Status.UNREADABLE, "")
    for start, end in ((1, _FIRST_LINES), (_FIRST_LINES, len(places))):
        if match.printing is None and (start == 1 or start < len(places)):
            reading = look.at(places[start:end], reading.lines)
            match = look.judge.match(reading)
    return reading, match


def _as_the_user_said(
    nearest: NearView, reading: Reading, match: Match, judge: Judge
) -> Recalled | None:
    if not nearest.view.confirmed or nearest.distance > _LOOKS_CONFIRMED:
        return None
    printing = judge.printing(nearest.view.printing_id)
    if printing is None or judge.may_look_the_same(printing):
        return None
    if match.candidates:
        first = match.candidates[0]
        if first.printing.id != printing.id or judge.contradictions(first):
            return None
    elif nearest.distance > _VERY_FINGERPRINT:
        return None
    answer = confirmed_match(match, printing)
    return Recalled(reading, answer, nearest.tier, nearest.distance, by_user=True)
