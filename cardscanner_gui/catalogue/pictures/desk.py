"""The pictures of one game's printings, as a window fetches, hands on and shows them."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

from cardscanner_gui.catalogue.artwork.index_file import write_index
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.pictures.gathering import (
    PICTURES_FOLDER,
    Fingerprint,
    Report,
    picture_path,
)
from cardscanner_gui.catalogue.pictures.local import import_pictures
from cardscanner_gui.catalogue.pictures.opening import open_index
from cardscanner_gui.catalogue.pictures.store import FingerprintStore, state_of
from cardscanner_gui.catalogue.pictures.update import FetchPlan, plan_pictures, update_pictures
from cardscanner_gui.catalogue.pictures.wanted import Wanted
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import CardSet, Progress
from cardscanner_gui.core.errors import CatalogueError


@dataclass(frozen=True)
class Standing:
    """What there is.

    Attributes:
        known: printings that have a fingerprint.
        printings: of the catalogue.
        sets: of the catalogue, the newest first.
        chosen: what the user wanted last; None before the first time.
        keeps: whether pictures themselves were wanted then.
    """

    known: int
    printings: int
    sets: tuple[CardSet, ...]
    chosen: Wanted | None
    keeps: bool


class DeskPictures:
    """Everything is for threads other than the window's; all of it may raise `CatalogueError`.

    Args:
        folder: of the fingerprints.
        catalogue: the folder of the game's catalogue, which is opened for each call.
        server: address of the asset server; empty where the game has none.
        fingerprint: `vision.artwork.fingerprint_of`.
    """

    def __init__(
        self, folder: Path, catalogue: Path, server: str, fingerprint: Fingerprint
    ) -> None:
        self._folder = folder
        self._catalogue = catalogue
        self._server = server
        self._fingerprint = fingerprint

    @property
    def host(self) -> str:
        """Who is asked for pictures; empty where nobody can be."""
        return urlsplit(self._server).hostname or self._server

    def standing(self) -> Standing:
        """What there is now."""
        with Catalogue.open(self._catalogue) as catalogue:
            sets = sorted(catalogue.sets(), key=lambda one: one.released or "", reverse=True)
            known, chosen, keeps = 0, None, False
            if state_of(self._folder) is not None:
                with FingerprintStore(self._folder) as store:
                    known = len(store.fingerprints())
                    chosen, keeps = store.choice()
            else:
                index = open_index(self._folder)  # handed on without what it was made of
                known = len(index) if index is not None else 0
            return Standing(known, catalogue.info().printings, tuple(sets), chosen, keeps)

    def plan(self, wanted: Wanted, *, keep_pictures: bool = False) -> FetchPlan:
        """What fetching would take."""
        with Catalogue.open(self._catalogue) as catalogue:
            return plan_pictures(self._folder, catalogue, wanted, keep_pictures=keep_pictures)

    def plan_of_choice(self) -> FetchPlan | None:
        """What is new among what the user wanted last, say after the catalogue's update."""
        if state_of(self._folder) is None:
            return None
        with FingerprintStore(self._folder) as store:
            chosen, keeps = store.choice()
        return None if chosen is None else self.plan(chosen, keep_pictures=keeps)

    def fetch(
        self, wanted: Wanted, progress: Progress, token: CancelToken, *, keep_pictures: bool = False
    ) -> Report:
        """Fetch what the user agreed to; see `update_pictures`.

        Of single printings the pictures are kept where the user had those of sets kept.
        """
        if wanted.printings and state_of(self._folder) is not None:
            with FingerprintStore(self._folder) as store:
                keep_pictures = store.choice()[1]
        with Catalogue.open(self._catalogue) as catalogue:
            return update_pictures(
                self._folder,
                catalogue,
                wanted,
                self._fingerprint,
                progress,
                token,
                server=self._server,
                keep_pictures=keep_pictures,
            )

    def take_from(self, origin: Path, progress: Progress, token: CancelToken) -> Report:
        """Take in a file or folder; see `import_pictures`."""
        with Catalogue.open(self._catalogue) as catalogue:
            return import_pictures(
                self._folder, catalogue, origin, self._fingerprint, progress, token
            )

    def export(self, target: Path) -> int:
        """Write all fingerprints into a file for another desk; how many those are."""
        index = open_index(self._folder)
        if index is None:
            raise CatalogueError("There are no fingerprints to hand on yet.")
        write_index(index, target)
        return len(index)

    def without(self, printing_ids: tuple[str, ...]) -> tuple[str, ...]:
        """Those of which nobody knows yet what they look like."""
        if state_of(self._folder) is None:
            return printing_ids
        with FingerprintStore(self._folder) as store:
            known = store.known() | store.absent()
        return tuple(one for one in printing_ids if one not in known)

    def picture(self, printing_id: str) -> bytes | None:
        """The picture of a printing, where the user had it kept."""
        try:
            return picture_path(self._folder / PICTURES_FOLDER, printing_id).read_bytes()
        except OSError:
            return None
