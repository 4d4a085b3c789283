"""Opening the fingerprints that a desk has."""

from __future__ import annotations

import logging
from dataclasses import replace
from pathlib import Path

from cardscanner_gui.catalogue.artwork.index import ArtworkIndex
from cardscanner_gui.catalogue.artwork.index_file import read_index, write_index
from cardscanner_gui.catalogue.pictures.store import FingerprintStore, state_of
from cardscanner_gui.core.errors import CatalogueError

log = logging.getLogger(__name__)

INDEX_NAME = "artwork.index"


def open_index(folder: Path) -> ArtworkIndex | None:
    """The index of a folder's fingerprints; None while there are none.

    An index that is missing, damaged, of another version or older than the gathered fingerprints is
    made anew from those, which takes a second or two.

    Raises:
        CatalogueError: there is one, but it can be neither read nor made anew.
    """
    state = state_of(folder)
    reason: CatalogueError | None = None
    try:
        index = read_index(folder / INDEX_NAME)
        if state is None or index.state == state:
            return index
    except FileNotFoundError:
        pass
    except CatalogueError as error:
        reason = error
    if state is None:
        if reason is not None:
            raise reason
        return None
    if reason is not None:
        log.warning("%s It is made anew from what was gathered.", reason)
    with FingerprintStore(folder) as store:
        fingerprints, of_state = store.snapshot()
    index = replace(ArtworkIndex.of(fingerprints), state=of_state)
    if not len(index):
        return None
    try:
        write_index(index, folder / INDEX_NAME)
    except CatalogueError as error:  # a read-only folder: the index serves all the same
        log.info("%s", error)
    return index
