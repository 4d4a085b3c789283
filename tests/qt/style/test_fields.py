"""The wheel scrolls; it changes a field only while the user is in it."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QScrollArea, QWidget

import cardscanner_gui.qt
from cardscanner_gui.core.collection import Entry, EntryQuery
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.qt.collection.export_dialog import ExportDialog
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.window.main_window import MainWindow
from cardscanner_gui.qt.window.settings_dialog import SettingsDialog
from cardscanner_gui.settings import Settings
from cardscanner_gui.store import Collection, Database
from tests.qt.cards import SPROUTLE
from tests.qt.conftest import Harness

pytestmark = pytest.mark.usefixtures("kept_catalogue")


def wheel(widget: QWidget) -> None:
    """Turn the wheel over a widget's middle."""
    window = widget.window()
    place = widget.mapTo(window, widget.rect().center())
    assert widget.visibleRegion().contains(widget.rect().center())
    QTest.wheelEvent(window.windowHandle(), QPointF(place), QPoint(0, -120))


def collection(harness: Harness) -> MainWindow:
    database = Database(harness.folder / "collection.db")
    Collection(database).add_all([Entry(SPROUTLE, scanned_at=1.0)])
    database.close()
    window = harness.open_window()
    window.resize(1280, 600)
    window.show_page(Page.COLLECTION)
    harness.wait(lambda: window.collection_page.inspector.entries)
    return window


def shown_in_its_area(field: QWidget) -> QScrollArea:
    """The area around a field, scrolled no further than the field needs to be seen."""
    area = field.parentWidget()
    while not isinstance(area, QScrollArea):
        area = area.parentWidget()
    area.verticalScrollBar().setValue(0)
    area.ensureWidgetVisible(field)
    return area


def test_the_wheel_over_the_inspector_scrolls_it_and_changes_nothing(harness: Harness) -> None:
    window = collection(harness)
    page = window.collection_page
    form = page.inspector.form
    before = window.services.collection.page(EntryQuery(), 0, 9)
    for field in (form.finish, form.condition, form.language, form.quantity):
        page.table.setFocus()
        bar = shown_in_its_area(field).verticalScrollBar()
        stood = bar.value()
        assert stood < bar.maximum()
        wheel(field)
        assert not field.hasFocus()
        assert bar.value() > stood, "the page scrolls instead"
    harness.settle(window)
    assert window.services.collection.page(EntryQuery(), 0, 9) == before


def test_with_the_focus_in_it_the_wheel_changes_a_field(harness: Harness) -> None:
    form = collection(harness).collection_page.inspector.form
    shown_in_its_area(form.condition)
    form.condition.setFocus()
    form.condition.window().activateWindow()
    harness.wait(form.condition.hasFocus)
    wheel(form.condition)
    assert form.condition.currentData() == "EX"


def test_scrolling_gives_no_field_the_focus(harness: Harness) -> None:
    window = collection(harness)
    dialogs = (
        SettingsDialog(Settings(), GAMES, window),
        ExportDialog(
            window.services,
            window.work.lane,
            window.work.settings,
            EntryQuery(),
            1,
            lambda then: then([]),
            window,
        ),
    )
    by_wheel = [
        f"{type(widget).__name__} in {type(place).__name__}"
        for place in (window, *dialogs)
        for widget in place.findChildren(QWidget)
        if widget.focusPolicy() == Qt.FocusPolicy.WheelFocus
    ]
    assert not by_wheel


def test_no_field_is_made_that_the_wheel_could_change() -> None:
    """All drop-downs and numbers are those of `style.fields`."""
    plain = re.compile(r"\bQ(ComboBox|(Double)?SpinBox|Slider|Dial|DateEdit|DateTimeEdit)\(")
    folder = Path(cardscanner_gui.qt.__file__).parent
    found = [
        f"{path.name}: {line.strip()}"
        for path in folder.rglob("*.py")
        if path.name != "fields.py"
        for line in path.read_text("utf-8").splitlines()
        if plain.search(line)
    ]
    assert not found
