"""Dropping pictures: progressive answers, progress, cancelling, bad files, the store behind it."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import QMimeData, QObject, QPoint, Qt
from PySide6.QtGui import QDragEnterEvent
from PySide6.QtWidgets import QApplication

from cardscanner_gui.core.collection import Decision, EntryQuery
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.types import Field, Reading, Status
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.style.marks import Mark
from tests.qt.cards import EMBERIX, MOSSBACK, SPROUTLE, SPROUTLE_ART, SPROUTLE_OLD, TIDELING
from tests.qt.conftest import Harness, drop
from tests.qt.scripted_recogniser import ScriptedCard, tiny_card

pytestmark = pytest.mark.usefixtures("kept_catalogue")


def square(left: float, top: float, side: float = 60) -> np.ndarray:
    right, bottom = left + side, top + side * 1.4
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])


def identified(*printings, **fields) -> tuple[ScriptedCard, ...]:
    return (ScriptedCard(printings, photo=tiny_card(), corners=square(20, 20), **fields),)


def test_the_quick_answer_comes_first_and_the_details_fill_in(harness: Harness) -> None:
    window = harness.open_window()
    path = harness.picture("one.jpg")
    harness.recogniser.script["one.jpg"] = identified(EMBERIX, MOSSBACK)
    for step in ("quick", "details"):
        harness.recogniser.hold("one.jpg", step)
    panel = window.scan_page.panel

    drop(window.scan_page.hero, [path])
    harness.wait(lambda: harness.recogniser.reached("one.jpg", "quick"))
    harness.wait(lambda: window.scan_page.hero.view.outlines)
    assert panel.facts.state.mark is Mark.WORKING
    assert panel.facts.name.text() == "Reading…"
    places = {key: slot.pos() for key, slot in panel.facts.slots.items()}

    harness.recogniser.release("one.jpg", "quick")
    harness.wait(lambda: panel.facts.name.text() == "Emberix")
    assert panel.facts.set.text() == "Verdant Dawn · VDN"
    assert panel.facts.number.text() == "037/193 · Rare"
    assert panel.facts.state.mark is Mark.IDENTIFIED
    assert not panel.keep_button.isEnabled(), "nothing is stored before reading has ended"

    harness.recogniser.release("one.jpg", "details")
    harness.settle(window)
    harness.wait(lambda: panel.keep_button.text() == "Kept")
    assert panel.facts.slots["artist"].text() == "B. Inkwell"
    assert panel.place.text() == "In your collection"
    assert {key: slot.pos() for key, slot in panel.facts.slots.items()} == places


def test_an_identified_card_is_in_the_collection_with_its_photo(harness: Harness) -> None:
    window = harness.open_window()
    harness.recogniser.script["one.jpg"] = identified(EMBERIX)

    window.scan([str(harness.picture("one.jpg"))])
    harness.wait(lambda: window.scan_page.card and window.scan_page.card.entry)

    (entry,) = window.services.collection.page(EntryQuery(), 0, 10)
    assert (entry.printing.id, entry.finish, entry.quantity) == (EMBERIX.id, "holo", 1)
    assert window.services.collection.photo(entry.id)
    window.show_page(Page.COLLECTION)
    harness.wait(lambda: window.collection_page.model.rowCount() == 1)


def test_identified_cards_wait_if_the_user_wants_to_decide(harness: Harness) -> None:
    window = harness.open_window()
    window.dialogs.show_settings()
    dialog = next(w for w in window.findChildren(QObject) if type(w).__name__ == "SettingsDialog")
    dialog.keep.click()
    dialog.close()
    harness.recogniser.script["one.jpg"] = identified(EMBERIX)

    window.scan([str(harness.picture("one.jpg"))])
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 1)
    assert window.services.collection.count(EntryQuery()) == 0

    window.activateWindow()
    harness.wait(window.isActiveWindow)
    harness.qtbot.keyClick(window, Qt.Key.Key_Return)
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 0)
    assert window.services.collection.count(EntryQuery()) == 1


def test_keeping_editing_rejecting_and_undoing_on_the_scan_page(harness: Harness) -> None:
    window = harness.open_window()
    collection = window.services.collection
    harness.recogniser.script["one.jpg"] = identified(TIDELING)
    window.scan([str(harness.picture("one.jpg"))])
    panel = window.scan_page.panel
    harness.wait(lambda: panel.keep_button.text() == "Kept")

    panel.form.finish.setCurrentIndex(panel.form.finish.findData("reverse"))
    panel.form.finish.activated.emit(panel.form.finish.currentIndex())
    harness.wait(lambda: collection.page(EntryQuery(), 0, 9)[0].finish == "reverse")
    panel.form.quantity.stepUp()
    harness.wait(lambda: collection.copies(EntryQuery()) == 2)
    assert collection.count(EntryQuery()) == 1

    harness.qtbot.keyClick(window, Qt.Key.Key_X)
    harness.wait(lambda: panel.reject_button.text() == "Rejected")
    assert collection.count(EntryQuery()) == 0
    assert window.services.scans.recent(1)[0].decision is Decision.REJECTED

    window.commands.undo.trigger()
    harness.wait(lambda: panel.keep_button.text() == "Kept")
    assert collection.copies(EntryQuery()) == 2
    harness.wait(lambda: window.notice.isVisible())
    assert window.notice.label.text() == "Undone: Reject scan"
    window.notice.button.click()
    harness.wait(lambda: collection.count(EntryQuery()) == 0)


def test_several_cards_in_one_picture_are_selectable_on_it(harness: Harness) -> None:
    window = harness.open_window()
    harness.recogniser.script["page.jpg"] = (
        ScriptedCard((EMBERIX,), corners=square(20, 40), photo=tiny_card()),
        ScriptedCard((TIDELING,), corners=square(120, 40), photo=tiny_card()),
        ScriptedCard((SPROUTLE, SPROUTLE_OLD), Status.UNSURE, "two fit", corners=square(220, 40)),
    )
    window.scan([str(harness.picture("page.jpg"))])
    harness.settle(window)
    view = window.scan_page.hero.view
    harness.wait(lambda: len(view.outlines) == 3)
    assert [o.mark for o in view.outlines] == [Mark.IDENTIFIED, Mark.IDENTIFIED, Mark.UNSURE]

    box, scale = view.picture_box(), view.picture_box().width() / 320
    for left, name in ((120, "Tideling"), (220, "Sproutle"), (20, "Emberix")):
        spot = box.topLeft().toPoint()
        spot.setX(round(spot.x() + (left + 30) * scale))
        spot.setY(round(spot.y() + 80 * scale))
        harness.qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
        assert window.scan_page.panel.facts.name.text() == name
    assert window.services.collection.count(EntryQuery()) == 2


def test_an_outline_that_turned_out_to_be_no_card_goes(harness: Harness) -> None:
    window = harness.open_window()
    harness.recogniser.script["one.jpg"] = ()
    window.scan([str(harness.picture("one.jpg"))])
    harness.settle(window)

    harness.wait(lambda: window.scan_page.card is not None)
    assert window.scan_page.panel.facts.reason.text() == "No card found in this picture"
    assert window.scan_page.hero.view.has_picture
    assert window.services.scans.pending_count() == 0


def test_one_unreadable_file_gives_one_line_and_the_rest_go_on(harness: Harness) -> None:
    window = harness.open_window()
    broken = harness.picture("broken.jpg")
    broken.write_bytes(broken.read_bytes()[:200])
    good = harness.picture("good.jpg")
    harness.recogniser.script["good.jpg"] = identified(EMBERIX)

    window.scan([str(broken), str(good)])
    harness.settle(window)

    assert window.services.collection.count(EntryQuery()) == 1
    assert len(window.work.scans.failures) == 1
    assert "broken.jpg" in window.work.scans.failures[0]
    assert "\n" not in window.work.scans.failures[0]
    assert window.notice.label.text() == window.work.scans.failures[0]
    failed = next(c for c in window.work.scans.cards if c.mark is Mark.FAILED)
    window.scan_page.show_card(failed)
    assert "broken.jpg" in window.scan_page.panel.facts.reason.text()


def test_several_failures_are_listed_together(harness: Harness) -> None:
    window = harness.open_window()
    paths = [harness.picture(f"{n}.jpg") for n in range(3)]
    harness.recogniser.script["0.jpg"] = WorldError("0.jpg: too dark")
    harness.recogniser.script["1.jpg"] = WorldError("1.jpg: too bright")
    window.scan([str(p) for p in paths])
    harness.settle(window)

    assert window.notice.label.text() == "2 pictures couldn't be read"
    window.notice.button.click()
    dialog = next(w for w in QApplication.topLevelWidgets() if type(w).__name__ == "ProblemsDialog")
    assert dialog.lines.toPlainText().splitlines() == ["0.jpg: too dark", "1.jpg: too bright"]
    dialog.close()


def test_a_bug_in_one_picture_does_not_end_the_thread(harness: Harness, caplog) -> None:
    window = harness.open_window()
    harness.recogniser.script["bug.jpg"] = ZeroDivisionError("made by the test")
    harness.recogniser.script["good.jpg"] = identified(EMBERIX)
    window.scan([str(harness.picture("bug.jpg")), str(harness.picture("good.jpg"))])
    harness.settle(window)

    assert window.services.collection.count(EntryQuery()) == 1
    assert "stumble" in window.work.scans.failures[0]
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()


def test_stopping_leaves_what_is_recorded_and_drops_the_rest(harness: Harness) -> None:
    window = harness.open_window()
    paths = [harness.picture(f"{n:02}.jpg", shade=8 * n) for n in range(20)]
    for path in paths:
        harness.recogniser.script[path.name] = identified(EMBERIX)
    harness.recogniser.hold("03.jpg", "quick")
    window.scan([str(p) for p in paths])
    harness.wait(lambda: harness.recogniser.reached("03.jpg", "quick"))
    harness.wait(lambda: window.status.scanning.words.text() == "Files 4 of 20")
    assert window.commands.stop.isEnabled()

    window.status.scanning.stop.click()
    harness.settle(window)
    assert window.status.scanning.isHidden()
    assert window.services.collection.copies(EntryQuery()) == 3
    assert len(window.work.scans.cards) == 3

    window.scan([str(paths[10])])
    harness.settle(window)
    assert window.services.collection.copies(EntryQuery()) == 4


def test_one_picture_overtakes_a_long_batch_and_the_batch_goes_on(harness: Harness) -> None:
    window = harness.open_window()
    paths = [harness.picture(f"{n:02}.jpg", shade=8 * n) for n in range(30)]
    harness.recogniser.hold("05.jpg", "quick")
    window.scan([str(p) for p in paths])
    harness.wait(lambda: harness.recogniser.reached("05.jpg", "quick"))
    harness.recogniser.script["now.jpg"] = identified(EMBERIX)
    window.scan([str(harness.picture("now.jpg"))])
    harness.wait(lambda: "now.jpg" in harness.recogniser.seen)
    harness.recogniser.release("05.jpg", "quick")
    harness.settle(window)

    seen = harness.recogniser.seen
    assert seen.index("now.jpg") == 6, "while the batch stands in the middle of a picture"
    assert seen.count("05.jpg") == 1
    assert {p.name for p in paths} <= set(seen)
    assert not window.work.scans.failures


def test_a_folder_of_ten_thousand_pictures_does_not_block_the_window(harness: Harness) -> None:
    window = harness.open_window()
    folder = harness.folder / "many"
    folder.mkdir()
    small = harness.picture("seed.png").read_bytes()
    for number in range(10_000):
        (folder / f"{number}.png").write_bytes(small)
    harness.recogniser.hold("0.png", "found")

    drop(window.scan_page.hero, [folder])
    assert window.work.scans.total == 0, "listing the folder is not the drop's business"
    harness.wait(lambda: window.work.scans.total == 10_000)
    harness.wait(lambda: harness.recogniser.reached("0.png", "found"))
    assert window.status.scanning.words.text() == "Files 1 of 10,000"
    harness.wait(lambda: len(window.work.scans.cards) == 1)
    window.work.scans.cancel()
    harness.settle(window)


def test_a_drop_without_pictures_says_so(harness: Harness) -> None:
    window = harness.open_window()
    empty = harness.folder / "empty"
    empty.mkdir()
    window.scan([str(empty)])
    harness.settle(window)
    assert window.notice.label.text() == "There are no pictures in there"


def test_a_doubtful_card_offers_its_candidates(harness: Harness) -> None:
    window = harness.open_window()
    reading = Reading(
        "scripted", fields={"name": (Field("Sproutle", 0.9),), "hp": (Field("50", 0.9),)}
    )
    harness.recogniser.script["one.jpg"] = (
        ScriptedCard((SPROUTLE, SPROUTLE_OLD), Status.UNSURE, "two printings fit", reading),
    )
    window.scan([str(harness.picture("one.jpg"))])
    harness.wait(lambda: window.scan_page.panel.other_button.text() == "Which one is it? 2 fit")
    assert window.pages.count(Page.REVIEW) == 1

    window.commands.other_match.trigger()
    dialog = next(w for w in window.scan_page.children() if type(w).__name__ == "OtherMatchDialog")
    assert [p.id for p in dialog.candidates.printings] == [SPROUTLE.id, SPROUTLE_OLD.id]
    dialog.candidates.choose(2)
    dialog.use.click()
    harness.wait(lambda: window.scan_page.panel.keep_button.text() == "Kept")
    (entry,) = window.services.collection.page(EntryQuery(), 0, 9)
    assert entry.printing.id == SPROUTLE_OLD.id
    assert window.pages.count(Page.REVIEW) == 0


def test_another_match_keeps_the_note_and_takes_a_finish_that_exists(harness: Harness) -> None:
    window = harness.open_window()
    card = ScriptedCard((SPROUTLE, SPROUTLE_ART))
    harness.recogniser.script["one.jpg"] = (card,)
    window.scan([str(harness.picture("one.jpg"))])
    panel = window.scan_page.panel
    harness.wait(lambda: panel.keep_button.text() == "Kept")
    (entry,) = window.services.collection.page(EntryQuery(), 0, 9)
    window.work.store.update([entry.id], {"note": "signed"})
    harness.settle(window)

    window.commands.other_match.trigger()
    dialog = next(w for w in window.scan_page.children() if type(w).__name__ == "OtherMatchDialog")
    dialog.candidates.choose(2)
    dialog.use.click()
    harness.wait(lambda: panel.card.entry.printing.id == SPROUTLE_ART.id)
    (entry,) = window.services.collection.page(EntryQuery(), 0, 9)
    assert (entry.finish, entry.note) == ("holo", "signed")
    assert panel.form.finish.currentData() == "holo"


def test_the_reader_failing_to_start_is_said_and_the_window_lives(harness: Harness) -> None:
    def no_model() -> object:
        raise WorldError("The network corners.onnx is missing. Install the program again.")

    harness.make_recogniser = no_model
    window = harness.open_window(settled=False)
    harness.wait(lambda: window.status.reader.text() == "Reader not available")
    assert "corners.onnx" in window.notice.label.text()
    window.scan([str(harness.picture("one.jpg"))])
    harness.settle(window)
    assert "corners.onnx" in window.work.scans.failures[0]
    window.show_page(Page.REVIEW)
    assert window.review_page.isVisible()


def test_recognition_runs_on_a_thread_of_its_own(harness: Harness) -> None:
    window = harness.open_window()
    window.scan([str(harness.picture("one.jpg"))])
    harness.settle(window)
    assert harness.recogniser.threads
    assert "MainThread" not in harness.recogniser.threads


def test_closing_while_it_works_loses_nothing_that_was_shown_as_kept(harness: Harness) -> None:
    window = harness.open_window()
    paths = [harness.picture(f"{n}.jpg") for n in range(6)]
    for path in paths:
        harness.recogniser.script[path.name] = identified(EMBERIX)
    harness.recogniser.hold("4.jpg", "details")
    window.scan([str(p) for p in paths])
    harness.wait(lambda: harness.recogniser.reached("4.jpg", "details"))
    harness.wait(lambda: sum(1 for c in window.work.scans.cards if c.entry) == 4)
    window.close()
    assert window.stopped_cleanly

    harness.recogniser.release_all()
    again = harness.open_window()
    assert again.services.collection.copies(EntryQuery()) == 4


def test_only_files_can_be_dropped(harness: Harness) -> None:
    window = harness.open_window()
    text = QMimeData()
    text.setText("not a file")
    event = QDragEnterEvent(
        QPoint(50, 50),
        Qt.DropAction.CopyAction,
        text,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    event.ignore()
    QApplication.sendEvent(window.scan_page.hero, event)
    assert not event.isAccepted()


def test_pictures_are_found_by_any_name(harness: Harness) -> None:
    window = harness.open_window()
    names = ["ライチュウ.jpg", "Évoli à 3€.png", "a b 'c'.webp"]
    for name in names:
        harness.recogniser.script[name] = identified(EMBERIX)
    window.scan([str(harness.picture(name)) for name in names])
    harness.settle(window)
    assert not window.work.scans.failures
    assert window.services.collection.copies(EntryQuery()) == 3


def test_the_picture_of_an_older_scan_is_loaded_again(harness: Harness) -> None:
    window = harness.open_window()
    paths = [harness.picture(f"{n:02}.jpg", shade=8 * n) for n in range(16)]
    for path in paths:
        harness.recogniser.script[path.name] = identified(EMBERIX)
    window.scan([str(p) for p in paths])
    harness.settle(window)
    first = window.work.scans.cards[0]
    Path(first.picture.source).unlink()
    window.scan_page._picked(first)
    harness.settle(window)
    assert window.scan_page.hero.view.has_picture, "the stored photo stands in for the lost file"
