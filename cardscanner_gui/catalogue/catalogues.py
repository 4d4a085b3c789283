"""The catalogues of all games together, as the window and the command line show them."""

from __future__ import annotations

import itertools
import logging
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from cardscanner_gui.catalogue.artwork.index import ArtworkIndex
from cardscanner_gui.catalogue.database import Catalogue, CatalogueInfo
from cardscanner_gui.catalogue.pictures.indexes import PictureIndexes
from cardscanner_gui.core.catalogue import CardSet
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.types import FIRST_GAME, Printing

log = logging.getLogger(__name__)


def folder_of(root: Path, game_id: str) -> Path:
    """Where a game's catalogue lies; the first game's was there before there were others."""
    return root if game_id == FIRST_GAME else root / game_id


@dataclass(frozen=True)
class Catalogues:
    """One catalogue a game, of those that there are; at least one. Safe to use from any thread.

    Attributes:
        pictures: the folder in which the fingerprints of the games' pictures lie; None: nobody
            looks at pictures.
        opener: reads them.
        kin_facts: by game, the fact that says which creature a printing shows.
    """

    by_game: Mapping[str, Catalogue]
    pictures: Path | None = None
    opener: PictureIndexes = field(default_factory=PictureIndexes, repr=False)
    kin_facts: Mapping[str, str] = field(default_factory=dict)
    _indexes: dict[str, ArtworkIndex | None] = field(default_factory=dict, init=False, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, init=False, repr=False)

    @classmethod
    def open(
        cls,
        root: Path,
        games: Games,
        pictures: Path | None = None,
        opener: PictureIndexes | None = None,
    ) -> Catalogues:
        """All that can be used.

        Args:
            root: the folder of the catalogues.
            games: that there may be.
            pictures: the folder of the fingerprints; they are read once somebody asks for them.
            opener: the process's own, so that all of its recognisers share what was read.

        Raises:
            CatalogueError: there is none; why the first game's can't be used.
        """
        found: dict[str, Catalogue] = {}
        reasons: list[CatalogueError] = []
        for game_id in games:
            try:
                found[game_id] = Catalogue.open(folder_of(root, game_id))
            except CatalogueError as error:
                reasons.append(error)
        if not found:
            raise reasons[0]
        kin_facts = {game_id: game.kin_fact for game_id, game in games.items() if game.kin_fact}
        return cls(found, pictures, opener or PictureIndexes(), kin_facts)

    def artwork(self, game_id: str) -> ArtworkIndex | None:
        """What is known of the pictures of a game's printings, None where that is nothing.

        Read once, which takes milliseconds, or seconds where it must be made anew: not for the
        thread of a window. What can't be read is worth a line in the log, and no more: without
        pictures cards are named by their text.
        """
        if self.pictures is None:
            return None
        with self._lock:
            if game_id not in self._indexes:
                try:
                    index = self.opener.open(folder_of(self.pictures, game_id))
                except CatalogueError as error:
                    log.warning("%s Cards are named by their text alone.", error)
                    index = None
                self._indexes[game_id] = index
            return self._indexes[game_id]

    @property
    def artwork_state(self) -> str:
        """Names what is known of the pictures of all games."""
        states = {game_id: self.artwork(game_id) for game_id in self.by_game}
        return " ".join(f"{game}:{one.state}" for game, one in states.items() if one is not None)

    def close(self) -> None:
        """Close them for every thread; look-ups fail from now on."""
        for catalogue in self.by_game.values():
            catalogue.close()

    def __enter__(self) -> Catalogues:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def info(self) -> CatalogueInfo:
        """What they are made of, together: names joined, counts added."""
        infos = [catalogue.info() for catalogue in self.by_game.values()]
        if len(infos) == 1:
            return infos[0]
        return replace(
            infos[0],
            source=", ".join(dict.fromkeys(info.source for info in infos)),
            version=", ".join(info.version for info in infos),
            printings=sum(info.printings for info in infos),
            sets=sum(info.sets for info in infos),
            licence=", ".join(dict.fromkeys(info.licence for info in infos)),
            skipped=tuple(name for info in infos for name in info.skipped),
            digest=self.digest,
            languages=tuple(sorted({code for info in infos for code in info.languages})),
            reduced=any(info.reduced for info in infos),
        )

    @property
    def digest(self) -> str:
        """Names what is in all of them."""
        return " ".join(f"{game}:{c.info().digest}" for game, c in self.by_game.items())

    def preload(self) -> None:
        """Load what the first look-ups would otherwise wait for."""
        for catalogue in self.by_game.values():
            catalogue.preload()

    def search(self, text: str, limit: int = 50) -> list[Printing]:
        """Printings for what a person typed, the best of each game in turn."""
        found = [catalogue.search(text, limit) for catalogue in self.by_game.values()]
        turns = itertools.chain.from_iterable(itertools.zip_longest(*found))
        return [printing for printing in turns if printing is not None][:limit]

    def called(self, word: str) -> tuple[str, ...]:
        """What cards that this word names, in any language, are called elsewhere."""
        return tuple(
            name
            for game, catalogue in self.by_game.items()
            if game in self.kin_facts
            for name in catalogue.kin(self.kin_facts[game]).called(word)
        )

    def same_card(self, printing: Printing, limit: int) -> list[Printing]:
        """Printings that bear one of its names, newest first, itself among them."""
        catalogue = self.by_game.get(printing.game)
        return catalogue.same_card(printing, limit) if catalogue is not None else []

    def printing(self, printing_id: str) -> Printing | None:
        """The printing with this id; None when there is none."""
        found = (catalogue.printing(printing_id) for catalogue in self.by_game.values())
        return next((printing for printing in found if printing is not None), None)

    def sets(self) -> list[CardSet]:
        """Every set that has a printing."""
        return [card_set for c in self.by_game.values() for card_set in c.sets()]

    def set_sizes(self) -> dict[str, int]:
        """How many printings each set has, by its id."""
        sizes: dict[str, int] = {}
        for catalogue in self.by_game.values():
            sizes |= catalogue.set_sizes()
        return sizes

    def set_printings(self, set_id: str) -> list[Printing]:
        """The printings of one set, in the source's order."""
        return [p for c in self.by_game.values() for p in c.set_printings(set_id)]
