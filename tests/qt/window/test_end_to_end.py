"""The whole way, nothing scripted: drop, quick answer, details, edit, undo, export, read back."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cardscanner_gui.builder import Builder
from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.export.plain import read_plain
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.qt.collection.export_dialog import ExportDialog
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.settings import Settings
from tests.qt.cards import EMBERIX, TIDELING, VOLTUSK, photograph
from tests.qt.conftest import Harness, drop


@pytest.mark.usefixtures("kept_catalogue")
def test_from_a_dropped_photo_to_a_file_that_reads_back(harness: Harness) -> None:
    builder = Builder(DataPaths(harness.folder), Settings())
    harness.make_recogniser = lambda: builder.make_recogniser(builder.open_catalogue())
    window = harness.open_window(settled=False)
    harness.wait(lambda: window.status.reader.text() == "Reader ready", 60)

    photos = [harness.folder / f"{card.name}.jpg" for card in (EMBERIX, TIDELING, VOLTUSK)]
    for card, photo in zip((EMBERIX, TIDELING, VOLTUSK), photos, strict=True):
        photograph(card, photo, angle=7, size=(1600, 1200))
    dark = harness.folder / "nothing.png"
    Image.fromarray(np.full((600, 800, 3), 12, np.uint8)).save(dark)
    quick: list[str] = []
    window.work.scans.card_changed.connect(
        lambda card: quick.append(card.mark.name) if card.scan is None else None
    )

    drop(window.scan_page.hero, [*photos, dark])
    harness.wait(lambda: not window.work.scans.busy, 120)
    harness.settle(window)
    assert "IDENTIFIED" in quick, "an answer was shown before anything was stored"
    page = window.services.collection.page(EntryQuery(descending=False), 0, 9)
    assert [entry.printing.id for entry in page] == [EMBERIX.id, TIDELING.id, VOLTUSK.id]
    assert all(entry.has_photo for entry in page)

    first = next(c for c in window.work.scans.cards if c.printing and c.printing.id == EMBERIX.id)
    window.scan_page.show_card(first)
    harness.wait(lambda: window.scan_page.hero.view.outlines)
    facts = window.scan_page.panel.facts
    assert facts.number.text() == "037/193 · Rare"
    assert facts.slots["attacks"].text() == "Cinder Dash · Flare Arc"

    window.show_page(Page.COLLECTION)
    model = window.collection_page.model
    harness.wait(lambda: model.rowCount() == 3)
    window.collection_page.table.selectRow(1)
    harness.wait(lambda: window.collection_page.inspector.entries)
    name = window.collection_page.inspector.facts.name.text()
    form = window.collection_page.inspector.form
    form.quantity.setValue(4)
    harness.wait(lambda: window.services.collection.copies(EntryQuery()) == 6)
    window.commands.delete.trigger()
    harness.wait(lambda: model.rowCount() == 2)
    window.commands.undo.trigger()
    harness.wait(lambda: model.rowCount() == 3)

    target = harness.folder / "cards.csv"
    stored = {
        entry.printing.name: entry.printing
        for entry in window.services.collection.page(EntryQuery(), 0, 9)
    }
    export(harness, window, target)
    back = {entry.printing.name: entry for entry in read_plain(target, GAMES)}
    assert set(back) == {"Emberix", "Tideling", "Voltusk"}
    assert {n: e.quantity for n, e in back.items()} == {n: 4 if n == name else 1 for n in back}
    assert back["Emberix"].printing == stored["Emberix"]
    assert stored["Emberix"].names == EMBERIX.names


def export(harness: Harness, window, target: Path) -> None:
    window.commands.export.trigger()
    dialog = window.findChild(ExportDialog)
    dialog.all.setChecked(True)
    dialog.target.setText(str(target))
    dialog.export_button.click()
    harness.wait(lambda: dialog.state.mark is Mark.IDENTIFIED)
    dialog.close()
