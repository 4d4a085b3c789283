"""Pictures of the main states, for the documentation and for people to judge."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtWidgets import QWidget

from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.types import Field, Reading, Status
from cardscanner_gui.logs import DECISIONS
from cardscanner_gui.qt.card.other_match_dialog import OtherMatchDialog
from cardscanner_gui.qt.collection.export_dialog import ExportDialog
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.window.main_window import MainWindow
from cardscanner_gui.qt.window.settings_dialog import SettingsDialog
from cardscanner_gui.qt.window.welcome_dialog import WelcomeDialog
from cardscanner_gui.recognition.decision_words import newest_decisions
from cardscanner_gui.recognition.decisions import Journal
from cardscanner_gui.vision.rectify import crop_card
from tests.qt.activity.test_activity import scan_some
from tests.qt.cards import (
    EMBERIX,
    MOSSBACK,
    SPROUTLE,
    SPROUTLE_ART,
    SPROUTLE_OLD,
    TIDELING,
    VOLTUSK,
    photograph,
)
from tests.qt.conftest import Harness, drop
from tests.qt.scripted_recogniser import ScriptedCard

FOLDER = Path(__file__).resolve().parents[2] / "screenshots"
SIZE = (1280, 800)


def shoot(harness: Harness, window: MainWindow, name: str) -> None:
    """Write what the window shows; it must not be one flat colour."""
    FOLDER.mkdir(exist_ok=True)
    harness.qtbot.wait(50)
    picture = window.grab().toImage()
    path = FOLDER / f"{name}.png"
    assert picture.save(str(path))
    assert len(np.unique(np.asarray(Image.open(path).convert("L")))) > 20


def photographs(harness: Harness) -> list[Path]:
    """Four photos: three clear answers, one that two printings fit."""
    folder = harness.folder / "pictures"
    folder.mkdir()
    paths = []
    doubtful = ScriptedCard(
        (SPROUTLE, SPROUTLE_ART, SPROUTLE_OLD),
        Status.UNSURE,
        "3 printings fit",
        Reading(
            "scripted",
            fields={"name": (Field("Sproutle", 0.99),), "hp": (Field("60", 0.98),)},
        ),
    )
    for angle, (printing, card) in enumerate(
        (
            (EMBERIX, ScriptedCard((EMBERIX,))),
            (TIDELING, ScriptedCard((TIDELING,))),
            (MOSSBACK, ScriptedCard((MOSSBACK,))),
            (SPROUTLE_ART, doubtful),
            (VOLTUSK, ScriptedCard((VOLTUSK, MOSSBACK), reason="number 071/193 and name agree")),
        )
    ):
        path = folder / f"IMG_{2041 + angle}.jpg"
        corners = photograph(printing, path, angle=4.0 * angle - 6, fill=0.86)
        photo = crop_card(np.asarray(Image.open(path)), corners)
        script = {"corners": corners, "photo": photo}
        harness.recogniser.script[path.name] = (
            ScriptedCard(card.printings, card.status, card.reason, card.reading, **script),
        )
        paths.append(path)
    return paths


@pytest.mark.usefixtures("kept_catalogue")
def test_screenshots_of_the_main_states(harness: Harness) -> None:
    window = harness.open_window()
    window.resize(*SIZE)
    harness.wait(lambda: window.work.store.state is not None)
    shoot(harness, window, "scan-empty")

    paths = photographs(harness)
    drop(window.scan_page.hero, paths)
    harness.wait(lambda: len(window.work.scans.cards) == 5)
    harness.settle(window)
    harness.wait(lambda: window.scan_page.card and window.scan_page.card.entry)
    shoot(harness, window, "scan-light")
    window.commands.themes["dark"].trigger()
    shoot(harness, window, "scan-dark")
    window.show_page(Page.REVIEW)
    harness.wait(lambda: window.review_page.photo.has_picture)
    shoot(harness, window, "review-dark")
    window.commands.themes["light"].trigger()
    shoot(harness, window, "review")

    window.show_page(Page.COLLECTION)
    harness.wait(lambda: window.collection_page.inspector.photo.has_picture)
    shoot(harness, window, "collection")
    window.commands.themes["dark"].trigger()
    shoot(harness, window, "collection-dark")
    window.resize(1280, 720)
    shoot(harness, window, "collection-dark-720")


@pytest.mark.usefixtures("kept_catalogue")
def test_screenshots_of_sets_and_activity(harness: Harness, tmp_path: Path) -> None:
    journal_file = tmp_path / "decisions.jsonl"
    handler = logging.FileHandler(journal_file, encoding="utf-8")
    journal_log = logging.getLogger(DECISIONS)
    level = journal_log.level
    journal_log.addHandler(handler)
    journal_log.setLevel(logging.INFO)
    metrics = Metrics()
    try:
        scan_some(Journal(metrics))
    finally:
        journal_log.removeHandler(handler)
        journal_log.setLevel(level)
        handler.close()
    window = harness.open_window(
        metrics=metrics,
        all_time=metrics.snapshot,
        decisions=partial(newest_decisions, journal_file),
    )
    window.resize(*SIZE)
    drop(window.scan_page.hero, photographs(harness))
    harness.settle(window)
    pages = [harness.picture(f"page-{number}.png") for number in range(12)]
    window.work.batches.create(pages, "Binder, pages 1 to 12")
    window.show_page(Page.SETS)
    harness.wait(lambda: window.sets_page.list.sets.lines)
    line = max(window.sets_page.list.sets.lines, key=lambda one: one.owned)
    window.sets_page.open_set(line)
    harness.wait(lambda: window.sets_page.grid.cells.printings)
    harness.settle(window)
    shoot(harness, window, "sets")

    window.show_page(Page.ACTIVITY)
    body = window.activity_page.body
    assert body is not None
    harness.wait(lambda: body.today.cards.figure.text() != "0" and body.batches.rows)
    harness.wait(lambda: body.today.space.figure.text().endswith("B"))
    harness.settle(window)
    shoot(harness, window, "activity")
    window.commands.themes["dark"].trigger()
    shoot(harness, window, "activity-dark")
    window.commands.themes["light"].trigger()
    body.more.click()
    harness.wait(lambda: all(chart.has_curve for chart in body.details.charts))
    body.verticalScrollBar().setValue(body.verticalScrollBar().maximum())
    shoot(harness, window, "activity-figures")


@pytest.mark.usefixtures("kept_catalogue")
def test_screenshot_of_the_welcome(harness: Harness) -> None:
    window = harness.open_window(welcome=True)
    window.resize(*SIZE)
    harness.wait(lambda: window.findChildren(WelcomeDialog))
    (dialog,) = window.findChildren(WelcomeDialog)
    harness.wait(lambda: dialog.catalogue.text().startswith("7 printings"))
    shoot_widget(harness, dialog, "welcome")


@pytest.mark.usefixtures("kept_catalogue")
def test_screenshots_of_dialogs_and_notices(harness: Harness) -> None:
    window = harness.open_window()
    window.resize(*SIZE)
    drop(window.scan_page.hero, photographs(harness))
    harness.settle(window)
    window.show_page(Page.COLLECTION)
    harness.wait(lambda: window.collection_page.inspector.photo.has_picture)

    window.collection_page.export()
    dialog = window.findChild(ExportDialog)
    dialog.target.setText(str(harness.folder / "cards.csv"))
    dialog.start()
    harness.wait(lambda: dialog.state.mark is not Mark.WORKING)
    dialog.target.setText("cards.csv")
    shoot_widget(harness, dialog, "export")
    dialog.close()

    window.dialogs.show_settings()
    shoot_widget(harness, window.findChild(SettingsDialog), "settings")
    window.findChild(SettingsDialog).close()

    window.collection_page.delete()
    harness.wait(lambda: window.notice.isVisible())
    shoot(harness, window, "collection-deleted")

    window.show_page(Page.SCAN)
    other = next(c for c in window.work.scans.cards if c.mark is Mark.UNSURE)
    window.scan_page.show_card(other)
    window.scan_page.other_match()
    chooser = window.findChild(OtherMatchDialog)
    chooser.search.field.setText("sprou")
    harness.wait(lambda: chooser.search.results.count() > 0)
    shoot_widget(harness, chooser, "other-match")
    chooser.close()
    shoot(harness, window, "scan-unsure")


def shoot_widget(harness: Harness, widget: QWidget, name: str) -> None:
    harness.qtbot.wait(50)
    FOLDER.mkdir(exist_ok=True)
    assert widget.grab().save(str(FOLDER / f"{name}.png"))
