"""What probably comes next after the cards that were scanned last.

People scan piles that are sorted: a set in the order of its numbers, an evolution line, the same
set, the same language. That orders printings which a reading fits equally well; it is no evidence.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.core.catalogue import MatchRow
from cardscanner_gui.core.types import Printing

_NEXT_NUMBERS = 4

Related = Callable[[Printing, Iterable[Printing]], Iterable[Printing]]


@dataclass(frozen=True)
class Expected:
    """Printings that are likelier than others.

    Attributes:
        next: ids of the likeliest, the likeliest first.
        sets: ids of the sets that the last cards are from.
        region: of the last card; empty before the first.
    """

    next: tuple[str, ...] = ()
    sets: frozenset[str] = frozenset()
    region: str = ""

    def rank(self, row: MatchRow) -> float:
        """How likely a printing comes now, higher is likelier; 0 without any reason."""
        if row.id in self.next:
            return 3.0 - self.next.index(row.id) / len(self.next)
        if row.id.rpartition("-")[0] in self.sets:
            return 1.0
        return 0.5 if row.region == self.region else 0.0


NOTHING = Expected()


def expected_after(
    recent: Sequence[Printing], catalogue: Catalogue, related: Related
) -> tuple[Expected, list[Printing]]:
    """What probably follows these cards, and the likeliest printings themselves.

    Args:
        recent: what was scanned last, the newest at the end.
        catalogue: where they are from.
        related: which others of its set often lie beside a card.
    """
    if not recent:
        return NOTHING, []
    last = recent[-1]
    printings = {printing.id: printing for printing in catalogue.set_printings(last.set_id)}
    ids = [
        *_next_numbers(recent, list(printings)),
        *(one.id for one in related(last, printings.values())),
    ]
    # And then once more the same: people keep their copies together.
    likely = tuple(id_ for id_ in dict.fromkeys([*ids, last.id]) if id_ in printings)
    sets = frozenset(printing.set_id for printing in recent)
    return Expected(likely, sets, last.region), [printings[id_] for id_ in likely]


def _next_numbers(recent: Sequence[Printing], order: Sequence[str]) -> Sequence[str]:
    """Those after the last one in its set's order, or before it when the pile runs backwards."""
    last = recent[-1]
    if last.id not in order:
        return []
    at = order.index(last.id)
    before = recent[-2].id if len(recent) > 1 else None
    backwards = before in order and order.index(before) > at
    if backwards:
        return order[max(0, at - _NEXT_NUMBERS) : at][::-1]
    return order[at + 1 : at + 1 + _NEXT_NUMBERS]
