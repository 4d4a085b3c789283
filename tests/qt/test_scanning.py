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
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.window.main_window import COLLECTION, REVIEW
from tests.qt.cards import EMBERIX, MOSSBACK, SPROUTLE, SPROUTLE_ART, SPROUTLE_OLD, TIDELING
from tests.qt.conftest import Desk, drop
from tests.qt.scripted_recogniser import ScriptedCard, tiny_card

pytestmark = pytest.mark.usefixtures("kept_catalogue")


def square(left: float, top: float, side: float = 60) -> np.ndarray:
    right, bottom = left + side, top + side * 1.4
    return np.array([[left, top], [right, top], [right, bottom], [left, bottom]])


def identified(*printings, **fields) -> tuple[ScriptedCard, ...]:
    return (ScriptedCard(printings, photo=tiny_card(), corners=square(20, 20), **fields),)


def test_the_quick_answer_comes_first_and_the_details_fill_in(desk: Desk) -> None:
    window = desk.open_window()
    path = desk.picture("one.jpg")
    desk.recogniser.script["one.jpg"] = identified(EMBERIX, MOSSBACK)
    for step in ("quick", "details"):
        desk.recogniser.hold("one.jpg", step)
    panel = window.scan_page.panel

    drop(window.scan_page.hero, [path])
    desk.wait(lambda: desk.recogniser.reached("one.jpg", "quick"))
    desk.wait(lambda: window.scan_page.hero.view.outlines)
    assert panel.facts.state.mark is Mark.WORKING
    assert panel.facts.name.text() == "Reading…"
    places = {key: slot.pos() for key, slot in panel.facts.slots.items()}

    desk.recogniser.release("one.jpg", "quick")
    desk.wait(lambda: panel.facts.name.text() == "Emberix")
    assert panel.facts.set.text() == "Verdant Dawn · VDN"
    assert panel.facts.number.text() == "037/193 · Rare"
    assert panel.facts.state.mark is Mark.IDENTIFIED
    assert not panel.keep_button.isEnabled(), "nothing is stored before reading has ended"

    desk.recogniser.release("one.jpg", "details")
    desk.settle(window)
    desk.wait(lambda: panel.keep_button.text() == "Kept")
    assert panel.facts.slots["artist"].text() == "B. Inkwell"
    assert panel.place.text() == "In your collection"
    assert {key: slot.pos() for key, slot in panel.facts.slots.items()} == places


def test_an_identified_card_is_in_the_collection_with_its_photo(desk: Desk) -> None:
    window = desk.open_window()
    desk.recogniser.script["one.jpg"] = identified(EMBERIX)

    window.scan([str(desk.picture("one.jpg"))])
    desk.wait(lambda: window.scan_page.card and window.scan_page.card.entry)

    (entry,) = window.services.collection.page(EntryQuery(), 0, 10)
    assert (entry.printing.id, entry.finish, entry.quantity) == (EMBERIX.id, "holo", 1)
    assert window.services.collection.photo(entry.id)
    window.show_page(COLLECTION)
    desk.wait(lambda: window.collection_page.model.rowCount() == 1)


def test_identified_cards_wait_if_the_user_wants_to_decide(desk: Desk) -> None:
    window = desk.open_window()
    window.dialogs.show_settings()
    dialog = next(w for w in window.findChildren(QObject) if type(w).__name__ == "SettingsDialog")
    dialog.keep.click()
    dialog.close()
    desk.recogniser.script["one.jpg"] = identified(EMBERIX)

    window.scan([str(desk.picture("one.jpg"))])
    desk.wait(lambda: window.review_button.count == 1)
    assert window.services.collection.count(EntryQuery()) == 0

    window.activateWindow()
    desk.wait(window.isActiveWindow)
    desk.qtbot.keyClick(window, Qt.Key.Key_Return)
    desk.wait(lambda: window.review_button.count == 0)
    assert window.services.collection.count(EntryQuery()) == 1


