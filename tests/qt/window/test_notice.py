"""Several notices at once: what needs an answer isn't lost under what merely happened."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QAbstractButton

from cardscanner_gui.qt.frame.pages import Page
from tests.qt.conftest import Harness

pytestmark = pytest.mark.usefixtures("kept_catalogue")


def test_what_stays_comes_back_when_a_later_line_has_gone(harness: Harness) -> None:
    window = harness.open_window()
    notice, saved = window.notice, []
    notice.tell("The file is damaged", action="Save", then=lambda: saved.append(1), stays=True)
    notice.tell("Undone: Keep Sproutle")
    assert notice.label.text() == "Undone: Keep Sproutle"
    assert notice.more.text() == "1 more"
    notice.close_line()
    assert notice.label.text() == "The file is damaged"
    notice.button.click()
    assert saved == [1]
    assert notice.isHidden()


def test_an_action_of_the_later_line_leaves_the_earlier_one(harness: Harness) -> None:
    window = harness.open_window()
    notice = window.notice
    notice.tell("The file is damaged", stays=True)
    notice.tell("Rejected Sproutle", action="Undo", then=lambda: notice.tell("Undone"))
    notice.button.click()
    assert notice.label.text() == "Undone"
    notice.close_line()
    assert notice.label.text() == "The file is damaged"


def test_of_one_matter_only_the_last_line_counts(harness: Harness) -> None:
    window = harness.open_window()
    notice = window.notice
    notice.tell("1 picture was scanned before", stays=True, about="repeats")
    notice.tell("2 pictures were scanned before", stays=True, about="repeats")
    assert notice.more.isHidden()
    notice.close_line()
    assert notice.isHidden()


@pytest.mark.parametrize("size", [(640, 334), (960, 540), (1280, 720)])
def test_nothing_that_can_be_pressed_lies_under_a_notice(
    harness: Harness, size: tuple[int, int]
) -> None:
    window = harness.open_window()
    window.resize(*size)
    stack = window.pages.stack
    for page in Page:
        window.show_page(page)
        window.notice.tell("A long line about the file, which is damaged", action="Save it now")
        harness.settle(window)
        harness.qtbot.wait(200)
        covered = [
            button.text() or button.accessibleName()
            for button in stack.currentWidget().findChildren(QAbstractButton)
            if button.isVisible()
            and not button.visibleRegion().isEmpty()
            and QRect(button.mapTo(stack, QPoint(0, 0)), button.size()).intersects(
                window.notice.geometry()
            )
        ]
        assert not covered, page
