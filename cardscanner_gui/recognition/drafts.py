"""Pictures that were decoded at half their size: what the large print needs, and no more.

Cards are found in the draft, and name, HP and number of large ones are read there. Small cards, and
whatever that leaves open, are read from all pixels.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from cardscanner_gui.core.types import Frame, read_only
from cardscanner_gui.vision.card_image import PHOTO_HEIGHT
from cardscanner_gui.vision.finder import FoundCard


def in_picture(frame: Frame, found: Sequence[FoundCard]) -> list[FoundCard]:
    """Cards that were found in a frame's pixels, in the picture."""
    if frame.shrunk == 1:
        return list(found)
    return [
        replace(
            card,
            corners=read_only(frame.in_picture(card.corners)),
            alternatives=tuple(read_only(frame.in_picture(q)) for q in card.alternatives),
        )
        for card in found
    ]


def fit_to_read(frame: Frame, found: Sequence[FoundCard]) -> Frame:
    """The frame itself where its pixels suffice for every card, else the whole picture.

    They do where a card is no smaller in them than in the picture that is kept of it, which is also
    the size in which its text is looked for.

    Raises:
        PictureError: the whole picture can't be decoded.
    """
    clear = bool(found) and all(_height(frame, card) >= PHOTO_HEIGHT for card in found)
    return frame if clear else frame.whole()


def _height(frame: Frame, card: FoundCard) -> float:
    corners = frame.in_pixels(card.corners)
    sides = np.linalg.norm(corners - np.roll(corners, 1, axis=0), axis=1)
    return float(sides[[0, 2]].mean())  # the left and the right side
