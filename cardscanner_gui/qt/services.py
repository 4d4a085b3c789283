"""What the window needs from outside; `app.py` builds it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.metrics import Metrics, Snapshot
from cardscanner_gui.core.scheduler import Scheduler
from cardscanner_gui.core.types import Printing
from cardscanner_gui.logins import Logins
from cardscanner_gui.settings import Settings

if TYPE_CHECKING:  # only their names: importing these rooms takes part of the first paint's time
    from cardscanner_gui.capture.cameras import CameraInfo
    from cardscanner_gui.capture.source import CameraSettings, CaptureSource
    from cardscanner_gui.catalogue.pictures.desk import DeskPictures
    from cardscanner_gui.core.catalogue import CardSet
    from cardscanner_gui.importing.matching import FindsCards
    from cardscanner_gui.recognition.decision_words import Decided
    from cardscanner_gui.recognition.keeping import Keeping, Matches
    from cardscanner_gui.recognition.protocols import Follows, Recognises
    from cardscanner_gui.store.collection import Collection
    from cardscanner_gui.store.database import Database
    from cardscanner_gui.store.scans import ScanLog
    from cardscanner_gui.store.sessions import Sessions


class CatalogueFacts(Protocol):
    """What the window says about a catalogue (`catalogue.CatalogueInfo` has it)."""

    @property
    def source(self) -> str: ...

    @property
    def printings(self) -> int: ...

    @property
    def reduced(self) -> bool: ...


class WindowCatalogue(Protocol):
    """What the window needs of the catalogue."""

    @property
    def by_game(self) -> Mapping[str, FindsCards]: ...

    def info(self) -> CatalogueFacts: ...

    def printing(self, printing_id: str) -> Printing | None: ...

    def search(self, text: str, limit: int = 50) -> list[Printing]: ...

    def called(self, word: str) -> tuple[str, ...]: ...

    def same_card(self, printing: Printing, limit: int) -> list[Printing]: ...

    def sets(self) -> list[CardSet]: ...

    def set_sizes(self) -> dict[str, int]: ...

    def set_printings(self, set_id: str) -> list[Printing]: ...

    def close(self) -> None: ...


Progress = Callable[[str, float | None], None]
"""Called with what is being done and how far, from 0 to 1 (None: nobody knows)."""


class UpdatesCatalogue(Protocol):
    """Fetches the catalogue; raises `SmallerCatalogueError` where that would be a loss."""

    def __call__(
        self, progress: Progress, token: CancelToken, *, allow_smaller: bool = False
    ) -> object: ...


def _nothing() -> None:
    """There is nothing to release."""


@dataclass(frozen=True)
class LiveServices:
    """What live scanning needs; everything is called off the GUI thread.

    Attributes:
        make_finder: makes the finder that follows cards from frame to frame.
        open_source: the source that words stand for; see `capture.sources.open_source`.
        list_cameras: what is plugged in now.
        logins: of network cameras, apart from their addresses.
    """

    make_finder: Callable[[], Follows]
    open_source: Callable[[str, CameraSettings], CaptureSource]
    list_cameras: Callable[[], Sequence[CameraInfo]]
    logins: Logins = field(default_factory=Logins)


@dataclass(frozen=True)
class WindowServices:
    """Everything that the window is given.

    Attributes:
        scheduler: shared by everyone who asks for recognitions; the window closes it.
        make_recogniser: called on the inference thread, which owns what it returns; called again
            when the catalogue has changed. May raise `WorldError`.
        make_matcher: called on a background thread; matches stored readings again when the
            catalogue has arrived. May raise `WorldError`.
        games: that the program knows.
        database, collection, scans, sessions: the store; the window closes it.
        keeping: records and keeps cards, and takes the user's word about them.
        open_catalogue: the newest catalogue, None when there is none that can be used; called on a
            background thread, closed by the window.
        update_catalogue: fetches the catalogue; called on a background thread.
            Raises `CatalogueError` or `CancelledError`.
        settings, save_settings: the user's choices at the start, and how to keep changed ones.
        layout_file: where the window keeps its size and columns.
        resources: the folder that holds `icons`.
        version: for the About box.
        models: where reading models are kept; None offers none.
        backups: where scheduled backups lie; None makes none.
        metrics: what everybody counts into.
        all_time: what was ever counted, this run included; called on a background thread.
        decisions: so many of the newest decisions, newest first; called on a background thread.
        make_batch_recognisers: called on a background thread when there are batches to work on:
            what makes a recogniser for one worker, and how many workers there are; without it one
            works with `make_recogniser`.
        release: called when all work has ended, just before the database is closed.
        live: cameras, and what follows cards under them; None offers no live scanning.
        make_pictures: called on a background thread: the printings' pictures; None offers none.
        release_address: whom to ask for new versions, where the user allows it; empty for nobody.
        welcome: whether a new user is told what they should know.
    """

    scheduler: Scheduler
    make_recogniser: Callable[[], Recognises]
    make_matcher: Callable[[], Matches]
    games: Games
    database: Database
    collection: Collection
    scans: ScanLog
    sessions: Sessions
    keeping: Keeping
    open_catalogue: Callable[[], WindowCatalogue | None]
    update_catalogue: UpdatesCatalogue
    settings: Settings
    save_settings: Callable[[Settings], None]
    layout_file: Path
    resources: Path
    version: str
    models: Path | None = None
    backups: Path | None = None
    metrics: Metrics = field(default_factory=Metrics)
    all_time: Callable[[], Snapshot] = Snapshot
    decisions: Callable[[int], Sequence[Decided]] = lambda _: ()
    make_batch_recognisers: Callable[[], tuple[Callable[[], Recognises], int]] | None = None

    def batch_recognisers(self) -> tuple[Callable[[], Recognises], int]:
        """Who makes the recognisers of batches, and how many are worked with."""
        if self.make_batch_recognisers is None:
            return self.make_recogniser, 1
        return self.make_batch_recognisers()

    release: Callable[[], None] = _nothing
    live: LiveServices | None = None
    make_pictures: Callable[[], DeskPictures] | None = None
    release_address: str = ""
    welcome: bool = False
