"""A catalogue with holes: some of its printings can't be found in it."""

from __future__ import annotations

from collections.abc import Collection
from typing import Any

from cardscanner_gui.catalogue.database import Catalogue


class CatalogueWithHoles:
    """Looks like the catalogue, but for printings that `leave_out` named."""

    def __init__(self, catalogue: Catalogue) -> None:
        self._catalogue = catalogue
        self._missing: Collection[int] = ()
        self._codes: Collection[str] = ()

    def leave_out(self, keys: Collection[int], codes: Collection[str] = ()) -> None:
        """From now on these printings are missing, and these sets' codes aren't known."""
        self._missing, self._codes = frozenset(keys), frozenset(codes)

    @property
    def set_codes(self) -> frozenset[str]:
        return self._catalogue.set_codes - frozenset(self._codes)

    def __getattr__(self, name: str) -> Any:
        found = getattr(self._catalogue, name)
        if not name.startswith("keys_by"):
            return found
        return lambda text: [key for key in found(text) if key not in self._missing]