def test_keeping_editing_rejecting_and_undoing_on_the_scan_page(desk: Desk) -> None:
    window = desk.open_window()
    collection = window.services.collection
    desk.recogniser.script["one.jpg"] = identified(TIDELING)
    window.scan([str(desk.picture("one.jpg"))])
    panel = window.scan_page.panel
    desk.wait(lambda: panel.keep_button.text() == "Kept")

    panel.form.finish.setCurrentIndex(panel.form.finish.findData("reverse"))
    panel.form.finish.activated.emit(panel.form.finish.currentIndex())
    desk.wait(lambda: collection.page(EntryQuery(), 0, 9)[0].finish == "reverse")
    panel.form.quantity.stepUp()
    desk.wait(lambda: collection.copies(EntryQuery()) == 2)
    assert collection.count(EntryQuery()) == 1

    desk.qtbot.keyClick(window, Qt.Key.Key_X)
    desk.wait(lambda: panel.reject_button.text() == "Rejected")
    assert collection.count(EntryQuery()) == 0
    assert window.services.scans.recent(1)[0].decision is Decision.REJECTED

    window.commands.undo.trigger()
    desk.wait(lambda: panel.keep_button.text() == "Kept")
    assert collection.copies(EntryQuery()) == 2
    desk.wait(lambda: window.notice.isVisible())
    assert window.notice.label.text() == "Undone: Reject scan"
    window.notice.button.click()
    desk.wait(lambda: collection.count(EntryQuery()) == 0)


def test_several_cards_in_one_picture_are_selectable_on_it(desk: Desk) -> None:
    window = desk.open_window()
    desk.recogniser.script["page.jpg"] = (
        ScriptedCard((EMBERIX,), corners=square(20, 40), photo=tiny_card()),
        ScriptedCard((TIDELING,), corners=square(120, 40), photo=tiny_card()),
        ScriptedCard((SPROUTLE, SPROUTLE_OLD), Status.UNSURE, "two fit", corners=square(220, 40)),
    )
    window.scan([str(desk.picture("page.jpg"))])
    desk.settle(window)
    view = window.scan_page.hero.view
    desk.wait(lambda: len(view.outlines) == 3)
    assert [o.mark for o in view.outlines] == [Mark.IDENTIFIED, Mark.IDENTIFIED, Mark.UNSURE]

    box, scale = view.picture_box(), view.picture_box().width() / 320
    for left, name in ((120, "Tideling"), (220, "Sproutle"), (20, "Emberix")):
        spot = box.topLeft().toPoint()
        spot.setX(round(spot.x() + (left + 30) * scale))
        spot.setY(round(spot.y() + 80 * scale))
        desk.qtbot.mouseClick(view, Qt.MouseButton.LeftButton, pos=spot)
        assert window.scan_page.panel.facts.name.text() == name
    assert window.services.collection.count(EntryQuery()) == 2


def test_an_outline_that_turned_out_to_be_no_card_goes(desk: Desk) -> None:
    window = desk.open_window()
    desk.recogniser.script["one.jpg"] = ()
    window.scan([str(desk.picture("one.jpg"))])
    desk.settle(window)

    desk.wait(lambda: window.scan_page.card is not None)
    assert window.scan_page.panel.facts.reason.text() == "No card found in this picture"
    assert window.scan_page.hero.view.has_picture
    assert window.services.scans.pending_count() == 0


def test_one_unreadable_file_gives_one_line_and_the_rest_go_on(desk: Desk) -> None:
    window = desk.open_window()
    broken = desk.picture("broken.jpg")
    broken.write_bytes(broken.read_bytes()[:200])
    good = desk.picture("good.jpg")
    desk.recogniser.script["good.jpg"] = identified(EMBERIX)

    window.scan([str(broken), str(good)])
    desk.settle(window)

    assert window.services.collection.count(EntryQuery()) == 1
    assert len(window.session.failures) == 1
    assert "broken.jpg" in window.session.failures[0]
    assert "\n" not in window.session.failures[0]
    assert window.notice.label.text() == window.session.failures[0]
    failed = next(c for c in window.session.cards if c.mark is Mark.FAILED)
    window.scan_page.show_card(failed)
    assert "broken.jpg" in window.scan_page.panel.facts.reason.text()


def test_several_failures_are_listed_together(desk: Desk) -> None:
    window = desk.open_window()
    paths = [desk.picture(f"{n}.jpg") for n in range(3)]
    desk.recogniser.script["0.jpg"] = WorldError("0.jpg: too dark")
    desk.recogniser.script["1.jpg"] = WorldError("1.jpg: too bright")
    window.scan([str(p) for p in paths])
    desk.settle(window)

    assert window.notice.label.text() == "2 pictures couldn't be read"
    window.notice.button.click()
    dialog = next(w for w in QApplication.topLevelWidgets() if type(w).__name__ == "ProblemsDialog")
    assert dialog.lines.toPlainText().splitlines() == ["0.jpg: too dark", "1.jpg: too bright"]
    dialog.close()


