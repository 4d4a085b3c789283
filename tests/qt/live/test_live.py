"""Live scanning through the window: a drawn desk under a camera that the test can unplug."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from cardscanner_gui.core.copies import CopyDefaults
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.live import SourceState
from cardscanner_gui.core.types import Field, Reading, Status
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.live.sounds import Sound
from cardscanner_gui.qt.style.marks import Mark
from tests.qt.cards import EMBERIX, SPROUTLE, SPROUTLE_ART, TIDELING, VOLTUSK
from tests.qt.conftest import Harness
from tests.qt.live.live_table import LiveTable, make_table
from tests.qt.scripted_recogniser import ScriptedCard

pytestmark = pytest.mark.usefixtures("kept_catalogue")


DOUBTFUL = ScriptedCard(
    (SPROUTLE, SPROUTLE_ART),
    Status.UNSURE,
    "two printings fit: the number couldn't be read",
    Reading("scripted", fields={"name": (Field("Sproutle", 0.99),)}),
)


def test_cards_are_recorded_once_each_and_kept_at_the_end(table: LiveTable) -> None:
    table.start()
    assert table.window.scan_page.hero.is_live
    table.lay_and_lift(EMBERIX, TIDELING)
    table.lay(VOLTUSK)
    panel = table.window.scan_page.panel
    table.wait(lambda: panel.facts.name.text() == "Voltusk")
    assert panel.place.text() == "Kept when the session ends"
    assert table.window.scan_page.hero.live.title == "Voltusk"
    assert "3 cards this session" in table.window.scan_page.live_panel.session.line.text()
    assert table.kept() == []
    assert len(table.window.work.scans.cards) == 3

    table.press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    table.wait(lambda: len(table.kept()) == 3)
    table.harness.settle(table.window)

    assert [e.printing.name for e in table.kept()] == ["Emberix", "Tideling", "Voltusk"]
    assert table.window.work.live.session is None
    assert not table.window.scan_page.hero.is_live
    assert table.window.notice.label.text() == "Kept 3 cards of this session"
    table.window.notice.button.click()
    table.wait(lambda: table.kept() == [])
    table.wait(lambda: table.window.work.live.session is not None)


def test_the_same_card_that_lies_there_counts_once_and_a_second_copy_again(
    table: LiveTable,
) -> None:
    table.start()
    table.lay(EMBERIX)
    shown = table.window.scan_page.hero.live.shown
    table.wait(lambda: table.window.scan_page.hero.live.shown > shown + 30)
    assert table.cards == 1
    table.lift()
    table.lay(EMBERIX)
    assert table.cards == 2
    table.window.work.live.end()
    table.wait(lambda: [e.quantity for e in table.kept()] == [2])


def test_keys_take_back_count_copies_and_change_the_finish(table: LiveTable) -> None:
    table.start()
    table.lay_and_lift(SPROUTLE)
    table.lay(EMBERIX)
    table.press(Qt.Key.Key_Backspace)
    table.wait(lambda: table.cards == 1)
    assert table.window.notice.label.text() == "Took the last card back"
    mark = table.window.scan_page.card
    table.wait(lambda: mark is not None and mark.mark is Mark.REJECTED)

    table.press(Qt.Key.Key_Plus)
    table.press(Qt.Key.Key_Plus, Qt.KeyboardModifier.KeypadModifier)
    table.press(Qt.Key.Key_F)
    session = table.window.work.live.session
    assert session is not None
    sessions = table.window.services.sessions
    table.wait(lambda: next(iter(sessions.entries(session.id))).finish == "reverse")
    (only,) = sessions.entries(session.id)
    assert (only.printing, only.quantity, only.finish) == (SPROUTLE, 3, "reverse")

    table.window.work.store.undo()  # the finish
    table.wait(lambda: next(iter(sessions.entries(session.id))).finish == "normal")
    table.window.work.live.end()
    table.wait(lambda: [e.quantity for e in table.kept()] == [3])


def test_a_key_pressed_while_the_card_is_read_waits_for_it(table: LiveTable) -> None:
    table.start()
    table.lay_and_lift(SPROUTLE)
    table.recogniser.wait.clear()
    table.camera.lay(EMBERIX)
    table.wait(lambda: not table.window.work.live.idle)
    table.press(Qt.Key.Key_Plus)
    table.recogniser.wait.set()
    session = table.window.work.live.session
    assert session is not None
    entries = table.window.services.sessions.entries
    table.wait(lambda: [e.quantity for e in entries(session.id)] == [1, 2])


def test_by_hand_nothing_is_read_until_a_key_is_pressed(table: LiveTable) -> None:
    table.start()
    table.window.commands.live.auto.trigger()
    table.camera.lay(EMBERIX)
    view = table.window.scan_page.hero.live
    table.wait(lambda: "Press Space" in view.words)
    assert table.cards == 0
    table.press(Qt.Key.Key_Space)
    table.wait(lambda: table.cards == 1)
    table.lift()
    table.camera.lay(TIDELING)
    table.wait(lambda: "Press Space" in view.words)
    table.press(Qt.Key.Key_Return)
    table.wait(lambda: table.cards == 2)


def test_typing_a_note_captures_nothing(table: LiveTable) -> None:
    table.start()
    table.lay(SPROUTLE)
    note = table.window.scan_page.live_panel.defaults.note
    note.setFocus()
    QTest.keyClicks(note, "Box f+ x")
    QTest.keyClick(note, Qt.Key.Key_Backspace)
    QTest.keyClick(note, Qt.Key.Key_Return)
    assert note.text() == "Box f+ "
    table.harness.settle(table.window)
    session = table.window.work.live.session
    assert session is not None
    (only,) = table.window.services.sessions.entries(session.id)
    assert (only.quantity, only.finish) == (1, "normal")


def test_what_is_unsure_goes_to_review_and_the_flow_goes_on(table: LiveTable) -> None:
    table.recogniser.answers[SPROUTLE.id] = DOUBTFUL
    table.start()
    table.window.work.live.set_defaults(CopyDefaults(condition="LP", note="box 3"))
    table.camera.lay(SPROUTLE)
    table.wait(lambda: table.cards == 1)
    table.lift()
    table.lay_and_lift(EMBERIX)
    assert "1 to review" in table.window.scan_page.live_panel.session.line.text()
    table.wait(lambda: table.window.pages.count(Page.REVIEW) == 1)

    table.window.show_page(Page.REVIEW)
    page = table.window.review_page
    table.wait(lambda: page.printing == SPROUTLE)
    table.wait(lambda: page.form.condition.currentData() == "LP")
    table.press(Qt.Key.Key_Return)  # here Enter keeps
    table.wait(lambda: table.window.pages.count(Page.REVIEW) == 0)
    assert table.kept() == []
    table.window.show_page(Page.SCAN)
    table.window.work.live.end()
    table.wait(lambda: len(table.kept()) == 2)
    assert {(e.condition, e.note) for e in table.kept()} == {("LP", "box 3")}


def test_defaults_stick_and_are_given_to_each_card(harness: Harness) -> None:
    table = make_table(harness)
    table.start()
    row = table.window.scan_page.live_panel.defaults
    for combo, value in ((row.finish, "reverse"), (row.condition, "LP"), (row.language, "de")):
        combo.setCurrentIndex(combo.findData(value))
        combo.activated.emit(combo.currentIndex())
    row.note.setText("box 3")
    row.note.editingFinished.emit()
    table.recogniser.answers[SPROUTLE.id] = replace(ScriptedCard((SPROUTLE,)), language=None)
    table.lay(SPROUTLE)
    table.window.work.live.end()
    table.wait(lambda: len(table.kept()) == 1)
    (only,) = table.kept()
    assert (only.finish, only.condition, only.language, only.note) == (
        "reverse", "LP", "de", "box 3",
    )  # fmt: skip
    harness.settle(table.window)
    table.window.close()

    again = make_table(harness)
    start = again.window.work.live.settings.defaults
    assert (start.finish, start.condition, start.language, start.note) == (
        "reverse", "LP", "de", "box 3",
    )  # fmt: skip
    assert again.window.work.live.settings.source == "stand-in"


def test_a_card_that_cannot_be_read_fails_in_one_line(table: LiveTable) -> None:
    table.recogniser.answers[EMBERIX.id] = WorldError("Desk camera: too dark to read")
    table.start()
    table.camera.lay(EMBERIX)
    page = table.window.scan_page
    table.wait(lambda: page.panel.facts.reason.text() == "Desk camera: too dark to read")
    table.lift()
    table.lay(TIDELING)


def test_sounds_for_each_outcome(harness: Harness) -> None:
    table = make_table(harness)
    table.window.work.live.change_settings(sounds=True)
    table.recogniser.answers[SPROUTLE.id] = DOUBTFUL
    table.start()
    recent = table.window.work.live.sounds.recent
    table.lay_and_lift(EMBERIX)
    assert list(recent) == [Sound.CLICK]
    table.camera.lay(SPROUTLE)
    table.wait(lambda: table.cards == 2)
    assert list(recent) == [Sound.CLICK, Sound.DOUBT]
    table.camera.fail(SourceState.LOST)
    table.wait(lambda: list(recent)[-1] is Sound.ERROR)
    table.camera.work_again()
    table.window.work.live.change_settings(sounds=False)
    table.wait(lambda: table.window.scan_page.hero.live.source is None)
    before = len(recent)
    table.lift()
    table.lay(TIDELING)
    assert len(recent) == before
