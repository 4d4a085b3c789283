"""From 1 to 200 readers: how many pictures a second, what each costs, where it stops and why.

    python -m benchmarks.cluster_model [--quick] [--json FILE] [--times FILE] [--save-times FILE]
        [--fronts N] [--known SHARE] [--megabytes MB] [--gigabit G] [--core-hour PRICE]

Measures what each part takes on this machine (`_cluster_times.py`), or takes what was measured
before, and simulates the queues between the parts: the front's event loop, its network line, Redis,
the readers, and for a batch the object store's line and the ledger. Each picture goes through them
one after the other; a reader's times are drawn from the measured ones. Two runs for each number of
readers: one that always has enough to do, which says how much goes through, and one at 70 % of that
with arrivals at random, which says how long an answer takes.

What it leaves out: disks and processors that slow each other down on one machine, nodes that fail
(`benchmarks/cluster.py` kills them), and the seconds until a new reader is warm.
"""

from __future__ import annotations

import argparse
import heapq
import itertools
import json
import random
import shutil
import statistics
import sys
from collections import deque
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from benchmarks._cluster_times import Times, measure

_READERS = (1, 2, 4, 8, 12, 16, 24, 32, 48, 64, 96, 128, 160, 200)
_WARM_UP = 0.2
_LOAD = 0.7
_WORTH = 0.5
"""A reader that adds less than this share of what the first one does isn't worth its core."""
_FIXED_CORES = 3
"""Front, head node and Redis; each further front is one more."""
_CARDS = 100_000

Step = tuple[str, float]
"""A station's name and the milliseconds that a picture takes there."""


# --- queues ---------------------------------------------------------------------------------------


@dataclass
class _Station:
    servers: int
    busy: int = 0
    worked: float = 0.0
    queue: deque[_Picture] = field(default_factory=deque)


@dataclass(eq=False)
class _Picture:
    began: float
    steps: Iterator[Step]
    takes: float = 0.0


@dataclass(frozen=True)
class Ran:
    """What a simulation gave.

    Attributes:
        per_second: pictures.
        times: milliseconds from arrival to answer, of each picture after the warm-up.
        busy: the share of its time that each station worked.
    """

    per_second: float
    times: Sequence[float]
    busy: dict[str, float]


class Simulation:
    """Stations with a queue each, in the order of arrival; milliseconds.

    Args:
        servers: how many work side by side at each station.
        route: a picture's steps.
    """

    def __init__(self, servers: dict[str, int], route: Callable[[], Iterator[Step]]) -> None:
        self._stations = {name: _Station(count) for name, count in servers.items()}
        self._route = route
        self._events: list[tuple[float, int, str, _Picture]] = []
        self._number = 0
        self._now = 0.0

    def run(
        self, pictures: int, *, in_flight: int = 0, per_second: float = 0.0, seed: int = 1
    ) -> Ran:
        """With always so many in flight, or with so many arriving a second at random."""
        arrivals = random.Random(seed)
        ended: list[tuple[float, float]] = []
        begun = min(in_flight, pictures) or 1
        for _ in range(begun):
            self._arrive(0.0)
        while len(ended) < pictures:
            self._now, _, at, picture = heapq.heappop(self._events)
            if at:
                self._leave(at)
            else:
                picture.began = self._now
                if per_second and begun < pictures:
                    begun += 1
                    self._arrive(self._now + arrivals.expovariate(per_second) * 1000)
            if self._go_on(picture):
                continue
            ended.append((self._now, self._now - picture.began))
            if in_flight and begun < pictures:
                begun += 1
                self._arrive(self._now)
        # Without the beginning, when queues are empty, nor the end, when nothing follows.
        first, last = int(_WARM_UP * pictures), int((1 - _WARM_UP / 2) * pictures)
        span = ended[last - 1][0] - ended[first][0]
        return Ran(
            1000 * (last - first - 1) / span,
            [took for _, took in ended[first:last]],
            {name: s.worked / s.servers / self._now for name, s in self._stations.items()},
        )

    def _arrive(self, at: float) -> None:
        self._plan(at, "", _Picture(at, self._route()))

    def _plan(self, at: float, station: str, picture: _Picture) -> None:
        self._number += 1
        heapq.heappush(self._events, (at, self._number, station, picture))

    def _go_on(self, picture: _Picture) -> bool:
        """To the next station; False when there is none."""
        step = next(picture.steps, None)
        if step is None:
            return False
        name, picture.takes = step
        station = self._stations[name]
        if station.busy < station.servers:
            self._serve(name, station, picture)
        else:
            station.queue.append(picture)
        return True

    def _serve(self, name: str, station: _Station, picture: _Picture) -> None:
        station.busy += 1
        station.worked += picture.takes
        self._plan(self._now + picture.takes, name, picture)

    def _leave(self, name: str) -> None:
        station = self._stations[name]
        station.busy -= 1
        if station.queue:
            self._serve(name, station, station.queue.popleft())


