"""Room for text of any language, whatever font fills in for the one in use."""

from __future__ import annotations

from PySide6.QtGui import QFontMetrics

_ANY = "Ág確"


def text_height(font: QFontMetrics, lines: int = 1) -> int:
    """Pixels that so many lines need.

    Names of Japanese and Chinese cards stand in windows of every language, in a font that may be
    taller: four pixels a line with the usual ones.
    """
    return font.size(0, "\n".join([_ANY] * lines)).height()
