"""The figures that are shown, from what was counted."""

from __future__ import annotations

import json

from cardscanner_gui.core.metrics import RATIO, Metrics
from cardscanner_gui.recognition.figures import figures_of


def test_a_program_that_did_nothing_claims_nothing() -> None:
    figures = figures_of(Metrics().snapshot())

    assert (figures.scans, figures.cards, figures.steps, figures.tiers) == ({}, {}, (), ())
    assert figures.known_before is None
    assert figures.cards_a_minute is None
    assert figures.prior_rate is None
    assert figures.memory_bytes is None


def test_hit_rates_are_told_for_each_tier_and_kind() -> None:
    metrics = Metrics()
    for tier, kind, outcomes in (
        ("sqlite", "exact", {"hit": 1, "miss": 4}),
        ("l1", "exact", {"hit": 3, "miss": 1}),
        ("redis", "near", {"error": 2, "miss": 1, "hit": 1}),
    ):
        for outcome, times in outcomes.items():
            metrics.count("cache_requests_total", times, tier=tier, kind=kind, outcome=outcome)

    tiers = figures_of(metrics.snapshot()).tiers

    assert [(one.tier, one.kind, one.asked, one.rate) for one in tiers] == [
        ("l1", "exact", 4, 0.75),
        ("redis", "near", 4, 0.25),
        ("sqlite", "exact", 5, 0.2),
    ]


def test_steps_stand_in_the_order_a_card_goes_through_them() -> None:
    metrics = Metrics()
    for stage, reader in (
        ("model", "smolvlm-256m"),
        ("polish", ""),
        ("read", "ocr"),
        ("find", ""),
        ("decode", ""),
    ):
        metrics.observe("stage_ms", 10.0, stage=stage, reader=reader)

    steps = figures_of(metrics.snapshot()).steps

    assert [step.stage for step in steps] == ["decode", "find", "read", "model", "polish"]
    assert [step.reader for step in steps] == ["", "", "ocr", "smolvlm-256m", ""]


def test_percentiles_are_those_of_the_observed_times() -> None:
    metrics = Metrics()
    times = [float(ms) for ms in range(1, 1001)]
    for ms in times:
        metrics.observe("scan_ms", ms, mode="fast")

    whole = figures_of(metrics.snapshot()).whole

    assert whole.times == 1000
    for shown, exact in ((whole.p50, 500.0), (whole.p95, 950.0), (whole.p99, 990.0)):
        assert exact / RATIO <= shown <= exact * RATIO


def test_pace_counts_cards_in_the_time_that_scans_took() -> None:
    metrics = Metrics()
    metrics.count("cards_total", 8, status="identified")
    metrics.count("cards_total", 1, status="unsure")
    metrics.observe("scan_ms", 2000.0, mode="fast")
    metrics.observe("scan_ms", 1000.0, mode="balanced")

    figures = figures_of(metrics.snapshot())

    assert figures.cards_a_minute == 180.0
    assert figures.cards == {"identified": 8, "unsure": 1}


def test_answers_guesses_and_speculation() -> None:
    metrics = Metrics()
    for by, times in {"exact": 2, "near": 1, "ocr": 5, "smolvlm-256m": 2}.items():
        metrics.count("answers_total", times, by=by)
    metrics.count("prior_total", 3, outcome="hit")
    metrics.count("prior_total", 1, outcome="miss")
    metrics.count("speculation_total", 4, outcome="adopted")
    metrics.count("speculation_total", 2, outcome="dropped")
    metrics.observe("speculation_saved_ms", 120.0)
    metrics.observe("speculation_saved_ms", 80.0)
    metrics.count("model_switches_total")

    figures = figures_of(metrics.snapshot())

    assert figures.known_before == 0.3
    assert figures.prior_rate == 0.75
    assert (figures.speculation_adopted, figures.speculation_dropped) == (4, 2)
    assert figures.speculation_saved_ms == 200.0
    assert figures.model_switches == 1


def test_figures_of_two_runs_add_up() -> None:
    one, other = Metrics(), Metrics()
    one.count("scans_total", 2, status="finished")
    other.count("scans_total", 3, status="finished")
    one.observe("stage_ms", 10.0, stage="find", reader="")
    other.observe("stage_ms", 1000.0, stage="find", reader="")

    figures = figures_of(one.snapshot().plus(other.snapshot()))

    assert figures.scans == {"finished": 5}
    assert figures.steps[0].times == 2
    assert figures.steps[0].p99 > 900


def test_figures_are_plain_values() -> None:
    metrics = Metrics()
    metrics.observe("stage_ms", 10.0, stage="find", reader="")
    metrics.count("cache_requests_total", tier="l1", kind="exact", outcome="hit")
    metrics.gauge("memory_bytes", 512e6)

    values = json.loads(json.dumps(figures_of(metrics.snapshot()).as_json()))

    assert values["steps"][0]["stage"] == "find"
    assert values["tiers"] == [
        {"tier": "l1", "kind": "exact", "hits": 1, "misses": 0, "errors": 0, "rate": 1.0}
    ]
    assert values["memory_bytes"] == 512_000_000
