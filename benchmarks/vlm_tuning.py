"""What each switch of `Tuning` gives: one card read with each setting, in turn, in one process.

    python benchmarks/vlm_tuning.py --folder models-for-benchmarks/256m [--rounds 5]

The folder is one that `benchmarks.vlm` built and prepared.
"""

from __future__ import annotations

import argparse
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from statistics import median

from benchmarks.vlm import FIELD_TOKENS, FixedForm, draw_cards
from cardscanner_gui.core.types import CardImage
from cardscanner_gui.vlm.cpu import physical_cores
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.tuning import Tuning, lock_memory


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
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    options = parser.parse_args()
    engines = {name: open_engine(options.folder, tuning) for name, tuning in settings().items()}
    cards = draw_cards(options.rounds + 1)
    times: dict[str, list[float]] = {name: [] for name in engines}
    for turn, card in enumerate(cards):
        for name, engine in engines.items():
            seconds = seconds_of(lambda e=engine, c=card: read(e, c))
            if turn:
                times[name].append(seconds)
    usual = median(times["as it is"])
    for name, spent in times.items():
        print(f"{name:24} {1000 * median(spent):7.0f} ms  {median(spent) / usual:5.2f}")
    locked = lock_memory()
    engine = engines["as it is"]
    after = median([seconds_of(lambda c=c: read(engine, c)) for c in draw_cards(options.rounds)])
    state = f"{1000 * after:7.0f} ms  {after / usual:5.2f}" if locked else "not allowed here"
    print(f"{'memory locked':24} {state}")


def open_engine(folder: Path, tuning: Tuning) -> Engine:
    engine = Engine(folder, tuning=tuning)
    form = FixedForm(engine.vocabulary)
    form.sizes = dict(FIELD_TOKENS)
    engine.form = form
    engine.warm_up()
    return engine


def read(engine: Engine, card: CardImage) -> None:
    for _ in engine.read(card, list(FIELD_TOKENS), fingerprint=object()):
        pass


def seconds_of(task: Callable[[], None]) -> float:
    begun = time.perf_counter()
    task()
    return time.perf_counter() - begun


if __name__ == "__main__":
    main()
