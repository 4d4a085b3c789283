"""The reasons for an answer: the points that decided, what was read and what is printed."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from cardscanner_gui.core.codec import decode_reading_summary
from cardscanner_gui.core.evidence import Compared
from cardscanner_gui.core.game import Game
from cardscanner_gui.core.rule import Finding
from cardscanner_gui.core.types import Printing, Reading


@dataclass(frozen=True)
class Reason:
    """What one kind of evidence said of one printing.

    Attributes:
        term: its name in the evidence.
        label: what people call it.
        points: that it gave, negative ones against the printing.
        finding: what the rule made of them.
        read: the text that was read; of several the one that came closest. None: there is none.
        printed: what the catalogue has. None: nothing to show.
    """

    term: str
    label: str
    points: float
    finding: Finding
    read: str | None = None
    printed: str | None = None

    @property
    def words(self) -> str:
        """Such as `number 012/193` or `number: read “012/198”, printed 012/193`."""
        if self.read is None:
            return f"{self.label} {self.printed} (not read)" if self.printed else self.label
        if self.finding is Finding.AGREES and self.read == self.printed:
            return f"{self.label} {self.printed}"
        return f"{self.label}: read “{self.read}”, printed {self.printed or 'none'}"


def reasons(
    evidence: Mapping[str, float],
    reading: Reading | Mapping[str, Any],
    printing: Printing,
    game: Game,
) -> tuple[Reason, ...]:
    """Why a printing is, or isn't, the card, in the order of the terms.

    Nothing is compared anew but which of several hypotheses to show: what agrees and what speaks
    against it is what the points said when the card was matched.

    Args:
        evidence: points by term, as a candidate holds them or a scan has kept them.
        reading: what was read, or the summary of it that a scan has kept.
        printing: the candidate.
        game: the printing's.
    """
    seen = reading if isinstance(reading, Reading) else decode_reading_summary(reading)
    known = {term.name: term for term in game.terms()}
    order = [name for name in known if name in evidence]
    # Those of a version with more terms are told all the same.
    order += [name for name in evidence if name not in known]
    found = []
    for name in order:
        term = known.get(name)
        label = term.label if term else name
        compared = term.compared(seen, printing) if term else Compared(None, None)
        points = evidence[name]
        found.append(Reason(name, label, points, game.rule.finding(name, points), *compared))
    return tuple(found)
