"""Which printing is it? Candidates from the catalogue, points for each, one answer or none."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.match.distance import CONFUSED_LETTERS
from cardscanner_gui.catalogue.match.evidence import Evidence, NumberKind, gather
from cardscanner_gui.catalogue.match.expectation import NOTHING, expected_after
from cardscanner_gui.catalogue.match.rule import (
    UNREADABLE_BELOW,
    Verdict,
    weigh,
    words_for,
)
from cardscanner_gui.catalogue.match.score import Scorer
from cardscanner_gui.catalogue.records import MatchRow
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Candidate, Match, Printing, Reading, Status

MAX_CANDIDATES = 8
_CLOSER_LOOK = 64
_MAX_ROWS = 600
_MAX_IN_QUESTION = 60
_FULL_SCORE_POINTS = 26.0
"""Number, name, HP: what a well-read card gives; shown to people as a score of about 0.9."""


@dataclass(frozen=True)
class _Ranked:
    row: MatchRow
    evidence: dict[str, float]

    @property
    def points(self) -> float:
        return sum(self.evidence.values())


class Matcher:
    """Matches readings against one catalogue. Use it from one thread."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
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
            self._expected, likely = expected_after(recent, self._catalogue)
            self._expected_after = after
            names = {fold(name) for printing in likely for name in printing.names.values()}
            for name in names:
                self._fetch(self._catalogue.keys_by_name(name))
        return self._expected.next

    def match(self, reading: Reading) -> Match:
        """The printing, if evidence agrees and beats the runner-up by the margin."""
        evidence = gather(reading)
        if evidence.empty:
            return Match(Status.UNREADABLE, "no text could be read")
        ranked = self._rank(evidence)
        if not ranked or ranked[0].points < UNREADABLE_BELOW:
            return Match(Status.UNREADABLE, "what was read fits no card in the catalogue")
        best = ranked[0]
        margin = best.points - ranked[1].points if len(ranked) > 1 else best.points
        verdict = weigh(best.evidence)
        candidates = self._candidates(ranked)
        if verdict.agreed and margin >= verdict.margin:
            printing = candidates[0].printing
            facts = words_for(verdict.facts, printing.printed_number)
            reason = f"{facts} agree"
            return Match(Status.IDENTIFIED, reason, printing, margin, candidates)
        reason = _why_unsure(verdict, margin, ranked, candidates)
        return Match(Status.UNSURE, reason, None, margin, candidates)

    def numbers_in_question(self, reading: Reading) -> list[tuple[str, ...]]:
        """How the number may be printed on each printing that bears the name and HP that were read.

        Empty when no name was read, or so common a one that its number can't be guessed.
        """
        evidence = gather(reading)
        scorer = Scorer(evidence, self._catalogue.set_codes)
        rows = [
            row
            for row in self._fetch(self._pool(evidence))
            if (points := scorer.cheap(row)).get("name", 0.0) >= 6
            and points.get("hp", 0.0) >= 0
            and points.get("script", 0.0) >= 0
        ]
        return [row.number_forms for row in rows] if len(rows) <= _MAX_IN_QUESTION else []

    def printing(self, printing_id: str) -> Printing | None:
        """The printing with this id; None when this catalogue has none."""
        return self._catalogue.printing(printing_id)

    def may_look_the_same(self, printing: Printing) -> bool:
        """Whether another printing may bear the same picture: same name by the same artist."""
        keys = self._catalogue.keys_by_name(fold(printing.name))
        artist = fold(printing.illustrator)
        return any(
            row.id != printing.id and (row.artist == artist or not artist or not row.artist)
            for row in self._fetch(keys[:_MAX_ROWS])
        )

    def _rank(self, evidence: Evidence) -> list[_Ranked]:
        scorer = Scorer(evidence, self._catalogue.set_codes)
        rows = self._fetch(self._pool(evidence))
        rough = sorted(rows, key=lambda row: -sum(scorer.cheap(row).values()))[:_CLOSER_LOOK]
        # Points first, always: what is expected orders those that are equal.
        return sorted(
            (_Ranked(row, scorer.full(row)) for row in rough),
            key=lambda r: (-round(r.points, 6), -self._expected.rank(r.row)),
        )

    def _pool(self, evidence: Evidence) -> list[int]:
        """Keys of printings worth a look, the likeliest first."""
        worth: dict[int, float] = {}

        def add(keys: Sequence[int], value: float) -> None:
            for key in keys:
                worth[key] = max(worth.get(key, 0.0), value)

        catalogue = self._catalogue
        for number in evidence.numbers:
            weight = 60.0 if number.kind is NumberKind.LONE else 95.0
            add(catalogue.keys_by_number(number.text), weight)
            if number.kind is not NumberKind.LONE:
                add(catalogue.keys_by_number(number.text.translate(CONFUSED_LETTERS)), 85.0)
        for name in evidence.names:
            for known in catalogue.names_like(name, 16):
                similarity = fuzz.ratio(name, known)
                if len(known) >= 4 and known in name:
                    similarity = max(similarity, 78.0)
                if similarity >= 60:
                    add(catalogue.keys_by_name(known), similarity)
        if not evidence.names or not worth:
            for line in evidence.body:
                if 4 <= len(line) <= 40:
                    for known in catalogue.attacks_like(line, 3):
                        if fuzz.ratio(line, known) >= 80:
                            add(catalogue.keys_by_attack(known)[:200], fuzz.ratio(line, known) - 25)
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
            Candidate(printing, r.points, score_for_people(r.points), r.evidence)
            for printing, r in zip(printings, top, strict=True)
        )


def score_for_people(points: float) -> float:
    """Points squeezed into 0 to 1: 0 at nothing, 0.9 for a well-read card, never quite 1."""
    if points <= 0:
        return 0.0
    return round(1.0 - math.pow(0.1, points / _FULL_SCORE_POINTS), 3)


def _why_unsure(
    verdict: Verdict, margin: float, ranked: Sequence[_Ranked], candidates: Sequence[Candidate]
) -> str:
    number = candidates[0].printing.printed_number
    if verdict.agreed:
        close = sum(ranked[0].points - r.points < verdict.margin for r in ranked)
        return f"{close} printings fit" if close > 1 else "another printing fits nearly as well"
    if verdict.contradictions:
        return f"{words_for(verdict.contradictions, number)} speaks against the best match"
    if verdict.facts:
        return f"only {words_for(verdict.facts, number)} could be read"
    return "too little could be read"
