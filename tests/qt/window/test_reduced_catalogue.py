"""A reduced catalogue says so, never replaces a richer one silently, and gives way to it."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PySide6.QtCore import Qt

from cardscanner_gui.catalogue.update import update_catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.collection import Entry, EntryQuery
from cardscanner_gui.core.types import Printing, Status
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.store import Collection, Database
from tests.qt.cards import PRINTINGS, SPROUTLE, SPROUTLE_ART, InventedSource
from tests.qt.conftest import Harness
from tests.qt.scripted_recogniser import ScriptedCard, tiny_card

POOR = replace(SPROUTLE, rarity=None, set_names={"en": "inv02"}, variants=())


def fetch_from(harness: Harness, source: InventedSource) -> None:
    """The next updates fetch this."""

    def fetch(progress, token, *, allow_smaller=False):
        folder = harness.catalogue_folder
        return update_catalogue(
            folder, POKEMON, source, progress, token, allow_smaller=allow_smaller
        )

    harness.fetch_catalogue = fetch


def reduced(harness: Harness, printings: tuple[Printing, ...]) -> None:
    """The reduced catalogue is in use."""
    source = InventedSource(printings, reduced=True)
    update_catalogue(harness.catalogue_folder, POKEMON, source, lambda *_: None, CancelToken())


@pytest.mark.usefixtures("kept_catalogue")
def test_a_poorer_catalogue_replaces_a_richer_one_only_when_the_user_says_so(
    harness: Harness,
) -> None:
    fetch_from(harness, InventedSource(PRINTINGS[:3], reduced=True))
    window = harness.open_window()
    window.commands.update_catalogue.trigger()
    harness.wait(lambda: "3 printings instead of 7" in window.notice.label.text(), 20)
    assert window.status.catalogue.text() == "Catalogue: 7 printings"
    assert not window.status.full_catalogue.isVisible()
    assert window.work.catalogue.facts.printings == 7

    harness.qtbot.mouseClick(window.notice.button, Qt.MouseButton.LeftButton)
    harness.wait(lambda: window.status.catalogue.text() == "Reduced catalogue: 3 printings", 20)
    assert window.status.full_catalogue.isVisible()


def test_doubtful_cards_say_that_the_catalogue_is_reduced(harness: Harness) -> None:
    reduced(harness, PRINTINGS)
    window = harness.open_window()
    harness.recogniser.script["a.jpg"] = (
        ScriptedCard((SPROUTLE, SPROUTLE_ART), Status.UNSURE, photo=tiny_card()),
    )
    window.scan([str(harness.picture("a.jpg"))])
    harness.settle(window)
    assert not window.scan_page.panel.reduced.isHidden()
    window.show_page(Page.REVIEW)
    harness.wait(window.review_page.question.reduced.isVisible, 20)


def test_with_the_full_catalogue_entries_get_what_was_missing(harness: Harness) -> None:
    reduced(harness, (POOR, *PRINTINGS[1:4]))
    database = Database(harness.folder / "collection.db")
    Collection(database).add(Entry(POOR, note="from Ada", scanned_at=1.0))
    database.close()
    window = harness.open_window()
    harness.qtbot.mouseClick(window.status.full_catalogue, Qt.MouseButton.LeftButton)
    harness.wait(lambda: window.status.catalogue.text() == "Catalogue: 7 printings", 20)
    harness.settle(window)
    (entry,) = window.services.collection.page(EntryQuery("verdant dawn"), 0, 9)
    assert entry.printing.rarity == "Common"
    assert entry.printing.finishes == ("normal", "reverse")
    assert entry.note == "from Ada"
    assert not entry.finish_sure, "nobody was asked whether it is the reverse one"
    assert window.services.collection.undo_label() is None, "it is nobody's edit"
