"""Times SmolVLM's exact shapes with random weights: the usual loop, ours, their ratio, the floors.

    python benchmarks/vlm.py --folder models-for-benchmarks [--sizes 500m,256m] [--variant uint8]

Random weights say nothing about what a model reads and everything about how long it takes. The
folder keeps the built models (1 GB) for the next run. What is compared runs in turn in one process.
"""

from __future__ import annotations

import argparse
import json
import platform
import resource
import subprocess
import sys
import threading
import time
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import onnxruntime as ort

from benchmarks.floors import float_rate, integer_rate, memory_bandwidth
from benchmarks.vlm_baseline import PlainLoop
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import Cancelled
from cardscanner_gui.core.types import CardImage
from cardscanner_gui.vlm.bench import bench_parts
from cardscanner_gui.vlm.constraints import FreeText, Ids
from cardscanner_gui.vlm.cpu import this_processor
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.events import RecordRead, TokenRead, VlmEvent
from cardscanner_gui.vlm.layouts import WHOLE
from cardscanner_gui.vlm.models import VARIANTS
from cardscanner_gui.vlm.prepare import prepare
from cardscanner_gui.vlm.record import INSTRUCTION, LABELS, RecordForm
from cardscanner_gui.vlm.skeleton import Literal, Skeleton, Slot
from cardscanner_gui.vlm.vocabulary import Vocabulary
from training.drawing.cards import draw_card
from training.tiny_vlm.cards import draw_face, flat_card, texts
from training.tiny_vlm.folder import write_model
from training.tiny_vlm.shapes import SMOLVLM_256M, SMOLVLM_500M, TINY, Shape
from training.tiny_vlm.tokenizer import train_tokenizer
from training.tiny_vlm.weights import random_weights

SHAPES = {"500m": SMOLVLM_500M, "256m": SMOLVLM_256M, "tiny": TINY}
RECORD_TOKENS = 60
NAME_TOKENS = 8
FIELD_TOKENS = {
    "name": 5, "hp": 3, "number": 7, "set_code": 3, "attacks": 10, "artist": 6, "year": 5,
}  # fmt: skip


class Exactly(FreeText):
    """Any text of exactly so many tokens, so that every run writes equally much."""

    def __init__(self, vocabulary: Vocabulary, tokens: int) -> None:
        super().__init__(vocabulary, tokens)
        self._tokens = tokens

    def may_end(self, state: int) -> bool:
        return state == self._tokens

    def allowed(self, state: int) -> Ids:
        return super().allowed(state)


class Given:
    """Exactly these tokens."""

    start = 0

    def __init__(self, tokens: Sequence[int]) -> None:
        self._tokens = np.array(tokens, np.int64)

    def allowed(self, state: int) -> Ids:
        return self._tokens[state : state + 1]

    def advance(self, state: int, token: int) -> int:
        return state + 1

    def may_end(self, state: int) -> bool:
        return state == len(self._tokens)


