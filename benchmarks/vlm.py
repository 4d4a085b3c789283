"""Times SmolVLM's exact shapes with random weights: the usual loop, ours, their ratio, the floors.

    python -m benchmarks.vlm [--sizes 500m,256m] [--quick] [--json FILE] [--folder FOLDER]

Random weights say nothing about what a model reads and everything about how long it takes. The
folder keeps the built models for the next run. What is compared runs in turn in one process.
"""

from __future__ import annotations

import argparse
import json
import resource
import statistics
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np

from benchmarks import _vlm_models as built
from benchmarks import vlm_layouts, vlm_together
from benchmarks.floors import memory_reader, tile_floor, token_bytes
from benchmarks.vlm_baseline import PlainLoop
from cardscanner_gui import environment
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.core.types import WHOLE_CARD, CardImage
from cardscanner_gui.vlm.bench import CONTEXT, bench_parts
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.events import RecordRead, TokenRead, VlmEvent
from cardscanner_gui.vlm.graphs.session import Stop
from cardscanner_gui.vlm.layouts import WHOLE
from cardscanner_gui.vlm.machine_use import affinity
from cardscanner_gui.vlm.models import VARIANTS
from cardscanner_gui.vlm.tuning import Tuning
from training.tiny_vlm.shapes import Shape

FIELDS = list(built.SIZES)
CARDS_A_ROUND = 5
AT_A_TIME = 8


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    built.add_options(parser)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-loop", action="store_true", help="leave the usual loop out")
    parser.add_argument("--no-batches", action="store_true", help="leave batches and looks out")
    parser.add_argument("--alone", nargs="+", type=Path, help=argparse.SUPPRESS)
    parser.add_argument("--use", choices=list(USES), help=argparse.SUPPRESS)
    options = parser.parse_args()
    environment.prepare()
    if options.alone:
        found = record_alone(options.alone[0], options.use) if options.use else alone(options.alone)
        print(json.dumps(found))
        return
    figures: dict[str, object] = {"machine": built.machine()}
    folders = built.folders(options)
    for size, folder in folders.items():
        rounds = 1 if options.quick else options.rounds
        found = measure(folder, built.SHAPES[size], options.variant, rounds, not options.no_loop)
        found |= layout_rows(folder, built.SHAPES[size], options.variant)
        found |= in_own_process([folder])
        found |= uses_in_turn(folder, rounds)
        show(size, found)
        figures[size] = found
    if len(folders) > 1:
        together = in_own_process(list(folders.values()))
        show("all of them in one process", together)
        figures["together"] = together
    if not options.no_batches:
        figures["batches"] = batches = vlm_together.measure(12 if options.quick else 60)
        for way, values in batches.items():
            show(f"tiny trained reader, {way}", values)
    built.write_json(options.json, figures)


def measure(
    folder: Path, shape: Shape, variant: str, rounds: int, with_loop: bool
) -> dict[str, float]:
    """Seconds of everything that this process can measure, and how they compare."""
    engine = Engine(folder, built.ASKED)
    engine.warm_up()
    lists = built.Lists.invent(engine.vocabulary)
    cards = built.draw_cards(CARDS_A_ROUND * (rounds + 1))
    loop = PlainLoop(folder, engine.plan, VARIANTS[variant]) if with_loop else None
    times: dict[str, list[float]] = {}
    for turn in range(rounds + 1):
        # The first turn warms the sessions up; the loop is too slow to repeat for that.
        some = cards[CARDS_A_ROUND * turn : CARDS_A_ROUND * (turn + 1)]
        taken = one_round(engine, lists, some, loop if turn else None)
        if turn:
            for name, seconds in taken.items():
                times.setdefault(name, []).append(seconds)
    # What else the machine does only ever adds time.
    found = {name: min(values) for name, values in times.items()}
    found |= {
        f"part: {name}": seconds for name, seconds in bench_parts(folder, built.ASKED).items()
    }
    least = token_bytes(folder, engine.plan, engine.decoder.shape, CONTEXT)
    found["part: one token"], token = token_and_floor(engine, least)
    found |= compared(found, token, tile_floor(shape))
    found["stop while a tile is computed, worst of 5"] = cancel_delay(engine, cards[0])
    return found


def layout_rows(folder: Path, shape: Shape, variant: str) -> dict[str, float]:
    """A usual read with each layout of attention and of weights, and one token of it."""
    found: dict[str, float] = {}
    for name, (read, token) in vlm_layouts.compare(folder, shape, variant, rounds=1).items():
        found |= {f"layout: {name}: a read": read, f"layout: {name}: a token": token}
    return found


