"""The window as a whole: themes, menus, names for assistive technology, layout, the first paint."""

from __future__ import annotations

from pathlib import Path

import pytest
from PySide6.QtGui import QAction, QColor
from PySide6.QtWidgets import QAbstractButton, QLabel

from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.style.marks import Mark, mark_colour
from cardscanner_gui.qt.style.theme import DARK, LIGHT, Theme, theme_of
from cardscanner_gui.qt.window.main_window import MainWindow
from cardscanner_gui.settings import load_settings
from tests.qt.conftest import Harness

pytestmark = pytest.mark.usefixtures("kept_catalogue")


def contrast(one: str, other: str) -> float:
    """Contrast ratio of two colours as WCAG 2 defines it."""

    def luminance(colour: str) -> float:
        channels = QColor(colour).getRgbF()[:3]
        red, green, blue = (
            c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in channels
        )
        return 0.2126 * red + 0.7152 * green + 0.0722 * blue

    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", [LIGHT, DARK], ids=["light", "dark"])
def test_all_text_can_be_read_in_both_themes(theme: Theme) -> None:
    for paper in (theme.window, theme.surface, theme.stripe, theme.selection):
        assert contrast(theme.text, paper) >= 7
    for paper in (theme.window, theme.surface, theme.stripe):
        assert contrast(theme.muted, paper) >= 4.5
        assert contrast(theme.accent, paper) >= 4.5
    assert contrast(theme.on_accent, theme.accent) >= 4.5
    for mark in Mark:
        assert contrast(mark_colour(mark, theme).name(), theme.surface) >= 4.5


def test_the_theme_is_chosen_in_the_menu_and_remembered(harness: Harness) -> None:
    window = harness.open_window()
    window.commands.themes["dark"].trigger()
    assert theme_of(window.palette()) is DARK
    harness.settle(window)
    window.close()

    again = harness.open_window()
    assert theme_of(again.palette()) is DARK
    assert again.commands.themes["dark"].isChecked()
    again.commands.themes["light"].trigger()
    assert theme_of(again.palette()) is LIGHT


def test_every_button_has_a_name_and_an_icon_alone_has_a_tooltip(harness: Harness) -> None:
    window = harness.open_window()
    inner = {"qt_spinbox_lineedit", "_q_qlineeditclearaction"}
    for button in window.findChildren(QAbstractButton):
        if button.objectName() in inner or type(button).__name__ == "QLineEditIconButton":
            continue
        name = button.accessibleName() or button.text()
        place = f"{type(button).__name__} in {type(button.parent()).__name__}"
        if not name and not button.isVisible():
            continue  # Qt's own, such as a table's corner, or without anything to do
        assert name, place
        if not button.text():
            assert button.toolTip(), place


def test_every_action_is_in_a_menu_and_no_shortcut_is_used_twice(harness: Harness) -> None:
    window = harness.open_window()
    in_menus: set[QAction] = set()
    menus = [action.menu() for action in window.menuBar().actions()]
    while menus:
        menu = menus.pop()
        for action in menu.actions():
            in_menus.add(action)
            if action.menu():
                menus.append(action.menu())
    ours = [a for a in window.findChildren(QAction) if a.parent() is window and a.text()]
    assert all(action in in_menus for action in ours)
    shortcuts = [key.toString() for action in ours for key in action.shortcuts()]
    assert len(shortcuts) == len(set(shortcuts))
    for name in ("keep", "reject", "undo", "redo", "delete", "export", "open_pictures", "stop"):
        assert getattr(window.commands, name).shortcuts(), name


def test_pages_are_reached_by_keyboard(harness: Harness) -> None:
    window = harness.open_window()
    for number, page in (
        (Page.COLLECTION, window.collection_page),
        (Page.REVIEW, window.review_page),
        (Page.SCAN, window.scan_page),
    ):
        window.commands.pages[number].trigger()
        assert page.isVisible()


