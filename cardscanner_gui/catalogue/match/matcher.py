"""Which printing is it? Candidates from the catalogue, points for each, one answer or none."""

from __future__ import annotations

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from cardscanner_gui.catalogue.artwork.index import ArtworkIndex
from cardscanner_gui.catalogue.artwork.resembling import OwnCards, Resembling
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.match.expectation import NOTHING, expected_after
from cardscanner_gui.core.catalogue import MatchRow
from cardscanner_gui.core.evidence import ARTWORK, NAME, NUMBER, Artwork, Observation, Term
from cardscanner_gui.core.game import Game
from cardscanner_gui.core.look import Look
from cardscanner_gui.core.rule import Verdict, weigh
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Candidate, Match, Printing, Reading, Status

MAX_CANDIDATES = 8
_CLOSER_LOOK = 64
_MAX_ROWS = 600
_MAX_IN_QUESTION = 60


@dataclass(frozen=True)
class _Ranked:
    row: MatchRow
    evidence: dict[str, float]

    @property
    def points(self) -> float:
        return sum(self.evidence.values())

    def lead(self, other: _Ranked) -> float:
        """By how much it is ahead in what can be said of both.

        What an entry lacks is no evidence against it: points for one of them count only where the
        other has some too.
        """
        own, others = self.evidence, other.evidence
        gained = sum(points for term, points in own.items() if points < 0 or term in others)
        return gained - sum(points for term, points in others.items() if points < 0 or term in own)


