"""Plots of `docs/plots/figures.json` as PNG: rows of bars, some in parts, some with a goal.

Each PNG bears the digest of the figures that it was drawn from, so that a test can tell when it is
older than these.
"""

from __future__ import annotations

import hashlib
import json
import os
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).resolve().parents[1] / "plots"
FIGURES = FOLDER / "figures.json"
DIGEST = "figures"
"""The name of the PNG's text that holds the digest."""

_COLOURS = ("#3454d1", "#8f5a00", "#b4233c", "#157347", "#5b6473", "#7d93e8")
_TEXT, _MUTED, _RULE, _PAPER = "#1a1e27", "#5b6473", "#d9dde5", "#ffffff"
_WIDTH, _MARGIN, _LABELS, _VALUES, _ROW, _BAR = 900, 24, 330, 130, 30, 16


def load() -> dict[str, dict[str, Any]]:
    """Every plot by the name of its file: title, unit, and rows of label, parts, words, goal."""
    plots: dict[str, dict[str, Any]] = json.loads(FIGURES.read_text(encoding="utf-8"))
    return plots


def digest(plot: dict[str, Any]) -> str:
    """Of all that is drawn."""
    return hashlib.sha256(json.dumps(plot, sort_keys=True).encode()).hexdigest()[:16]


def make() -> None:
    """Draw all plots anew."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtGui import QGuiApplication

    app = QGuiApplication.instance() or QGuiApplication([])
    for name, plot in load().items():
        _draw(plot, FOLDER / f"{name}.png")
    del app


def _draw(plot: dict[str, Any], path: Path) -> None:
    from PySide6.QtCore import QPointF, QRectF, Qt
    from PySide6.QtGui import QColor, QFont, QImage, QPainter, QPen

    rows, parts = plot["rows"], plot.get("parts", [])
    height = 2 * _MARGIN + 34 + (24 if parts else 0) + _ROW * len(rows)
    image = QImage(2 * _WIDTH, 2 * height, QImage.Format.Format_RGB32)
    image.setDevicePixelRatio(2)
    image.fill(QColor(_PAPER))
    image.setText(DIGEST, digest(plot))
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    font = QFont()
    font.setPixelSize(18)
    font.setBold(True)
    painter.setFont(font)
    painter.setPen(QColor(_TEXT))
    painter.drawText(QPointF(_MARGIN, _MARGIN + 14), plot["title"])
    font.setPixelSize(14)
    font.setBold(False)
    painter.setFont(font)
    y = float(_MARGIN + 34)
    if parts:
        x = float(_MARGIN)
        for colour, word in zip(_COLOURS, parts, strict=False):
            painter.fillRect(QRectF(x, y, 12, 12), QColor(colour))
            painter.setPen(QColor(_MUTED))
            painter.drawText(QPointF(x + 18, y + 11), word)
            x += 18 + painter.fontMetrics().horizontalAdvance(word) + 24
        y += 24
    room = _WIDTH - 2 * _MARGIN - _LABELS - _VALUES
    most = max(max(sum(row["values"]), row.get("goal", 0)) for row in rows)
    for row in rows:
        painter.setPen(QColor(_TEXT))
        label = QRectF(_MARGIN, y, _LABELS - 12, _ROW)
        middle = Qt.AlignmentFlag.AlignVCenter
        painter.drawText(label, middle | Qt.AlignmentFlag.AlignRight, row["label"])
        x, top = float(_MARGIN + _LABELS), y + (_ROW - _BAR) / 2
        painter.fillRect(QRectF(x, top, room, _BAR), QColor("#f3f4f7"))
        for colour, value in zip(_COLOURS, row["values"], strict=False):
            width = room * value / most
            painter.fillRect(QRectF(x, top, width, _BAR), QColor(colour))
            x += width
        if "goal" in row:
            goal = _MARGIN + _LABELS + room * row["goal"] / most
            painter.setPen(QPen(QColor(_TEXT), 2))
            painter.drawLine(QPointF(goal, top - 4), QPointF(goal, top + _BAR + 4))
        painter.setPen(QColor(_MUTED))
        words = row.get("words") or f"{sum(row['values']):g} {plot['unit']}"
        place = QRectF(_WIDTH - _MARGIN - _VALUES + 10, y, _VALUES - 10, _ROW)
        painter.drawText(place, middle, words)
        y += _ROW
    painter.setPen(QColor(_RULE))
    painter.drawRect(QRectF(0.5, 0.5, _WIDTH - 1, height - 1))
    painter.end()
    if not image.save(str(path)):
        raise OSError(f"{path} can't be written")
