"""The picture, compared with the pictures of the printings."""

from __future__ import annotations

from collections.abc import Iterator

from cardscanner_gui.core.catalogue import LookUps, MatchRow
from cardscanner_gui.core.evidence import ARTWORK, NUMBER, Compared, Observation, Term
from cardscanner_gui.core.numbers import is_clear_number, same_number
from cardscanner_gui.core.types import Printing, Reading

BEARER = 12.0
"""As much as a number that was read exactly. All bearers have it: between them what was read
decides, as between printings of one name."""
_ABROAD = 8.0
"""What the picture is worth for a printing of another region by the same illustrator: nobody has
compared its picture, and the illustrator may have drawn the creature twice."""
_BUT_ANOTHER_NUMBER = 5.0
_ANOTHER = -6.0
_NOT_A_BEARER = 0.0
_CALLED_OTHERWISE = -3.0
"""Of another region's printing nobody knows which name of this one's it has."""
_BY_ANOTHER = -3.0
"""An entry may name the wrong illustrator, more often than a fingerprint lies."""
_UNLIKE = -3.0
_WORTH = 100.0


class ArtworkTerm(Term):
    """Whether the card's picture is this printing's; several may bear it."""

    name = ARTWORK
    label = "artwork"
    cheap = True

    def searches(self, seen: Observation, found: bool) -> bool:
        return seen.artwork is not None and bool(seen.artwork.bearers)

    def candidates(self, seen: Observation, catalogue: LookUps) -> Iterator[tuple[int, float]]:
        for key in seen.artwork.keys if seen.artwork is not None else ():
            yield key, _WORTH

    def points(self, seen: Observation, row: MatchRow) -> float | None:
        artwork = seen.artwork
        if artwork is None:
            return None
        if row.id in artwork.bearers:
            return _BUT_ANOTHER_NUMBER if _bears_another_number(seen, row) else BEARER
        if artwork.bearers:
            if row.id in artwork.known:
                return _ANOTHER
            if row.id in artwork.abroad:
                return _BUT_ANOTHER_NUMBER if _bears_another_number(seen, row) else _ABROAD
            if row.id in artwork.drawn_by_others:
                return _BY_ANOTHER
            # The catalogue says that it doesn't bear the picture; its own nobody has seen.
            other = artwork.is_called_otherwise(row.region, row.names)
            return _CALLED_OTHERWISE if other else _NOT_A_BEARER
        return _UNLIKE if row.id in artwork.unlike else None

    def compared(self, reading: Reading, printing: Printing) -> Compared:
        return Compared(None, None)  # pictures, no texts


def _bears_another_number(seen: Observation, row: MatchRow) -> bool:
    """Whether a clear number was read, and it isn't this printing's.

    A number that is nearly the same will do for text, which has other facts. Here it would be a
    reprint that the catalogue lacks.
    """
    fields = seen.reading.hypotheses().get(NUMBER, ())
    read = [field.text for field in fields if "/" in field.text or is_clear_number(field.text)]
    return bool(read) and not any(same_number(one, row.number_forms) for one in read)
