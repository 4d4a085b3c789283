"""Backups in the window: written, restored after a question, by schedule, and for repair."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from cardscanner_gui.core.collection import Entry, EntryQuery
from cardscanner_gui.qt.window.main_window import MainWindow
from cardscanner_gui.store.backup import read_backup
from tests.qt.cards import EMBERIX, MOSSBACK
from tests.qt.conftest import Harness


def said(window: MainWindow, words: str) -> bool:
    return window.notice.isVisible() and words in window.notice.label.text()


def press(harness: Harness, window: MainWindow, text: str) -> None:
    box = window.findChild(QMessageBox)
    button = next(button for button in box.buttons() if button.text() == text)
    harness.qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def test_back_up_change_and_restore(harness: Harness) -> None:
    window = harness.open_window(backups=harness.folder / "backups")
    collection = window.services.collection
    collection.add(Entry(EMBERIX, quantity=2))
    target = harness.folder / "mine.zip"
    window._backups.write(str(target))
    harness.wait(lambda: said(window, "Backed up 2 cards"), 20)
    collection.add(Entry(MOSSBACK))

    window._backups.offer(target)
    harness.wait(lambda: window.findChild(QMessageBox) is not None, 20)
    assert "The backup holds 2 cards" in window.findChild(QMessageBox).informativeText()
    assert "Your collection holds 3 cards" in window.findChild(QMessageBox).informativeText()
    press(harness, window, "Restore")
    harness.wait(lambda: said(window, "Restored 2 cards"), 20)
    assert [one.printing.name for one in collection.entries(EntryQuery())] == [EMBERIX.name]
    before = [read_backup(path).copies for path in (harness.folder / "backups").iterdir()]
    assert 3 in before, "what was there was backed up first"


def test_a_file_that_is_no_backup_is_one_line(harness: Harness) -> None:
    window = harness.open_window()
    path = harness.folder / "other.zip"
    path.write_bytes(b"PK and no more")
    window._backups.offer(path)
    harness.wait(lambda: said(window, "no backup of Cardscanner"), 20)


def test_one_is_made_at_the_start_and_not_if_switched_off(harness: Harness) -> None:
    from cardscanner_gui.settings import Settings

    folder = harness.folder / "backups"
    window = harness.open_window(backups=folder, settings=Settings(backups=False))
    harness.settle(window)
    assert not folder.exists()
    window.close()
    window = harness.open_window(backups=folder)
    harness.wait(lambda: folder.exists() and list(folder.glob("cardscanner-*.zip")), 20)
    harness.settle(window)


def test_damage_is_repaired_from_the_last_good_backup(
    harness: Harness, caplog: pytest.LogCaptureFixture, tmp_path: Path
) -> None:
    folder = harness.folder / "backups"
    window = harness.open_window(backups=folder)
    collection = window.services.collection
    for number in range(300):
        collection.add(Entry(EMBERIX, note=f"note {number}"))
    window._backups.folder().make()
    harness.settle(window)
    path = window.services.database.path
    window.close()
    content = bytearray(path.read_bytes())
    middle = len(content) // 4096 // 2 * 4096
    content[middle : middle + 8192] = b"\xff" * 8192
    path.write_bytes(content)

    window = harness.open_window(backups=folder)
    harness.wait(lambda: said(window, "There is a good backup of it"), 20)
    caplog.clear()
    window.notice.button.click()
    harness.wait(lambda: window.findChild(QMessageBox) is not None, 20)
    press(harness, window, "Restore")
    harness.wait(lambda: said(window, "Restored 300 cards"), 20)
    assert window.services.database.value("PRAGMA integrity_check") == "ok"
    assert window.services.collection.count(EntryQuery()) == 300
    harness.settle(window)
    caplog.clear()
