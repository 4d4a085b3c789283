"""Which game a card belongs to, and which printing of it is meant by what was read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.core.game import Game, Games
from cardscanner_gui.core.generic_game import game_of
from cardscanner_gui.core.look import Look
from cardscanner_gui.core.rule import weigh
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Candidate, Field, Match, Printing, Reading, Status, TextLine

NO_TEXT = Match(Status.UNREADABLE, "no text could be read")
_NO_CATALOGUE = Match(Status.UNSURE, "the card catalogue isn't here yet")
_TWO_GAMES = "cards of two games fit"

Judged = tuple[Reading, Match]


class Judge:
    """Sorts what was read into fields as each game has them, and asks the game's catalogue.

    Use it from one thread.

    Args:
        games: that a card may belong to; at least one.
        matchers: by game, of those that have a catalogue. Without any, fields are read, and the
            answer is unsure.
    """

    def __init__(self, games: Games, matchers: Mapping[str, Matcher]) -> None:
        self.games = games
        self._matchers = matchers

    @property
    def has_catalogue(self) -> bool:
        return bool(self._matchers)

    @property
    def knows_pictures(self) -> bool:
        """Whether it helps to look at a card's picture."""
        return any(matcher.knows_pictures for matcher in self._matchers.values())

    def game(self, of: Printing | Reading) -> Game:
        """The game that a printing or a reading belongs to."""
        return game_of(self.games, of.game)

    def judge(
        self,
        lines: Sequence[TextLine],
        reader: str,
        before: Reading | None = None,
        look: Look | None = None,
    ) -> Judged:
        """The reading as the likeliest game has it, and the printing that it means.

        Args:
            lines: what was read.
            reader: by whom.
            before: what is known of the same card: the number that was checked, whether it is a
                strip.
            look: its picture, where somebody looked at it.
        """
        found = [self._as(game, lines, reader, before, look) for game in self.games.values()]
        found.sort(key=_worth, reverse=True)
        if len(found) > 1 and all(match.printing is not None for _, match in found[:2]):
            reading, match = found[0]
            return reading, replace(match, status=Status.UNSURE, printing=None, reason=_TWO_GAMES)
        return found[0]

    def sort(self, lines: Sequence[TextLine], reader: str, game_id: str) -> Reading:
        """What was read as a game has it."""
        return replace(game_of(self.games, game_id).parse(lines, reader), game=game_id)

    def match(self, reading: Reading, look: Look | None = None) -> Match:
        """The printing that a reading, and the card's look, mean in the reading's own game."""
        matcher = self._matchers.get(reading.game)
        if matcher is not None:
            return matcher.match(reading, look)
        return _NO_CATALOGUE if reading.best() else NO_TEXT

    def upside_down(self, look: Look) -> bool:
        """Whether this is clearly the look of a card that stands on its head."""
        return any(matcher.upside_down(look) for matcher in self._matchers.values())

    def told_by_text(self, match: Match) -> bool:
        """Whether the text of an identified card tells it without its picture."""
        best = match.candidates[0] if match.candidates else None
        matcher = self._matchers.get(best.printing.game) if best is not None else None
        return best is None or matcher is None or matcher.told_by_text(best)

    def rests_on_own(self, reading: Reading, look: Look) -> bool:
        """Whether a card that the user confirmed is what this look is compared with."""
        matcher = self._matchers.get(reading.game)
        return matcher is not None and matcher.rests_on_own(reading, look)

    def numbers_in_question(
        self, reading: Reading, look: Look | None = None
    ) -> list[tuple[str, ...]]:
        """How the number may be printed on what fits all else; see `Matcher`."""
        matcher = self._matchers.get(reading.game)
        return matcher.numbers_in_question(reading, look) if matcher is not None else []

    def names_in_question(self, reading: Reading, look: Look) -> tuple[str, ...]:
        """What a card of which no name was read may be called; see `Matcher`."""
        matcher = self._matchers.get(reading.game)
        return matcher.names_in_question(reading, look) if matcher is not None else ()

    def printing(self, printing_id: str) -> Printing | None:
        """The printing with this id; None when no catalogue has it."""
        found = (matcher.printing(printing_id) for matcher in self._matchers.values())
        return next((printing for printing in found if printing is not None), None)

    def called(self, names: Sequence[str]) -> list[Printing]:
        """All printings of all games that bear one of these names in some language, exactly."""
        return [one for matcher in self._matchers.values() for one in matcher.called(names)]

    def candidate(
        self, printing: Printing, reading: Reading, look: Look | None = None
    ) -> Candidate | None:
        """What a card says for and against one printing; see `Matcher`."""
        matcher = self._matchers.get(printing.game)
        return matcher.candidate(printing, reading, look) if matcher is not None else None

    def may_look_the_same(self, printing: Printing) -> bool:
        """Whether another printing may bear the same picture."""
        matcher = self._matchers.get(printing.game)
        return matcher is None or matcher.may_look_the_same(printing)

    def agree(self, one: Reading, other: Reading) -> bool:
        """Whether both read the same of what tells a card of this game."""
        return one.game == other.game and all(
            _folded(one.of(name)[:1]) == _folded(other.of(name)[:1])
            for name, kind in self.game(one).fields.items()
            if kind.contradicts
        )

    def contradictions(self, candidate: Candidate) -> tuple[str, ...]:
        """The kinds of evidence that speak against a candidate."""
        game = self.game(candidate.printing)
        return weigh(candidate.evidence, game.rule).contradictions

    def facts(self, candidate: Candidate) -> tuple[str, ...]:
        """The kinds of evidence that speak for a candidate."""
        game = self.game(candidate.printing)
        return weigh(candidate.evidence, game.rule).facts

    def expect(self, recent: Sequence[Printing]) -> tuple[str, ...]:
        """Get ready for what probably follows these cards; the ids of the likeliest printings."""
        game_id = recent[-1].game if recent else None
        expected: tuple[str, ...] = ()
        for own_id, matcher in self._matchers.items():
            own = matcher.expect([printing for printing in recent if printing.game == own_id])
            expected = own if own_id == game_id else expected
        return expected

    def _as(
        self,
        game: Game,
        lines: Sequence[TextLine],
        reader: str,
        before: Reading | None,
        look: Look | None,
    ) -> Judged:
        reading = self.sort(lines, reader, game.id)
        if before is not None:
            numbers = before.checked_numbers if before.game == game.id else ()
            reading = replace(reading, checked_numbers=numbers, part=before.part)
        return reading, self.match(reading, look)


def _folded(fields: Sequence[Field]) -> list[str]:
    return [fold(field.text) for field in fields]


def _worth(judged: Judged) -> tuple[bool, float]:
    match = judged[1]
    points = match.candidates[0].points if match.candidates else 0.0
    return match.printing is not None, points
