"""What the scan page knows about each picture and each card on it."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from PySide6.QtGui import QImage

from cardscanner_gui.core.collection import Decision, Entry, Scan
from cardscanner_gui.core.sessions import Session
from cardscanner_gui.core.types import Corners, Field, Printing, Recognition
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.style.marks import Mark


@dataclass(eq=False)
class CardState:
    """One card of a picture, from the first outline to its place in the store.

    Attributes:
        index: the recogniser's index of the card.
        recognition: the newest answer; without its photo once that is stored.
        details: fields that arrived, by name.
    """

    picture: PictureState
    index: int
    corners: Corners | None = None
    mark: Mark = Mark.WORKING
    reason: str = ""
    recognition: Recognition | None = None
    details: dict[str, Field] = field(default_factory=dict)
    scan: Scan | None = None
    entry: Entry | None = None
    thumbnail: QImage = field(default_factory=QImage)

    @property
    def printing(self) -> Printing | None:
        """What the card is: the entry's word counts most, then the scan's, then the answer's."""
        if self.entry is not None:
            return self.entry.printing
        if self.scan is not None:
            return self.scan.printing
        return self.recognition.match.printing if self.recognition else None

    @property
    def language(self) -> str | None:
        """Of the card's text: as the user kept it, else as it was read."""
        for told in (self.entry, self.scan, self.recognition):
            if told is not None:
                return told.language
        return None

    @property
    def decided(self) -> bool:
        """Kept or rejected; what the end of a session will keep counts too."""
        if self.scan is None:
            return False
        return self.scan.decision is not Decision.PENDING or self.scan.planned is not None

    @property
    def nothing_found(self) -> bool:
        """It stands for a file that was read and in which nothing was found."""
        alone = self.recognition is None and self.scan is None and self.picture.session is None
        return alone and self.mark is Mark.UNREADABLE

    @property
    def label(self) -> str:
        """A few words for the outline and the strip."""
        if self.mark is Mark.IDENTIFIED and self.printing is not None:
            return self.printing.name
        return "" if self.mark is Mark.WORKING else tr(self.mark.value)


@dataclass(eq=False)
class PictureState:
    """One picture file on its way.

    Attributes:
        request_id: what its events carry; stays the same when it is read a second time.
        size: width and height in pixels, None until it was opened.
        opening: the inference thread has it, or will; its preview comes from there.
        message: one line that says why it has no cards.
        session: of live scanning; its pictures are no files.
        content: the hash of the file, where the window records its cards.
        once: skip it where the same picture is counted already, as another file.
    """

    request_id: str
    source: str
    size: tuple[int, int] | None = None
    cards: list[CardState] = field(default_factory=list)
    opening: bool = True
    message: str = ""
    session: Session | None = None
    content: str | None = None
    once: bool = False

    def show_corners(self, corners: tuple[Corners, ...]) -> None:
        """One state for each outline; one without outline stands for the whole picture if none."""
        self.cards = [CardState(self, i, c) for i, c in enumerate(corners)] or [CardState(self, 0)]

    def settle(self, recognitions: tuple[Recognition, ...]) -> None:
        """Give each final recognition its state; outlines that turned out to be no card go."""
        by_place = list(self.cards)
        settled = []
        for position, recognition in enumerate(recognitions):
            state = _take(by_place, recognition.corners)
            if state is None:
                state = CardState(self, position, recognition.corners)
            state.recognition = recognition
            settled.append(state)
        self.cards = settled


def _take(states: list[CardState], corners: Corners | None) -> CardState | None:
    for state in states:
        same = (
            state.corners is corners
            if corners is None or state.corners is None
            else bool(np.allclose(state.corners, corners, atol=0.5))
        )
        if same:
            states.remove(state)
            return state
    return None
