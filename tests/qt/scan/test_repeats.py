"""The same file again is noticed by what is in it, and counted only if the user wants that."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PySide6.QtCore import Qt

from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.qt.window.main_window import MainWindow
from tests.qt.cards import EMBERIX, SPROUTLE
from tests.qt.conftest import Harness, drop
from tests.qt.scripted_recogniser import ScriptedCard, tiny_card

pytestmark = pytest.mark.usefixtures("kept_catalogue")


def copies(window: MainWindow) -> int:
    return window.services.collection.copies(EntryQuery())


def card(harness: Harness, name: str) -> Path:
    harness.recogniser.script[name] = (ScriptedCard((EMBERIX,), photo=tiny_card()),)
    return harness.picture(name)


def test_the_same_file_is_skipped_said_and_counted_on_request(harness: Harness) -> None:
    window = harness.open_window()
    path = card(harness, "a.jpg")
    renamed = path.with_name("copy of a.jpg")
    shutil.copy(path, renamed)
    harness.recogniser.script[renamed.name] = harness.recogniser.script["a.jpg"]
    drop(window.scan_page.hero, [path])
    harness.settle(window)
    assert copies(window) == 1

    drop(window.scan_page.hero, [path, renamed, card(harness, "b.jpg")])
    harness.settle(window)
    assert copies(window) == 2, "only b.jpg is new"
    assert window.notice.label.text() == "2 pictures were scanned before and are skipped"

    harness.qtbot.mouseClick(window.notice.button, Qt.MouseButton.LeftButton)
    harness.settle(window)
    assert copies(window) == 4


def test_what_was_rejected_or_deleted_may_be_scanned_again(harness: Harness) -> None:
    window = harness.open_window()
    path = card(harness, "a.jpg")
    for _ in range(2):
        window.scan([str(path)])
        harness.settle(window)
        assert copies(window) == 1
        (entry,) = window.services.collection.page(EntryQuery(), 0, 9)
        window.work.store.delete([entry.id])
        harness.settle(window)
        window.notice.hide()
    assert copies(window) == 0


def test_what_waits_in_review_is_not_scanned_twice(harness: Harness) -> None:
    from cardscanner_gui.core.types import Status

    window = harness.open_window()
    harness.recogniser.script["a.jpg"] = (
        ScriptedCard((SPROUTLE, EMBERIX), Status.UNSURE, photo=tiny_card()),
    )
    path = harness.picture("a.jpg")
    for _ in range(2):
        window.scan([str(path)])
        harness.settle(window)
    assert window.services.scans.pending_count() == 1
    assert window.notice.label.text() == "1 picture was scanned before and is skipped"


def test_a_folder_dropped_twice_is_counted_once(harness: Harness) -> None:
    window = harness.open_window()
    folder = card(harness, "00.png").parent
    for n in range(1, 15):
        card(harness, f"{n:02}.png")
    drop(window.scan_page.hero, [folder])
    harness.settle(window)
    assert copies(window) == 15
    card(harness, "99.png")
    drop(window.scan_page.hero, [folder])
    harness.settle(window)
    assert copies(window) == 16
    harness.wait(window.notice.isVisible, 10)
    assert window.notice.label.text() == "15 pictures were scanned before and are skipped"
    harness.qtbot.mouseClick(window.notice.button, Qt.MouseButton.LeftButton)
    harness.wait(lambda: copies(window) == 31, 20)
    harness.settle(window)
