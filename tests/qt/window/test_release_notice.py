"""Nobody is asked for new versions before the user allows it, nor after they no longer do."""

from __future__ import annotations

import json

import pytest
from PySide6.QtCore import Qt

from cardscanner_gui.qt.window.settings_dialog import SettingsDialog
from cardscanner_gui.settings import Settings, load_settings
from tests.qt.conftest import Harness
from tests.test_releases import ReleasePage, release_page

__all__ = ["release_page"]

pytestmark = pytest.mark.usefixtures("kept_catalogue")


def test_it_is_off_until_switched_on_and_then_told_once(
    harness: Harness, release_page: ReleasePage
) -> None:
    release_page.answer = json.dumps({"version": "0.2", "page": "https://example.org/"}).encode()
    window = harness.open_window(release_address=release_page.address)
    harness.settle(window)
    harness.qtbot.wait(200)
    assert release_page.asked == []

    window.dialogs.show_settings()
    dialog = window.findChild(SettingsDialog)
    assert not dialog.releases.isChecked()
    assert "127.0.0.1 is asked once a day" in dialog.releases_note.text()
    dialog.releases.setFocus()
    harness.qtbot.keyClick(dialog.releases, Qt.Key.Key_Space)

    harness.wait(lambda: window.notice.label.text() == "Cardscanner 0.2 is there; this is 0")
    assert window.notice.button.text() == "Read about it"
    assert len(release_page.asked) == 1
    window.notice.close_line()
    dialog.releases.click()
    dialog.releases.click()
    harness.wait(lambda: len(release_page.asked) == 2)
    harness.qtbot.wait(200)
    assert not window.notice.isVisible()
    harness.settle(window)
    assert load_settings(harness.folder / "settings.json").release_notice


@pytest.mark.parametrize(
    "settings", [Settings(), Settings(release_notice=True, offline=True)], ids=["off", "offline"]
)
def test_it_asks_nobody(harness: Harness, release_page: ReleasePage, settings: Settings) -> None:
    window = harness.open_window(release_address=release_page.address, settings=settings)
    harness.settle(window)
    harness.qtbot.wait(200)

    assert release_page.asked == []


def test_a_build_that_names_no_place_says_so(harness: Harness) -> None:
    window = harness.open_window(settings=Settings(release_notice=True))
    window.dialogs.show_settings()
    dialog = window.findChild(SettingsDialog)

    assert not dialog.releases.isEnabled()
    assert not dialog.releases.isChecked()
    assert "names no place" in dialog.releases_note.text()


def test_the_version_that_is_there_is_no_news(harness: Harness, release_page: ReleasePage) -> None:
    release_page.answer = b'{"version": "0"}'
    settings = Settings(release_notice=True)
    window = harness.open_window(release_address=release_page.address, settings=settings)
    harness.wait(lambda: release_page.asked)
    harness.qtbot.wait(200)

    assert not window.notice.isVisible()
