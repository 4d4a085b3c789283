"""Where a card stands: what the answer panel says of it and offers, from the picture to the end."""

from __future__ import annotations

import pytest

from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.core.types import Status
from cardscanner_gui.qt.scan.answer_panel import AnswerPanel
from tests.qt.cards import EMBERIX, SPROUTLE, SPROUTLE_ART
from tests.qt.conftest import Harness
from tests.qt.scripted_recogniser import ScriptedCard

pytestmark = pytest.mark.usefixtures("kept_catalogue")


def said(panel: AnswerPanel) -> tuple[str, str, bool, str, bool]:
    """Its place, and what the buttons say and whether they are on."""
    keep, reject = panel.keep_button, panel.reject_button
    return panel.place.text(), keep.text(), keep.isEnabled(), reject.text(), reject.isEnabled()


def test_from_nothing_to_kept_deleted_kept_again_and_rejected(harness: Harness) -> None:
    harness.recogniser.script["one.jpg"] = (ScriptedCard((EMBERIX,)),)
    window = harness.open_window()
    panel, store = window.scan_page.panel, window.work.store
    assert said(panel) == ("", "Keep", False, "Reject", False)
    assert not panel.other_button.isEnabled()

    window.scan([str(harness.picture("one.jpg"))])
    kept = ("In your collection", "Kept", False, "Reject", True)
    harness.wait(lambda: said(panel) == kept)
    assert panel.other_button.text() == "Other match…"

    (entry,) = window.services.collection.page(EntryQuery(), 0, 9)
    store.update([entry.id], {"quantity": 2})
    harness.wait(lambda: panel.place.text() == "In your collection, 2 copies")

    store.delete([entry.id])
    harness.wait(lambda: said(panel) == ("Not in your collection", "Keep", True, "Reject", True))
    panel.keep_button.click()
    harness.wait(lambda: panel.keep_button.text() == "Kept")

    panel.reject_button.click()
    harness.wait(lambda: said(panel) == ("Not in your collection", "Keep", True, "Rejected", False))


def test_one_that_nobody_knows_asks_which_it_is(harness: Harness) -> None:
    harness.recogniser.script["doubt.jpg"] = (
        ScriptedCard((SPROUTLE, SPROUTLE_ART), Status.UNSURE, "two printings fit"),
    )
    harness.recogniser.script["dark.jpg"] = (ScriptedCard((), Status.UNREADABLE, "too dark"),)
    window = harness.open_window()
    panel = window.scan_page.panel
    window.scan([str(harness.picture("doubt.jpg"))])
    waits = ("Waits in Review", "Keep", False, "Reject", True)
    harness.wait(lambda: said(panel) == waits)
    assert panel.other_button.text() == "Which one is it? 2 fit"
    assert panel.other_button.property("role") == "primary"

    window.scan([str(harness.picture("dark.jpg"))])
    harness.wait(lambda: panel.other_button.text() == "Which one is it?")
    assert said(panel) == waits

    panel.reject_button.click()
    harness.wait(lambda: panel.reject_button.text() == "Rejected")
    assert panel.other_button.text() == "Other match…"
    assert not panel.other_button.property("role")
