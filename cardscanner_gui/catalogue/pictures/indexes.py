"""The fingerprints of a process: read once, however many recognisers compare with them."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:  # numpy takes a while to import, and the first paint doesn't wait for it
    from cardscanner_gui.catalogue.artwork.index import ArtworkIndex

_Stamp = tuple[object, ...]


class PictureIndexes:
    """Opens the indexes of folders; any thread may ask.

    The same folder gives the same object until other fingerprints lie there.
    """

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._opened: dict[Path, tuple[_Stamp, ArtworkIndex | None]] = {}

    def open(self, folder: Path) -> ArtworkIndex | None:
        """The index of a folder, None where there is none; see `open_index`.

        Raises:
            CatalogueError: there is one, but it can be neither read nor made anew.
        """
        from cardscanner_gui.catalogue.pictures.opening import open_index

        with self._lock:
            known = self._opened.get(folder)
            if known is not None and known[0] == _stamp(folder):
                return known[1]
            index = open_index(folder)
            # After that: an index that had to be made anew was written just now.
            self._opened[folder] = _stamp(folder), index
            return index


def _stamp(folder: Path) -> _Stamp:
    """Changes with the fingerprints that lie there."""
    from cardscanner_gui.catalogue.pictures.opening import INDEX_NAME
    from cardscanner_gui.catalogue.pictures.store import state_of

    try:
        status = (folder / INDEX_NAME).stat()
    except OSError:
        return (state_of(folder),)
    return state_of(folder), status.st_mtime_ns, status.st_size, status.st_ino