def test_a_bug_in_one_picture_does_not_end_the_thread(desk: Desk, caplog) -> None:
    window = desk.open_window()
    desk.recogniser.script["bug.jpg"] = ZeroDivisionError("made by the test")
    desk.recogniser.script["good.jpg"] = identified(EMBERIX)
    window.scan([str(desk.picture("bug.jpg")), str(desk.picture("good.jpg"))])
    desk.settle(window)

    assert window.services.collection.count(EntryQuery()) == 1
    assert "stumble" in window.session.failures[0]
    assert "ZeroDivisionError" in caplog.text
    caplog.clear()


def test_stopping_leaves_what_is_recorded_and_drops_the_rest(desk: Desk) -> None:
    window = desk.open_window()
    paths = [desk.picture(f"{n:02}.jpg", shade=8 * n) for n in range(20)]
    for path in paths:
        desk.recogniser.script[path.name] = identified(EMBERIX)
    desk.recogniser.hold("03.jpg", "quick")
    window.scan([str(p) for p in paths])
    desk.wait(lambda: desk.recogniser.reached("03.jpg", "quick"))
    desk.wait(lambda: window.status.scanning.words.text() == "Files 4 of 20")
    assert window.commands.stop.isEnabled()

    window.status.scanning.stop.click()
    desk.settle(window)
    assert window.status.scanning.isHidden()
    assert window.services.collection.copies(EntryQuery()) == 3
    assert len(window.session.cards) == 3

    window.scan([str(paths[10])])
    desk.settle(window)
    assert window.services.collection.copies(EntryQuery()) == 4


def test_one_picture_overtakes_a_long_batch_and_the_batch_goes_on(desk: Desk) -> None:
    window = desk.open_window()
    paths = [desk.picture(f"{n:02}.jpg", shade=8 * n) for n in range(30)]
    desk.recogniser.hold("05.jpg", "quick")
    window.scan([str(p) for p in paths])
    desk.wait(lambda: desk.recogniser.reached("05.jpg", "quick"))
    desk.recogniser.script["now.jpg"] = identified(EMBERIX)
    window.scan([str(desk.picture("now.jpg"))])
    desk.wait(lambda: "now.jpg" in desk.recogniser.seen)
    desk.recogniser.release("05.jpg", "quick")
    desk.settle(window)

    seen = desk.recogniser.seen
    assert seen.index("now.jpg") == 6, "while the batch stands in the middle of a picture"
    assert seen.count("05.jpg") == 1
    assert {p.name for p in paths} <= set(seen)
    assert not window.session.failures


def test_a_folder_of_ten_thousand_pictures_does_not_block_the_window(desk: Desk) -> None:
    window = desk.open_window()
    folder = desk.folder / "many"
    folder.mkdir()
    small = desk.picture("seed.png").read_bytes()
    for number in range(10_000):
        (folder / f"{number}.png").write_bytes(small)
    desk.recogniser.hold("0.png", "found")

    drop(window.scan_page.hero, [folder])
    assert window.session.total == 0, "listing the folder is not the drop's business"
    desk.wait(lambda: window.session.total == 10_000)
    desk.wait(lambda: desk.recogniser.reached("0.png", "found"))
    assert window.status.scanning.words.text() == "Files 1 of 10,000"
    desk.wait(lambda: len(window.session.cards) == 1)
    window.session.cancel()
    desk.settle(window)


def test_a_drop_without_pictures_says_so(desk: Desk) -> None:
    window = desk.open_window()
    empty = desk.folder / "empty"
    empty.mkdir()
    window.scan([str(empty)])
    desk.settle(window)
    assert window.notice.label.text() == "There are no pictures in there"


def test_a_doubtful_card_offers_its_candidates(desk: Desk) -> None:
    window = desk.open_window()
    reading = Reading("scripted", names=(Field("Sproutle", 0.9),), hps=(Field("50", 0.9),))
    desk.recogniser.script["one.jpg"] = (
        ScriptedCard((SPROUTLE, SPROUTLE_OLD), Status.UNSURE, "two printings fit", reading),
    )
    window.scan([str(desk.picture("one.jpg"))])
    desk.wait(lambda: window.scan_page.panel.other_button.text() == "Which one is it? 2 fit")
    assert window.review_button.count == 1

    window.commands.other_match.trigger()
    dialog = next(w for w in window.scan_page.children() if type(w).__name__ == "OtherMatchDialog")
    assert [p.id for p in dialog.candidates.printings] == [SPROUTLE.id, SPROUTLE_OLD.id]
    dialog.candidates.choose(2)
    dialog.use.click()
    desk.wait(lambda: window.scan_page.panel.keep_button.text() == "Kept")
    (entry,) = window.services.collection.page(EntryQuery(), 0, 9)
    assert entry.printing.id == SPROUTLE_OLD.id
    assert window.review_button.count == 0


