"""The collection by set and by folder: headings between the lines."""

from __future__ import annotations

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QImage

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.qt.collection.details_dialog import DetailsDialog
from cardscanner_gui.qt.collection.group_headings import HEIGHT
from cardscanner_gui.qt.window.main_window import MainWindow
from tests.qt.cards import PRINTINGS
from tests.qt.collection.test_collection_page import COLUMN, open_collection, shown
from tests.qt.conftest import Harness

pytestmark = pytest.mark.usefixtures("kept_catalogue")


def cards_of_two_sets() -> list[Entry]:
    return [
        Entry(
            card, quantity=1 + n % 2, scanned_at=1_700_000_000 + n, folder=("", "Red")[n % 3 == 0]
        )
        for n, card in enumerate(PRINTINGS)
    ]


def sort_by(window: MainWindow, harness: Harness, column: str) -> None:
    header = window.collection_page.table.horizontalHeader()
    header.setSortIndicator(COLUMN[column], Qt.SortOrder.AscendingOrder)
    harness.settle(window)


def firsts(window: MainWindow, column: str) -> list[int]:
    """The rows in which a column says something else than in the row above."""
    values = shown(window, column)
    return [n for n, value in enumerate(values) if not n or value != values[n - 1]]


def test_sorted_by_set_each_has_a_heading_with_its_cards(harness: Harness) -> None:
    window = open_collection(harness, cards_of_two_sets())
    page = window.collection_page
    assert not page.model.groups
    plain = page.table.rowHeight(0)
    sort_by(window, harness, "Set")
    harness.wait(lambda: len(page.model.groups) == 2)
    assert list(page.model.groups) == firsts(window, "Set")
    quantities = [int(text) for text in shown(window, "Copies")]
    bounds = [*page.model.groups, len(quantities)]
    for (first, group), after in zip(page.model.groups.items(), bounds[1:], strict=True):
        assert group == (after - first, sum(quantities[first:after]))
        assert page.table.rowHeight(first) == plain + HEIGHT
    assert page.table.rowHeight(1) == plain
    sort_by(window, harness, "Name")
    harness.wait(lambda: not page.model.groups)
    assert page.table.rowHeight(0) == plain


def test_a_click_on_a_heading_selects_its_lines_and_one_below_only_its_own(
    harness: Harness,
) -> None:
    window = open_collection(harness, cards_of_two_sets())
    page = window.collection_page
    sort_by(window, harness, "Set")
    harness.wait(lambda: len(page.model.groups) == 2)
    second = list(page.model.groups)[1]
    top = page.table.rowViewportPosition(second)
    viewport = page.table.viewport()
    harness.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=QPoint(60, top + HEIGHT // 2))
    assert page.selected_rows() == list(range(second, page.model.rowCount()))
    on = QPoint(60, top + HEIGHT // 2)
    harness.qtbot.mouseDClick(viewport, Qt.MouseButton.LeftButton, pos=on)
    assert page.table.state() != page.table.State.EditingState
    assert not window.findChildren(DetailsDialog)
    below = QPoint(60, top + HEIGHT + 10)
    harness.qtbot.mouseClick(viewport, Qt.MouseButton.LeftButton, pos=below)
    assert page.selected_rows() == [second]


def test_a_heading_is_written_over_the_line(harness: Harness) -> None:
    window = open_collection(harness, cards_of_two_sets())
    page = window.collection_page
    sort_by(window, harness, "Set")
    harness.wait(lambda: len(page.model.groups) == 2)
    heading = page.table.viewport().grab().toImage().copy(0, 0, 400, HEIGHT)
    assert colours(heading) > 4, "letters"


def by_folder(harness: Harness) -> MainWindow:
    window = open_collection(harness, cards_of_two_sets())
    window.collection_page.table.setColumnHidden(COLUMN["Folder"], False)
    sort_by(window, harness, "Folder")
    harness.wait(lambda: len(window.collection_page.model.groups) == 2)
    return window


def test_folders_have_headings_too_and_a_search_keeps_them_right(harness: Harness) -> None:
    page = by_folder(harness).collection_page
    in_red = [group.entries for group in page.model.groups.values()][1]
    page.field.setText("folder:Red")
    harness.wait(lambda: page.model.rowCount() == in_red)
    assert [group.entries for group in page.model.groups.values()] == [in_red]
    plain = page.table.verticalHeader().defaultSectionSize()
    heights = [page.table.rowHeight(row) for row in range(in_red)]
    assert heights == [plain + HEIGHT, *[plain] * (in_red - 1)], "room again for the one heading"


def test_a_line_that_leaves_its_folder_is_counted_elsewhere(harness: Harness) -> None:
    window = by_folder(harness)
    page = window.collection_page
    before = [group.entries for group in page.model.groups.values()]
    entry = page.model.entry(0)
    assert entry is not None
    window.work.store.update([entry.id], {"folder": "Red"})
    harness.wait(
        lambda: [g.entries for g in page.model.groups.values()] == [before[0] - 1, before[1] + 1]
    )
    assert list(page.model.groups) == firsts(window, "Folder")


def colours(picture: QImage) -> int:
    return len(
        {picture.pixel(x, y) for x in range(picture.width()) for y in range(picture.height())}
    )
