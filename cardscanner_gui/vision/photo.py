"""How a card looks on the photo that was kept of it."""

from __future__ import annotations

import cv2
import numpy as np

from cardscanner_gui.core.look import Look
from cardscanner_gui.core.types import CARD_ASPECT
from cardscanner_gui.vision.artwork import look_at
from cardscanner_gui.vision.card_image import CardCrop

_ASPECT_OFF = 0.06


def look_of_photo(photo: bytes) -> Look | None:
    """The look of a straightened card; None where this is no photo of one.

    Args:
        photo: JPEG, the card's outline as the picture's edge.
    """
    decoded = cv2.imdecode(np.frombuffer(photo, np.uint8), cv2.IMREAD_COLOR_RGB)
    if decoded is None:
        return None
    pixels = np.asarray(decoded, np.uint8)
    height, width = pixels.shape[:2]
    if abs(width / height - CARD_ASPECT) > _ASPECT_OFF:
        return None
    corners = np.array([(0, 0), (width, 0), (width, height), (0, height)], np.float64)
    return look_at(CardCrop(pixels, corners))
