"""The card catalogue in the window: opened at the start, fetched when there is none, searched."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from typing import TypeVar

from PySide6.QtCore import QObject, Signal

from cardscanner_gui.catalogue.compare import SmallerCatalogueError
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.core.types import Printing
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.services import CatalogueFacts, WindowCatalogue, WindowServices
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.store.refreshing import Refreshing

T = TypeVar("T")


class CatalogueUpdates(QObject):
    """Has a thread of its own, so that a long fetch doesn't keep pictures waiting."""

    opened = Signal(object)
    """`CatalogueFacts` of the catalogue in use; a protocol, which a signal can't name."""
    fetched = Signal(object)
    """The same, after a fetch: the recogniser should take the new one."""
    missing = Signal()
    """There is none that can be used."""
    fetch_failed = Signal(str)
    """One line for the user; what was there before stays in use."""
    fetch_stopped = Signal()
    smaller = Signal(str)
    """What was fetched is poorer than what is in use, which stays: why, in one line."""
    progress = Signal(str, float)
    """What is being done, and how far from 0 to 1; negative when nobody knows."""

    def __init__(self, services: WindowServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._lane = Lane("catalogue", 1, self)
        self._search_lane = Lane("catalogue-search", 1, self)
        self._catalogue: WindowCatalogue | None = None
        self._fetching: CancelToken | None = None
        self.facts: CatalogueFacts | None = None

    @property
    def fetching(self) -> bool:
        return self._fetching is not None

    def open(self) -> None:
        """Open the catalogue that is there."""
        self._lane.run(self._open, self._opened)

    def fetch_full(self) -> None:
        """Get the full catalogue in place of the reduced one."""
        self.fetch()

    def fetch_smaller(self) -> None:
        """Get the catalogue, also if it is poorer than the one in use: the user said so."""
        self.fetch(allow_smaller=True)

    def fetch(self, *, allow_smaller: bool = False) -> None:
        """Get the catalogue, or a newer one, in the background."""
        if self._fetching is not None:
            return
        self._fetching = token = CancelToken()
        self.progress.emit(tr("Getting the card catalogue"), -1.0)
        self._lane.run(partial(self._fetch, token, allow_smaller), self._fetch_ended, self._failed)

    def cancel(self) -> None:
        """Stop fetching; what was there before stays in use."""
        if self._fetching is not None:
            self._fetching.cancel()

    def search(
        self,
        text: str,
        then: Callable[[list[Printing]], None],
        failed: Callable[[str], None],
    ) -> None:
        """Printings that fit what the user typed, best first."""
        catalogue = self._catalogue
        if catalogue is None:
            failed(tr("The card catalogue isn't here yet, so there is nothing to search in"))
            return
        self._search_lane.run(partial(catalogue.search, text), then, failed)

    def read(
        self,
        work: Callable[[WindowCatalogue], T],
        then: Callable[[T], None],
        failed: Callable[[str], None],
    ) -> None:
        """Read something from the catalogue, off the GUI thread."""
        catalogue = self._catalogue
        if catalogue is None:
            failed(tr("The card catalogue isn't here yet"))
            return
        self._search_lane.run(partial(work, catalogue), then, failed)

    def close(self) -> None:
        """Stop and let go of the file."""
        self.cancel()
        self._search_lane.close()
        self._lane.close()
        if self._catalogue is not None:
            self._catalogue.close()
            self._catalogue = None

    def _open(self) -> tuple[WindowCatalogue, CatalogueFacts] | None:
        catalogue = self._services.open_catalogue()
        return None if catalogue is None else (catalogue, catalogue.info())

    def _opened(self, found: tuple[WindowCatalogue, CatalogueFacts] | None) -> None:
        if found is None:
            self.missing.emit()
            return
        # A search that is under way still reads the old one: it is closed behind it.
        old, (self._catalogue, self.facts) = self._catalogue, found
        if old is not None:
            self._search_lane.run(old.close)
        self.opened.emit(self.facts)

    def _fetch(
        self, token: CancelToken, allow_smaller: bool
    ) -> tuple[WindowCatalogue, CatalogueFacts] | SmallerCatalogueError | None:
        try:
            self._services.update_catalogue(self._report, token, allow_smaller=allow_smaller)
        except CancelledError:
            return None
        except SmallerCatalogueError as error:
            return error
        found = self._open()
        if found is not None and not found[1].reduced:
            # What was kept while there was less to know of it is told the rest.
            Refreshing(self._services.database, found[0].printing).run()
        return found

    def _fetch_ended(
        self, found: tuple[WindowCatalogue, CatalogueFacts] | SmallerCatalogueError | None
    ) -> None:
        if isinstance(found, SmallerCatalogueError):
            self._fetching = None
            self.smaller.emit(str(found))
        else:
            self._fetched(found)

    def _report(self, words: str, part: float | None) -> None:
        self.progress.emit(words, -1.0 if part is None else part)

    def _fetched(self, found: tuple[WindowCatalogue, CatalogueFacts] | None) -> None:
        self._fetching = None
        if found is None:
            self.fetch_stopped.emit()
            return
        self._opened(found)
        self.fetched.emit(self.facts)

    def _failed(self, message: str) -> None:
        self._fetching = None
        self.fetch_failed.emit(message)
