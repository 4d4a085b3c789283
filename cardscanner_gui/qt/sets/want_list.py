"""What a set still lacks, as a file: a table for programs, or a checklist to print."""

from __future__ import annotations

import csv
import os
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QBuffer, QIODevice, QMarginsF, QRectF, Qt
from PySide6.QtGui import QFont, QFontMetricsF, QPageLayout, QPageSize, QPainter, QPdfWriter, QPen

from cardscanner_gui.core.errors import ExportError
from cardscanner_gui.core.types import Printing
from cardscanner_gui.core.words import tr
from cardscanner_gui.export.cells import safe_cell

HEADER = ("Set", "Code", "Number", "Name", "Rarity", "Finish", "Id")  # for programs: English
_COLUMNS = 2
_MARGIN_MM = 15.0
_POINTS, _HEAD_POINTS = 9.0, 15.0
_DPI = 300


@dataclass(frozen=True)
class Want:
    """One gap: a printing, and the finish that is lacking where finishes are counted apart."""

    printing: Printing
    finish: str = ""


def write_csv(wants: Sequence[Want], path: Path) -> None:
    """Write a table of the gaps.

    Raises:
        ExportError: it can't be written; what was there before stays.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        with draft.open("w", encoding="utf-8-sig", newline="") as stream:
            writer = csv.writer(stream)
            writer.writerow(HEADER)
            for want in wants:
                one = want.printing
                cells = (
                    one.set_name,
                    one.set_code or "",
                    one.printed_number,
                    one.name,
                    one.rarity or "",
                    want.finish,
                    one.id,
                )
                writer.writerow([safe_cell(cell) for cell in cells])
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ExportError(
            tr(
                "“{path}” can't be written: {strerror}.",
                path=path,
                strerror=error.strerror or error,
            )
        ) from error


def write_pdf(title: str, wants: Sequence[Want], path: Path) -> None:
    """Write a checklist on A4: a box, the number and the name of each gap, in two columns.

    Raises:
        ExportError: it can't be written; what was there before stays.
    """
    draft = path.with_name(f".{path.name}.{os.getpid()}.new")
    try:
        draft.write_bytes(_pdf(title, wants))
        draft.replace(path)
    except OSError as error:
        draft.unlink(missing_ok=True)
        raise ExportError(
            tr(
                "“{path}” can't be written: {strerror}.",
                path=path,
                strerror=error.strerror or error,
            )
        ) from error


def _pdf(title: str, wants: Sequence[Want]) -> bytes:
    buffer = QBuffer()  # Qt itself doesn't tell of a disk that is full
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    writer = QPdfWriter(buffer)
    writer.setResolution(_DPI)
    writer.setTitle(title)
    writer.setPageSize(QPageSize(QPageSize.PageSizeId.A4))
    margins = QMarginsF(_MARGIN_MM, _MARGIN_MM, _MARGIN_MM, _MARGIN_MM)
    writer.setPageMargins(margins, QPageLayout.Unit.Millimeter)
    painter = QPainter(writer)
    _Checklist(painter, writer, title).draw(wants)
    painter.end()
    return bytes(buffer.data().data())


class _Checklist:
    def __init__(self, painter: QPainter, writer: QPdfWriter, title: str) -> None:
        self._painter = painter
        self._writer = writer
        self._title = title
        self._font = QFont()
        self._font.setPointSizeF(_POINTS)
        self._head = QFont()
        self._head.setPointSizeF(_HEAD_POINTS)
        self._head.setBold(True)
        self._line = QFontMetricsF(self._font, writer).height() * 1.5
        self._head_height = QFontMetricsF(self._head, writer).height() * 1.6

    def draw(self, wants: Sequence[Want]) -> None:
        height = float(self._writer.height())
        width = float(self._writer.width()) / _COLUMNS
        rows = max(1, int((height - self._head_height) / self._line))
        per_page = rows * _COLUMNS
        pages = max(1, -(-len(wants) // per_page))
        for page in range(pages):
            if page:
                self._writer.newPage()
            self._draw_head(page + 1, pages, len(wants))
            for place, want in enumerate(wants[page * per_page : (page + 1) * per_page]):
                column, row = divmod(place, rows)
                top = self._head_height + row * self._line
                self._draw_line(QRectF(column * width, top, width, self._line), want)

    def _draw_head(self, page: int, pages: int, number: int) -> None:
        self._painter.setFont(self._head)
        of = tr(" · page {page} of {pages}", page=page, pages=pages) if pages > 1 else ""
        box = QRectF(0, 0, float(self._writer.width()), self._head_height)
        words = tr("{title}: {number:,} missing{of}", title=self._title, number=number, of=of)
        metrics = QFontMetricsF(self._head, self._writer)
        words = metrics.elidedText(words, Qt.TextElideMode.ElideMiddle, box.width())
        self._painter.drawText(box, int(Qt.AlignmentFlag.AlignLeft), words)

    def _draw_line(self, box: QRectF, want: Want) -> None:
        side = self._line * 0.5
        self._painter.setPen(QPen(Qt.GlobalColor.black, self._line / 25))
        self._painter.drawRect(QRectF(box.left(), box.top() + side / 2, side, side))
        self._painter.setFont(self._font)
        text = box.adjusted(side * 1.8, 0, -side, 0)
        one = want.printing
        finish = f" · {want.finish}" if want.finish else ""
        words = f"{one.printed_number}  {one.name}{finish}"
        words = QFontMetricsF(self._font, self._writer).elidedText(
            words, Qt.TextElideMode.ElideRight, text.width()
        )
        flags = Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter
        self._painter.drawText(text, int(flags), words)
