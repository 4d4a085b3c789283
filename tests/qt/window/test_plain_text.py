"""Markup in what strangers wrote (names, notes, reasons, file names) is shown, never obeyed."""

from __future__ import annotations

import html
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import QModelIndex
from PySide6.QtGui import Qt
from PySide6.QtWidgets import QAbstractItemView, QDialog, QLabel, QMessageBox, QTableView, QWidget

from cardscanner_gui.catalogue.update import update_catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import CardSet, Progress
from cardscanner_gui.core.types import Field, Printing, Reading, Status
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.style.plain_text import plain_tip, show_literally
from cardscanner_gui.qt.window.main_window import MainWindow
from tests.qt.cards import DAWN, SPROUTLE, InventedSource
from tests.qt.conftest import Harness
from tests.qt.scripted_recogniser import ScriptedCard
from tests.store.cards import entry

EVIL = "<img src=x><b>{}</b>"
SET = replace(DAWN, names={"en": EVIL.format("set")})
CARD = replace(
    SPROUTLE,
    names={"en": EVIL.format("name")},
    set_names=SET.names,
    rarity=EVIL.format("rarity"),
    illustrator=EVIL.format("artist"),
)
OTHER = replace(CARD, id="inv02-013", number="013", names={"en": EVIL.format("other")})


class HostileSource(InventedSource):
    """A catalogue whose author wanted to be more than read."""

    def read(
        self, scratch: Path, progress: Progress, token: CancelToken
    ) -> Iterator[tuple[CardSet, Printing]]:
        yield SET, CARD
        yield SET, OTHER


@pytest.fixture
def window(harness: Harness) -> MainWindow:
    update_catalogue(
        harness.catalogue_folder, POKEMON, HostileSource(), lambda *_: None, CancelToken()
    )
    read = Reading(
        "scripted",
        fields={
            "name": (Field(EVIL.format("read"), 0.9),),
            "number": (Field("<b>12</b>/193", 0.9),),
            "artist": (Field(EVIL.format("artist"), 0.9),),
        },
    )
    reason = EVIL.format("reason")
    sure = ScriptedCard((CARD, OTHER), Status.IDENTIFIED, reason, read)
    unsure = ScriptedCard((CARD, OTHER), Status.UNSURE, reason, read)
    name = "<b>file<img src=x>.png"
    harness.recogniser.script = {name: (sure, unsure)}
    window = harness.open_window()
    window.services.collection.add(entry(OTHER, note=EVIL.format("note")))
    broken = harness.folder / "<b>broken<img src=x>.jpg"
    broken.write_bytes(b"no picture")
    window.scan([str(harness.picture(name)), str(broken)])
    harness.settle(window)
    return window


def labels(parent: QWidget) -> list[QLabel]:
    return [*parent.findChildren(QLabel), *([parent] if isinstance(parent, QLabel) else [])]


def cells(view: QAbstractItemView, role: int) -> list[str]:
    model = view.model()
    rows = range(model.rowCount(QModelIndex())) if model is not None else ()
    columns = range(model.columnCount(QModelIndex()) if isinstance(view, QTableView) else 1)
    return [str(model.index(row, column).data(role) or "") for row in rows for column in columns]


def assert_literal(parent: QWidget) -> str:
    """Nothing below shows the markup's effect; all the text that is shown there."""
    shown = []
    for label in labels(parent):
        assert label.textFormat() != Qt.TextFormat.AutoText, label.text()
        if label.textFormat() == Qt.TextFormat.RichText:
            assert "<img" not in label.text()
            assert "<b>" not in label.text()
        shown.append(label.text())
    for widget in [parent, *parent.findChildren(QWidget)]:
        assert_literal_tip(widget.toolTip())
    for view in parent.findChildren(QAbstractItemView):
        for tip in cells(view, Qt.ItemDataRole.ToolTipRole):
            assert_literal_tip(tip)
            shown.append(html.unescape(tip))
        shown += cells(view, Qt.ItemDataRole.DisplayRole)
    return "\n".join(shown)


def assert_literal_tip(tip: str) -> None:
    if Qt.mightBeRichText(tip):
        assert "<img" not in tip
        assert "<b>" not in tip


@pytest.mark.parametrize(
    ("page", "words"),
    [
        (Page.SCAN, ["name", "reason"]),
        (Page.REVIEW, ["name", "other", "reason"]),
        (Page.COLLECTION, ["name", "set"]),
        (Page.SETS, ["set", "name"]),
        (Page.ACTIVITY, []),
    ],
)
def test_no_page_obeys_markup(
    harness: Harness, window: MainWindow, page: Page, words: list[str]
) -> None:
    window.show_page(page)
    harness.settle(window)
    if page is Page.COLLECTION:
        table = window.collection_page.table
        harness.wait(lambda: EVIL.format("set") in "".join(cells(table, 0)))
        table.selectAll()
        table.selectRow(0)
        harness.settle(window)
    if page is Page.SETS:
        page_of_sets = window.sets_page
        harness.wait(lambda: page_of_sets.list.sets.lines)
        page_of_sets.open_set(page_of_sets.list.sets.lines[0])
        harness.wait(lambda: page_of_sets.grid.isVisible())
        harness.settle(window)
    shown = assert_literal(window)
    missing = [word for word in words if EVIL.format(word).lower() not in shown.lower()]
    assert not missing


def test_dialogs_do_not_either(harness: Harness, window: MainWindow) -> None:
    window.dialogs.show_problems()
    window.dialogs.show_about()
    dialogs = window.findChildren(QDialog)
    assert len(dialogs) >= 2
    for dialog in dialogs:
        assert_literal(dialog)
        if isinstance(dialog, QMessageBox):
            assert dialog.textFormat() == Qt.TextFormat.PlainText
        dialog.close()


def test_a_tip_shows_its_letters(qapp: object) -> None:
    assert plain_tip("5 < 6 & 7") == "5 < 6 & 7"
    assert "&lt;b&gt;" in plain_tip("<b>x")
    label = QLabel("<b>x")
    show_literally(label)
    assert label.textFormat() == Qt.TextFormat.PlainText