# --- what is simulated ----------------------------------------------------------------------------


@dataclass(frozen=True)
class Shop:
    """What surrounds the readers.

    Attributes:
        fronts: each with an event loop and a network line of its own.
        known: share of the pictures whose answer is in Redis already.
        megabytes: of a picture.
        gigabit: of a network line, a second.
        core_hour: the price of a core, in whatever money.
    """

    fronts: int = 1
    known: float = 0.0
    megabytes: float = 1.0
    gigabit: float = 1.0
    core_hour: float = 0.04

    @property
    def line_ms(self) -> float:
        """That a picture occupies a line."""
        return self.megabytes * 8 / self.gigabit


def service_route(times: Times, shop: Shop, chance: random.Random) -> Iterator[Step]:
    """A picture that is sent to the front, and read unless it is known."""
    yield "line", shop.line_ms
    # Half before the look-up, half for the answer: receiving and hashing, serialising and sending.
    half = (times.front + times.front_megabyte * shop.megabytes) / 2
    yield "front", half
    yield "redis", times.redis
    if chance.random() >= shop.known:
        yield "front", times.call
        yield "line", shop.line_ms  # to the reader's node
        yield "readers", chance.choice(times.reading)
        yield "redis", times.redis
    yield "front", half


def batch_route(times: Times, shop: Shop, chance: random.Random) -> Iterator[Step]:
    """A picture of a batch: fetched by its reader, recorded by the driver."""
    yield "line", shop.line_ms  # the object store's
    yield "readers", chance.choice(times.reading)
    yield "ledger", times.ledger


def _servers(readers: int, shop: Shop, *, batch: bool) -> dict[str, int]:
    if batch:
        return {"line": 1, "readers": readers, "ledger": 1}
    return {"line": shop.fronts, "front": shop.fronts, "redis": 1, "readers": readers}


def scale(times: Times, shop: Shop, *, batch: bool, readers: Sequence[int] = _READERS) -> Any:
    """A row for each number of readers, and where it stops."""
    rows = [_row(times, shop, number, batch=batch) for number in readers]
    first = rows[0]["per_second"] / rows[0]["readers"]
    stop = None
    for before, row in itertools.pairwise(rows):
        gained = row["per_second"] - before["per_second"]
        worth = gained / (row["readers"] - before["readers"]) / first
        row["worth_of_one_more"] = round(worth, 2)
        if stop is None and worth < _WORTH:
            stop = {"after_readers": before["readers"], "because": row["busiest"]}
    cheapest = min(rows, key=lambda row: row["cost_per_100000"])
    return {"rows": rows, "stops": stop, "cheapest_readers": cheapest["readers"]}


