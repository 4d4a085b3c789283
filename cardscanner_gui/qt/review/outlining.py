"""Marking by hand where the card of a scan lies, when nothing found it."""

from __future__ import annotations

from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QHBoxLayout, QPushButton, QWidget

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.collection import Scan
from cardscanner_gui.core.types import Corners
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.card.picture_source import PictureSource
from cardscanner_gui.qt.frame.notice import Notice
from cardscanner_gui.qt.review.corner_marker import CornerMarker
from cardscanner_gui.qt.store.async_store import AsyncStore

_PHOTO_HEIGHT = 744


class Outlining(QObject):
    """The buttons under the picture of a card without outline, and what they do.

    Attributes:
        row: holds the buttons; hidden for a card that has its outline.
    """

    def __init__(
        self,
        picture: CornerMarker,
        pictures: PictureSource,
        store: AsyncStore,
        notice: Notice,
        parent: QWidget,
    ) -> None:
        super().__init__(parent)
        self._picture = picture
        self._pictures = pictures
        self._store = store
        self._notice = notice
        self._scan: Scan | None = None
        self.mark = QPushButton(tr("Mark the card's corners"))
        self.mark.setToolTip(tr("Drag the four grips to the corners of the card, its top first"))
        self.use = QPushButton(tr("Use these corners"))
        self.use.setProperty("role", "primary")
        self.leave = QPushButton(tr("Cancel"))
        self.mark.clicked.connect(picture.start_marking)
        self.leave.clicked.connect(picture.stop_marking)
        self.use.clicked.connect(self._use)
        picture.marking_changed.connect(self._show_marking)
        self.row = QWidget()
        layout = QHBoxLayout(self.row)
        layout.setContentsMargins(0, 0, 0, 0)
        for button in (self.mark, self.use, self.leave):
            layout.addWidget(button)
        layout.addStretch()
        self._show_marking(False)
        self.row.hide()

    def show_scan(self, scan: Scan | None) -> None:
        """Offer marking for a card of which there is no outline."""
        self._scan = scan
        self._picture.stop_marking()
        bare = scan is not None and scan.corners is None and not scan.has_photo
        # What came from a file of another program was never in a picture.
        self.row.setVisible(scan is not None and bare and scan.wanted is None)

    def _show_marking(self, marking: bool) -> None:
        self.mark.setVisible(not marking)
        self.use.setVisible(marking)
        self.leave.setVisible(marking)

    def _use(self) -> None:
        scan = self._scan
        if scan is None or not self._picture.marking:
            return
        cut = partial(_cut, scan.source, self._picture.corners)
        self._picture.stop_marking()
        self._pictures.work(cut, partial(self._cut_out, scan), self._notice.tell_failure)

    def _cut_out(self, scan: Scan, cut: tuple[Corners, bytes]) -> None:
        corners, photo = cut
        self._store.mark_corners(scan.id, corners, photo)


def _cut(source: str, marked: Corners, token: CancelToken) -> tuple[Corners, bytes]:
    """The corners in the file's pixels, and the card as a photo."""
    from cardscanner_gui.capture.files import load_frame  # brings the picture libraries
    from cardscanner_gui.store.photos import encode_photo
    from cardscanner_gui.vision.rectify import crop_card

    frame = load_frame(Path(source), token)
    corners = marked * (frame.width, frame.height)
    return corners, encode_photo(crop_card(frame.pixels, corners, card_height=_PHOTO_HEIGHT))