def test_another_match_keeps_the_note_and_takes_a_finish_that_exists(desk: Desk) -> None:
    window = desk.open_window()
    card = ScriptedCard((SPROUTLE, SPROUTLE_ART))
    desk.recogniser.script["one.jpg"] = (card,)
    window.scan([str(desk.picture("one.jpg"))])
    panel = window.scan_page.panel
    desk.wait(lambda: panel.keep_button.text() == "Kept")
    (entry,) = window.services.collection.page(EntryQuery(), 0, 9)
    window.desk.update([entry.id], {"note": "signed"})
    desk.settle(window)

    window.commands.other_match.trigger()
    dialog = next(w for w in window.scan_page.children() if type(w).__name__ == "OtherMatchDialog")
    dialog.candidates.choose(2)
    dialog.use.click()
    desk.wait(lambda: panel.card.entry.printing.id == SPROUTLE_ART.id)
    (entry,) = window.services.collection.page(EntryQuery(), 0, 9)
    assert (entry.finish, entry.note) == ("holo", "signed")
    assert panel.form.finish.currentData() == "holo"


def test_the_reader_failing_to_start_is_said_and_the_window_lives(desk: Desk) -> None:
    def no_model() -> object:
        raise WorldError("The network corners.onnx is missing. Install the program again.")

    desk.make_recogniser = no_model
    window = desk.open_window(settled=False)
    desk.wait(lambda: window.status.reader.text() == "Reader not available")
    assert "corners.onnx" in window.notice.label.text()
    window.scan([str(desk.picture("one.jpg"))])
    desk.settle(window)
    assert "corners.onnx" in window.session.failures[0]
    window.show_page(REVIEW)
    assert window.review_page.isVisible()


def test_recognition_runs_on_a_thread_of_its_own(desk: Desk) -> None:
    window = desk.open_window()
    window.scan([str(desk.picture("one.jpg"))])
    desk.settle(window)
    assert desk.recogniser.threads
    assert "MainThread" not in desk.recogniser.threads


def test_closing_while_it_works_loses_nothing_that_was_shown_as_kept(desk: Desk) -> None:
    window = desk.open_window()
    paths = [desk.picture(f"{n}.jpg") for n in range(6)]
    for path in paths:
        desk.recogniser.script[path.name] = identified(EMBERIX)
    desk.recogniser.hold("4.jpg", "details")
    window.scan([str(p) for p in paths])
    desk.wait(lambda: desk.recogniser.reached("4.jpg", "details"))
    desk.wait(lambda: sum(1 for c in window.session.cards if c.entry) == 4)
    window.close()
    assert window.stopped_cleanly

    desk.recogniser.release_all()
    again = desk.open_window()
    assert again.services.collection.copies(EntryQuery()) == 4


def test_only_files_can_be_dropped(desk: Desk) -> None:
    window = desk.open_window()
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


def test_pictures_are_found_by_any_name(desk: Desk) -> None:
    window = desk.open_window()
    names = ["ライチュウ.jpg", "Évoli à 3€.png", "a b 'c'.webp"]
    for name in names:
        desk.recogniser.script[name] = identified(EMBERIX)
    window.scan([str(desk.picture(name)) for name in names])
    desk.settle(window)
    assert not window.session.failures
    assert window.services.collection.copies(EntryQuery()) == 3


def test_the_picture_of_an_older_scan_is_loaded_again(desk: Desk) -> None:
    window = desk.open_window()
    paths = [desk.picture(f"{n:02}.jpg", shade=8 * n) for n in range(16)]
    for path in paths:
        desk.recogniser.script[path.name] = identified(EMBERIX)
    window.scan([str(p) for p in paths])
    desk.settle(window)
    first = window.session.cards[0]
    Path(first.picture.source).unlink()
    window.scan_page._picked(first)
    desk.settle(window)
    assert window.scan_page.hero.view.has_picture, "the stored photo stands in for the lost file"
