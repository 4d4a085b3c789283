"""At 200 % on 1280 x 720 and 1080p all pages can be used: nothing out of reach, no text cut."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QAbstractButton, QLabel, QPushButton, QScrollArea, QWidget

from cardscanner_gui.core.types import Status
from cardscanner_gui.qt.card.candidate_list import CandidateRow
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.style.elided_label import ElidedLabel
from cardscanner_gui.qt.style.fields import ChoiceField
from cardscanner_gui.qt.window.main_window import MainWindow
from tests.qt.cards import EMBERIX, SPROUTLE, SPROUTLE_ART, SPROUTLE_OLD, TIDELING
from tests.qt.conftest import Harness
from tests.qt.scripted_recogniser import ScriptedCard, tiny_card

pytestmark = pytest.mark.usefixtures("kept_catalogue")

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
SIZES = {"200%-of-720p": (640, 334), "200%-of-1080p": (960, 510), "720p": (1280, 680)}
"""The screens in points, less a title bar and a border."""
CHOSEN = "chosen: "
"""Begins what is said of a drop-down whose words have no room."""


def lived_in(harness: Harness) -> MainWindow:
    window = harness.open_window()
    doubtful = (SPROUTLE, SPROUTLE_ART, SPROUTLE_OLD)
    script = harness.recogniser.script
    script["a.jpg"] = (ScriptedCard((EMBERIX,), photo=tiny_card()),)
    script["b.jpg"] = (ScriptedCard((TIDELING,), photo=tiny_card()),)
    script["c.jpg"] = (
        ScriptedCard(doubtful, Status.UNSURE, "three printings fit this", photo=tiny_card()),
    )
    window.scan([str(harness.picture(name)) for name in ("a.jpg", "b.jpg", "c.jpg")])
    harness.settle(window)
    return window


def out_of_reach(page: QWidget) -> list[str]:
    """Buttons of a page that are shown and neither lie on it nor can be scrolled to."""
    lost = []
    for button in page.findChildren(QAbstractButton):
        if not button.isVisible() or _scrolled(button, page):
            continue
        place = QRect(button.mapTo(page, QPoint(0, 0)), button.size())
        if not page.rect().contains(place):
            lost.append(button.text() or button.accessibleName())
    return lost


def cut(page: QWidget) -> list[str]:
    """Buttons and labels with less room than their text asks for; some shorten it and say so."""
    found = [
        f"{CHOSEN}{box.currentText()!r} has {box.room}"
        for box in page.findChildren(ChoiceField)
        if box.isVisible() and box.room < box.fontMetrics().horizontalAdvance(box.currentText())
    ]
    for widget in page.findChildren(QWidget):
        if not widget.isVisible() or not isinstance(widget, QLabel | QPushButton):
            continue
        if isinstance(widget, ElidedLabel) or not widget.text():
            continue
        if isinstance(widget, QLabel) and widget.wordWrap():
            short, narrow = widget.height() < widget.heightForWidth(widget.width()), False
        else:
            hint = widget.sizeHint()
            short, narrow = widget.height() < hint.height(), widget.width() < hint.width()
        elided = isinstance(widget, QLabel) and widget.toolTip()  # buttons never are
        if (short or narrow) and not elided:
            found.append(f"{widget.text()!r} {widget.size()} {widget.sizeHint()}")
    return found


def _scrolled(widget: QWidget, page: QWidget) -> bool:
    place = widget.parentWidget()
    while place is not None and place is not page:
        if isinstance(place, QScrollArea):
            return True
        place = place.parentWidget()
    return False


@pytest.mark.parametrize("name", SIZES)
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_every_page_is_whole(harness: Harness, name: str, theme: str) -> None:
    window = lived_in(harness)
    window.commands.themes[theme].trigger()
    window.resize(*SIZES[name])
    FOLDER.mkdir(exist_ok=True)
    for page in Page:
        window.show_page(page)
        harness.settle(window)
        harness.qtbot.wait(80)
        assert (window.width(), window.height()) == SIZES[name]
        shown = window.pages.stack.currentWidget()
        for tab in (None, "main_tab", "panel_tab"):
            panes = getattr(shown, "panes", None)
            if tab is not None and (panes is None or not panes.narrow):
                continue
            if tab is not None:
                harness.qtbot.mouseClick(getattr(panes, tab), Qt.MouseButton.LeftButton)
                harness.qtbot.wait(30)
            assert not out_of_reach(shown), (page, tab)
            assert not cut(shown), (page, tab)
            rows = [row for row in shown.findChildren(CandidateRow) if row.isVisible()]
            assert all(row.height() >= row.sizeHint().height() for row in rows)
            file = FOLDER / f"{page.name.lower()}-{tab or 'first'}-{name.rstrip('%')}-{theme}.png"
            assert window.grab().save(str(file))
            assert len(np.unique(np.asarray(Image.open(file).convert("L")))) > 20
    assert not cut(window.status)


def test_dialogs_fit_the_smallest_screen(harness: Harness) -> None:
    from PySide6.QtCore import QSize

    from cardscanner_gui.qt.frame.opening import _fit_to_screen
    from cardscanner_gui.qt.window.settings_dialog import SettingsDialog

    window = harness.open_window()
    room = QSize(640, 300)
    dialog = SettingsDialog(window.work.settings.current, window.services.games, window)
    harness.qtbot.addWidget(dialog)
    _fit_to_screen(dialog, room)
    dialog.show()
    harness.qtbot.wait(50)
    assert dialog.height() <= room.height()
    assert dialog.width() <= room.width()
    close = next(b for b in dialog.findChildren(QPushButton) if "Close" in b.text())
    assert dialog.rect().contains(QRect(close.mapTo(dialog, QPoint(0, 0)), close.size()))
    (area,) = [a for a in dialog.findChildren(QScrollArea) if a.isAncestorOf(dialog.theme)]
    assert area.verticalScrollBar().maximum() > 0, "the rest can be scrolled to"


def test_every_card_of_the_session_is_reached_where_the_strip_has_no_room(
    harness: Harness,
) -> None:
    window = lived_in(harness)
    page = window.scan_page
    window.resize(*SIZES["720p"])
    harness.settle(window)
    assert page.strip.isVisible()
    assert not page.steps.isVisible()
    window.resize(*SIZES["200%-of-720p"])
    harness.settle(window)
    assert not page.strip.isVisible()
    assert page.steps.isVisible()
    seen = []
    while True:
        assert page.card is not None
        seen.append(page.card.picture.source.rpartition("/")[2])
        if not page.steps.older.isEnabled():
            break
        harness.qtbot.mouseClick(page.steps.older, Qt.MouseButton.LeftButton)
        harness.settle(window)
    assert seen == ["c.jpg", "b.jpg", "a.jpg"]
    harness.qtbot.mouseClick(page.steps.newer, Qt.MouseButton.LeftButton)
    harness.settle(window)
    assert page.card is not None
    assert page.panel.facts.name.text() == "Tideling"
