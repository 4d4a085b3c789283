"""What the window needs from outside; `app.py` builds it."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.events import RecognitionEvent
from cardscanner_gui.core.scheduler import Scheduler
from cardscanner_gui.core.types import Frame, Match, Printing, Reading
from cardscanner_gui.settings import Settings

if TYPE_CHECKING:  # only their names: importing these rooms takes part of the first paint's time
    from cardscanner_gui.store.collection import Collection
    from cardscanner_gui.store.database import Database
    from cardscanner_gui.store.scans import ScanLog


class Recognises(Protocol):
    """What the inference thread needs of a recognizer."""

    def recognise(
        self, frame: Frame, request_id: str, token: CancelToken
    ) -> Iterator[RecognitionEvent]: ...


class CatalogueFacts(Protocol):
    """What the window says about a catalogue (`catalogue.CatalogueInfo` has it)."""

    @property
    def source(self) -> str: ...

    @property
    def printings(self) -> int: ...


class Catalogue(Protocol):
    """What the window needs of the catalogue."""

    def info(self) -> CatalogueFacts: ...

    def search(self, text: str, limit: int = 50) -> list[Printing]: ...

    def close(self) -> None: ...


Progress = Callable[[str, float | None], None]
"""Called with what is being done and how far, from 0 to 1 (None: nobody knows)."""


@dataclass(frozen=True)
class WindowServices:
    """Everything that the window is given.

    Attributes:
        scheduler: shared by everyone who asks for recognitions; the window closes it.
        make_recognizer: called on the inference thread, which owns what it returns; called again
            when the catalogue has changed. May raise `WorldError`.
        make_matcher: called on a background thread; matches stored readings again when the
            catalogue has arrived. May raise `WorldError`.
        database, collection, scans: the store; the window closes it.
        open_catalogue: the newest catalogue, None when there is none that can be used; called on a
            background thread, closed by the window.
        update_catalogue: fetches the catalogue; called on a background thread.
            Raises `CatalogueError` or `Cancelled`.
        settings, save_settings: the user's choices at the start, and how to keep changed ones.
        layout_file: where the window keeps its size and columns.
        resources: the folder that holds `icons`.
        version: for the About box.
        models: where reading models are kept; None offers none.
    """

    scheduler: Scheduler
    make_recognizer: Callable[[], Recognises]
    make_matcher: Callable[[], Callable[[Reading], Match]]
    database: Database
    collection: Collection
    scans: ScanLog
    open_catalogue: Callable[[], Catalogue | None]
    update_catalogue: Callable[[Progress, CancelToken], object]
    settings: Settings
    save_settings: Callable[[Settings], None]
    layout_file: Path
    resources: Path
    version: str
    models: Path | None = None
