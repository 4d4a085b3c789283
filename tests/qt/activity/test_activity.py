"""The activity page: what it shows is what was counted, and batches can be handled there."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from functools import partial
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QLabel
from pytestqt.qtbot import QtBot

from cardscanner_gui.builder import Builder
from cardscanner_gui.core.batches import Batch, BatchOptions, BatchState
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.types import Status
from cardscanner_gui.logs import DECISIONS
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.qt.activity.batches import BatchList
from cardscanner_gui.qt.activity.body import ActivityBody
from cardscanner_gui.qt.activity.space import space_used
from cardscanner_gui.qt.activity.words import (
    megabytes,
    milliseconds,
    number,
    percent,
    seconds_left,
    stage_word,
)
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.window.main_window import MainWindow
from cardscanner_gui.recognition.decision_words import newest_decisions
from cardscanner_gui.recognition.decisions import Journal
from cardscanner_gui.recognition.figures import figures_of
from cardscanner_gui.settings import Settings
from tests.decision_log import figures_from
from tests.qt.cards import EMBERIX, TIDELING, photograph
from tests.qt.conftest import Harness, drop
from tests.qt.scripted_recogniser import ScriptedCard, tiny_card

pytestmark = pytest.mark.usefixtures("kept_catalogue")


@pytest.fixture
def log_file(harness: Harness) -> Iterator[Path]:
    """The file that decisions are logged into."""
    path = harness.folder / "decisions.jsonl"
    logger, handler = logging.getLogger(DECISIONS), logging.FileHandler(path, encoding="utf-8")
    level = logger.level
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    yield path
    logger.setLevel(level)
    logger.removeHandler(handler)
    handler.close()


def scan_some(journal: Journal) -> None:
    """Four scans as a recogniser notes them: read, known before, two cards, nothing."""
    stages = {"find": 20.0, "rectify": 5.0}
    read = {"read": 300.0, "match": 2.0}
    why = "number and name agree"
    sproutle: dict[str, object] = {
        "by": "ocr",
        "status": "identified",
        "reason": why,
        "stages": read,
    }
    sproutle["name"] = "Sproutle 012/193"
    missed = {"l1": "miss", "sqlite": "miss"}
    journal.route("a", "ocr", "not seen before", index=0, kind="near", asked=missed)
    journal.scan("a", "finished", "fast", 330.0, [sproutle], stages)
    journal.route("b", "near", "looks like before", index=0, kind="near", asked={"l1": "hit"})
    known = {**sproutle, "by": "near", "stages": {"match": 1.0}}
    journal.scan("b", "finished", "fast", 12.0, [known], stages)
    journal.model("c", 0, "smolvlm-256m", 2600.0)
    unsure = {**sproutle, "status": "unsure", "name": "", "by": "smolvlm-256m"}
    unsure["reason"] = "two printings fit"
    journal.route("c", "smolvlm-256m", "still unsure", index=1)
    journal.scan("c", "finished", "balanced", 2950.0, [known, unsure], stages)
    journal.scan("d", "finished", "fast", 40.0, [], stages)


def open_activity(harness: Harness, metrics: Metrics, log: Path | None = None) -> MainWindow:
    changes: dict[str, object] = {"metrics": metrics, "all_time": metrics.snapshot}
    if log is not None:
        changes["decisions"] = partial(newest_decisions, log)
    window = harness.open_window(**changes)
    window.show_page(Page.ACTIVITY)
    return window


def body_of(harness: Harness, window: MainWindow) -> ActivityBody:
    body = window.activity_page.body
    assert body is not None
    harness.wait(body.isVisible)
    body.more.setChecked(True)
    return body


def test_the_page_shows_what_can_be_computed_again_from_the_log(
    harness: Harness, log_file: Path
) -> None:
    metrics = Metrics()
    scan_some(Journal(metrics))
    window = open_activity(harness, metrics, log_file)
    body = body_of(harness, window)

    figures = figures_of(figures_from(log_file))
    shown = figures_of(metrics.snapshot())
    assert shown.as_json() | {"memory_bytes": None, "cpu_percent": None} == figures.as_json()
    assert body.details.time.figure.text() == milliseconds(figures.whole.p50)
    assert milliseconds(figures.whole.p95) in body.details.time.line.text()
    assert body.details.pace.figure.text() == number(figures.cards_a_minute)
    assert body.details.pace.line.text() == "while reading, 4 cards from 4 pictures"
    steps = {row[0]: row[2:] for row in body.details.times.figures.rows}
    for step, title in (("find", "Find the cards"), ("read", "Read the text")):
        one = next(s for s in figures.steps if s.stage == step)
        times = tuple(milliseconds(ms) for ms in (one.p50, one.p95, one.p99))
        assert steps[title] == (f"{one.times}", *times)
    assert body.details.hits.figures.rows == [
        ("This program", "same card", "2", "50 %"),
        ("Database", "same card", "1", "0 %"),
    ]
    assert body.details.facts["Of all answers"].text() == percent(figures.known_before) == "50 %"


def test_decisions_are_told_in_words_newest_first(harness: Harness, log_file: Path) -> None:
    metrics = Metrics()
    scan_some(Journal(metrics))
    window = open_activity(harness, metrics, log_file)
    decisions = body_of(harness, window).decisions
    harness.wait(lambda: decisions.decisions.lines)

    words = [decided.words for decided in decisions.decisions.lines]
    assert words == [
        "No card found – 40 ms",
        "Card 2: smolvlm-256m, two printings fit – 3.0 s",
        "Sproutle 012/193: seen before, number and name agree – 3.0 s",
        "Sproutle 012/193: seen before, number and name agree – 12 ms",
        "Sproutle 012/193: read, number and name agree – 330 ms",
    ]
    first = decisions.decisions.index(3)
    role = Qt.ItemDataRole.AccessibleTextRole
    assert first.data(role).startswith("Identified: ")
    decisions.setCurrentIndex(first)
    QTest.keyClick(decisions, Qt.Key.Key_C, Qt.KeyboardModifier.ControlModifier)
    assert QGuiApplication.clipboard().text().endswith("number and name agree – 12 ms")


def test_new_figures_and_decisions_arrive_while_it_is_looked_at(
    harness: Harness, log_file: Path
) -> None:
    metrics = Metrics()
    journal = Journal(metrics)
    scan_some(journal)
    window = open_activity(harness, metrics, log_file)
    body = body_of(harness, window)
    harness.wait(lambda: len(body.decisions.decisions.lines) == 5)

    scan_some(journal)
    harness.wait(lambda: body.details.pace.line.text() == "while reading, 8 cards from 8 pictures")
    harness.wait(lambda: len(body.decisions.decisions.lines) == 10)
    harness.wait(lambda: body.details.memory.figure.text().endswith("B"))
    harness.wait(lambda: body.details.processor.figure.text().endswith("%"))


def test_a_hidden_page_does_nothing(harness: Harness) -> None:
    metrics = Metrics()
    scan_some(Journal(metrics))
    window = open_activity(harness, metrics)
    body = body_of(harness, window)
    harness.wait(lambda: all(chart.has_curve for chart in body.details.charts))
    window.show_page(Page.SCAN)
    harness.settle(window)

    scan_some(Journal(metrics))
    harness.qtbot.wait(1500)  # longer than a whole round of the page takes
    assert body.details.pace.line.text() == "while reading, 4 cards from 4 pictures"
    assert window.idle
    window.show_page(Page.ACTIVITY)
    assert body.details.pace.line.text() == "while reading, 8 cards from 8 pictures"


def test_curves_are_drawn_from_what_the_sampler_saw(harness: Harness) -> None:
    metrics = Metrics()
    scan_some(Journal(metrics))
    window = open_activity(harness, metrics)
    body = body_of(harness, window)
    harness.wait(lambda: all(chart.has_curve for chart in body.details.charts), 30)
    harness.wait(lambda: len(window.work.sampler.samples()) >= 2)

    def drawn() -> list[float]:
        values = body.details.memory._curve.getData()[1]
        return [] if values is None else [float(value) for value in values]

    seen = [sample.memory_bytes for sample in window.work.sampler.samples()]
    harness.wait(lambda: drawn()[: len(seen)] == seen)
    assert body.details.memory.accessibleName().startswith("Memory: ")


def test_since_start_and_all_time_are_kept_apart(harness: Harness) -> None:
    before, now = Metrics(), Metrics()
    scan_some(Journal(before))
    window = harness.open_window(
        metrics=now, all_time=lambda: before.snapshot().plus(now.snapshot())
    )
    window.show_page(Page.ACTIVITY)
    body = body_of(harness, window)
    page = window.activity_page
    assert page.counter.text().startswith("Since ")
    assert body.details.pace.line.text() == "no picture yet"

    page.all_time.click()
    assert body.details.pace.line.text() == "while reading, 4 cards from 4 pictures"
    assert page.counter.text() == "All time · 4 cards from 4 pictures"
    page.since_start.click()
    assert body.details.pace.figure.text() == "–"


def test_before_the_first_scan_it_leads_to_scanning(harness: Harness) -> None:
    window = open_activity(harness, Metrics())
    page = window.activity_page
    harness.wait(lambda: page.empty.isVisible())

    page.empty.button.click()
    assert window.pages.current is Page.SCAN


@pytest.mark.parametrize("size", [(1280, 720), (960, 600)])
def test_nothing_is_cut_off_in_a_small_window(
    harness: Harness, log_file: Path, size: tuple[int, int]
) -> None:
    metrics = Metrics()
    scan_some(Journal(metrics))
    window = open_activity(harness, metrics, log_file)
    window.resize(*size)
    body = body_of(harness, window)
    harness.wait(lambda: (window.width(), window.height()) == size)
    harness.wait(lambda: body.widget().width() <= body.viewport().width())
    for button in window.activity_page.findChildren(QAbstractButton):
        if button.isVisible() and button.text():
            assert button.width() >= button.minimumSizeHint().width() - 1, button.text()
    for table in (body.details.times, body.details.hits):
        last = table.columnViewportPosition(table.figures.columnCount() - 1)
        assert last + table.columnWidth(table.figures.columnCount() - 1) <= table.width()
        for column in range(table.figures.columnCount()):
            hint = table.sizeHintForColumn(column)
            assert table.columnWidth(column) >= hint, (size, column)


@pytest.mark.parametrize(
    ("ms", "words"),
    [(None, "–"), (0.41, "0.4 ms"), (412.3, "412 ms"), (1840.0, "1.8 s"), (192_000.0, "3.2 min")],
)
def test_times_are_short(ms: float | None, words: str) -> None:
    assert milliseconds(ms) == words


def test_other_figures_are_short_too() -> None:
    assert megabytes(512_300_000.0) == "512 MB"
    assert megabytes(1_310_000_000.0) == "1.3 GB"
    assert percent(0.623) == "62 %"
    assert number(41.0) == "41"
    assert number(2.5) == "2.5"
    assert seconds_left(None) == ""
    assert seconds_left(4) == "a few seconds left"
    assert seconds_left(33) == "40 seconds left"
    assert seconds_left(170) == "3 minutes left"
    assert seconds_left(2 * 3600) == "2.0 hours left"


def test_what_a_real_scan_counts_is_shown_and_logged(harness: Harness, log_file: Path) -> None:
    builder = Builder(DataPaths(harness.folder), Settings())
    harness.make_recogniser = lambda: builder.make_recogniser(builder.open_catalogue())
    metrics = builder.metrics
    window = harness.open_window(
        settled=False,
        metrics=metrics,
        all_time=metrics.snapshot,
        decisions=partial(newest_decisions, log_file),
    )
    photos = [harness.folder / f"{card.name}.jpg" for card in (EMBERIX, TIDELING)]
    for card, photo in zip((EMBERIX, TIDELING), photos, strict=True):
        photograph(card, photo, size=(1600, 1200))
    drop(window.scan_page.hero, photos)
    harness.wait(lambda: metrics.snapshot().count("scans_total", status="done") == 2, 240)
    harness.settle(window)

    window.show_page(Page.ACTIVITY)
    body = body_of(harness, window)
    harness.wait(lambda: len(body.decisions.decisions.lines) == 2)
    words = sorted(decided.words for decided in body.decisions.decisions.lines)
    assert words[0].startswith("Emberix 037/193: read, number")
    assert words[1].startswith("Tideling 058/193: read, number")
    logged = figures_of(figures_from(log_file))
    assert logged.cards == {"identified": 2}
    assert body.details.time.figure.text() == milliseconds(logged.whole.p50)
    shown = {row[0]: row[2:] for row in body.details.times.figures.rows}
    for step in logged.steps:
        times = tuple(milliseconds(ms) for ms in (step.p50, step.p95, step.p99))
        assert shown[stage_word(step.stage)] == (f"{step.times}", *times)


def test_a_batch_is_paused_continued_and_cancelled_from_here(harness: Harness) -> None:
    window = harness.open_window()
    paths = [harness.picture(f"{number:02}.png", 40 + number) for number in range(8)]
    harness.recogniser.hold(paths[1].name, "found")
    window.work.batches.create(paths, "Binder <b>2</b>")
    window.show_page(Page.ACTIVITY)
    body = body_of(harness, window)
    harness.wait(lambda: body.batches.rows)
    row = body.batches.rows[0]
    harness.wait(lambda: harness.recogniser.reached(paths[1].name, "found"))
    harness.wait(lambda: row.bar.value() == 1)
    assert row.name.text() == "Binder <b>2</b>"
    assert row.name.textFormat() == Qt.TextFormat.PlainText
    assert row.line.text().startswith("1 of 8 pictures")

    row.buttons["pause"].click()
    harness.wait(lambda: row.line.text().endswith("paused"))
    harness.recogniser.release(paths[1].name, "found")
    harness.wait(lambda: row.bar.value() == 2)
    assert not row.buttons["pause"].isVisible()
    assert harness.recogniser.seen == [path.name for path in paths[:2]]

    harness.recogniser.hold(paths[3].name, "found")
    row.buttons["resume"].click()
    harness.wait(lambda: harness.recogniser.reached(paths[3].name, "found"))
    harness.wait(lambda: row.buttons["cancel"].isVisible())
    row.buttons["cancel"].click()
    harness.wait(lambda: "cancelled" in row.line.text())
    harness.settle(window)
    assert row.line.text().startswith("3 of 8 pictures")
    assert not row.bar.isVisible()

    harness.recogniser.release(paths[3].name, "found")
    row.buttons["resume"].click()
    harness.wait(lambda: "done" in row.line.text())
    assert harness.recogniser.seen[-1] == paths[-1].name
    assert [name for name, b in row.buttons.items() if b.isVisible()] == ["take_back"]


def test_pictures_that_failed_can_be_tried_again(harness: Harness) -> None:
    window = harness.open_window()
    torn = harness.picture("torn.png", 40)
    whole = torn.read_bytes()
    torn.write_bytes(b"not a picture")
    window.work.batches.create([harness.picture("good.png"), torn], "Binder")
    window.show_page(Page.ACTIVITY)
    body = body_of(harness, window)
    harness.wait(lambda: body.batches.rows and "done" in body.batches.rows[0].line.text())
    row = body.batches.rows[0]
    assert "1 couldn't be read" in row.line.text()

    torn.write_bytes(whole)
    harness.wait(lambda: row.buttons["retry"].isVisible())
    row.buttons["retry"].click()
    harness.wait(lambda: row.line.text().startswith("2 pictures · done"))
    assert not row.buttons["retry"].isVisible()


def test_open_batches_stand_above_those_that_ended(qtbot: QtBot) -> None:
    def batch(number: int, state: BatchState, **values: object) -> Batch:
        return Batch(number, f"{number}", 0.0, state, BatchOptions(), 40, **values)

    batches = BatchList()
    qtbot.addWidget(batches)
    batches.show()
    batches.show_batches([])
    assert batches.nothing.isVisible()

    working = batch(1, BatchState.RUNNING, done=10, worked_seconds=20.0)
    batches.show_batches(
        [batch(3, BatchState.DONE, done=40), working, batch(2, BatchState.CANCELLED)]
    )
    assert not batches.nothing.isVisible()
    assert [row.name.text() for row in batches.rows] == ["1", "3", "2"]
    assert batches.rows[0].line.text() == "10 of 40 pictures · 60 seconds left"

    batches.show_batches([working])
    assert [row.isVisible() for row in batches.rows] == [True, False, False]


def test_the_first_screen_says_in_plain_words_what_was_done_today(
    harness: Harness, log_file: Path
) -> None:
    metrics = Metrics()
    scan_some(Journal(metrics))
    window = harness.open_window(
        metrics=metrics,
        all_time=metrics.snapshot,
        decisions=partial(newest_decisions, log_file),
    )
    doubt = ScriptedCard((EMBERIX,), Status.UNSURE, "two printings fit", photo=tiny_card())
    sure = ScriptedCard((TIDELING,), photo=tiny_card())
    harness.recogniser.script["page.png"] = (sure, sure, doubt)
    window.scan([str(harness.picture("page.png"))])
    harness.settle(window)

    window.show_page(Page.ACTIVITY)
    body = window.activity_page.body
    assert body is not None
    harness.wait(lambda: body.today.cards.figure.text() == "3")
    assert body.today.cards.line.text() == "2 in your collection, 1 waiting for you"
    assert body.today.asked.figure.text() == "1 of 3"
    pace = figures_of(metrics.snapshot()).cards_a_minute
    assert pace
    assert body.today.time.figure.text() == f"{60 / pace:.1f} s"
    harness.wait(lambda: body.today.space.figure.text().endswith("MB"))
    words = " ".join(
        label.text() for label in window.activity_page.findChildren(QLabel) if label.isVisible()
    )
    for word in ("P95", "Model switches", "cache", "Memory"):
        assert word not in words


def test_figures_for_who_wants_them_are_one_click_away_and_stay(harness: Harness) -> None:
    metrics = Metrics()
    scan_some(Journal(metrics))
    window = open_activity(harness, metrics)
    body = window.activity_page.body
    assert body is not None
    harness.wait(body.isVisible)
    assert not body.details.isVisible()
    assert not any(chart.has_curve for chart in body.details.charts)

    body.more.click()
    assert body.details.isVisible()
    assert "P95" in body.details.time.line.text()
    harness.settle(window)
    window.close()

    again = open_activity(harness, metrics)
    harness.wait(lambda: again.activity_page.body and again.activity_page.body.details.isVisible())


def test_space_is_told_by_what_takes_it(tmp_path: Path) -> None:
    for name, size in (("collection.db", 3000), ("catalogue/x.sqlite3", 2000), ("odd", 10)):
        path = tmp_path / "data" / name
        path.parent.mkdir(exist_ok=True, parents=True)
        path.write_bytes(bytes(size))
    (tmp_path / "data" / "artwork").mkdir()
    (tmp_path / "data" / "artwork" / "index").write_bytes(bytes(500))

    used = space_used(tmp_path / "data")

    assert used == {"collection and photos": 3000, "catalogue": 2500, "other": 10}
    assert space_used(tmp_path / "nothing") == {}