@pytest.mark.parametrize("size", [(1280, 720), (960, 600)])
def test_nothing_is_cut_off_in_a_small_window(harness: Harness, size: tuple[int, int]) -> None:
    window = harness.open_window()
    window.resize(*size)
    harness.qtbot.wait(20)
    assert (window.width(), window.height()) == size
    for number in (Page.SCAN, Page.REVIEW, Page.COLLECTION):
        window.show_page(number)
        harness.qtbot.wait(20)
        page = window.pages.stack.currentWidget()
        for button in page.findChildren(QAbstractButton):
            if button.isVisible() and button.text():
                right = button.mapTo(page, button.rect().topRight()).x()
                assert right <= page.width(), button.text()
                assert button.width() >= button.minimumSizeHint().width() - 1, button.text()


@pytest.mark.parametrize("size", [(1280, 720), (960, 600)])
def test_sentences_are_shown_to_their_last_line(harness: Harness, size: tuple[int, int]) -> None:
    window = harness.open_window()
    window.resize(*size)
    seen = 0
    for page in (Page.SCAN, Page.REVIEW, Page.COLLECTION, Page.SETS):
        window.show_page(page)
        harness.settle(window)
        harness.qtbot.wait(50)
        for label in window.pages.stack.currentWidget().findChildren(QLabel):
            if label.isVisible() and label.wordWrap() and label.text():
                assert label.height() >= label.heightForWidth(label.width()), label.text()
                seen += 1
    assert seen >= 4


def test_size_and_columns_are_remembered(harness: Harness) -> None:
    window = harness.open_window()
    window.resize(780, 655)
    window.collection_page.table.horizontalHeader().resizeSection(3, 133)
    window.close()
    again = harness.open_window()
    assert (again.width(), again.height()) == (780, 655)
    assert again.collection_page.table.columnWidth(3) == 133


def test_the_status_line_says_what_is_ready(harness: Harness) -> None:
    window = harness.open_window()
    assert window.status.reader.text() == "Reader ready"
    assert window.status.catalogue.text() == "Catalogue: 7 printings"
    assert window.status.review.text() == ""


def test_plain_text_from_files_is_never_taken_for_markup(harness: Harness) -> None:
    window = harness.open_window()
    name = "<b>bold<img src=x>.jpg"
    path = harness.folder / name
    path.write_bytes(b"not a picture")
    window.scan([str(path)])
    harness.settle(window)
    assert name in window.notice.label.text()
    assert window.notice.label.textFormat().name == "PlainText"
    reasons = window.scan_page.panel.facts.findChildren(QLabel)
    holders = [label for label in reasons if name in label.text()]
    assert holders
    assert all(label.textFormat().name == "PlainText" for label in holders)


def test_icons_come_after_the_first_paint(harness: Harness) -> None:
    window = MainWindow(harness.services())
    harness.windows.append(window)
    harness.qtbot.addWidget(window)
    assert window.commands.keep.icon().isNull()
    with harness.qtbot.waitSignal(window.first_painted, timeout=60_000):
        window.show()
    harness.wait(lambda: not window.commands.keep.icon().isNull())


def test_the_app_icon_is_ours_and_can_be_drawn(qapp) -> None:
    from cardscanner_gui.qt.style.icons import app_icon
    from cardscanner_gui.resources import resource_dir

    picture = app_icon(resource_dir()).pixmap(64, 64).toImage()
    assert picture.width() == 64
    assert picture.pixelColor(32, 6).blue() > 150
    assert Path(resource_dir() / "icons" / "cardscanner.svg").is_file()


def test_the_last_of_many_quick_choices_is_kept(harness: Harness) -> None:
    window = harness.open_window()
    for _ in range(20):
        for theme in ("dark", "light", "dark"):
            window.commands.themes[theme].trigger()
    window.close()
    assert load_settings(harness.folder / "settings.json").theme == "dark"
