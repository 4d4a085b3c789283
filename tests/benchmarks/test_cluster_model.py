"""The model of a cluster against what can be reckoned by hand."""

from __future__ import annotations

import random

import pytest

from benchmarks._cluster_times import Times
from benchmarks.cluster_model import Shop, Simulation, batch_route, scale, service_route

TIMES = Times(
    reading=(300.0, 400.0, 500.0),
    front=2.0,
    front_megabyte=4.0,
    call=6.0,
    redis=0.05,
    ledger=10.0,
    start_s=1.5,
    picture_megabytes=1.0,
)


def test_as_much_goes_through_as_the_narrowest_station_lets():
    def route():
        yield "wide", 5.0
        yield "narrow", 100.0

    ran = Simulation({"wide": 1, "narrow": 4}, route).run(2000, in_flight=20)
    assert ran.per_second == pytest.approx(40, rel=0.01)
    assert ran.busy["narrow"] == pytest.approx(1, abs=0.01)
    assert ran.busy["wide"] == pytest.approx(0.2, abs=0.01)


def test_waiting_at_one_station_is_as_queueing_theory_has_it():
    """Arrivals at random, equal service: the wait is rho / 2 (1 - rho) services on the average."""

    def route():
        yield "only", 10.0

    ran = Simulation({"only": 1}, route).run(20_000, per_second=70)
    waited = sum(ran.times) / len(ran.times) - 10
    assert waited == pytest.approx(10 * 0.7 / (2 * 0.3), rel=0.1)


@pytest.mark.parametrize(
    ("shop", "batch", "limit", "because"),
    [
        (Shop(megabytes=1.0), False, 1000 / 16, "line"),
        (Shop(megabytes=1.0, gigabit=10), False, 1000 / 12, "front"),
        (Shop(megabytes=1.0, gigabit=10), True, 1000 / 10, "ledger"),
        (Shop(fronts=2, megabytes=1.0, gigabit=100), False, 2000 / 12, "front"),
    ],
)
def test_what_is_full_and_how_much_it_lets_through(shop, batch, limit, because):
    scaled = scale(TIMES, shop, batch=batch, readers=(1, 100, 120))
    one, _, most = scaled["rows"]
    assert one["per_second"] == pytest.approx(2.5, rel=0.03)
    assert most["per_second"] == pytest.approx(limit, rel=0.03)
    assert scaled["stops"]["because"] == because


def test_a_known_picture_never_reaches_a_reader():
    known, chance = Shop(known=1.0), random.Random(1)
    assert "readers" not in dict(service_route(TIMES, known, chance))
    assert "readers" in dict(service_route(TIMES, Shop(), chance))
    assert [name for name, _ in batch_route(TIMES, known, chance)] == ["line", "readers", "ledger"]


def test_times_come_back_as_they_were_saved(tmp_path):
    TIMES.save(tmp_path / "times.json")
    assert Times.load(tmp_path / "times.json") == TIMES
