"""Batches in the window: over restarts, paused, watched, and documents of several pages."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtWidgets import QFileDialog

from cardscanner_gui.core.batches import BatchState
from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.window.main_window import MainWindow
from cardscanner_gui.settings import load_settings
from cardscanner_gui.store.batches import BatchStore
from tests.qt.cards import EMBERIX
from tests.qt.conftest import Harness
from tests.qt.scripted_recogniser import ScriptedCard, tiny_card

pytestmark = pytest.mark.usefixtures("kept_catalogue")


def pictures(harness: Harness, number: int = 15) -> list[Path]:
    """Different pictures of the same card."""
    paths = [harness.picture(f"{n:02}.png", shade=5 * n) for n in range(number)]
    for path in paths:
        harness.recogniser.script[path.name] = (ScriptedCard((EMBERIX,), photo=tiny_card()),)
    return paths


def batches(window: MainWindow) -> BatchStore:
    return BatchStore(window.services.database)


def copies(window: MainWindow) -> int:
    return window.services.collection.copies(EntryQuery())


def test_a_batch_goes_on_at_the_next_start_and_each_picture_is_kept_once(harness: Harness) -> None:
    window = harness.open_window()
    paths = pictures(harness)
    harness.recogniser.hold("04.png", "details")
    window.scan([str(path) for path in paths])
    harness.wait(lambda: harness.recogniser.reached("04.png", "details"))
    window.close()
    assert window.stopped_cleanly
    harness.recogniser.release_all()

    again = harness.open_window()
    assert again.notice.label.text() == "Going on where it was: 11 pictures left to scan"
    harness.settle(again)
    assert copies(again) == 15
    (batch,) = batches(again).list()
    assert (batch.state, batch.done) == (BatchState.DONE, 15)
    assert harness.recogniser.seen.count("04.png") == 2, "what was half read is read again"
    assert len(harness.recogniser.seen) == 16

    once_more = harness.open_window()
    harness.settle(once_more)
    assert not once_more.notice.isVisible()


def test_what_goes_on_at_the_start_can_be_stopped_at_once(harness: Harness) -> None:
    window = harness.open_window()
    window.close()
    window = harness.open_window(settled=False)
    paths = pictures(harness)
    harness.recogniser.hold("00.png", "found")
    window.scan([str(path) for path in paths])
    harness.wait(lambda: harness.recogniser.reached("00.png", "found"))
    window.close()
    harness.recogniser.release_all()

    harness.recogniser.hold("01.png", "found")
    again = harness.open_window()
    harness.wait(lambda: harness.recogniser.reached("01.png", "found"))
    again.notice.button.click()
    harness.settle(again)
    assert batches(again).list()[0].state is BatchState.CANCELLED
    assert copies(again) == 1


def test_pausing_and_going_on_from_the_menu(harness: Harness) -> None:
    window = harness.open_window()
    actions = window.commands
    assert not actions.pause_batch.isEnabled()
    harness.recogniser.hold("03.png", "quick")
    window.scan([str(path) for path in pictures(harness)])
    harness.wait(lambda: harness.recogniser.reached("03.png", "quick"))
    harness.wait(actions.pause_batch.isEnabled)
    actions.pause_batch.trigger()
    harness.wait(actions.resume_batch.isEnabled)
    harness.recogniser.release("03.png", "quick")
    harness.settle(window)
    harness.wait(lambda: copies(window) == 4)
    assert not actions.pause_batch.isEnabled()
    assert window.status.scanning.isHidden()

    actions.resume_batch.trigger()
    harness.wait(lambda: copies(window) == 15)
    harness.settle(window)
    assert not actions.resume_batch.isEnabled()


def test_failed_pictures_are_tried_again_from_the_activity_page(harness: Harness) -> None:
    window = harness.open_window()
    paths = pictures(harness)
    whole = paths[2].read_bytes()
    paths[2].write_bytes(b"")
    window.scan([str(path) for path in paths])
    harness.settle(window)
    assert window.work.scans.failures == ["02.png: the file is empty"]
    (batch,) = batches(window).list()
    assert batch.failed == 1

    paths[2].write_bytes(whole)
    window.show_page(Page.ACTIVITY)
    rows = window.activity_page.body.batches.rows
    harness.wait(lambda: rows and rows[0].buttons["retry"].isVisible())
    rows[0].buttons["retry"].click()
    harness.wait(lambda: copies(window) == 15)
    harness.settle(window)
    assert batches(window).list()[0].failed == 0


def test_the_cards_of_a_batch_can_be_looked_at_and_undone(harness: Harness) -> None:
    window = harness.open_window()
    window.scan([str(path) for path in pictures(harness)])
    harness.settle(window)
    harness.wait(lambda: all(card.entry for card in window.work.scans.cards))
    assert len(window.work.scans.cards) == 15
    harness.wait(window.commands.undo.isEnabled)
    assert window.commands.undo.text() == "&Undo: Keep Emberix"
    window.commands.undo.trigger()
    harness.wait(lambda: copies(window) == 14)
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 1)


def test_the_same_picture_twice_is_read_once(harness: Harness) -> None:
    window = harness.open_window()
    paths = pictures(harness, 13)
    shutil.copy(paths[0], paths[0].with_name("again.png"))
    window.scan([str(paths[0].parent)])
    harness.settle(window)
    assert len(harness.recogniser.seen) == 13
    assert batches(window).list()[0].repeated == 1


def test_each_page_of_a_dropped_document_is_a_picture(harness: Harness) -> None:
    window = harness.open_window()
    path = harness.folder / "album.pdf"
    pages = [Image.new("RGB", (200, 300), (shade, 0, 0)) for shade in (50, 100, 200)]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    for number in (1, 2, 3):
        harness.recogniser.script[f"album.pdf#{number}"] = (ScriptedCard((EMBERIX,)),)
    window.scan([str(path)])
    harness.settle(window)
    assert not window.work.scans.failures
    assert copies(window) == 3
    first = window.work.scans.cards[0]
    assert first.picture.source == f"{path}#1"
    window.scan_page._picked(first)
    harness.settle(window)
    assert window.scan_page.hero.view.has_picture


def test_a_watched_folder_is_remembered_until_it_is_ended(harness: Harness, monkeypatch) -> None:
    inbox = harness.folder / "inbox"
    inbox.mkdir()
    sources = pictures(harness, 3)
    window = harness.open_window()
    choose = staticmethod(lambda *_: str(inbox))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", choose)
    window.commands.watch.trigger()
    harness.wait(lambda: window.commands.watch.text() == "Stop &watching “inbox”")
    shutil.copy(sources[0], inbox)
    harness.wait(lambda: copies(window) == 1, 30)
    harness.settle(window)
    window.close()

    shutil.copy(sources[1], inbox)  # arrives while nobody looks
    again = harness.open_window()
    harness.wait(lambda: copies(again) == 2, 30)
    assert harness.recogniser.seen == ["00.png", "01.png"], "the first one isn't read again"
    again.commands.watch.trigger()
    harness.wait(lambda: again.commands.watch.text() == "&Watch a folder…")
    harness.settle(again)
    assert load_settings(harness.folder / "settings.json").watched_folder == ""
    assert len(batches(again).list()) == 1, "one batch a day"


def test_a_watched_folder_that_is_not_there_is_said(harness: Harness) -> None:
    gone = harness.folder / "usb stick"
    window = harness.open_window()
    window.work.batches.watch(str(gone))
    harness.wait(window.notice.isVisible)
    assert "usb stick" in window.notice.label.text()
    window.work.batches.watch("")
    harness.settle(window)


def test_a_mistaken_batch_is_taken_back_as_one_and_can_be_scanned_again(harness: Harness) -> None:
    window = harness.open_window()
    paths = pictures(harness)
    window.scan([str(path) for path in paths])
    harness.settle(window)
    assert copies(window) == 15
    window.show_page(Page.ACTIVITY)
    rows = window.activity_page.body.batches.rows
    harness.wait(lambda: rows and rows[0].buttons["take_back"].isVisible(), 20)
    rows[0].buttons["take_back"].click()
    harness.wait(lambda: copies(window) == 0, 20)
    assert window.services.scans.pending_count() == 0
    harness.wait(window.notice.isVisible, 20)
    assert window.notice.label.text() == "Took back 15 cards of this batch"
    window.notice.button.click()
    harness.wait(lambda: copies(window) == 15, 20)
    harness.settle(window)
    rows[0].buttons["take_back"].click()
    harness.wait(lambda: copies(window) == 0, 20)
    window.scan([str(path) for path in paths])
    harness.settle(window)
    harness.wait(lambda: copies(window) == 15, 20)
