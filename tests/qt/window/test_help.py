"""The guide, the sheet of keys, and what the program is made of."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QMessageBox
from pytestqt.qtbot import QtBot

from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.window.guide_dialog import GuideDialog
from cardscanner_gui.qt.window.keys_dialog import KeysDialog
from cardscanner_gui.qt.window.licences_dialog import LicencesDialog
from cardscanner_gui.resources import guide_file
from tests.qt.conftest import Harness

pytestmark = pytest.mark.usefixtures("kept_catalogue")


@pytest.mark.parametrize("page", list(Page))
def test_f1_opens_the_guide_at_the_page_one_is_on(
    harness: Harness, qtbot: QtBot, page: Page
) -> None:
    window = harness.open_window()
    window.show_page(page)

    qtbot.keyClick(window, Qt.Key.Key_F1)

    (guide,) = window.findChildren(GuideDialog)
    assert guide.isVisible()
    assert guide.contents.currentItem().text() == page.name.capitalize()
    heading = guide.text.document().begin()
    while heading.text() != page.name.capitalize():
        heading = heading.next()
    top = guide.text.cursorRect(QTextCursor(heading)).top()
    assert 0 <= top < guide.text.viewport().height() / 4


def test_the_guide_is_searched_from_where_one_is_and_again_from_the_beginning(
    qtbot: QtBot,
) -> None:
    guide = GuideDialog(guide_file())
    qtbot.addWidget(guide)
    guide.show()

    guide.search.setText("Want list of things that nobody wrote")
    qtbot.keyClick(guide.search, Qt.Key.Key_Return)
    said = guide._found.text()
    guide.search.setText("Rejected")
    qtbot.keyClick(guide.search, Qt.Key.Key_Return)

    assert said == "Not found"
    assert guide.text.textCursor().selectedText().lower() == "rejected"


def test_its_pictures_are_there_and_no_wider_than_the_text(qtbot: QtBot) -> None:
    guide = GuideDialog(guide_file())
    qtbot.addWidget(guide)
    from PySide6.QtCore import QUrl
    from PySide6.QtGui import QTextDocument

    kind = int(QTextDocument.ResourceType.ImageResource.value)
    picture = guide.text.loadResource(kind, QUrl("screenshots/scan-light.png"))
    assert 0 < picture.width() <= 560
    assert guide.text.loadResource(kind, QUrl("screenshots/none.png")) is None


def test_the_sheet_has_every_key_of_the_menus(harness: Harness) -> None:
    window = harness.open_window()

    window.commands.keys.trigger()

    (sheet,) = window.findChildren(KeysDialog)
    text = sheet.sheet.toPlainText()
    for words in ("Undo", "Keep", "Reject", "Export", "Find", "Mark candidate 3", "Guide"):
        assert words in text
    assert "&" not in text


def test_about_leads_to_the_licences_of_all_parts(harness: Harness) -> None:
    window = harness.open_window()

    window.commands.about.trigger()
    (about,) = window.findChildren(QMessageBox)
    (button,) = [one for one in about.buttons() if one.text() == "Licences…"]
    button.click()

    (dialog,) = window.findChildren(LicencesDialog)
    names = [dialog.names.item(row).text() for row in range(dialog.names.count())]
    dialog.names.setCurrentRow(next(i for i, n in enumerate(names) if n.startswith("numpy ")))
    assert names[0].startswith("cardscanner ")
    assert any(name.startswith("PySide6_Essentials ") for name in names)
    assert "BSD-3-Clause" in dialog.text.toPlainText()
