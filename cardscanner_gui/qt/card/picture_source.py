"""Pictures for showing, loaded off the GUI thread, the last few kept."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.qt.style.images import PREVIEW_SIDE, WHOLE_SIDE, decoded, reduced

_KEPT = 12  # previews of about 7 MB

Shown = Callable[[QImage], None]
Missing = Callable[[str], None]


class PictureSource(QObject):
    """Gives the reduced picture of a file, and the stored photo of a scan or an entry."""

    def __init__(
        self, services: WindowServices, pictures: Lane, store: Lane, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._services = services
        self._pictures = pictures
        self._store = store
        self._previews: OrderedDict[str, QImage] = OrderedDict()

    def keep(self, key: str, image: QImage) -> None:
        """Remember a preview that somebody else made."""
        self._previews[key] = image
        self._previews.move_to_end(key)
        while len(self._previews) > _KEPT:
            self._previews.popitem(last=False)

    def has(self, key: str) -> bool:
        """Whether `file` would answer at once."""
        return key in self._previews

    def file(self, key: str, path: str, then: Shown, missing: Missing) -> None:
        """The picture of a file; at once when it is still kept under this key."""
        kept = self._previews.get(key)
        if kept is not None:
            then(kept)
            return
        self._pictures.run(partial(_load, path), partial(self._loaded, key, then), missing)

    def whole(self, path: str, then: Shown, missing: Missing) -> None:
        """The picture of a file with all the pixels that are worth showing; isn't kept."""
        self._pictures.run(partial(_load, path, WHOLE_SIDE), then, missing)

    def work(self, work: Callable[[], Any], then: Callable[[Any], None], failed: Missing) -> None:
        """Do something with pictures off the GUI thread."""
        self._pictures.run(work, then, failed)

    def scan_photo(self, scan_id: int, then: Shown, longest_side: int = PREVIEW_SIDE) -> None:
        """The stored photo of a scan; a null image when there is none."""
        self._photo(partial(self._services.scans.photo, scan_id), then, longest_side)

    def entry_photo(self, entry_id: int, then: Shown, longest_side: int = PREVIEW_SIDE) -> None:
        """The stored photo of an entry; a null image when there is none."""
        self._photo(partial(self._services.collection.photo, entry_id), then, longest_side)

    def _photo(self, read: Callable[[], bytes | None], then: Shown, longest_side: int) -> None:
        def load() -> QImage:
            data = read()
            return decoded(data, longest_side) if data else QImage()

        self._store.run(load, then)

    def _loaded(self, key: str, then: Shown, image: QImage) -> None:
        self.keep(key, image)
        then(image)


def _load(path: str, longest_side: int = PREVIEW_SIDE) -> QImage:
    from cardscanner_gui.capture.files import load_frame  # brings the picture libraries

    return reduced(load_frame(Path(path)).pixels, longest_side)
