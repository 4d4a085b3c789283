"""Fetching the fingerprints of printings from the asset server, set by set, the newest first."""

from __future__ import annotations

import logging
from dataclasses import dataclass, replace
from pathlib import Path

from cardscanner_gui.catalogue.artwork.index import ArtworkIndex
from cardscanner_gui.catalogue.artwork.index_file import write_index
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.pictures.checks import NotACardError
from cardscanner_gui.catalogue.pictures.gathering import (
    PICTURES_FOLDER,
    Fingerprint,
    Gathering,
    Report,
    SharedPictureError,
    picture_path,
)
from cardscanner_gui.catalogue.pictures.opening import INDEX_NAME
from cardscanner_gui.catalogue.pictures.server import (
    REQUESTS_PER_SECOND,
    AssetServer,
    RefusedError,
)
from cardscanner_gui.catalogue.pictures.store import FingerprintStore
from cardscanner_gui.catalogue.pictures.wanted import (
    PICTURE_BYTES,
    Listing,
    PictureSet,
    PrintingPicture,
    Wanted,
    listed,
    pictures_of,
    wanted_sets,
)
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import MatchRow, Progress, UnreachableError
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.types import in_language

log = logging.getLogger(__name__)

_LISTING_PAYS = 500
"""With more pictures than these it pays to ask first what there is (6 MB)."""
_PATIENCE = 5
"""So many useless answers one after the other mean that the server gives nothing away now."""


@dataclass(frozen=True)
class FetchPlan:
    """What there is to fetch; the user is told before it begins.

    Attributes:
        sets: the newest first.
        known: wanted printings that have a fingerprint already.
        unplaced: wanted printings of which nobody knows where their picture is.
    """

    sets: tuple[PictureSet, ...]
    known: int
    unplaced: int

    @property
    def pictures(self) -> int:
        return sum(len(one.pictures) for one in self.sets)

    @property
    def bytes(self) -> int:
        """About so much comes through the line."""
        return self.pictures * PICTURE_BYTES

    def seconds(self, per_second: float = REQUESTS_PER_SECOND) -> float:
        """About so long it takes."""
        return self.pictures / per_second


def plan_pictures(
    folder: Path, catalogue: Catalogue, wanted: Wanted, *, keep_pictures: bool = False
) -> FetchPlan:
    """What `update_pictures` would fetch; asks nobody.

    Raises:
        CatalogueError: there is no such set, or the folder can't be used.
    """
    with FingerprintStore(folder) as store:
        return _plan(folder, store, catalogue, wanted, keep_pictures)


def update_pictures(
    folder: Path,
    catalogue: Catalogue,
    wanted: Wanted,
    fingerprint: Fingerprint,
    progress: Progress,
    token: CancelToken,
    *,
    server: str,
    per_second: float | None = None,
    keep_pictures: bool = False,
) -> Report:
    """Fetch the pictures that are wanted and not there yet, and keep their fingerprints.

    Every set's fingerprints are kept as soon as it is through; what was fetched before a failure or
    a cancellation stays too, and the next run goes on there. Ask the user first: `plan_pictures`
    says what it takes.

    Args:
        folder: of the fingerprints; made if need be.
        catalogue: whose printings are wanted.
        wanted: sets, or single printings such as a card's candidates.
        fingerprint: `vision.artwork.fingerprint_of`.
        progress: told of each set.
        token: checked between pictures.
        server: its address; a game has one, `Game.picture_server`.
        per_second: at most so many requests; see `AssetServer`.
        keep_pictures: keep the pictures themselves too.

    Returns:
        What came of it; `stopped` says in one line why it ended early.

    Raises:
        CatalogueError: there is no such set, or the disk is full.
        UnreachableError: nobody answers at the server.
        CancelledError: the token was cancelled.
    """
    with FingerprintStore(folder) as store:
        plan = _plan(folder, store, catalogue, wanted, keep_pictures)
        keep_in = folder / PICTURES_FOLDER if keep_pictures else None
        gathering = Gathering(store, catalogue, fingerprint, keep_in)
        source = AssetServer(server, token, per_second=per_second)
        run = _Run(store, catalogue, gathering, source, progress, token, plan.pictures)
        stopped: str | None = None
        if not wanted.printings:
            store.choose(wanted, keep_pictures)
        try:
            if plan.pictures:
                source.check()
                listing = _listing(plan, source, progress)
                for one in plan.sets:
                    run.fetch(one, listing)
        except _EnoughError as error:
            stopped = str(error)
        except UnreachableError as error:
            if not run.done:
                raise
            stopped = f"{error} Start again later: it goes on."
        finally:
            store.commit()
            write_index_of(folder, store, catalogue)
        return gathering.report(known=plan.known, absent=run.absent, stopped=stopped)


