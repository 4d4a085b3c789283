"""Why a printing is, or isn't, the card: the points that decided, in words."""

from __future__ import annotations

import html
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QEvent, Qt
from PySide6.QtGui import QResizeEvent, QTextDocument
from PySide6.QtWidgets import QLabel, QSizePolicy, QWidget

from cardscanner_gui.core.collection import Scan
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.generic_game import game_of
from cardscanner_gui.core.rule import Finding
from cardscanner_gui.core.types import Printing, Recognition
from cardscanner_gui.core.words import said, tr
from cardscanner_gui.qt.style.text_height import text_height
from cardscanner_gui.qt.style.theme import SMALL_SIZE, Theme, scaled_font, theme_of

if TYPE_CHECKING:  # it brings the matcher's libraries, which the first paint doesn't wait for
    from cardscanner_gui.catalogue.match.reasons import Reason

Reasons = Sequence["Reason"]
_JOINER = "&#8288;"
_LONG = 28
_TELLING = (Finding.CONTRADICTS, Finding.NEAR, Finding.AGREES, Finding.SAYS_LITTLE)


def reasons_of_scan(scan: Scan, printing: Printing, games: Games) -> Reasons:
    """What decided when the scan was matched; nothing for a printing that wasn't a candidate."""
    points = zip(scan.candidates, scan.evidence, strict=False)  # older scans keep no points
    known = {candidate.id: evidence for (candidate, _), evidence in points}
    return _reasons(known.get(printing.id), scan.reading, printing, games)


def reasons_of_answer(recognition: Recognition, printing: Printing, games: Games) -> Reasons:
    """The same of an answer that isn't recorded yet."""
    known = {one.printing.id: one.evidence for one in recognition.match.candidates}
    return _reasons(known.get(printing.id), recognition.reading, printing, games)


def _reasons(
    evidence: Mapping[str, float] | None, reading: Any, printing: Printing, games: Games
) -> Reasons:
    if not evidence:
        return ()
    from cardscanner_gui.catalogue.match.reasons import reasons

    return reasons(evidence, reading, printing, game_of(games, printing.game))


def read_text(reading: Mapping[str, Any], name: str) -> str:
    """What was read for a field, empty when nothing was."""
    field = reading.get(name)
    return str(field.get("text", "")) if isinstance(field, Mapping) else ""


class EvidenceLine(QLabel):
    """What speaks for and against a printing, each with its shape and colour.

    Args:
        lines: its height, whatever it says: what tells least is left out, and an ellipsis stands
            for it. None makes it as high as it needs to be.
    """

    def __init__(self, parent: QWidget | None = None, *, lines: int | None = None) -> None:
        super().__init__(parent)
        self._reasons: Reasons = ()
        self._all = lines is None
        self.setTextFormat(Qt.TextFormat.RichText)
        self.setFont(scaled_font(self.font(), SMALL_SIZE))
        self.setWordWrap(True)
        if lines is not None:
            self.setAlignment(Qt.AlignmentFlag.AlignTop)
            self.setFixedHeight(text_height(self.fontMetrics(), lines))
            self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)

    @property
    def words(self) -> str:
        """The same without shapes, for whoever can't see them."""
        return "; ".join(
            f"{said(reason.words)} {tr(reason.finding.value)}" for reason in self._reasons
        )

    def show_reasons(self, reasons: Reasons) -> None:
        """Show these; none leaves it empty."""
        self._reasons = reasons
        self.setAccessibleName(self.words)
        self._write()

    def changeEvent(self, event: QEvent) -> None:
        if event.type() == QEvent.Type.PaletteChange:
            self._write()
        super().changeEvent(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width() and not self._all:
            self._write()

    def _write(self) -> None:
        self.setText(self._html(self._reasons) if self._all else self._fitting())

    def _fitting(self) -> str:
        """As much as there is room for."""
        page = QTextDocument()
        page.setDocumentMargin(0)
        page.setDefaultFont(self.font())
        page.setTextWidth(self.contentsRect().width())
        shown = list(self._reasons)
        while True:
            text = self._html(shown) + (" …" if len(shown) < len(self._reasons) else "")
            page.setHtml(text)
            if len(shown) < 2 or page.size().height() <= self.height():
                return text
            shown.remove(max(reversed(shown), key=lambda reason: _TELLING.index(reason.finding)))

    def _html(self, reasons: Reasons) -> str:
        theme = theme_of(self.palette())
        return "&nbsp; ".join(_html(reason, theme) for reason in reasons)


def _html(reason: Reason, theme: Theme) -> str:
    shape, colour = {
        Finding.AGREES: ("✓", theme.good),
        Finding.NEAR: ("≈", theme.doubt),
        Finding.SAYS_LITTLE: ("–", theme.muted),
        Finding.CONTRADICTS: ("✗", theme.bad),
    }[reason.finding]
    # A line ends between two of them rather than within one, but for one that fills it.
    words = html.escape(said(reason.words))
    words = words.replace(" ", "&nbsp;", -1 if len(reason.words) < _LONG else 1)
    # A line may end after a dash, also before a space that keeps words together.
    return f'<span style="color:{colour}">{shape}{_JOINER}&nbsp;{words}</span>'
