"""The sets page: completion counted against the catalogue, and the grid of one set."""

from __future__ import annotations

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.sets.list import SetLine, chosen_lines
from cardscanner_gui.qt.window.main_window import MainWindow
from tests.qt.cards import DAWN, EMBERIX, LIGHT, MOSSBACK, SPROUTLE, SPROUTLE_OLD
from tests.qt.conftest import Harness


def open_sets(harness: Harness) -> MainWindow:
    window = harness.open_window()
    window.show_page(Page.SETS)
    harness.wait(lambda: window.sets_page.list.sets.lines)
    return window


def lines(window: MainWindow) -> dict[str, tuple[int, int, int]]:
    """Owned, size and copies of each set shown."""
    return {s.id: (s.owned, s.size, s.copies) for s in window.sets_page.list.sets.lines}


def cells(window: MainWindow) -> list[tuple[str, int]]:
    """Number and copies of each cell of the grid."""
    model = window.sets_page.grid.cells
    return [(p.number, model.copies.get(p.id, 0)) for p in model.printings]


def open_grid(harness: Harness, window: MainWindow, set_id: str) -> None:
    page = window.sets_page
    page.open_set(next(line for line in page.list.sets.lines if line.id == set_id))
    harness.wait(lambda: cells(window))
    harness.settle(window)


@pytest.fixture
def kept_cards(harness: Harness, kept_catalogue: None) -> None:
    services = harness.services()
    for entry in (
        Entry(SPROUTLE, quantity=2),
        Entry(SPROUTLE, finish="reverse"),
        Entry(EMBERIX),
        Entry(MOSSBACK),
        Entry(SPROUTLE_OLD, language="fr"),
    ):
        services.collection.add(entry)
    services.database.close()


@pytest.mark.usefixtures("kept_cards")
def test_a_set_is_as_complete_as_the_collection_is(harness: Harness) -> None:
    window = open_sets(harness)

    assert lines(window) == {DAWN.id: (2, 5, 4), LIGHT.id: (2, 2, 2)}
    first, second = window.sets_page.list.sets.lines
    assert (first.name, first.words) == ("Verdant Dawn", "2 of 5")
    assert second.words == "complete: all 2"
    assert window.sets_page.counter.text() == "2 of 2 sets begun, 1 complete"


@pytest.mark.usefixtures("kept_cards")
def test_a_set_opens_as_a_grid_with_its_gaps(harness: Harness) -> None:
    window = open_sets(harness)
    page = window.sets_page
    QTest.keyClick(page.list, Qt.Key.Key_Down)
    QTest.keyClick(page.list, Qt.Key.Key_Up)
    QTest.keyClick(page.list, Qt.Key.Key_Return)
    harness.wait(lambda: cells(window))
    harness.settle(window)

    assert cells(window) == [("012", 3), ("037", 1), ("058", 0), ("071", 0), ("196", 0)]
    assert page.title.text() == "Verdant Dawn"
    assert page.counter.text() == "2 of 5 · 3 missing · 4 cards"
    model = page.grid.cells
    words = [model.index(row).data(Qt.ItemDataRole.AccessibleTextRole) for row in (0, 2)]
    assert words[0].endswith("3 copies")
    assert words[1].endswith("missing")

    QTest.keyClick(page.grid, Qt.Key.Key_Escape)
    harness.wait(lambda: page.list.isVisible())
    assert page.list.hasFocus()
    assert page.title.text() == "Sets"


@pytest.mark.usefixtures("kept_cards")
def test_a_card_that_is_there_is_shown_in_the_collection(harness: Harness) -> None:
    window = open_sets(harness)
    open_grid(harness, window, DAWN.id)
    grid = window.sets_page.grid

    for row in (2, 1):  # a gap leads nowhere
        rect = grid.visualRect(grid.cells.index(row))
        QTest.mouseClick(grid.viewport(), Qt.MouseButton.LeftButton, pos=rect.center())
    harness.wait(lambda: window.pages.current is Page.COLLECTION)
    model = window.collection_page.model
    harness.wait(lambda: model.rowCount() == 1 and model.entry(0) is not None)
    assert model.entry(0).printing == EMBERIX