def _row(times: Times, shop: Shop, readers: int, *, batch: bool) -> dict[str, Any]:
    route_of = batch_route if batch else service_route
    chance = random.Random(readers)
    count = 1500 + 30 * readers

    def simulation() -> Simulation:
        servers = _servers(readers, shop, batch=batch)
        return Simulation(servers, lambda: route_of(times, shop, chance))

    full = simulation().run(count, in_flight=2 * readers + 8 * shop.fronts)
    eased = simulation().run(count, per_second=_LOAD * full.per_second)
    ordered = sorted(eased.times)
    busiest = max(full.busy, key=lambda name: full.busy[name])
    cores = readers + _FIXED_CORES + shop.fronts - 1
    hours = _CARDS / full.per_second / 3600
    return {
        "readers": readers,
        "per_second": round(full.per_second, 2),
        "median_ms": round(statistics.median(ordered)),
        "p95_ms": round(ordered[int(0.95 * (len(ordered) - 1))]),
        "busiest": busiest,
        "busy": {name: round(share, 2) for name, share in full.busy.items()},
        "hours_per_100000": round(hours, 2),
        "cost_per_100000": round(cores * hours * shop.core_hour, 3),
    }


def _print(title: str, scaled: dict[str, Any]) -> None:
    print(f"\n{title}")
    print(
        "readers  a second   median    95th  one more adds  busiest         100,000: hours   cost"
    )
    for row in scaled["rows"]:
        busiest = f"{row['busiest']} {row['busy'][row['busiest']]:.0%}"
        print(
            f"{row['readers']:7} {row['per_second']:9.1f} {row['median_ms']:6} ms"
            f" {row['p95_ms']:5} ms {row.get('worth_of_one_more', 1):13.2f}  {busiest:14}"
            f" {row['hours_per_100000']:14.2f} {row['cost_per_100000']:7.2f}"
        )
    if scaled["stops"]:
        words = "more than {after_readers} readers aren't worth it: the {because} is full"
        print(words.format(**scaled["stops"]))
    else:
        print(f"up to {scaled['rows'][-1]['readers']} readers nothing stops it")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--times", type=Path, help="measured before, by --save-times")
    parser.add_argument("--save-times", type=Path)
    parser.add_argument("--fronts", type=int, default=4, help="of the next step's")
    parser.add_argument("--known", type=float, default=0.0)
    parser.add_argument("--megabytes", type=float, help="of a picture; without: as measured")
    parser.add_argument("--gigabit", type=float, default=1.0)
    parser.add_argument("--core-hour", type=float, default=0.04)
    options = parser.parse_args(arguments)
    if not options.times and (find_spec("ray") is None or shutil.which("redis-server") is None):
        print("There is no Ray or no redis-server here: nothing is measured. --times takes a file.")
        return 0
    times = Times.load(options.times) if options.times else measure(quick=options.quick)
    if options.save_times:
        times.save(options.save_times)
    megabytes = options.megabytes or times.picture_megabytes
    one = Shop(1, options.known, megabytes, options.gigabit, options.core_hour)
    several = Shop(options.fronts, options.known, megabytes, options.gigabit, options.core_hour)
    fast_one, fast = replace(one, gigabit=10.0), replace(several, gigabit=10.0)
    readers = _READERS[::3] if options.quick else _READERS
    reading = statistics.mean(times.reading)
    print(
        f"a picture of {megabytes:.2f} MB: read {reading:.0f} ms, front {times.front:.2f} ms"
        f" + {times.front_megabyte:.2f} a MB, call {times.call:.2f}, redis {times.redis:.3f},"
        f" ledger {times.ledger:.2f} ms; a reader is warm after {times.start_s:.1f} s"
    )
    figures = {
        "service, 1 front, 1 line": scale(times, one, batch=False, readers=readers),
        "service, 1 front, 10 gigabit": scale(times, fast_one, batch=False, readers=readers),
        f"service, {options.fronts} fronts": scale(times, several, batch=False, readers=readers),
        f"service, {options.fronts} fronts, 10 gigabit": scale(
            times, fast, batch=False, readers=readers
        ),
        "batch": scale(times, one, batch=True, readers=readers),
        "batch, 10 gigabit": scale(times, fast_one, batch=True, readers=readers),
    }
    for title, scaled in figures.items():
        _print(title, scaled)
    if options.json:
        options.json.write_text(json.dumps({"times": vars(times), **figures}, indent=1))
    return 0


if __name__ == "__main__":
    sys.exit(main())
