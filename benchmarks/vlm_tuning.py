"""What each switch of `Tuning` gives: one card read with each setting, in turn, in one process.

python -m benchmarks.vlm_tuning [--sizes 256m] [--rounds 5] [--quick] [--json FILE]
"""

from __future__ import annotations

import argparse
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks import _vlm_models as built
from cardscanner_gui import environment
from cardscanner_gui.core.types import CardImage
from cardscanner_gui.vlm.cpu import physical_cores
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.machine_use import lock_memory
from cardscanner_gui.vlm.tuning import Tuning


def settings() -> dict[str, Tuning]:
    """Every switch away from the default, one at a time."""
    usual, cores = Tuning(), physical_cores()
    pinned = ";".join(str(core) for core in range(2, cores + 1))
    tried = {
        "as it is": usual,
        "one thread": replace(usual, threads=1),
        "twice the cores": replace(usual, threads=2 * cores),
        "no spinning": replace(usual, spin=False),
        "spinning on after a run": replace(usual, spin_between_runs=True),
        "no memory arena": replace(usual, arena=False),
        "no memory pattern": replace(usual, memory_pattern=False),
    }
    if cores > 1:
        tried["workers pinned"] = replace(usual, affinity=pinned)
    return tried


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    built.add_options(parser, "256m")
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    environment.prepare()
    figures: dict[str, object] = {"machine": built.machine()}
    for size, folder in built.folders(options).items():
        print(f"\n{size}: reading a card")
        figures[size] = compare(folder, 1 if options.quick else options.rounds)
    built.write_json(options.json, figures)


def compare(folder: Path, rounds: int) -> dict[str, float | None]:
    """Median seconds of a record with each setting; None where the system forbids one."""
    # Every engine stays open, so that settings take turns: a busy moment then hits all alike.
    engines = {name: open_engine(folder, tuning) for name, tuning in settings().items()}
    with variable("ORT_GQA_DISABLE_FLASH_ATTENTION", "0"):
        engines["tiled attention"] = open_engine(folder, Tuning())
    cards = built.draw_cards(rounds + 1)
    times: dict[str, list[float]] = {name: [] for name in engines}
    for turn, card in enumerate(cards):
        for name, engine in engines.items():
            seconds = seconds_to_read(engine, card)
            if turn:
                times[name].append(seconds)
    found: dict[str, float | None] = {name: median(spent) for name, spent in times.items()}
    usual = median(times["as it is"])
    engine = engines["as it is"]
    found["memory locked"] = None
    if lock_memory().locked:
        again = [seconds_to_read(engine, card) for card in cards[1:]]
        found["memory locked"] = median(again)
    for name, value in found.items():
        words = "not allowed here" if value is None else f"{value:7.2f} s  {value / usual:5.2f}"
        print(f"  {name:24} {words}")
    return found


@contextmanager
def variable(name: str, value: str) -> Iterator[None]:
    """Another value of an environment variable for a while: sessions read it when they open."""
    usual = os.environ[name]
    os.environ[name] = value
    try:
        yield
    finally:
        os.environ[name] = usual


def open_engine(folder: Path, tuning: Tuning) -> Engine:
    engine = Engine(folder, built.ASKED, tuning)
    engine.forms[built.POKEMON.id] = built.SizedForm(engine.vocabulary)
    engine.warm_up()
    return engine


def seconds_to_read(engine: Engine, card: CardImage) -> float:
    begun = time.perf_counter()
    for _ in engine.read(card, list(built.SIZES), fingerprint=object()):
        pass
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