def token_and_floor(engine: Engine, least: int, turns: int = 12) -> tuple[float, float]:
    """Median seconds of a token, and of reading that many bytes, a few of each in turn.

    Neighbours take memory bandwidth for seconds at a time; in turns they take it from both. A few,
    since tokens follow tokens: the first one after other work pays for waking the workers.
    """
    decoder, stop = engine.decoder, Stop()
    rng = np.random.default_rng(0)
    values = rng.standard_normal((CONTEXT + 1, decoder.hidden), np.float32) * np.float32(0.1)
    cache = decoder.new_cache(CONTEXT + 1)
    decoder.forward(cache, values[:CONTEXT], [0], stop)

    def token() -> None:
        decoder.forward(cache, values[CONTEXT:], [0], stop)
        cache.truncate(CONTEXT)

    spent: tuple[list[float], list[float]] = ([], [])
    with memory_reader(least) as read:
        for _ in range(turns):
            for task, seconds in zip((token, read), spent, strict=True):
                for _ in range(AT_A_TIME):
                    begun = time.perf_counter()
                    task()
                    seconds.append(time.perf_counter() - begun)
    return statistics.median(spent[0]), statistics.median(spent[1])


def one_round(
    engine: Engine, lists: built.Lists, cards: Sequence[CardImage], loop: PlainLoop | None
) -> dict[str, float]:
    """Everything once, on cards that were never seen before."""
    taken: dict[str, float] = {}
    if loop is not None:
        result = loop.run(cards[0].crop(WHOLE_CARD, 1680), built.QUESTION.text, built.RECORD_TOKENS)
        taken |= {f"loop: {part}": value for part, value in result.items()}
    form = built.SizedForm(engine.vocabulary)
    engine.forms[built.POKEMON.id] = form
    form.free = {"name": built.NAME_TOKENS}
    taken["name"] = timed(engine.read(cards[1], ["name"]))[0]
    form.free = built.SIZES
    taken["record of free text"], free = timed(engine.read(cards[2], FIELDS))
    taken["record of free text: forwards"] = free.forwards
    taken["record of free text, seen before"] = timed(engine.read(cards[2], FIELDS))[0]
    # Random weights turn with every rounding, so no draft of theirs holds. An accepted draft costs
    # what forced values cost: the same chunk, with the same rows judged.
    form.given = draft_of(engine.read(cards[2], FIELDS))
    taken["right draft of it, seen before"], drafted = timed(engine.read(cards[2], FIELDS))
    taken["right draft of it: forwards"] = drafted.forwards
    form.given = {}
    engine.look(cards[3], WHOLE)
    form.free = {"name": built.NAME_TOKENS}
    taken["name, looked at before"] = timed(engine.read(cards[3], ["name"]))[0]
    form.free = built.SIZES
    taken["record in a batch of 4, seen before, a card"] = batch_time(engine, cards[:4]) / 4
    engine.forms[built.POKEMON.id] = built.SizedForm(engine.vocabulary, lists)
    events: list[VlmEvent] = []
    taken["record"], record = timed(tee(engine.read(cards[4], FIELDS), events))
    taken["record: forwards"] = record.forwards
    taken["record: tokens"] = sum(isinstance(event, TokenRead) for event in events)
    taken["record, seen before"] = timed(engine.read(cards[4], FIELDS))[0]
    return taken


def tee(events: Iterable[VlmEvent], kept: list[VlmEvent]) -> Iterable[VlmEvent]:
    for event in events:
        kept.append(event)
        yield event


def draft_of(events: Iterable[VlmEvent]) -> dict[str, list[int]]:
    """The tokens of each field as the model writes them, without their end mark."""
    fields: dict[str, list[int]] = {}
    for event in events:
        if isinstance(event, TokenRead) and event.field is not None:
            fields.setdefault(event.field, []).append(event.token)
    return {name: tokens[:-1] for name, tokens in fields.items()}


def batch_time(engine: Engine, cards: Sequence[CardImage]) -> float:
    """Answers of cards whose pictures are known: only reading the prompt's end and decoding."""
    for card in cards:
        engine.look(card, WHOLE)
    begun = time.perf_counter()
    for _ in engine.read_many(cards, FIELDS):
        pass
    return time.perf_counter() - begun


