"""A catalogue that this program built before, here or on another machine, as a source."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import CardSet, Progress, SourceDescription
from cardscanner_gui.core.types import Printing

SQLITE_HEADER = b"SQLite format 3\0"


class BuiltCatalogue:
    """What a built catalogue holds, once more."""

    def __init__(self, path: Path) -> None:
        """Raise CatalogueError when it is damaged or of another version."""
        self._path = path
        with Catalogue(path) as catalogue:
            self._info = catalogue.info()
        self.game = self._info.game
        self.version = self._info.version
        self.skipped = list(self._info.skipped)

    def describe(self) -> SourceDescription:
        info = self._info
        return SourceDescription(info.source, info.where, info.licence, info.reduced)

    def read(
        self, scratch: Path, progress: Progress, token: CancelToken
    ) -> Iterator[tuple[CardSet, Printing]]:
        with Catalogue(self._path) as catalogue:
            sets = catalogue.sets()
            for done, card_set in enumerate(sets):
                token.check()
                progress(f"Reading cards: {card_set.id}", done / len(sets))
                for printing in catalogue.set_printings(card_set.id):
                    yield card_set, printing
