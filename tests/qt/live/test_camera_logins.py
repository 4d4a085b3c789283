"""A network camera's user and password reach the camera, and nothing that is shown or kept."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import keyring
import pytest
from keyring.backends.fail import Keyring as NoKeyring
from PySide6.QtWidgets import QInputDialog, QWidget

from cardscanner_gui.core.live import SourceState
from cardscanner_gui.qt.live.settings import LiveSettings
from cardscanner_gui.settings import Settings, load_settings, save_settings
from tests.qt.conftest import Harness
from tests.qt.live.live_camera import StandInCamera
from tests.qt.live.test_live import LiveTable, make_table
from tests.test_logins import ADDRESS, SHOWN, Drawer

SECRET = "secret"

pytestmark = pytest.mark.usefixtures("kept_catalogue")


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    before = keyring.get_keyring()
    drawer = Drawer()
    keyring.set_keyring(drawer)
    yield drawer
    keyring.set_keyring(before)


def assert_hidden(table: LiveTable) -> None:
    """No file and no text of the window holds the password."""
    table.harness.settle(table.window)
    for widget in table.window.findChildren(QWidget):
        for words in ("text", "toolTip", "title", "accessibleName", "windowTitle"):
            read = getattr(widget, words, None)
            assert SECRET not in str(read() if callable(read) else "")
    for path in table.harness.folder.rglob("*"):
        assert not path.is_file() or SECRET.encode() not in path.read_bytes(), path


def start(table: LiveTable, source: str) -> None:
    table.window.start_live(source)
    table.wait(lambda: table.sources)
    table.wait(lambda: table.window.work.live.session is not None)


def test_the_camera_gets_the_whole_address_and_nobody_else(
    harness: Harness, drawer: Drawer
) -> None:
    table = make_table(harness)
    start(table, ADDRESS)
    assert table.sources[0][0] == ADDRESS
    assert list(drawer.kept.values()) == [ADDRESS]
    table.camera.fail(SourceState.LOST)
    assert_hidden(table)
    assert load_settings(harness.folder / "settings.json").live["source"] == SHOWN


def test_an_address_in_old_settings_moves_to_the_keyring(harness: Harness, drawer: Drawer) -> None:
    path = harness.folder / "settings.json"
    old = LiveSettings(source=ADDRESS, label="ada:secret@camera:554", sounds=False)
    save_settings(path, replace(old.put_into(Settings())))
    table = make_table(harness)
    table.wait(lambda: drawer.kept)
    assert_hidden(table)
    start(table, table.window.work.live.settings.source)
    assert table.sources[0][0] == ADDRESS


def test_without_a_keyring_it_is_asked_for_once(
    harness: Harness, drawer: Drawer, monkeypatch: pytest.MonkeyPatch
) -> None:
    keyring.set_keyring(NoKeyring())
    asked: list[str] = []

    def answer(parent: object, title: str, words: str, mode: object, text: str) -> tuple[str, bool]:
        asked.append(text)
        return ADDRESS, True

    monkeypatch.setattr(QInputDialog, "getText", answer)
    table = make_table(harness, StandInCamera())
    for _ in range(2):
        table.window.start_live(SHOWN)
        table.wait(lambda: table.sources)
        table.window.work.live.stop()
        table.harness.settle(table.window)
    assert {source for source, _ in table.sources} == {ADDRESS}
    assert asked == [SHOWN]
    assert_hidden(table)
