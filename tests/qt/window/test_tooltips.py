"""Every button that shows no word says what it is, to the pointer and to a screen reader."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QAbstractButton, QCheckBox, QDialog, QLabel, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from cardscanner_gui.core.types import Status
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.window.main_window import MainWindow
from tests.qt.cards import EMBERIX, SPROUTLE, TIDELING
from tests.qt.conftest import Harness
from tests.qt.live.live_camera import StandInCamera
from tests.qt.live.test_live import make_table
from tests.qt.scripted_recogniser import ScriptedCard, tiny_card

pytestmark = pytest.mark.usefixtures("kept_catalogue")

_WORDLESS = Qt.ToolButtonStyle.ToolButtonIconOnly


def shows_a_word(button: QAbstractButton) -> bool:
    if isinstance(button, QToolButton):
        icon = not button.icon().isNull() and button.toolButtonStyle() == _WORDLESS
        return bool(button.text()) and not icon
    words = [button.text(), *(label.text() for label in button.findChildren(QLabel))]
    return any(letter.isalpha() for letter in "".join(words))


def unexplained(widget: QWidget) -> list[str]:
    """The buttons that are seen and can be pressed, and don't say what they are."""
    found = []
    for button in widget.findChildren(QAbstractButton):
        inside_qt = button.objectName().startswith("qt_") or not button.isEnabled()
        if button.isVisible() and not inside_qt and not shows_a_word(button):
            name = button.accessibleName() or button.text()
            if not button.toolTip() or not any(letter.isalpha() for letter in name):
                place = button.parent()
                found.append(f"{type(place).__name__}: {button.text()!r} {button.toolTip()!r}")
    return found


def window_with_cards(harness: Harness) -> MainWindow:
    sure = [ScriptedCard((card,), photo=tiny_card()) for card in (EMBERIX, TIDELING)]
    doubt = ScriptedCard((SPROUTLE, EMBERIX), Status.UNSURE, "two fit", photo=tiny_card())
    harness.recogniser.script["page.png"] = (*sure, doubt)
    window = harness.open_window()
    window.resize(1280, 800)
    window.scan([str(harness.picture("page.png"))])
    harness.settle(window)
    return window


@pytest.mark.parametrize("size", [(1280, 720), (640, 360)], ids=["usual", "half"])
def test_each_button_of_each_page_says_what_it_is(harness: Harness, size: tuple[int, int]) -> None:
    window = window_with_cards(harness)
    window.resize(*size)
    found = {}
    for page in Page:
        window.show_page(page)
        harness.settle(window)
        harness.qtbot.wait(50)
        found[page.name] = unexplained(window)
    window.show_page(Page.COLLECTION)
    window.collection_page.views.photos_button.click()
    harness.settle(window)
    found["photos"] = unexplained(window)

    assert not any(found.values()), found


def test_each_button_of_live_scanning_says_what_it_is(harness: Harness) -> None:
    table = make_table(harness, StandInCamera())
    table.start()

    assert unexplained(table.window) == []


OPENERS = ("settings", "keys", "about", "welcome", "import_cards", "export", "add_cards", "changes")


@pytest.mark.parametrize("name", [*OPENERS, "trash", "rejected", "values"])
def test_each_button_of_a_dialog_says_what_it_is(harness: Harness, qtbot: QtBot, name: str) -> None:
    window = window_with_cards(harness)
    window.show_page(Page.COLLECTION)
    harness.settle(window)

    def shown() -> list[QDialog]:
        return [dialog for dialog in window.findChildren(QDialog) if dialog.isVisible()]

    getattr(window.commands, name).trigger()
    harness.wait(shown)
    for dialog in shown():
        assert unexplained(dialog) == []
        dialog.close()


def test_a_button_without_words_would_be_noticed(qtbot: QtBot) -> None:
    widget = QWidget()
    qtbot.addWidget(widget)
    mute, told, arrow = QToolButton(widget), QToolButton(widget), QCheckBox("▸", widget)
    told.setToolTip("Close this")
    told.setAccessibleName("Close this")
    widget.show()

    assert len(unexplained(widget)) == 2
    mute.hide()
    arrow.setText("Show")
    assert unexplained(widget) == []
