"""When evidence is enough for an answer, and how to say why in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

MARGIN = 5.0
"""Points between the best printing and the next: measured, 4 gave no wrong answer over 520 varied
reads and 0 gave three; one point more is our safety distance."""

NEAR_MARGIN = 8.0
"""The same where the number had to be taken for a misreading: other art of the same card in the
same set has the same name and HP, and a number that may be a misreading away too."""

UNREADABLE_BELOW = 3.0

_SIDE_FACTS = {"hp": 3.0, "code": 5.0, "attacks": 3.0, "artist": 3.0, "year": 1.5}
_CONTRADICTIONS = ("name", "number", "hp", "code", "attacks", "artist")
_WORDS = {
    "hp": "HP",
    "code": "set code",
    "attacks": "attacks",
    "artist": "artist",
    "year": "year",
}


@dataclass(frozen=True)
class Verdict:
    """Whether a key of independent facts is complete, which facts it is made of, and how far ahead
    of the next printing it must be.
    """

    agreed: bool
    facts: tuple[str, ...]
    contradictions: tuple[str, ...]
    margin: float = MARGIN


def weigh(points: Mapping[str, float]) -> Verdict:
    """Judge one printing's points by the keys that never lied in measurement.

    A key is complete with: number and name without contradiction; number and two side facts; a near
    number, name and one side fact; a lone number, name and two; or name and three side facts.
    """
    name = points.get("name", 0.0) >= 6
    number = points.get("number", 0.0)
    side = [f for f, least in _SIDE_FACTS.items() if points.get(f, 0.0) >= least]
    against = tuple(f for f in _CONTRADICTIONS if points.get(f, 0.0) <= -2)
    exact, near, lone = number >= 10, number >= 6.5, number >= 3
    if against:
        # One contradiction is outvoted only by the full key and two side facts.
        agreed = exact and name and len(side) >= 2 and len(against) == 1
    else:
        agreed = (
            (exact and (name or len(side) >= 2))
            or (near and name and len(side) >= 1)
            or (lone and name and len(side) >= 2)
            or (name and len(side) >= 3)
        )
    facts = (["number"] if lone else []) + (["name"] if name else []) + side
    margin = NEAR_MARGIN if lone and not exact else MARGIN
    return Verdict(agreed, tuple(facts), against, margin)


def words_for(facts: Sequence[str], printed_number: str) -> str:
    """`("number", "name", "hp")` → `number 012/193, name and HP`."""
    words = [f"number {printed_number}" if f == "number" else _WORDS.get(f, f) for f in facts]
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} and {words[-1]}"
