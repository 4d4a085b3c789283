"""When evidence is enough for an answer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from types import MappingProxyType

from cardscanner_gui.core.words import mark


class Finding(StrEnum):
    """What one kind of evidence comes to, in the rule's own measures."""

    AGREES = mark("agrees")
    NEAR = mark("near")
    SAYS_LITTLE = mark("says little")
    CONTRADICTS = mark("contradicts")


@dataclass(frozen=True)
class Key:
    """Independent facts that together never lied in measurement.

    Attributes:
        facts: the least points that each of these terms must give.
        sides: how many side facts there must be, those among `facts` counted.
        outvotes: terms of which one may speak against it.
    """

    facts: Mapping[str, float]
    sides: int = 0
    outvotes: frozenset[str] = frozenset()

    def __post_init__(self) -> None:
        object.__setattr__(self, "facts", MappingProxyType(dict(self.facts)))

    def outvoted(self, against: Sequence[str]) -> bool:
        """Whether it is complete in spite of these contradictions."""
        return not against or (len(against) == 1 and against[0] in self.outvotes)


@dataclass(frozen=True)
class Verdict:
    """Whether a key is complete, which facts speak for and against it, and how far ahead of the
    next printing it must be.
    """

    agreed: bool
    facts: tuple[str, ...]
    contradictions: tuple[str, ...]
    margin: float


@dataclass(frozen=True)
class Rule:
    """The keys of one game, and by how much an answer must be ahead.

    Attributes:
        keys: each is enough.
        sides: the least points from which a term is a side fact.
        contradictions: terms that may speak against an answer, in the order they are named in.
        contradicts: points from which down they do.
        margin: points between the best printing and the next.
        near_margin: the same where one of a key's facts is less than another key would ask of it:
            a number that had to be taken for a misreading is another printing's perhaps.
        nearly: points of a contradiction from which up the card may be that printing all the same,
            one character misread.
        nearly_margin: points that an answer must be ahead of such a printing.
        unreadable_below: with fewer points nothing of the catalogue was read.
        well_read: points of a well-read card, shown to people as a score of 0.9.
    """

    keys: tuple[Key, ...]
    sides: Mapping[str, float] = field(default_factory=dict)
    contradictions: tuple[str, ...] = ()
    contradicts: float = -2.0
    margin: float = 5.0
    near_margin: float = 8.0
    nearly: Mapping[str, float] = field(default_factory=dict)
    nearly_margin: float = 15.0
    unreadable_below: float = 3.0
    well_read: float = 26.0

    def __post_init__(self) -> None:
        for name in ("sides", "nearly"):
            object.__setattr__(self, name, MappingProxyType(dict(getattr(self, name))))

    @cached_property
    def least(self) -> Mapping[str, float]:
        """The least points that make each term a fact."""
        return {term: min(wanted) for term, wanted in self._wanted.items()} | dict(self.sides)

    @cached_property
    def full(self) -> Mapping[str, float]:
        """The points with which each term is a fact in every key that asks for it."""
        return {term: max(wanted) for term, wanted in self._wanted.items()} | dict(self.sides)

    @cached_property
    def _wanted(self) -> Mapping[str, list[float]]:
        wanted: dict[str, list[float]] = {}
        for key in self.keys:
            for term, points in key.facts.items():
                wanted.setdefault(term, []).append(points)
        return wanted

    def finding(self, term: str, points: float) -> Finding:
        """What these points of one term come to."""
        if points <= self.contradicts:
            return Finding.CONTRADICTS
        if term not in self.least or points < self.least[term]:
            return Finding.SAYS_LITTLE
        return Finding.AGREES if points >= self.full[term] else Finding.NEAR

    def margin_over(self, other: Mapping[str, float], margin: float) -> float:
        """How far ahead of a printing with these points an answer of that `margin` must be."""
        nearly = any(
            least <= other.get(term, 0.0) <= self.contradicts for term, least in self.nearly.items()
        )
        return self.nearly_margin if nearly else margin


def weigh(points: Mapping[str, float], rule: Rule) -> Verdict:
    """Judge one printing's points, by the names of the terms, by a rule."""
    findings = {term: rule.finding(term, value) for term, value in points.items()}
    told = {Finding.AGREES, Finding.NEAR}
    facts = tuple(term for term in rule.least if findings.get(term) in told)
    against = tuple(t for t in rule.contradictions if findings.get(t) is Finding.CONTRADICTS)
    sides = sum(term in rule.sides for term in facts)
    agreed = any(
        key.outvoted(against)
        and sides >= key.sides
        and all(points.get(term, 0.0) >= least for term, least in key.facts.items())
        for key in rule.keys
    )
    near = any(findings[term] is Finding.NEAR for term in facts)
    return Verdict(agreed, facts, against, rule.near_margin if near else rule.margin)
