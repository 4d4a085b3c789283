"""`cardscanner stats` shows what was counted over all runs."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.recognition.figures import figures_of
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.metrics import MetricTotals
from tests.commands.conftest import Run


@pytest.fixture
def counted(data_dir: Path) -> Metrics:
    """Two runs that were counted into the data folder, as one."""
    together = Metrics()
    database = Database(data_dir / "collection.db")
    for run in (1, 2):
        metrics = Metrics()
        for one in (metrics, together):
            one.count("scans_total", 3 * run, status="finished")
            one.count("cards_total", 2 * run, status="identified")
            one.count("cards_total", run, status="unsure")
            one.count("answers_total", run, by="exact")
            one.count("answers_total", 2 * run, by="ocr")
            one.count("cache_requests_total", run, tier="l1", kind="exact", outcome="hit")
            one.count("cache_requests_total", 3 * run, tier="l1", kind="exact", outcome="miss")
            for ms in (10.0 * run, 20.0 * run):
                one.observe("stage_ms", ms, stage="read", reader="ocr")
            one.observe("scan_ms", 500.0 * run, mode="fast")
        MetricTotals(database).add(metrics.snapshot())
    database.close()
    return together


def test_json_holds_the_figures_of_all_runs(run: Run, counted: Metrics) -> None:
    result = run("stats", "--json")

    assert result.returncode == 0, result.stderr
    assert json.loads(result.stdout) == json.loads(
        json.dumps(figures_of(counted.snapshot()).as_json())
    )


def test_text_says_the_same_to_people(run: Run, counted: Metrics) -> None:
    result = run("stats")

    assert result.returncode == 0, result.stderr
    assert "cards    9: identified 6, unsure 3" in result.stdout
    assert "known before          33.3%" in result.stdout
    assert "cards a minute        360.0" in result.stdout
    lines = [line.split() for line in result.stdout.splitlines()]
    assert ["l1", "exact", "12", "3", "25.0%", "0"] in lines
    read = next(line for line in lines if line[:2] == ["read", "ocr"])
    assert read[2] == "4"


def test_before_the_first_scan_there_is_nothing_to_say(run: Run, data_dir: Path) -> None:
    result = run("stats")

    assert result.returncode == 0, result.stderr
    assert result.stdout == "Nothing was scanned yet.\n"
    assert not (data_dir / "collection.db").exists()


def test_scans_that_were_added_are_counted(run: Run, pictures: Path) -> None:
    for picture in ("a leafkit.jpg", "b twinfin.jpg", "a leafkit.jpg"):
        assert run("scan", "--add", pictures / picture).returncode == 0
    assert run("scan", pictures / "a leafkit.jpg").returncode == 0

    figures = json.loads(run("stats", "--json").stdout)

    assert figures["cards"] == {"identified": 3}
    assert figures["answers"] == {"exact": 1, "ocr": 2}
    assert figures["whole"]["times"] == 3
    last = json.loads(run("stats", "--json", "--last-run").stdout)
    assert last["cards"] == {"identified": 1}
    assert last["answers"] == {"exact": 1}, "the third was known; the fourth left nothing"
    assert {"find", "read", "match"} <= {step["stage"] for step in figures["steps"]}
