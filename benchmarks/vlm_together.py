"""A batch of cards that a model reads: single reads, looks ahead, and reading together.

    python benchmarks/vlm_together.py [--cards 60] [--rounds 2] [--unsure] [--quick] [--json FILE]

The model is the tiny trained reader (`training/tiny_vlm`), the cards are drawn ones. First the
reader alone reads groups of four, in turns. Then each way works the same pictures off as a batch,
with the real pipeline and a store, and the same cards come one after the other as a live scan has
them, their outline known. In thorough mode text recognition settles every card and a model reads
each; with `--unsure` the numbers are hidden, two printings bear each name, and the mode is
balanced: text recognition then reads each card to the end first. What is printed: seconds of the
batch, the model's own seconds a card, with what was looked ahead beside them, and how many pictures
the model knew when it began to read.
"""

from __future__ import annotations

import argparse
import json
import statistics
import tempfile
import time
from collections.abc import Mapping, Sequence
from contextlib import closing
from pathlib import Path

import numpy as np
from PIL import Image

from cardscanner_gui import environment
from cardscanner_gui.core.metrics import Metrics, Snapshot
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.types import Frame
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.recognition.request import RecogniseRequest

_ALONE = ("single", "together", "single, looked at before", "together, looked at before")
_WAYS = ("single", "together", "together, ahead", "single, ahead")


def draw(folder: Path, number: int, *, unsure: bool) -> tuple[list[Path], Path]:
    """Pictures of cards, and a catalogue with two printings of each name."""
    from tests.catalogue.tcgdex_archive import build_catalogue, card
    from training.drawing.cards import CardFace, draw_card
    from training.drawing.scenes import lay_on_desk
    from training.tiny_vlm.cards import NAMES

    cards, paths = [], []
    for place, name in enumerate(NAMES, 1):
        for printed in (place, place + 100):
            cards += [card(name, f"{printed:03d}", hp=60, illustrator="Mia Loam")]
    build_catalogue(folder / "catalogue", cards).close()
    for place in range(number):
        name = NAMES[place % len(NAMES)]
        face = CardFace(name, 60, f"{place % len(NAMES) + 1:03d}/193", seed=place)
        drawn = draw_card(face).copy()
        if unsure:
            drawn[-90:, : drawn.shape[1] // 2] = drawn[-100, 40]
        picture, _ = lay_on_desk(drawn, size=(720, 960), fill=0.8, angle=7 * place, seed=place)
        paths.append(folder / f"{place:03d}.png")
        Image.fromarray(picture).save(paths[-1], compress_level=1)
    return paths, folder / "catalogue"


def trained_reader(folder: Path) -> Path:
    """The tiny trained reader, prepared."""
    from cardscanner_gui.vlm.prepare import prepare
    from training.tiny_vlm.cards import WEIGHTS, texts
    from training.tiny_vlm.folder import write_model
    from training.tiny_vlm.shapes import READER
    from training.tiny_vlm.tokenizer import train_tokenizer

    weights = {k: v.astype(np.float32) for k, v in np.load(WEIGHTS).items()}
    tokenizer = train_tokenizer(texts(), READER.vocabulary)
    write_model(folder, READER, weights, tokenizer, variants=["fp32"])
    prepare(folder, "tiny-reader")
    return folder


class Bench:
    """One set of networks for all ways, so that only the way differs."""

    def __init__(self, folder: Path, number: int, *, unsure: bool) -> None:
        from cardscanner_gui.builder import Builder
        from cardscanner_gui.catalogue.catalogues import Catalogues
        from cardscanner_gui.paths import DataPaths
        from cardscanner_gui.settings import Settings

        self.folder = folder
        self.mode = ReadingMode.BALANCED if unsure else ReadingMode.THOROUGH
        self.pictures, catalogue = draw(folder, number, unsure=unsure)
        self.model = trained_reader(folder / "model")
        builder = Builder(DataPaths(folder), Settings())
        self.catalogue = Catalogues.open(catalogue, GAMES)
        self.networks = builder.load_networks()
        self.networks.warm_up()
        self.judge = builder.make_judge(self.catalogue)

    def recogniser(self, metrics: Metrics, *, ahead: bool):  # type: ignore[no-untyped-def]
        from cardscanner_gui.recognition.recogniser import Recogniser
        from cardscanner_gui.vlm.reader import ModelReader
        from training.tiny_vlm.cards import NAMES

        reader = ModelReader(
            self.model, GAMES, lambda _: {"name": NAMES}, metrics=metrics, ahead=ahead
        )
        reader.warm_up()
        return Recogniser(self.networks, self.judge, (reader,), self.mode, metrics=metrics)

    def batch(self, way: str, *, turn: int) -> dict[str, float]:
        """Work all pictures off; what it took."""
        from cardscanner_gui.recognition import batch_worker
        from cardscanner_gui.recognition.batches import BatchReports, BatchRunner
        from cardscanner_gui.store import Database
        from cardscanner_gui.store.batches import BatchStore

        metrics = Metrics()
        recogniser = self.recogniser(metrics, ahead="ahead" in way)
        before, batch_worker.TOGETHER = batch_worker.TOGETHER, 4 if "together" in way else 1
        name = f"{way.replace(', ', '-')}-{turn}.db"
        try:
            with closing(Database(self.folder / name)) as database:
                store = BatchStore(database)
                runner = BatchRunner(store, lambda: recogniser, BatchReports())
                store.create(self.pictures)
                begun = time.perf_counter()
                runner.start()
                runner.wait(900)
                seconds = time.perf_counter() - begun
                runner.close()
        finally:
            batch_worker.TOGETHER = before
        return {"batch, seconds": seconds, **told(metrics.snapshot())}

    def live(self, *, ahead: bool) -> dict[str, float]:
        """The same cards under a camera: one after the other, each read by its outline."""
        metrics = Metrics()
        recogniser = self.recogniser(metrics, ahead=ahead)
        times = []
        for place, path in enumerate(self.pictures[:30]):
            frame = Frame(str(place), np.asarray(Image.open(path).convert("RGB")), 0.0, "desk")
            outline = self.networks.finder.find(frame.pixels)[0]
            begun = time.perf_counter()
            for _ in recogniser.recognise(RecogniseRequest(frame, str(place), outline=outline)):
                pass
            times.append(time.perf_counter() - begun)
        return {"card, median s": statistics.median(times), **told(metrics.snapshot())}


def reads_in_turn(model: Path, number: int) -> dict[str, dict[str, float]]:
    """The reader alone, groups of four in turn: singly, together, and looked at before.

    With the draft of another printing, as an unsure card often has it: name and HP are right, the
    number isn't.
    """
    from cardscanner_gui.core.types import Printing
    from cardscanner_gui.vlm.reader import ModelReader
    from training.drawing.cards import CardFace, draw_card
    from training.tiny_vlm.cards import NAMES, flat_card

    readers = {way: ModelReader(model, GAMES, lambda _: {"name": NAMES}) for way in _ALONE}
    spent: dict[str, list[tuple[float, float]]] = {way: [] for way in _ALONE}
    for reader in readers.values():
        reader.warm_up()
    for start in range(0, number, 4):
        faces = [
            CardFace(NAMES[i % len(NAMES)], 60, f"{i % 90 + 1:03d}/193", seed=i)
            for i in range(start, start + 4)
        ]
        cards = [flat_card(draw_card(face, 528)) for face in faces]
        expected = [
            Printing("x", {"en": face.name}, "s", {"en": "S"}, "150", 193, facts={"hp": 60})
            for face in faces
        ]
        for way, reader in readers.items():
            if "looked" in way:
                for card in cards:
                    reader.look(card)
            begun = time.perf_counter(), time.process_time()
            if "single" in way:
                for card, printing in zip(cards, expected, strict=True):
                    list(reader.read(card, printing, "en"))
            else:
                list(reader.read_together(cards, expected, ["en"] * 4))
            taken = time.perf_counter() - begun[0], time.process_time() - begun[1]
            spent[way].append((taken[0] / 4, taken[1] / 4))
    return {
        f"reader alone, {way}": {
            "ms a card, median": 1000 * statistics.median(wall for wall, _ in runs[1:]),
            "processor ms a card, median": 1000 * statistics.median(cpu for _, cpu in runs[1:]),
        }
        for way, runs in spent.items()
    }


def told(snapshot: Snapshot) -> dict[str, float]:
    """The model's part of what was counted."""
    read, looked = (snapshot.distribution("stage_ms", stage=one) for one in ("model", "look"))
    pictures = snapshot.count("model_pictures_total")
    hits = snapshot.count("model_pictures_total", outcome="hit")
    return {
        "cards the model read": read.count,
        "model, ms a card": read.total / max(1, read.count),
        "with the looks, ms a card": (read.total + looked.total) / max(1, read.count),
        "look hits": hits / max(1, pictures),
    }


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--cards", type=int, default=60)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--unsure", action="store_true", help="cards that text leaves unsure")
    parser.add_argument("--quick", action="store_true", help="twelve cards, one round")
    parser.add_argument("--json", type=Path, help="write the figures to this file too")
    options = parser.parse_args()
    if options.quick:
        options.cards, options.rounds = 12, 1
    environment.prepare()
    figures = measure(options.cards, options.rounds, unsure=options.unsure)
    for way, values in figures.items():
        show(f"{way}, least of all rounds", values)
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return 0