def write_index_of(folder: Path, store: FingerprintStore, catalogue: Catalogue | None) -> None:
    """Write the index of everything in the store. Raises `CatalogueError`."""
    digest = catalogue.info().digest if catalogue is not None else ""
    fingerprints, state = store.snapshot()
    write_index(replace(ArtworkIndex.of(fingerprints, digest), state=state), folder / INDEX_NAME)


class _EnoughError(Exception):
    """Going on makes no sense now; `str` says why."""


@dataclass
class _Run:
    """One run: `done` pictures were asked for."""

    store: FingerprintStore
    catalogue: Catalogue
    gathering: Gathering
    source: AssetServer
    progress: Progress
    token: CancelToken
    total: int
    done: int = 0
    absent: int = 0
    useless: int = 0

    def fetch(self, one: PictureSet, listing: Listing | None) -> None:
        rows = {row.id: row for row in self.catalogue.set_rows(one.id)}
        for picture in one.pictures:
            self.token.check()
            self.progress(f"Fetching pictures: {one.name}", self.done / self.total)
            self._fetch(listed(picture, listing), rows[picture.printing_id])
            self.done += 1
        self.store.commit()

    def _fetch(self, picture: PrintingPicture, row: MatchRow) -> None:
        try:
            found = any(self._take(path, row) for path in picture.paths)
        except (RefusedError, NotACardError) as error:
            self.gathering.refuse(row.id, str(error))
            self.useless += 1
            if self.useless >= _PATIENCE:
                raise _EnoughError(
                    f"Stopped after {_PATIENCE} useless answers of {self.source.host} in a row"
                    f" ({error}). Start again later: it goes on."
                ) from error
        except OSError as error:
            raise CatalogueError(f"The pictures can't be kept: {error}.") from error
        else:
            self.useless = 0 if found else self.useless
            if not found:
                self.absent += 1
                self.store.lacks(row.id)

    def _take(self, path: str, row: MatchRow) -> bool:
        """Fetch and take one in; one that came damaged is fetched once more."""
        content = self.source.picture(path)
        if content is None:
            return False
        try:
            self.gathering.take(row, content)
        except SharedPictureError:
            raise
        except NotACardError:
            again = self.source.picture(path)
            if again is None or again == content:
                raise
            self.gathering.take(row, again)
        return True


def _plan(
    folder: Path,
    store: FingerprintStore,
    catalogue: Catalogue,
    wanted: Wanted,
    keep_pictures: bool,
) -> FetchPlan:
    known = store.known()
    without = set(known)
    if keep_pictures:
        pictures = folder / PICTURES_FOLDER
        without = {one for one in known if picture_path(pictures, one).is_file()}
    if wanted.sets is None and not wanted.printings:
        without |= store.absent()
    sets: list[PictureSet] = []
    had = unplaced = 0
    for card_set in wanted_sets(catalogue, wanted):
        rows = catalogue.set_rows(card_set.id)
        if wanted.printings:
            rows = [row for row in rows if row.id in wanted.printings]
        had += sum(row.id in known for row in rows)
        unplaced += len(rows) if card_set.asset_path is None else 0
        if found := pictures_of(card_set, rows, wanted.languages, without):
            name = in_language(card_set.names) or card_set.id
            sets.append(PictureSet(card_set.id, name, tuple(found)))
    return FetchPlan(tuple(sets), had, unplaced)


def _listing(plan: FetchPlan, source: AssetServer, progress: Progress) -> Listing | None:
    if plan.pictures <= _LISTING_PAYS:
        return None
    progress("Asking which pictures there are", None)
    return source.listing()
