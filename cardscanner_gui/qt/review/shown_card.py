"""The picture of the card under review: its kept photo, what was read on it, and more pixels."""

from __future__ import annotations

from collections.abc import Mapping
from functools import partial
from pathlib import Path
from typing import Any

import numpy as np
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.collection import Scan
from cardscanner_gui.core.types import Box
from cardscanner_gui.core.words import said, tr
from cardscanner_gui.qt.card.picture_source import PictureSource
from cardscanner_gui.qt.card.zoom_view import ReadPlace, ZoomView
from cardscanner_gui.qt.style.images import to_image

_MARKED = ("name", "number")
_MOST_HIGH = 2200
"""Pixels of a card that is looked at closely; no camera shows more of one."""


class ShownCard(QObject):
    """Loads what the view shows; what comes for a card that is no longer looked at is left."""

    def __init__(self, view: ZoomView, pictures: PictureSource, parent: QObject) -> None:
        super().__init__(parent)
        self._view = view
        self._pictures = pictures
        self._scan: Scan | None = None
        self._sharp = False
        view.closer.connect(self._look_closer)

    def show_scan(self, scan: Scan) -> None:
        """Show the photo of a scan's card, or the picture that it was scanned from."""
        again = self._scan is not None and self._scan.id == scan.id and self._view.has_picture
        self._scan, self._sharp = scan, again and self._sharp
        self._view.show_outlines(())
        if scan.has_photo:
            self._pictures.scan_photo(scan.id, partial(self._loaded, scan))
        elif scan.wanted is not None:
            self._view.show_line(
                tr("This card came from a file of another program, without a picture")
            )
        else:
            key = f"scan {scan.id}"
            self._pictures.file(
                key, scan.source, partial(self._loaded, scan), partial(self._missing, scan)
            )

    def _loaded(self, scan: Scan, image: QImage) -> None:
        if self._scan is None or self._scan.id != scan.id:
            return
        if image.isNull():
            self._view.show_line(tr("There is no picture of this card"))
            return
        self._view.show_picture(image)
        if scan.has_photo:  # the places are those of the upright card
            self._view.mark_places(places_read(scan.reading))

    def _missing(self, scan: Scan, message: str) -> None:
        if self._scan is not None and self._scan.id == scan.id:
            self._view.show_line(message)

    def _look_closer(self) -> None:
        """Cut the card out of its file once more, with all the pixels that are there."""
        scan = self._scan
        if scan is None or self._sharp or scan.corners is None or not scan.has_photo:
            return
        self._sharp = True
        self._pictures.work(
            partial(_cut, scan.source, scan.corners), partial(self._cut_out, scan), _keep_photo
        )

    def _cut_out(self, scan: Scan, image: QImage) -> None:
        if self._scan is not None and self._scan.id == scan.id:
            self._view.show_sharper(image)


def places_read(reading: Mapping[str, Any]) -> tuple[ReadPlace, ...]:
    """Where name and number stood, of a scan's reading, and what was read there."""
    found = []
    for name in _MARKED:
        field = reading.get(name)
        box = field.get("box") if isinstance(field, Mapping) else None
        if isinstance(field, Mapping) and box:
            found.append(ReadPlace(Box(*box), f"{said(name)}: {field.get('text', '')}"))
    return tuple(found)


def _keep_photo(_: str) -> None:
    """The file is gone: the kept photo is what there is."""


def _cut(source: str, corners: tuple[tuple[float, float], ...], token: CancelToken) -> QImage:
    from cardscanner_gui.capture.files import load_frame  # brings the picture libraries
    from cardscanner_gui.vision.rectify import crop_card

    frame, places = load_frame(Path(source), token), np.array(corners, np.float64)
    sides = np.linalg.norm(places - np.roll(places, 1, axis=0), axis=1)
    height = int(min(_MOST_HIGH, sides.max()))
    return to_image(crop_card(frame.pixels, places, card_height=max(1, height)))