def measure(cards: int, rounds: int = 1, *, unsure: bool = False) -> dict[str, dict[str, float]]:
    """All ways in turns; of each figure the least."""
    with tempfile.TemporaryDirectory() as name:
        bench = Bench(Path(name), cards, unsure=unsure)
        found: dict[str, list[Mapping[str, float]]] = {}
        for way, values in reads_in_turn(bench.model, cards).items():
            found[way] = [values]
            show(way, values)
        for turn in range(rounds):
            for way in _WAYS:
                found.setdefault(way, []).append(bench.batch(way, turn=turn))
                show(f"{way}, round {turn + 1}", found[way][-1])
            for ahead in (False, True):
                key = f"live{', ahead' if ahead else ''}"
                found.setdefault(key, []).append(bench.live(ahead=ahead))
                show(f"{key}, round {turn + 1}", found[key][-1])
        return {way: least(runs) for way, runs in found.items()}


def show(title: str, values: Mapping[str, float]) -> None:
    print(title)
    for what, value in values.items():
        print(f"  {what:28}{value:10.3f}", flush=True)


def least(runs: Sequence[Mapping[str, float]]) -> dict[str, float]:
    """Of each figure the smallest: what else the machine does only ever adds time."""
    return {name: min(run[name] for run in runs) for name in runs[0]}


if __name__ == "__main__":
    raise SystemExit(main())