class Matcher:
    """Matches readings against one catalogue. Use it from one thread."""

    def __init__(
        self,
        catalogue: Catalogue,
        game: Game,
        artwork: ArtworkIndex | None = None,
        own_cards: OwnCards = tuple,
    ) -> None:
        """Match by the game's terms and rule, in its catalogue, and by pictures that are known.

        `own_cards` gives those that the user confirmed.
        """
        terms = game.terms()
        self._catalogue = catalogue
        self._terms = {term.name: term for term in terms}
        self._cheap = [term for term in terms if term.cheap]
        self._closer = [term for term in terms if not term.cheap]
        self._rule = game.rule
        self._strip_rule = replace(game.rule, keys=(*game.rule.keys, *game.strip_keys))
        self._related = game.related
        index = artwork if artwork is not None else ArtworkIndex(())
        self._resembling = Resembling(index, catalogue, game, own_cards)
        self._rows: dict[int, MatchRow] = {}
        self._expected = NOTHING
        self._expected_after: tuple[str, ...] = ()

    def expect(self, recent: Sequence[Printing]) -> tuple[str, ...]:
        """Prefer what probably follows these cards wherever points are equal.

        Rows that the likeliest cards will be compared with are fetched ahead; the same cards again
        cost nothing.

        Args:
            recent: what was scanned last, the newest at the end; none ends the preference.

        Returns:
            Ids of the likeliest printings, the likeliest first.
        """
        after = tuple(printing.id for printing in recent)
        if after != self._expected_after:
            self._expected, likely = expected_after(recent, self._catalogue, self._related)
            self._expected_after = after
            names = {fold(name) for printing in likely for name in printing.names.values()}
            for name in names:
                self._fetch(self._catalogue.keys_by_name(name))
        return self._expected.next

    def match(self, reading: Reading, look: Look | None = None) -> Match:
        """The printing, if evidence agrees and beats the runner-up by the margin.

        Args:
            reading: the card's text.
            look: its picture, where somebody looked at it.
        """
        seen = self._observation(reading, look)
        if not any(term.searches(seen, found=False) for term in self._terms.values()):
            return Match(Status.UNREADABLE, "no text could be read")
        answer = self._answer(seen)
        if answer.printing is None or look is None:
            return answer
        if seen.artwork is not None or self._named(seen):
            return answer
        # A number alone may be another card's, misread; with a name the picture is under glare.
        (row,) = self._catalogue.rows_by_id([answer.printing.id])
        artwork = self._resembling.not_its_own(look, row)
        return answer if artwork is None else self._answer(seen.with_artwork(artwork))

    def _answer(self, seen: Observation) -> Match:
        reading = seen.reading
        ranked = self._rank(seen)
        if not ranked or ranked[0].points < self._rule.unreadable_below:
            return Match(Status.UNREADABLE, "what was read fits no card in the catalogue")
        best = ranked[0]
        margin = min((best.lead(other) for other in ranked[1:]), default=best.points)
        # A strip's number counts once the picture has confirmed it.
        strip = bool(reading.part) and bool(reading.checked_numbers)
        verdict = weigh(best.evidence, self._strip_rule if strip else self._rule)
        close = [other for other in ranked[1:] if self._is_close(best, other, verdict)]
        candidates = self._candidates(ranked)
        if verdict.agreed and not close:
            printing = candidates[0].printing
            reason = f"{self._words(verdict.facts, reading, printing)} agree"
            return Match(Status.IDENTIFIED, reason, printing, margin, candidates)
        printing = candidates[0].printing
        reason = self._why_unsure(verdict, len(close), reading, printing)
        if seen.artwork is not None:
            reason = self._picture_words(seen.artwork, verdict, printing, reason, len(close))
        return Match(Status.UNSURE, reason, None, margin, candidates)

    def numbers_in_question(
        self, reading: Reading, look: Look | None = None
    ) -> list[tuple[str, ...]]:
        """How the number may be printed on each printing that fits all else that was read.

        That is the name, and whatever is quick to compare; where it is clear whose picture the card
        bears, only on those. Empty when neither says anything, or so common a name was read that
        its number can't be guessed.
        """
        seen = self._observation(reading, look)
        bearers = seen.artwork.keys if seen.artwork is not None else ()
        # None of them fits a card of another region, whose picture is only known from here.
        rows = self._fitting(bearers, seen) or self._fitting(self._pool(seen), seen)
        return [row.number_forms for row in rows] if len(rows) <= _MAX_IN_QUESTION else []

    def _fitting(self, keys: Sequence[int], seen: Observation) -> list[MatchRow]:
        return [
            row
            for row in self._fetch(keys)
            if self._fits_but_for_number(_points(self._cheap, seen, row))
        ]

    def names_in_question(self, reading: Reading, look: Look) -> tuple[str, ...]:
        """What a card may be called whose name wasn't read, by the pictures that it resembles.

        In every language; empty where one of those names was read, or there is no such picture.
        """
        if not self._resembling.knows_any:
            return ()
        rows = self._fetch([row.key for row in self._resembling.likely(look)])
        term, seen = self._terms[NAME], Observation(reading)
        if any((term.points(seen, row) or 0.0) >= self._rule.least[NAME] for row in rows):
            return ()
        printings = self._catalogue.printings([row.key for row in rows])
        return tuple(dict.fromkeys(name for one in printings for name in one.names.values()))

    def printing(self, printing_id: str) -> Printing | None:
        """The printing with this id; None when this catalogue has none."""
        return self._catalogue.printing(printing_id)

    def called(self, names: Iterable[str]) -> list[Printing]:
        """All printings that bear one of these names in some language, exactly."""
        keys = (key for name in names for key in self._catalogue.keys_by_name(fold(name)))
        return self._catalogue.printings(list(dict.fromkeys(keys))[:_MAX_ROWS])

    def candidate(
        self, printing: Printing, reading: Reading, look: Look | None = None
    ) -> Candidate | None:
        """What a card says for and against one printing; None when this catalogue has it not."""
        rows = self._catalogue.rows_by_id([printing.id])
        if not rows:
            return None
        evidence = _points(self._terms.values(), self._observation(reading, look), rows[0])
        points = sum(evidence.values())
        return Candidate(printing, points, self._score(points), evidence)

    def may_look_the_same(self, printing: Printing) -> bool:
        """Whether another printing may bear the same picture: same name by the same artist."""
        keys = self._catalogue.keys_by_name(fold(printing.name))
        artist = fold(printing.illustrator)
        return any(
            row.id != printing.id and (row.artist == artist or not artist or not row.artist)
            for row in self._fetch(keys[:_MAX_ROWS])
        )

    @property
    def knows_pictures(self) -> bool:
        """Whether a look says anything."""
        return self._resembling.knows_any

    def upside_down(self, look: Look) -> bool:
        """Whether this is clearly the look of a card that stands on its head."""
        return self._resembling.upside_down(look)

    def rests_on_own(self, reading: Reading, look: Look) -> bool:
        """Whether a card that the user confirmed is what this look is compared with."""
        return self._resembling.rests_on_own(look, self._named(Observation(reading)))

    def told_by_text(self, candidate: Candidate) -> bool:
        """Whether a key is complete without the picture."""
        points = {term: value for term, value in candidate.evidence.items() if term != ARTWORK}
        return weigh(points, self._rule).agreed

    def _observation(self, reading: Reading, look: Look | None = None) -> Observation:
        seen = Observation(reading, set_codes=self._catalogue.set_codes)
        if look is None:
            return seen
        return seen.with_artwork(self._resembling.artwork(look, self._named(seen)))

    def _named(self, seen: Observation) -> list[MatchRow]:
        """All printings of the names that were read."""
        term = self._terms.get(NAME)
        if term is None or not term.searches(seen, found=False):
            return []
        keys = dict.fromkeys(key for key, _ in term.candidates(seen, self._catalogue))
        least = self._rule.least[NAME]
        return [row for row in self._fetch(list(keys)) if (term.points(seen, row) or 0.0) >= least]

    def _fits_but_for_number(self, points: Mapping[str, float]) -> bool:
        # The picture stands for a name that wasn't read.
        told = NAME if NAME in points else ARTWORK
        return points.get(told, 0.0) >= self._rule.full.get(told, 0.0) > 0 and all(
            value >= 0 for term, value in points.items() if term != NUMBER
        )

    def _rank(self, seen: Observation) -> list[_Ranked]:
        rows = self._fetch(self._pool(seen))
        rough = [_Ranked(row, _points(self._cheap, seen, row)) for row in rows]
        rough.sort(key=lambda r: -r.points)
        closer = [
            _Ranked(r.row, r.evidence | _points(self._closer, seen, r.row))
            for r in rough[:_CLOSER_LOOK]
        ]
        # Points first, always: what is expected orders those that are equal.
        return sorted(closer, key=lambda r: (-round(r.points, 6), -self._expected.rank(r.row)))

    def _pool(self, seen: Observation) -> list[int]:
        """Keys of printings worth a look, the likeliest first."""
        worth: dict[int, float] = {}
        for term in self._terms.values():
            if term.searches(seen, found=bool(worth)):
                for key, value in term.candidates(seen, self._catalogue):
                    if value > worth.get(key, 0.0):
                        worth[key] = value
        return sorted(worth, key=lambda key: -worth[key])[:_MAX_ROWS]

    def _fetch(self, keys: Sequence[int]) -> list[MatchRow]:
        missing = [key for key in keys if key not in self._rows]
        if len(self._rows) + len(missing) > 50_000:
            self._rows.clear()
            missing = list(keys)
        for row in self._catalogue.rows(missing):
            self._rows[row.key] = row
        return [self._rows[key] for key in keys]

    def _candidates(self, ranked: Sequence[_Ranked]) -> tuple[Candidate, ...]:
        top = ranked[:MAX_CANDIDATES]
        printings = self._catalogue.printings([r.row.key for r in top])
        return tuple(
            Candidate(printing, r.points, self._score(r.points), r.evidence)
            for printing, r in zip(printings, top, strict=True)
        )

    def _score(self, points: float) -> float:
        """Points squeezed into 0 to 1: 0 at nothing, 0.9 for a well-read card, never quite 1."""
        if points <= 0:
            return 0.0
        return round(1.0 - math.pow(0.1, points / self._rule.well_read), 3)

    def _is_close(self, best: _Ranked, other: _Ranked, verdict: Verdict) -> bool:
        return best.lead(other) < self._rule.margin_over(other.evidence, verdict.margin)

    def _why_unsure(self, verdict: Verdict, close: int, reading: Reading, best: Printing) -> str:
        if verdict.agreed:
            return f"{close + 1} printings fit"
        if verdict.contradictions:
            return self._terms[verdict.contradictions[0]].against(reading, best)
        if verdict.facts:
            return f"only {self._words(verdict.facts, reading, best)} could be read"
        return "too little could be read"

    def _picture_words(
        self, artwork: Artwork, verdict: Verdict, best: Printing, otherwise: str, close: int
    ) -> str:
        """Why it is left open, with what the picture says; `otherwise` is why without it."""
        if best.id in artwork.unlike:
            return (
                f"the artwork is none of {best.name}'s in the catalogue: another card, or one that"
                " the catalogue lacks"
            )
        looks_like = self._like(artwork)
        if looks_like is None:
            return otherwise
        if ARTWORK in verdict.contradictions:
            return f"the artwork looks like {looks_like}, which isn't what was read"
        if best.id not in artwork.bearers:
            return otherwise
        if verdict.contradictions and not verdict.agreed:
            return f"the artwork looks like {looks_like}, but {otherwise}"
        bear = close + 1 if verdict.agreed else len(artwork.bearers)
        if bear > 1:
            return f"{bear} printings bear this artwork, {looks_like} among them"
        return f"the artwork looks like {looks_like}, but too little else could be read"

    def _like(self, artwork: Artwork) -> str | None:
        found = self._catalogue.printings(artwork.keys[:1])
        return f"{found[0].name} {found[0].printed_number}".strip() if found else None

    def _words(self, terms: Iterable[str], reading: Reading, printing: Printing) -> str:
        """`("number", "name", "hp")` → `number 012/193, name and HP`."""
        words = [self._terms[term].fact(reading, printing) for term in terms]
        if len(words) < 2:
            return "".join(words)
        return f"{', '.join(words[:-1])} and {words[-1]}"


def _points(terms: Iterable[Term], seen: Observation, row: MatchRow) -> dict[str, float]:
    """The points of these terms; those that say nothing are absent."""
    points = {}
    for term in terms:
        value = term.points(seen, row)
        if value is not None:
            points[term.name] = value
    return points
