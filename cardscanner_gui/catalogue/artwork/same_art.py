"""What the catalogue knows about printings that bear the same picture."""

from __future__ import annotations

from collections.abc import Sequence

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.records import MatchRow


def same_name(one: MatchRow, other: MatchRow) -> bool:
    """Whether they share a name in some language."""
    return not set(one.names).isdisjoint(other.names)


def may_share_art(one: MatchRow, other: MatchRow) -> bool:
    """Whether these may bear the same picture: name and illustrator agree, or name and attacks.

    The attacks count too because now and then a holo printing and its plain one are listed under
    two illustrators, and because some entries name none.
    """
    if not same_name(one, other):
        return False
    if one.artist and one.artist == other.artist:
        return True
    attacks = _flat(one.attacks)
    return bool(attacks) and not attacks.isdisjoint(_flat(other.attacks))


class CatalogueArt:
    """Answers by printing ids whether the catalogue says that two bear the same picture."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._rows: dict[str, MatchRow | None] = {}

    def __call__(self, one: str, other: str) -> bool:
        """False also where the catalogue doesn't have one of them."""
        first, second = self._row(one), self._row(other)
        return first is not None and second is not None and may_share_art(first, second)

    def is_energy(self, printing_id: str) -> bool:
        """Whether it is an Energy card; False also where the catalogue doesn't have it."""
        row = self._row(printing_id)
        return row is not None and row.category == "Energy"

    def _row(self, printing_id: str) -> MatchRow | None:
        if printing_id not in self._rows:
            found = self._catalogue.rows_by_id([printing_id])
            self._rows[printing_id] = found[0] if found else None
        return self._rows[printing_id]


def _flat(attacks: Sequence[tuple[str, ...]]) -> set[str]:
    return {form for attack in attacks for form in attack}
