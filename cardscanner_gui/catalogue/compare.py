"""Whether a catalogue would be a loss in place of another."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from cardscanner_gui.core.errors import CatalogueError

if TYPE_CHECKING:  # it brings the libraries of searching, which the first paint doesn't wait for
    from cardscanner_gui.catalogue.database import CatalogueInfo

_TIDIED = 0.99
"""A source that mends its data drops a card here and there; fewer than this part is a loss."""

_DATED = re.compile(r"\d{4}-\d{2}-\d{2}")


class SmallerCatalogueError(CatalogueError):
    """What was fetched is poorer or older than what is in use, which stays."""


def loss(old: CatalogueInfo, new: CatalogueInfo) -> str:
    """What would be lost with the new one, in words; empty where nothing is."""
    losses = []
    if new.printings < _TIDIED * old.printings:
        losses.append(f"{new.printings:,} printings instead of {old.printings:,}")
    if new.sets < _TIDIED * old.sets:
        losses.append(f"{new.sets:,} sets instead of {old.sets:,}")
    gone = sorted(set(old.languages) - set(new.languages))
    if gone and new.languages:
        losses.append(f"no names in {', '.join(gone)}")
    if _is_older(old, new):
        losses.append(f"data of {new.version} instead of {old.version}")
    return ", ".join(losses)


def refuse_loss(old: CatalogueInfo, new: CatalogueInfo) -> None:
    """Raise `SmallerCatalogueError` where the new one would be a loss."""
    lost = loss(old, new)
    if lost:
        raise SmallerCatalogueError(
            f"What could be fetched now, from the {new.source}, is poorer than the catalogue in"
            f" use: {lost}. The one in use stays."
        )


def _is_older(old: CatalogueInfo, new: CatalogueInfo) -> bool:
    dated = [_DATED.match(info.version) for info in (old, new)]
    return old.source == new.source and all(dated) and new.version < old.version
