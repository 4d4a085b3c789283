"""The program's icon in the forms that Windows and macOS want, drawn from the one SVG."""

from __future__ import annotations

import io
import os
from pathlib import Path

SIDES = (16, 24, 32, 48, 64, 128, 256, 512, 1024)
LARGEST_OF_WINDOWS = 256
SOURCE = Path(__file__).resolve().parents[1] / "resources" / "icons" / "cardscanner.svg"


def write(target: Path) -> Path:
    """Write an `.ico`, `.icns` or `.png` file; returns where it is."""
    from PIL import Image

    pictures = {side: Image.open(io.BytesIO(_drawn(side))) for side in SIDES}
    if target.suffix == ".ico":
        sides = [side for side in SIDES if side <= LARGEST_OF_WINDOWS]
        largest = pictures[sides[-1]]
        others = [pictures[side] for side in sides[:-1]]
        largest.save(target, sizes=[(side, side) for side in sides], append_images=others)
    elif target.suffix == ".icns":
        pictures[SIDES[-1]].save(target, append_images=[pictures[side] for side in SIDES[:-1]])
    else:
        pictures[LARGEST_OF_WINDOWS].save(target)
    return target


def _drawn(side: int) -> bytes:
    """The icon as PNG."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtCore import QBuffer, QIODevice, Qt
    from PySide6.QtGui import QGuiApplication, QImage, QPainter
    from PySide6.QtSvg import QSvgRenderer

    app = QGuiApplication.instance() or QGuiApplication(["icons"])
    image = QImage(side, side, QImage.Format.Format_ARGB32)
    image.fill(Qt.GlobalColor.transparent)
    painter = QPainter(image)
    QSvgRenderer(str(SOURCE)).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    image.save(buffer, "PNG")
    del app
    return bytes(buffer.data().data())
