"""The dialog that asks which printing a card is fits what it shows, and the screen."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from cardscanner_gui.core.types import Printing
from cardscanner_gui.qt.card.candidate_list import CandidateRow
from cardscanner_gui.qt.card.other_match import Search
from cardscanner_gui.qt.card.other_match_dialog import OtherMatchDialog
from tests.qt.cards import EMBERIX, MOSSBACK, PRINTINGS, SPROUTLE, TIDELING, VOLTUSK

CANDIDATES = (SPROUTLE, EMBERIX, TIDELING, VOLTUSK, MOSSBACK)
_LONG = 60_000


def everything(times: int) -> Search:
    """A search that finds every printing so many times."""
    return lambda text, then, failed: then(list(PRINTINGS) * times)


def opened(
    qtbot: QtBot, candidates: tuple[Printing, ...], search: Search | None = None
) -> OtherMatchDialog:
    considered = [(printing, ()) for printing in candidates]
    dialog = OtherMatchDialog(considered, None, search or everything(1))
    qtbot.addWidget(dialog)
    with qtbot.waitExposed(dialog, timeout=60_000):
        dialog.show()
    return dialog


def in_sight(dialog: OtherMatchDialog, row: CandidateRow) -> bool:
    return row.visibleRegion().boundingRect().height() >= row.height() - 2


def test_five_candidates_are_seen_without_scrolling(qtbot: QtBot) -> None:
    dialog = opened(qtbot, CANDIDATES)

    assert all(in_sight(dialog, row) for row in dialog.findChildren(CandidateRow))


def test_on_a_small_screen_the_marked_candidate_is_scrolled_to(qtbot: QtBot) -> None:
    dialog = opened(qtbot, CANDIDATES)
    dialog.resize(560, 330)
    last = dialog.findChildren(CandidateRow)[-1]
    qtbot.waitUntil(lambda: not in_sight(dialog, last), timeout=_LONG)
    assert dialog.use.visibleRegion().boundingRect().height() == dialog.use.height()

    QTest.keyClick(dialog.candidates, Qt.Key.Key_5)
    qtbot.waitUntil(lambda: in_sight(dialog, last), timeout=_LONG)
    dialog.use.click()
    assert dialog.printing == MOSSBACK


def test_what_is_found_gets_the_room_of_the_candidates(qtbot: QtBot) -> None:
    dialog = opened(qtbot, CANDIDATES[:2], everything(3))
    field = dialog.search.field

    field.setText("s")
    qtbot.waitUntil(dialog.search.results.isVisible, timeout=_LONG)
    qtbot.waitUntil(lambda: dialog.search.results.height() > dialog.height() / 2, timeout=_LONG)
    field.clear()
    qtbot.waitUntil(lambda: in_sight(dialog, dialog.findChildren(CandidateRow)[0]), timeout=_LONG)
    assert not dialog.search.results.isVisible()
