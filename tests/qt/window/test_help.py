"""The guide, the sheet of keys, and what the program is made of."""

from __future__ import annotations

import importlib
import pkgutil

import pytest
from PySide6.QtCore import QSize, Qt, QUrl
from PySide6.QtGui import QScreen, QTextCursor, QTextDocument
from PySide6.QtWidgets import QDialog, QMessageBox
from pytestqt.qtbot import QtBot

from cardscanner_gui import qt
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.window.guide_dialog import GuideDialog
from cardscanner_gui.qt.window.guide_pages import (
    ABOUT_DIALOGS,
    ABOUT_PAGES,
    INDEX,
    LIVE,
    read_guide,
)
from cardscanner_gui.qt.window.keys_dialog import KeysDialog
from cardscanner_gui.qt.window.licences_dialog import LicencesDialog
from cardscanner_gui.qt.window.settings_dialog import SettingsDialog
from cardscanner_gui.resources import guide_dir
from tests.qt.conftest import Harness

pytestmark = pytest.mark.usefixtures("kept_catalogue")

ABOUT_THE_PAGE = {"ReturnDialog", "GuideDialog"}
"""Dialogs that the guide tells of where it tells of the page they stand over, and itself."""


@pytest.fixture
def guide(qtbot: QtBot) -> GuideDialog:
    guide = GuideDialog(guide_dir())
    qtbot.addWidget(guide)
    guide.show()
    return guide


def dialog_classes() -> set[str]:
    found = set()
    for module in pkgutil.walk_packages(qt.__path__, "cardscanner_gui.qt."):
        for value in vars(importlib.import_module(module.name)).values():
            if isinstance(value, type) and issubclass(value, QDialog):
                found.add(value.__name__ if value.__module__.startswith("cardscanner_gui") else "")
    return found - {""}


@pytest.mark.parametrize("page", list(Page))
def test_f1_opens_the_guide_at_the_page_one_is_on(
    harness: Harness, qtbot: QtBot, page: Page
) -> None:
    window = harness.open_window()
    window.show_page(page)

    qtbot.keyClick(window, Qt.Key.Key_F1)

    guide = window.dialogs.guide
    assert guide is not None
    assert guide.isVisible()
    assert guide.shown == f"{page.name.lower()}.md"
    assert guide.contents.currentItem().text() == page.name.capitalize()
    window.close()
    assert not guide.isVisible()


def test_f1_in_a_dialog_opens_the_guide_at_that_dialog_and_both_can_be_used(
    harness: Harness, qtbot: QtBot
) -> None:
    window = harness.open_window()
    window.dialogs.show_settings()
    settings = window.findChild(SettingsDialog)
    qtbot.waitUntil(settings.isActiveWindow)

    qtbot.keyClick(settings, Qt.Key.Key_F1)

    guide = window.dialogs.guide
    assert guide is not None
    assert guide.shown == "settings.md"
    qtbot.keyClicks(guide.search, "Redis")  # not blocked by the dialog
    assert guide.search.text() == "Redis"
    assert settings.isVisible()


def test_each_dialog_and_page_has_its_place_in_the_guide() -> None:
    pages = {page.name: page for page in read_guide(guide_dir())}
    places = [*ABOUT_PAGES.values(), *ABOUT_DIALOGS.values(), LIVE]

    assert set(ABOUT_PAGES) == set(Page)
    assert set(ABOUT_DIALOGS) == dialog_classes() - ABOUT_THE_PAGE
    for place in places:
        name, _, heading = place.partition("#")
        assert heading in ("", *pages[name].headings), place


def test_every_file_of_the_guide_is_in_its_contents() -> None:
    assert {page.name for page in read_guide(guide_dir())} == {
        path.name for path in guide_dir().glob("*.md")
    }


def test_a_section_is_shown_at_the_top(guide: GuideDialog) -> None:
    guide.go_to("settings.md#Where things are kept")
    guide.go_to("live.md#When the camera makes trouble")

    heading = guide.text.document().begin()
    while heading.text() != "When the camera makes trouble":
        heading = heading.next()
    top = guide.text.cursorRect(QTextCursor(heading)).top()
    assert 0 <= top < guide.text.viewport().height() / 4
    assert guide.contents.currentItem().text().strip() == "When the camera makes trouble"


def test_links_between_its_pages_are_followed(guide: GuideDialog) -> None:
    assert guide.shown == INDEX

    guide.text.anchorClicked.emit(QUrl("privacy.md"))

    assert guide.shown == "privacy.md"
    guide.text.anchorClicked.emit(QUrl("no-such-page.md"))
    assert guide.shown == "privacy.md"


def test_all_of_the_guide_is_searched_from_where_one_is(guide: GuideDialog, qtbot: QtBot) -> None:
    guide.go_to("settings.md")
    guide.search.setText("Want list of things that nobody wrote")
    qtbot.keyClick(guide.search, Qt.Key.Key_Return)
    said, stayed = guide.found.text(), guide.shown
    guide.search.setText("Rejecting loses nothing")
    qtbot.keyClick(guide.search, Qt.Key.Key_Return)

    assert said == "Not found"
    assert stayed == "settings.md"
    assert guide.shown == "review.md"
    assert guide.text.textCursor().selectedText() == "Rejecting loses nothing"


def test_its_pictures_are_there_and_no_wider_than_the_text(guide: GuideDialog) -> None:
    kind = int(QTextDocument.ResourceType.ImageResource.value)
    picture = guide.text.loadResource(kind, QUrl("../screenshots/scan-light.png"))
    assert 0 < picture.width() <= 560
    assert guide.text.loadResource(kind, QUrl("../screenshots/none.png")) is None


def test_it_fits_on_a_small_screen_and_its_pictures_into_it(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(QScreen, "availableSize", lambda _: QSize(640, 360))
    guide = GuideDialog(guide_dir())
    qtbot.addWidget(guide)
    guide.show()
    guide.go_to("scan.md")

    assert guide.width() <= 640
    assert guide.height() <= 360
    kind = int(QTextDocument.ResourceType.ImageResource.value)
    picture = guide.text.loadResource(kind, QUrl("../screenshots/scan-light.png"))
    assert 160 <= picture.width() <= guide.text.viewport().width()


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
