"""The line of evidence has a height of its own, and cuts nothing in half."""

from __future__ import annotations

import pytest
from PySide6.QtGui import QTextDocument
from pytestqt.qtbot import QtBot

from cardscanner_gui.catalogue.match.reasons import Reason
from cardscanner_gui.core.rule import Finding
from cardscanner_gui.qt.card.evidence import EvidenceLine

MANY = (
    Reason("number", "number", 8.0, Finding.NEAR, "40/02", "40/82"),
    Reason("name", "name", 8.0, Finding.AGREES, "Dark Machoke", "Dark Machoke"),
    Reason("hp", "HP", 3.0, Finding.AGREES, "60", "60"),
    Reason("artist", "artist", 0.0, Finding.SAYS_LITTLE, "incidents Involvin", "Mitsuhiro Arita"),
    Reason("year", "year", -3.0, Finding.CONTRADICTS, "1999", "2000"),
    Reason("artwork", "artwork", 0.0, Finding.SAYS_LITTLE),
)


def laid_out(line: EvidenceLine) -> QTextDocument:
    page = QTextDocument()
    page.setDocumentMargin(0)
    page.setDefaultFont(line.font())
    page.setHtml(line.text())
    page.setTextWidth(line.width())
    return page


@pytest.mark.parametrize("width", [180, 290, 600])
def test_what_is_shown_is_shown_whole(qtbot: QtBot, width: int) -> None:
    line = EvidenceLine(lines=3)
    qtbot.addWidget(line)
    line.resize(width, line.height())
    line.show_reasons(MANY)
    line.show()
    page = laid_out(line)
    assert page.size().height() <= line.height()
    assert page.idealWidth() <= width
    shown = page.toPlainText().replace("\u00a0", " ")
    assert "year: read “1999”, printed 2000" in shown
    assert (width == 600) == ("artwork" in shown)
    assert shown.endswith("…") == (width < 600)
    assert all(reason.words in line.words for reason in MANY)


def test_more_room_shows_more(qtbot: QtBot) -> None:
    line = EvidenceLine(lines=3)
    qtbot.addWidget(line)
    line.resize(180, line.height())
    line.show_reasons(MANY)
    line.show()
    narrow = line.text()
    line.resize(600, line.height())
    assert len(line.text()) > len(narrow)
    assert "…" not in line.text()