class FixedForm(RecordForm):
    """Records of the length of a real one: labels of the program's own form, values of fixed size.

    Attributes:
        sizes: tokens of each field.
        given: tokens of fields that hold just these.
    """

    sizes: Mapping[str, int] = FIELD_TOKENS
    given: Mapping[str, list[int]] = {}

    def skeleton(self, fields: Iterable[str] = FIELD_TOKENS) -> Skeleton:
        parts: list[Literal | Slot] = []
        for name in fields:
            lead = f"\n{LABELS[name]}:" if parts else f" {LABELS[name]}:"
            parts.append(Literal(tuple(self._vocabulary.encode(lead))))
            given = self.given.get(name)
            free = Exactly(self._vocabulary, self.sizes[name])
            parts.append(Slot(name, Given(given) if given else free))
        parts.append(Literal(tuple(self._vocabulary.encode("\n"))))
        return Skeleton(tuple(parts))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--folder", type=Path, required=True)
    parser.add_argument("--sizes", default="500m,256m")
    parser.add_argument("--variant", default="uint8")
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--no-loop", action="store_true", help="leave the usual loop out")
    parser.add_argument("--alone", action="store_true", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.alone:
        print(json.dumps(alone(options.folder)))
        return
    processor = this_processor()
    print(f"{platform.platform()}; {processor.name}, {processor.cores} cores, "
          f"8-bit dot products: {processor.dot_products}; "
          f"Python {platform.python_version()}, ONNX Runtime {ort.__version__}")  # fmt: skip
    for size in options.sizes.split(","):
        folder = options.folder / size
        build(folder, SHAPES[size], options.variant)
        measure(size, folder, options)


def build(folder: Path, shape: Shape, variant: str) -> None:
    """Have the model built and prepared; what is there already is used."""
    decoder = folder / "onnx" / f"decoder_model_merged{VARIANTS[variant]}.onnx"
    if not decoder.is_file():
        tokenizer = train_tokenizer(texts(), shape.vocabulary)
        write_model(folder, shape, random_weights(shape), tokenizer, variants=[variant])
    if not (folder / "plan.json").is_file():
        plan = prepare(folder, "benchmark")
        for decision in plan.decisions:
            mark = "kept" if decision.adopted else "left out"
            print(f"  prepared: {decision.what}: {mark} ({decision.reason})")


def measure(size: str, folder: Path, options: Any) -> None:
    """Print one table."""
    begun = time.perf_counter()
    engine = Engine(folder)
    engine.warm_up()
    opened = time.perf_counter() - begun
    form = FixedForm(engine.vocabulary)
    engine.form = form
    cards = draw_cards(4 * (options.rounds + 1))
    loop = None
    if not options.no_loop:
        loop = PlainLoop(folder, engine.plan, VARIANTS[options.variant])
    times: dict[str, list[float]] = {}
    for turn in range(options.rounds + 1):
        # The first turn warms the sessions up; the loop is too slow to repeat for that.
        taken = one_round(engine, form, cards[4 * turn : 4 * turn + 4], loop if turn else None)
        if turn:
            for name, seconds in taken.items():
                times.setdefault(name, []).append(seconds)
    # What else the machine does only ever adds time.
    shown = {name: min(values) for name, values in times.items()}
    parts = bench_parts(folder)
    report(size, shown, parts, floors(folder, engine, SHAPES[size]), opened)
    print(f"  cancelling while a tile is computed: {1000 * cancel_delay(engine, cards[0]):.0f} ms")
    own = json.loads(
        subprocess.run(
            [sys.executable, "-m", "benchmarks.vlm", "--alone", "--folder", str(folder)],
            capture_output=True, text=True, check=True,
        ).stdout
    )  # fmt: skip
    print(f"  alone in a process: opening {own['open']:.2f} s, peak memory {own['peak']:.0f} MB")


def one_round(
    engine: Engine, form: FixedForm, cards: Sequence[CardImage], loop: PlainLoop | None
) -> dict[str, float]:
    """Everything once, on cards that were never seen before."""
    taken: dict[str, float] = {}
    if loop is not None:
        result = loop.run(cards[0].pixels, INSTRUCTION, RECORD_TOKENS)
        for part in ("total", "vision", "prefill", "decode"):
            taken[f"loop {part}"] = result[part]
        taken["loop tiles"] = result["tiles"]
    form.sizes = {"name": NAME_TOKENS}
    taken["name"] = timed(engine.read(cards[1], ["name"]))[0]
    form.sizes = dict(FIELD_TOKENS)
    begun = time.perf_counter()
    events = list(engine.read(cards[2], list(FIELD_TOKENS)))
    taken["record"] = time.perf_counter() - begun
    record = events[-1]
    taken["record tokens"] = float(sum(isinstance(e, TokenRead) for e in events))
    taken["record forwards"] = float(record.forwards if isinstance(record, RecordRead) else 0)
    taken["record again"] = timed(engine.read(cards[2], list(FIELD_TOKENS)))[0]
    # Random weights turn with every rounding, so no draft of theirs holds. An accepted draft costs
    # what forced values cost: the same chunk, with the same rows judged.
    form.given = draft_of(engine.read(cards[2], list(FIELD_TOKENS)))
    taken["with a right draft"], drafted = timed(engine.read(cards[2], list(FIELD_TOKENS)))
    form.given = {}
    taken["draft forwards"] = float(drafted.forwards)
    engine.look(cards[3], WHOLE)
    form.sizes = {"name": NAME_TOKENS}
    taken["name, seen before"] = timed(engine.read(cards[3], ["name"]))[0]
    form.sizes = dict(FIELD_TOKENS)
    taken["batch of 4"] = batch_time(engine, cards) / 4
    return taken


def draft_of(events: Iterable[VlmEvent]) -> dict[str, list[int]]:
    """The tokens of each field as the model writes them, without their end mark."""
    fields: dict[str, list[int]] = {}
    for event in events:
        if isinstance(event, TokenRead) and event.field is not None:
            fields.setdefault(event.field, []).append(event.token)
    return {name: tokens[:-1] for name, tokens in fields.items()}


def batch_time(engine: Engine, cards: Sequence[CardImage]) -> float:
    """Answers of cards whose pictures are known: only reading the prompt's end and decoding."""
    begun = time.perf_counter()
    for _ in engine.read_many(cards, list(FIELD_TOKENS)):
        pass
    return time.perf_counter() - begun


def timed(events: Iterable[VlmEvent]) -> tuple[float, RecordRead]:
    begun = time.perf_counter()
    *_, record = events
    seconds = time.perf_counter() - begun
    if not isinstance(record, RecordRead):
        raise TypeError("a read ends with its record")
    return seconds, record


def floors(folder: Path, engine: Engine, shape: Shape) -> dict[str, float]:
    """Best possible seconds of one token and one tile on this machine."""
    weights = sum(
        path.stat().st_size
        for path in (folder / engine.plan.graphs["decoder"].path).parent.glob("decoder*")
        if path.name.startswith(Path(engine.plan.graphs["decoder"].path).name)
    )
    side, patches = shape.vision_hidden, shape.patches_per_side**2
    linear = patches * shape.vision_layers * (4 * side**2 + 2 * side * shape.vision_intermediate)
    linear += patches * side * shape.hidden  # the connector reads shuffled patches
    attention = 2 * shape.vision_layers * patches**2 * side
    bandwidth, integers, reals = memory_bandwidth(), integer_rate(), float_rate()
    rates = f"{integers / 5e8:.0f} Gop/s in 8 bits and {reals / 5e8:.0f} in 32"
    print(f"\nreads {bandwidth / 1e9:.1f} GB/s, multiplies {rates}; decoder {weights / 1e6:.0f} MB")
    return {"token": weights / bandwidth, "tile": linear / integers + attention / reals}


def report(
    size: str,
    times: dict[str, float],
    parts: dict[str, float],
    best: dict[str, float],
    opened: float,
) -> None:
    """Print the figures of one size."""
    print(f"\n{size}: opened and warm in {opened:.2f} s")
    for name, value in times.items():
        unit = "" if "tokens" in name or "tiles" in name or "forwards" in name else " s"
        print(f"  {name:22} {value:8.3f}{unit}")
    if "loop total" in times:
        print(
            f"  a record is {times['loop total'] / times['record']:.1f} times faster than the loop"
        )
    gain = times["record again"] / times["with a right draft"]
    print(f"  a right draft is {gain:.1f} times faster than decoding it")
    for name, seconds in parts.items():
        print(f"  {name:22} {1000 * seconds:8.1f} ms")
    print(f"  decode {parts['one token'] / best['token']:.2f} of its floor "
          f"({1000 * best['token']:.1f} ms), tile {parts['one tile'] / best['tile']:.2f} of its "
          f"floor ({1000 * best['tile']:.0f} ms)")  # fmt: skip


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
        except Cancelled:
            worst = max(worst, time.perf_counter() - at[0])
    return worst


def alone(folder: Path) -> dict[str, float]:
    """Opening time and peak memory of a process that does nothing else."""
    begun = time.perf_counter()
    engine = Engine(folder)
    engine.warm_up()
    opened = time.perf_counter() - begun
    form = FixedForm(engine.vocabulary)
    form.sizes = dict(FIELD_TOKENS)
    engine.form = form
    for card in draw_cards(2):
        timed(engine.read(card, list(FIELD_TOKENS)))
    return {"open": opened, "peak": peak_megabytes()}


def peak_megabytes() -> float:
    """Most memory that this process ever held; getrusage would count its parent's too."""
    status = Path("/proc/self/status")
    if status.exists():
        line = next(x for x in status.read_text().splitlines() if x.startswith("VmHWM"))
        return float(line.split()[1]) / 1024
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1e6


def draw_cards(count: int) -> list[CardImage]:
    rng = np.random.default_rng(0)
    return [flat_card(draw_card(draw_face(rng), 1680)) for _ in range(count)]


if __name__ == "__main__":
    main()
