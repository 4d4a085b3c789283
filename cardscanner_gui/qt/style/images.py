"""The one place where pixels become `QImage`s. Every image owns its memory.

All of it may run on any thread; the window calls it off the GUI thread.
"""

from __future__ import annotations

from typing import Any

import numpy.typing as npt
from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from cardscanner_gui.core.types import Pixels

PREVIEW_SIDE = 1600
"""Longest side, in pixels, of a picture kept for showing: sharp on a 200 % screen."""
WHOLE_SIDE = 6000
"""The same of a picture that is looked at closely: 108 MB at the most, one at a time."""
THUMBNAIL_SIDE = 192


def to_image(pixels: npt.NDArray[Any]) -> QImage:
    """Copy RGB pixels; a `QImage` over the array's memory would outlive it."""
    height, width = pixels.shape[:2]
    # Rows of a slice aren't contiguous in memory: tobytes() makes them so, and strides explicit.
    return QImage(pixels.tobytes(), width, height, 3 * width, QImage.Format.Format_RGB888).copy()


def reduced(pixels: Pixels, longest_side: int) -> QImage:
    """RGB pixels as an image whose longest side is at most `longest_side`."""
    import cv2  # not on the way to the first window

    height, width = pixels.shape[:2]
    if max(height, width) <= longest_side:
        return to_image(pixels)
    scale = longest_side / max(height, width)
    size = (max(1, round(width * scale)), max(1, round(height * scale)))
    # OpenCV works on the array as it is and lets other threads run; Pillow and Qt would copy all of
    # a 48-megapixel picture first.
    return to_image(cv2.resize(pixels, size, interpolation=cv2.INTER_AREA))


def fitted(pixels: Pixels, width: int, height: int) -> QImage:
    """RGB pixels scaled down to fit into this room, fast enough for each frame of a video."""
    import cv2  # not on the way to the first window

    scale = min(1.0, width / pixels.shape[1], height / pixels.shape[0])
    if scale < 1.0:
        size = (max(1, round(pixels.shape[1] * scale)), max(1, round(pixels.shape[0] * scale)))
        # Averaging all pixels (INTER_AREA) looks no better in motion and takes thirty times longer.
        scaled = cv2.resize(pixels, size, interpolation=cv2.INTER_LINEAR)
    else:
        scaled = pixels
    # The screen's own format: Qt copies it as it is.
    quads = cv2.cvtColor(scaled, cv2.COLOR_RGB2BGRA)
    return QImage(
        quads.data, quads.shape[1], quads.shape[0], 4 * quads.shape[1], QImage.Format.Format_RGB32
    ).copy()


def decoded(data: bytes, longest_side: int | None = None) -> QImage:
    """An encoded picture, such as a stored JPEG; a null image when it can't be read."""
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    size = reader.size()
    if longest_side and size.isValid() and max(size.width(), size.height()) > longest_side:
        reader.setScaledSize(
            size.scaled(QSize(longest_side, longest_side), Qt.AspectRatioMode.KeepAspectRatio)
        )
    return reader.read()
