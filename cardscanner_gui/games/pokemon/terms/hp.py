"""Hit points, beside the name."""

from __future__ import annotations

from cardscanner_gui.catalogue.match.alike import texts
from cardscanner_gui.core.catalogue import MatchRow
from cardscanner_gui.core.evidence import Compared, Observation, Term
from cardscanner_gui.core.types import Printing, Reading

_SAME = 4.0
_CONTRADICTS = -4.0


class HpTerm(Term):
    """The hit points of a Pokémon; other cards have none, and some entries lack them."""

    name = "hp"
    label = "HP"
    cheap = True

    def points(self, seen: Observation, row: MatchRow) -> float | None:
        return seen.once(_points, row.facts.get("hp"))

    def compared(self, reading: Reading, printing: Printing) -> Compared:
        hp = printing.facts.get("hp")
        read, printed = texts(reading.of("hp")), None if hp is None else str(hp)
        return Compared(printed if printed in read else next(iter(read), None), printed)


def _points(seen: Observation, printed: int | None) -> float | None:
    read = seen.once(_hps)
    if not read or not printed:
        return None
    return _SAME if printed in read else _CONTRADICTS


def _hps(seen: Observation) -> frozenset[int]:
    return frozenset(int(field.text) for field in seen.reading.of("hp") if field.text.isdigit())