def timed(events: Iterable[VlmEvent]) -> tuple[float, RecordRead]:
    begun = time.perf_counter()
    *_, record = events
    seconds = time.perf_counter() - begun
    if not isinstance(record, RecordRead):
        raise TypeError("a read ends with its record")
    return seconds, record


def compared(found: dict[str, float], token: float, tile: float) -> dict[str, float]:
    """Ratios that the goals are about."""
    gain = found["record of free text, seen before"] / found["right draft of it, seen before"]
    ratios = {
        "right draft, times faster than decoding": gain,
        "token, of its floor": found["part: one token"] / token,
        "tile, of its floor": found["part: one tile"] / tile,
        "floor: token": token,
        "floor: tile": tile,
    }
    if "loop: total" in found:
        for row in ("record", "record of free text"):
            ratios[f"{row}, times faster than the loop"] = found["loop: total"] / found[row]
    return ratios


def cancel_delay(engine: Engine, card: CardImage) -> float:
    """Seconds from cancelling to standing still, with the vision tower at work; worst of five."""
    worst = 0.0
    for number in range(5):
        token = CancelToken()
        at: list[float] = []

        def cancel(token: CancelToken = token, at: list[float] = at) -> None:
            at.append(time.perf_counter())
            token.cancel()

        threading.Timer(0.15 + 0.05 * number, cancel).start()
        try:
            engine.look(card, token=token, fingerprint=object())
        except CancelledError:
            worst = max(worst, time.perf_counter() - at[0])
    return worst


def in_own_process(folders: Sequence[Path]) -> dict[str, float]:
    command = [sys.executable, "-m", "benchmarks.vlm", "--alone", *map(str, folders)]
    # Once for the system to have the files in memory: what is measured is a start after the first.
    runs = [subprocess.run(command, capture_output=True, text=True, check=True) for _ in range(2)]
    found: dict[str, float] = json.loads(runs[-1].stdout)
    return found


def alone(folders: Sequence[Path]) -> dict[str, float]:
    """Opening time and peak memory of a process that reads two records with each model."""
    from cardscanner_gui.vlm.vocabulary import Vocabulary

    lists = built.Lists.invent(Vocabulary(folders[0] / "tokenizer.json"))
    known = {
        "name": lists.names,
        "set_code": lists.set_codes,
        "attacks": lists.attacks,
        "artist": lists.artists,
    }
    asked = {built.POKEMON.id: replace(built.QUESTION, known=lambda: known)}
    begun = time.perf_counter()
    engines = [Engine(folder, asked) for folder in folders]
    for engine in engines:
        engine.warm_up()
    opened = time.perf_counter() - begun
    for engine in engines:
        engine.forms[built.POKEMON.id] = built.SizedForm(engine.vocabulary)
        for card in built.draw_cards(2):
            timed(engine.read(card, FIELDS))
    return {"open and warm, alone in a process": opened, "peak memory of it, MB": peak_megabytes()}


USES: dict[str, Callable[[], Tuning]] = {
    "as it is": Tuning,
    "workers pinned": lambda: Tuning(affinity=affinity()),
    "memory locked": lambda: Tuning(lock_memory=True),
}
"""Ways to use the machine, each in a process of its own: memory stays locked until it ends."""


def uses_in_turn(folder: Path, rounds: int) -> dict[str, float]:
    """Seconds of a record with each use of the machine, the least of so many processes in turn."""
    found: dict[str, float] = {}
    for _ in range(rounds):
        for use in USES:
            command = [sys.executable, "-m", "benchmarks.vlm", "--alone", str(folder), "--use", use]
            run = subprocess.run(command, capture_output=True, text=True, check=True)
            for name, seconds in json.loads(run.stdout).items():
                found[name] = min(seconds, found.get(name, seconds))
    return found


def record_alone(folder: Path, use: str) -> dict[str, float]:
    """Seconds of a record of a card that wasn't seen before, the least of three after one more."""
    engine = Engine(folder, built.ASKED, USES[use]())
    engine.warm_up()
    engine.forms[built.POKEMON.id] = built.SizedForm(engine.vocabulary)
    times = [timed(engine.read(card, FIELDS))[0] for card in built.draw_cards(4)]
    return {f"record of free text, {use}": min(times[1:])}


def peak_megabytes() -> float:
    """Most memory that this process ever held; getrusage would count its parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return float(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def show(title: str, figures: dict[str, float]) -> None:
    print(f"\n{title}")
    for name, value in figures.items():
        print(f"  {name:46} {value:9.3f}")


if __name__ == "__main__":
    main()