@pytest.mark.usefixtures("kept_cards")
def test_what_is_kept_or_deleted_fills_and_opens_gaps(harness: Harness) -> None:
    window = open_sets(harness)
    open_grid(harness, window, DAWN.id)
    entry = next(e for e in harness.windows[0].services.collection.entries([3]))
    assert entry.printing == EMBERIX

    window.work.store.delete([entry.id])
    harness.wait(lambda: ("037", 0) in cells(window))
    assert window.sets_page.counter.text().startswith("1 of 5 · 4 missing")

    window.work.store.undo()
    harness.wait(lambda: ("037", 1) in cells(window))
    window.sets_page.back.click()
    assert lines(window)[DAWN.id] == (2, 5, 4)


@pytest.mark.usefixtures("kept_catalogue")
def test_without_cards_every_set_is_offered(harness: Harness) -> None:
    window = open_sets(harness)
    page = window.sets_page
    assert page.every.isChecked()
    assert lines(window) == {DAWN.id: (0, 5, 0), LIGHT.id: (0, 2, 0)}

    page.begun.click()
    harness.wait(lambda: page.nothing.isVisible())
    assert page.nothing.line.text() == "You have no card of any set yet."
    page.nothing.button.click()
    assert len(lines(window)) == 2


@pytest.mark.usefixtures("kept_cards")
def test_sets_are_found_by_name_and_code(harness: Harness) -> None:
    window = open_sets(harness)
    page = window.sets_page
    window.commands.find.trigger()
    assert page.field.hasFocus()

    page.field.setText("dawn vdn")
    assert list(lines(window)) == [DAWN.id]
    page.field.setText("<b>dusk")
    assert page.nothing.isVisible()
    assert "<b>dusk" in page.nothing.line.text()
    assert page.nothing.line.textFormat() == Qt.TextFormat.PlainText
    page.nothing.button.click()
    assert len(lines(window)) == 2


def test_without_a_catalogue_it_says_so_and_offers_to_get_it(harness: Harness) -> None:
    (harness.folder / "settings.json").write_text('{"offline": true}')
    window = harness.open_window(settled=False)
    harness.settle(window)
    window.show_page(Page.SETS)
    harness.wait(lambda: window.sets_page.empty.isVisible())

    window.sets_page.empty.button.click()
    harness.wait(lambda: window.sets_page.list.sets.lines, seconds=30)
    assert window.sets_page.list.isVisible()


@pytest.mark.usefixtures("kept_cards")
@pytest.mark.parametrize("size", [(1280, 720), (960, 600)])
def test_nothing_is_cut_off_in_a_small_window(harness: Harness, size: tuple[int, int]) -> None:
    window = open_sets(harness)
    window.resize(*size)
    open_grid(harness, window, LIGHT.id)
    page = window.sets_page
    for opened in (True, False):
        if not opened:
            page.close_set()
        harness.wait(lambda: (window.width(), window.height()) == size)
        for button in page.findChildren(QAbstractButton):
            if button.isVisible() and button.text():
                assert button.mapTo(page, button.rect().topRight()).x() <= page.width()
                assert button.width() >= button.minimumSizeHint().width() - 1, button.text()


def test_newer_sets_come_first_and_a_full_bar_is_never_over_full() -> None:
    old = SetLine("a", "Alpha", "A", "1999-01-01", 10, owned=12)
    new = SetLine("b", "Beta", "B", "2024-01-01", 10)
    undated = SetLine("c", "Gamma", "", "", 0)

    assert chosen_lines([old, new, undated], "", begun=False) == [new, old, undated]
    assert chosen_lines([old, new, undated], "", begun=True) == [old]
    assert old.part == 1.0
    assert undated.part == 0.0
    assert undated.place == ""


@pytest.mark.usefixtures("kept_cards")
def test_the_page_is_reached_by_keyboard(harness: Harness) -> None:
    window = harness.open_window()
    window.commands.pages[Page.SETS].trigger()
    assert window.sets_page.isVisible()
    harness.wait(lambda: window.sets_page.list.hasFocus())
    window.commands.pages[Page.SCAN].trigger()
    assert not window.sets_page.isVisible()
