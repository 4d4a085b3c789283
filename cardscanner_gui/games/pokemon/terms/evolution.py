"""What a Pokémon evolves from."""

from __future__ import annotations

from rapidfuzz import fuzz

from cardscanner_gui.catalogue.match.alike import most_alike, texts
from cardscanner_gui.core.catalogue import MatchRow
from cardscanner_gui.core.evidence import Compared, Observation, Term
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Printing, Reading
from cardscanner_gui.games.pokemon.facts import evolves_from

_SAME, _OTHER = 80.0, 50.0
_AGREES, _CONTRADICTS = 2.0, -1.5


class EvolutionTerm(Term):
    """“Evolves from …” above the picture."""

    name = "evolution"
    label = "evolves from"
    cheap = False

    def points(self, seen: Observation, row: MatchRow) -> float | None:
        read, printed = seen.once(_origins), row.facts.get("evolves_from", ())
        if not read or not printed:
            return None
        likeness = max(fuzz.ratio(a, b) for a in read for b in printed)
        if likeness >= _SAME:
            return _AGREES
        return _CONTRADICTS if likeness < _OTHER else None

    def compared(self, reading: Reading, printing: Printing) -> Compared:
        return most_alike(texts(reading.of("evolves_from")), list(evolves_from(printing).values()))


def _origins(seen: Observation) -> tuple[str, ...]:
    folded = (fold(field.text) for field in seen.reading.of("evolves_from"))
    return tuple(name for name in folded if name)
