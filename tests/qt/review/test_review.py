"""Deciding doubtful cards by keyboard, one at a time."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import QPoint, QRect, Qt
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QWidget

from cardscanner_gui.core.collection import Decision, EntryQuery
from cardscanner_gui.core.types import Field, Reading, Status
from cardscanner_gui.qt.card.candidate_list import CandidateRow
from cardscanner_gui.qt.card.return_dialog import ReturnDialog
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.review.typed_keys import PAUSE_MS
from cardscanner_gui.qt.window.main_window import MainWindow
from tests.qt.cards import EMBERIX, MOSSBACK, SPROUTLE, SPROUTLE_ART, SPROUTLE_OLD
from tests.qt.conftest import Harness
from tests.qt.scripted_recogniser import ScriptedCard, tiny_card

pytestmark = pytest.mark.usefixtures("kept_catalogue")

READING = Reading(
    "scripted",
    fields={
        "name": (Field("Sproutle", 0.98),),
        "number": (Field("012/198", 0.8),),
        "hp": (Field("60", 0.9),),
    },
)


def waiting(harness: Harness, number: int = 1) -> MainWindow:
    """A window on the review page, with so many doubtful cards."""
    window = harness.open_window()
    for n in range(number):
        harness.recogniser.script[f"{n}.jpg"] = (
            ScriptedCard(
                (SPROUTLE, SPROUTLE_ART, SPROUTLE_OLD),
                Status.UNSURE,
                f"three printings fit ({n})",
                READING,
                photo=tiny_card(),
                evidence={"name": 8.0, "number": -6.0, "hp": -4.0},
            ),
        )
    window.scan([str(harness.picture(f"{n}.jpg")) for n in range(number)])
    harness.settle(window)
    window.show_page(Page.REVIEW)
    harness.wait(lambda: window.review_page.scan is not None)
    harness.settle(window)
    return window


def kept(window: MainWindow) -> list[str]:
    page = window.services.collection.page(EntryQuery(descending=False), 0, 99)
    return [entry.printing.id for entry in page]


def test_the_card_is_shown_big_beside_its_candidates_and_their_evidence(harness: Harness) -> None:
    window = waiting(harness)
    page = window.review_page
    assert page.photo.has_picture
    assert page.reason.text() == "Three printings fit (0)"
    rows = page.candidates.findChildren(CandidateRow)
    assert [row.printing.id for row in rows] == [SPROUTLE.id, SPROUTLE_ART.id, SPROUTLE_OLD.id]
    evidence = rows[0].accessibleDescription()
    assert "name Sproutle" in evidence
    assert "number: read “012/198”, printed 012/193" in evidence
    assert "HP: read “60”, printed 50" in rows[2].accessibleDescription()
    shown = " ".join(label.text() for label in rows[0].findChildren(QLabel))
    assert "✓" in shown
    assert "✗" in shown


def test_keys_mark_keep_reject_put_off_and_undo(harness: Harness) -> None:
    window = waiting(harness, 3)
    page, qtbot = window.review_page, harness.qtbot
    first = page.scan.id

    qtbot.keyClick(window, Qt.Key.Key_3)
    assert page.printing.id == SPROUTLE_OLD.id
    qtbot.keyClick(window, Qt.Key.Key_Return)
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 2)
    assert kept(window) == [SPROUTLE_OLD.id]
    assert page.scan.id != first

    second = page.scan.id
    qtbot.keyClick(window, Qt.Key.Key_PageDown)
    third = page.scan.id
    assert third not in (first, second)
    qtbot.keyClick(window, Qt.Key.Key_Delete)
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 1)
    assert window.services.scans.get(third).decision is Decision.REJECTED
    assert page.scan.id == second
    assert kept(window) == [SPROUTLE_OLD.id]

    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 2)
    qtbot.keyClick(window, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 3)
    assert kept(window) == []


def test_typing_a_code_keeps_exactly_that_printing(harness: Harness) -> None:
    window = waiting(harness)
    page, qtbot = window.review_page, harness.qtbot
    window.commands.other_match.trigger()
    qtbot.keyClicks(page.search.field, "VDN 37")
    harness.wait(lambda: page.search.results.count() > 0)
    assert page.candidates.isHidden(), "what is found takes the candidates' place"
    qtbot.keyClick(page.search.field, Qt.Key.Key_Return)
    assert page.printing.id == EMBERIX.id
    assert page.form.finish.currentData() == "holo", "it exists in no other finish"
    assert kept(window) == [], "typing alone decides nothing"

    qtbot.keyClick(window, Qt.Key.Key_Return)
    harness.wait(lambda: kept(window) == [EMBERIX.id])
    (entry,) = window.services.collection.page(EntryQuery(), 0, 9)
    assert entry.finish == "holo"


def test_a_letter_that_is_typed_is_no_shortcut(harness: Harness) -> None:
    window = waiting(harness)
    page = window.review_page
    page.search.field.setFocus()
    harness.qtbot.keyClicks(page.search.field, "xn1")
    assert page.search.field.text() == "xn1"
    harness.settle(window)
    assert window.pages.count(Page.REVIEW) == 1
    harness.qtbot.keyClick(page.search.field, Qt.Key.Key_Escape)
    assert page.search.field.text() == ""


def test_nothing_found_says_so(harness: Harness) -> None:
    window = waiting(harness)
    harness.qtbot.keyClicks(window.review_page.search.field, "qqqqzzzz")
    harness.wait(lambda: not window.review_page.search.line.isHidden())
    assert "qqqqzzzz" in window.review_page.search.line.text()


def test_the_copy_facts_are_kept_with_the_card(harness: Harness) -> None:
    window = waiting(harness)
    form = window.review_page.form
    form.condition.setCurrentIndex(form.condition.findData("LP"))
    form.language.setCurrentIndex(form.language.findData("fr"))
    form.quantity.setValue(3)
    window.review_page.keep_button.click()
    harness.wait(lambda: kept(window))
    (entry,) = window.services.collection.page(EntryQuery(), 0, 9)
    assert (entry.condition, entry.language, entry.quantity) == ("LP", "fr", 3)


def test_a_card_nothing_could_be_read_on_can_still_be_named(harness: Harness) -> None:
    window = harness.open_window()
    harness.recogniser.script["dark.jpg"] = (
        ScriptedCard((), Status.UNREADABLE, "no text could be read", photo=tiny_card(20)),
    )
    window.scan([str(harness.picture("dark.jpg"))])
    harness.settle(window)
    window.show_page(Page.REVIEW)
    harness.wait(lambda: window.review_page.scan is not None)
    page = window.review_page
    assert not page.keep_button.isEnabled()
    harness.qtbot.keyClicks(page.search.field, "mossback")
    harness.wait(lambda: page.search.results.count() > 0)
    harness.qtbot.keyClick(page.search.field, Qt.Key.Key_Return)
    page.keep_button.click()
    harness.wait(lambda: kept(window) == [MOSSBACK.id])


def test_an_empty_queue_says_what_belongs_here(harness: Harness) -> None:
    window = harness.open_window()
    window.show_page(Page.REVIEW)
    harness.wait(window.review_page.empty.isVisible)
    window.review_page.empty.button.click()
    assert window.scan_page.isVisible()


def test_what_waits_is_still_there_at_the_next_start(harness: Harness) -> None:
    window = waiting(harness, 2)
    window.close()
    again = harness.open_window()
    harness.wait(lambda: again.pages.count(Page.REVIEW) == 2)
    again.show_page(Page.REVIEW)
    harness.wait(lambda: again.review_page.photo.has_picture)


def test_a_foreign_card_is_shown_and_kept_in_its_language(harness: Harness) -> None:
    names = {"en": "Sproutle", "fr": "Pousséclair"}
    french = replace(SPROUTLE, names=names)
    window = harness.open_window()
    card = ScriptedCard((french, SPROUTLE_ART), Status.UNSURE, language="fr", photo=tiny_card())
    harness.recogniser.script["0.jpg"] = (card,)
    window.scan([str(harness.picture("0.jpg"))])
    harness.settle(window)
    window.show_page(Page.REVIEW)
    page = window.review_page
    harness.wait(lambda: page.scan is not None)
    rows = page.candidates.findChildren(CandidateRow)
    assert "Pousséclair (Sproutle)" in rows[0].accessibleName()
    assert "Aube Verdoyante" in rows[0].accessibleName()
    assert page.form.language.currentData() == "fr"
    page.keep()
    harness.settle(window)
    (entry,) = window.services.collection.page(EntryQuery(), 0, 9)
    assert entry.language == "fr"
    window.show_page(Page.COLLECTION)
    model = window.collection_page.model
    harness.wait(lambda: model.rowCount() == 1 and bool(model.index(0, 0).data()))
    assert model.index(0, 0).data() == "Pousséclair (Sproutle)"
    assert model.index(0, 1).data() == "Aube Verdoyante"


def type_text(harness: Harness, text: str) -> None:
    """Type on the keyboard, wherever the focus is, as fast as a person who knows what to type."""
    for letter in text:
        harness.qtbot.keyClicks(QApplication.focusWidget(), letter)


@pytest.mark.parametrize("code", ["VDN 12", "XVDN 12", "n 12", "12 VDN", "M1S-001"])
def test_what_is_typed_on_the_page_is_a_search_and_decides_nothing(
    harness: Harness, code: str
) -> None:
    window = waiting(harness, 2)
    page = window.review_page
    first, marked = page.scan.id, page.printing
    harness.wait(lambda: QApplication.focusWidget() is page)
    type_text(harness, code)
    harness.qtbot.wait(PAUSE_MS + 200)
    harness.settle(window)
    assert page.search.field.text() == code
    assert page.scan.id == first
    assert page.printing == marked
    assert window.pages.count(Page.REVIEW) == 2
    assert kept(window) == []


def test_letters_in_a_drop_down_are_a_search_too(harness: Harness) -> None:
    window = waiting(harness)
    page = window.review_page
    page.form.condition.setFocus()
    type_text(harness, "Pal 12")
    assert page.search.field.text() == "Pal 12"
    assert page.form.condition.currentData() == "NM"


def test_space_and_the_way_of_the_focus_never_reject(harness: Harness) -> None:
    """Without a candidate Keep is off, and the focus went on to Reject."""
    window = harness.open_window()
    for name in ("a.jpg", "b.jpg"):
        harness.recogniser.script[name] = (
            ScriptedCard((), Status.UNREADABLE, "no text could be read", photo=tiny_card(20)),
        )
    window.scan([str(harness.picture(name)) for name in ("a.jpg", "b.jpg")])
    harness.settle(window)
    window.show_page(Page.REVIEW)
    harness.wait(lambda: window.review_page.scan is not None)
    page = window.review_page
    for _ in range(3):
        harness.qtbot.keyClick(QApplication.focusWidget(), Qt.Key.Key_Space)
    for widget in page.findChildren(QWidget):
        reached = widget.focusPolicy() & Qt.FocusPolicy.TabFocus and widget.isVisible()
        if reached and widget is not page.rejected_button:  # which opens a list
            widget.setFocus()
            harness.qtbot.keyClick(widget, Qt.Key.Key_Space)
    harness.settle(window)
    assert window.pages.count(Page.REVIEW) == 2
    assert window.services.scans.rejected(9) == []


def test_a_rejection_says_so_and_undo_brings_the_card_back_to_the_screen(harness: Harness) -> None:
    window = waiting(harness, 3)
    page = window.review_page
    first = page.scan.id
    page.reject_button.click()
    harness.wait(window.notice.isVisible)
    assert window.notice.label.text() == "Rejected Sproutle"
    assert page.scan.id != first
    window.notice.button.click()
    harness.wait(lambda: page.scan is not None and page.scan.id == first)
    assert window.services.scans.get(first).decision is Decision.PENDING


def test_rejected_cards_are_listed_and_come_back(harness: Harness) -> None:
    window = waiting(harness, 2)
    page = window.review_page
    first = page.scan.id
    page.reject_button.click()
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 1)
    page.rejected_button.click()
    harness.wait(lambda: window.findChildren(ReturnDialog))
    (dialog,) = window.findChildren(ReturnDialog)
    assert dialog.list.item(0).text().startswith("Sproutle\n0.jpg")
    dialog.back.click()
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 2)
    assert window.services.scans.get(first).decision is Decision.PENDING


def test_no_notice_covers_a_button(harness: Harness) -> None:
    window = waiting(harness, 2)
    window.resize(1280, 720)
    for page in Page:
        window.show_page(page)
        window.notice.tell("Rejected Sproutle", action="Undo", stays=True)
        QApplication.processEvents()
        covered = [
            button.text()
            for button in window.pages.stack.currentWidget().findChildren(QPushButton)
            if button.isVisible()
            and QRect(button.mapTo(window.pages.stack, QPoint(0, 0)), button.size()).intersects(
                window.notice.geometry()
            )
        ]
        assert not covered, page


PICTURED = {"name": 8.0, "artwork": 12.0}


def page_of_three(harness: Harness) -> MainWindow:
    """Of one page: twice the same question, and between them a card that asks another."""
    window = harness.open_window()
    same = ScriptedCard(
        (SPROUTLE, SPROUTLE_OLD),
        Status.UNSURE,
        "2 fit",
        READING,
        photo=tiny_card(),
        evidence=PICTURED,
    )
    other = ScriptedCard((EMBERIX,), Status.UNSURE, "little was read", READING, photo=tiny_card())
    harness.recogniser.script["page.jpg"] = (same, other, same)
    window.scan([str(harness.picture("page.jpg"))])
    harness.settle(window)
    window.show_page(Page.REVIEW)
    harness.wait(lambda: window.review_page.scan is not None)
    harness.settle(window)
    return window


def test_a_card_of_a_certain_name_asks_which_of_its_printings_it_is(harness: Harness) -> None:
    page = page_of_three(harness).review_page
    assert page.question.asks.text() == "Sproutle: which of two?"
    harness.qtbot.keyClick(page, Qt.Key.Key_2)
    assert page.printing.id == SPROUTLE_OLD.id


def test_the_same_question_of_a_picture_comes_next_with_the_same_answer_marked(
    harness: Harness,
) -> None:
    window = page_of_three(harness)
    page, qtbot = window.review_page, harness.qtbot
    first = page.scan.id
    qtbot.keyClick(window, Qt.Key.Key_2)
    qtbot.keyClick(window, Qt.Key.Key_Return)
    assert page.question.asks.text() == "Sproutle: which of two?"
    assert page.scan.id != first
    assert page.printing.id == SPROUTLE_OLD.id
    assert not page.keep_all_button.isVisible(), "only this one asks it now"
    qtbot.keyClick(window, Qt.Key.Key_Return)
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 1)
    assert page.question.asks.isHidden()
    assert page.printing.id == EMBERIX.id


def test_one_key_answers_for_all_cards_of_the_picture_that_ask_the_same(harness: Harness) -> None:
    window = page_of_three(harness)
    page, qtbot = window.review_page, harness.qtbot
    assert page.keep_all_button.text() == "Keep all 2"
    qtbot.keyClick(window, Qt.Key.Key_2)
    qtbot.wait(PAUSE_MS + 200)
    qtbot.keyClick(window, Qt.Key.Key_A)
    qtbot.keyClick(page.search.field, Qt.Key.Key_Return)
    harness.wait(lambda: window.pages.count(Page.REVIEW) == 1)
    (entry,) = window.services.collection.page(EntryQuery(), 0, 9)
    assert (entry.printing.id, entry.quantity) == (SPROUTLE_OLD.id, 2)
    assert page.printing.id == EMBERIX.id
