"""One hypothesis of where a card lies and which way is up, and what reading it gave."""

from __future__ import annotations

from dataclasses import dataclass

from cardscanner_gui.core.evidence import ARTWORK, NAME
from cardscanner_gui.core.look import Look
from cardscanner_gui.core.types import CardImage, Match, Reading, Status

_CLEAR_LINE = 0.8
_VERY_CLEAR_LINE = 0.85
_A_WORD = 4.0
_PLENTY_OF_LINES = 6
_SOME_EVIDENCE = 6.0


@dataclass(frozen=True, eq=False)
class Hypothesis:
    """The card as it was straightened, what was read on it, and what that means.

    Attributes:
        look: its picture in numbers; None until somebody has looked.
    """

    image: CardImage
    reading: Reading
    match: Match
    look: Look | None = None

    @property
    def settled(self) -> bool:
        return self.match.status is Status.IDENTIFIED

    @property
    def points(self) -> float:
        """The best candidate's."""
        return self.match.candidates[0].points if self.match.candidates else 0.0

    @property
    def pictured(self) -> bool:
        """Whether its picture is that of the best candidate."""
        candidates = self.match.candidates
        return bool(candidates) and candidates[0].evidence.get(ARTWORK, 0.0) > 0

    @property
    def names(self) -> bool:
        """Whether the best candidate's name was read."""
        candidates = self.match.candidates
        return bool(candidates) and candidates[0].evidence.get(NAME, 0.0) >= _SOME_EVIDENCE

    @property
    def text_amount(self) -> float:
        """Well-read characters."""
        lines = (line for line in self.reading.lines if line.confidence > _CLEAR_LINE)
        return sum(len(line.text) * line.confidence for line in lines)

    @property
    def has_words(self) -> bool:
        """Whether anything could be read."""
        lines = self.reading.lines
        return any(line.confidence > _CLEAR_LINE and len(line.text) > 2 for line in lines)

    @property
    def hopeless(self) -> bool:
        """Plenty could be read, and nothing in the catalogue is like it: another game's card."""
        lines = self.reading.lines
        clear = sum(len(line.text) > 3 and line.confidence > _VERY_CLEAR_LINE for line in lines)
        return clear >= _PLENTY_OF_LINES and self.points < _SOME_EVIDENCE

    def beats(self, likelier: Hypothesis) -> bool:
        """Whether this one is right, and not the one that the finder holds for likelier.

        An answer tells, then evidence, then clearly more text: a few letters are read in any
        picture, also upside down.
        """
        own, other = (self.settled, self.points), (likelier.settled, likelier.points)
        if own != other:
            return own > other
        return self.text_amount > likelier.text_amount + _A_WORD
