"""What the user decides in the window is remembered, and taken back with it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from cardscanner_gui.core.copies import Copy
from cardscanner_gui.core.types import Printing, Status
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.qt.window.main_window import MainWindow
from cardscanner_gui.recognition.cache.card_memory import CardMemory
from cardscanner_gui.recognition.keeping import Keeping
from cardscanner_gui.store.recognitions import RecognitionStore
from tests.qt.cards import SPROUTLE, SPROUTLE_ART, SPROUTLE_OLD
from tests.qt.conftest import Harness
from tests.qt.scripted_recogniser import ScriptedCard, reading_of, tiny_card

pytestmark = pytest.mark.usefixtures("kept_catalogue")

LOOK = 0x0123_4567_89AB_CDEF
COPY = Copy(finish="normal", condition="NM", language="en")


def remembering(harness: Harness) -> tuple[MainWindow, CardMemory]:
    """A window whose decisions are remembered, as the program builds it."""
    services = harness.services()
    memory = CardMemory(GAMES, RecognitionStore(services.database))
    keeping = Keeping(services.database, GAMES, memory)
    services = replace(services, keeping=keeping, release=memory.close)
    harness.services = lambda **changes: services
    return harness.open_window(), memory


def scanned(harness: Harness, window: MainWindow, status: Status = Status.UNSURE) -> int:
    """The id of a scan that shows a card of the look."""
    card = ScriptedCard(
        (SPROUTLE, SPROUTLE_ART), status, reading=reading_of(SPROUTLE), photo=tiny_card(),
        fingerprint=LOOK,
    )  # fmt: skip
    harness.recogniser.script["a.jpg"] = (card,)
    window.scan([str(harness.picture("a.jpg"))])
    harness.settle(window)
    return window.services.scans.recent(1)[0].id


def known(memory: CardMemory) -> set[tuple[str, bool]]:
    memory.flush()
    return {(near.view.printing_id, near.view.confirmed) for near in memory.views(LOOK).near}


def accept(harness: Harness, window: MainWindow, scan_id: int, printing: Printing) -> None:
    window.work.store.accept(scan_id, printing, COPY)
    harness.settle(window)


def test_keeping_a_card_confirms_it_and_another_word_replaces_the_first(harness: Harness) -> None:
    window, memory = remembering(harness)
    scan_id = scanned(harness, window)
    assert known(memory) == set()
    accept(harness, window, scan_id, SPROUTLE)
    assert known(memory) == {(SPROUTLE.id, True)}
    accept(harness, window, scan_id, SPROUTLE_OLD)
    assert known(memory) == {(SPROUTLE_OLD.id, True)}


def test_undo_takes_the_confirmation_back(harness: Harness) -> None:
    window, memory = remembering(harness)
    accept(harness, window, scanned(harness, window), SPROUTLE_ART)
    window.work.store.undo()
    harness.settle(window)
    assert known(memory) == set()


def test_a_rejected_card_is_forgotten(harness: Harness) -> None:
    window, memory = remembering(harness)
    scan_id = scanned(harness, window)
    accept(harness, window, scan_id, SPROUTLE)
    window.work.store.reject(scan_id)
    harness.settle(window)
    assert known(memory) == set()


def test_what_the_program_keeps_by_itself_is_no_confirmation(harness: Harness) -> None:
    window, memory = remembering(harness)
    scanned(harness, window, Status.IDENTIFIED)
    assert known(memory) == set()


def test_an_entry_that_is_another_printing_says_so_of_its_cards_and_undo_takes_that_back(
    harness: Harness,
) -> None:
    window, memory = remembering(harness)
    scan_id = scanned(harness, window, Status.IDENTIFIED)
    entry_id = window.services.scans.get(scan_id).entry_id
    window.work.store.change_printing(entry_id, SPROUTLE_ART)
    harness.settle(window)
    assert known(memory) == {(SPROUTLE_ART.id, True)}
    entry = window.services.collection.get(entry_id)
    assert (entry.printing, entry.finish) == (SPROUTLE_ART, "holo")
    window.work.store.undo()
    harness.settle(window)
    assert known(memory) == set()
    assert window.services.collection.get(entry_id).printing == SPROUTLE


def test_what_was_said_is_written_when_the_window_closes(harness: Harness) -> None:
    window, _ = remembering(harness)
    window.work.store.accept(scanned(harness, window), SPROUTLE, COPY)
    harness.settle(window)
    window.close()
    del harness.services
    later = harness.services().database
    views = RecognitionStore(later)
    ids = [number for number, _ in views.fingerprints_after(0)]
    assert [view.printing_id for view in views.views(ids).values()] == [SPROUTLE.id]
    later.close()
