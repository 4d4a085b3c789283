"""A card of which the name is certain and the printing is open: "Ninetales: which of four?"."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from cardscanner_gui.core.evidence import ARTWORK, NAME
from cardscanner_gui.core.rule import Finding, Rule
from cardscanner_gui.core.types import Match, Printing, Status

_Considered = Sequence[tuple[Printing, Mapping[str, float]]]
"""Printings with their points by kind of evidence, the likeliest first."""


@dataclass(frozen=True)
class CertainName:
    """What a card is called, and the printings that it may be.

    Attributes:
        printings: all that bear its picture and fit what was read, as far as they are among the
            candidates; the likeliest first, at least one.
    """

    printings: tuple[Printing, ...]

    def name_in(self, language: str | None) -> str:
        """The name in the card's language, else as `Printing.name` has it."""
        return self.printings[0].name_in(language)


def name_of_match(match: Match, rule: Rule) -> CertainName | None:
    """The name of a card that is unsure; None also where the printing is told."""
    considered = [(one.printing, one.evidence) for one in match.candidates]
    return certain_name(match.status, considered, rule)


def certain_name(status: Status, considered: _Considered, rule: Rule) -> CertainName | None:
    """The name that the candidates of an unsure card leave no doubt of, if there is one.

    That takes the card's picture. Beside it the name was read, and whatever else was read then
    speaks for one printing or another; or the picture stands alone, and nothing speaks against it.

    Args:
        status: of the card.
        considered: its candidates.
        rule: of the candidates' game.
    """
    if status is not Status.UNSURE or not considered or ARTWORK not in rule.full:
        return None
    bearers = [printing for printing, points in considered if points.get(ARTWORK, 0.0) > 0]
    best, evidence = considered[0]
    if best not in bearers or not all(_share_a_name(best, other) for other in bearers):
        return None
    against = _against(evidence, rule)
    alone = evidence[ARTWORK] >= rule.full[ARTWORK] and not against
    if not alone and evidence.get(NAME, 0.0) < rule.full[NAME]:
        return None
    return CertainName(
        tuple(
            printing
            for printing, points in considered
            if printing in bearers and _against(points, rule) <= against
        )
    )


def _against(points: Mapping[str, float], rule: Rule) -> set[str]:
    return {
        term
        for term in rule.contradictions
        if rule.finding(term, points.get(term, 0.0)) is Finding.CONTRADICTS
    }


def _share_a_name(one: Printing, other: Printing) -> bool:
    return not set(one.names.values()).isdisjoint(other.names.values())
