"""Models for the benchmarks: SmolVLM's exact shapes with random weights, and records to read.

Random weights say nothing about what a model reads and everything about how long it takes.
"""

from __future__ import annotations

import argparse
import json
import platform
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnxruntime as ort

from cardscanner_gui.core.types import CardImage, Frame, Pixels
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.vision.card_image import make_card_image
from cardscanner_gui.vision.finder import FoundCard
from cardscanner_gui.vlm.constraints import Constraint, FreeText, Listing, OneOf
from cardscanner_gui.vlm.cpu import this_processor
from cardscanner_gui.vlm.models import VARIANTS
from cardscanner_gui.vlm.plan import FILE_NAME
from cardscanner_gui.vlm.prepare import prepare
from cardscanner_gui.vlm.record import RecordForm
from cardscanner_gui.vlm.skeleton import Literal, Skeleton, Slot
from cardscanner_gui.vlm.vocabulary import Vocabulary
from training.drawing.cards import draw_card
from training.tiny_vlm.cards import draw_face, texts
from training.tiny_vlm.folder import configs, write_model
from training.tiny_vlm.shapes import SMOLVLM_256M, SMOLVLM_500M, TINY, Shape
from training.tiny_vlm.tokenizer import train_tokenizer, write_tokenizer
from training.tiny_vlm.weights import random_weights

SHAPES: Mapping[str, Shape] = {
    "500m": SMOLVLM_500M,
    "256m": SMOLVLM_256M,
    "tiny": replace(TINY, vocabulary=SMOLVLM_500M.vocabulary),
}
SIZES = {"name": 5, "hp": 4, "number": 8, "set_code": 2, "attacks": 9, "artist": 6, "year": 5}
"""Tokens of each field: with the labels a record of 60."""
RECORD_TOKENS, NAME_TOKENS = 60, 8
_LENGTHS = {"name": (5, 4500), "set_code": (2, 490), "attacks": (4, 9500), "artist": (6, 430)}
"""How long the values of each list are, in tokens, and how many there are: as in a catalogue."""


def add_options(parser: argparse.ArgumentParser, sizes: str = "500m,256m") -> None:
    """The options that every benchmark of a model has."""
    parser.add_argument("--folder", type=Path, default=Path("build/models-for-benchmarks"),
                        help="keeps the models that were built, 1.5 GB")  # fmt: skip
    parser.add_argument("--sizes", help=f"500m, 256m or tiny, with commas; {sizes} by default")
    parser.add_argument("--variant", default="uint8", choices=sorted(VARIANTS))
    parser.add_argument("--quick", action="store_true", help="few rounds, by default a tiny model")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures here too")
    parser.set_defaults(usual_sizes=sizes)


def folders(options: argparse.Namespace) -> dict[str, Path]:
    """The models that were asked for, built and prepared."""
    usual = "tiny" if options.quick else options.usual_sizes
    sizes = (options.sizes or usual).split(",")
    for size in sizes:
        build(options.folder / size, SHAPES[size], options.variant)
    return {size: options.folder / size for size in sizes}


def machine() -> dict[str, object]:
    """What the figures were measured with; printed as a line too."""
    processor = this_processor()
    facts: dict[str, object] = {
        "system": platform.platform(),
        "processor": processor.name,
        "cores": processor.cores,
        "dot_products": processor.dot_products,
        "python": platform.python_version(),
        "onnxruntime": ort.__version__,
    }
    print("; ".join(f"{name} {value}" for name, value in facts.items()))
    return facts


def write_json(path: Path | None, figures: object) -> None:
    if path is not None:
        path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")


def build(folder: Path, shape: Shape, variant: str) -> None:
    """Have the model built and prepared; what is there already is used."""
    decoder = folder / "onnx" / f"decoder_model_merged{VARIANTS[variant]}.onnx"
    if not decoder.is_file():
        tokenizer = train_tokenizer(_texts(), shape.vocabulary)
        write_model(folder, shape, random_weights(shape), tokenizer, variants=[variant])
    elif len(Vocabulary(folder / "tokenizer.json")) < shape.vocabulary // 2:
        replace_tokenizer(folder, shape)
    if not (folder / FILE_NAME).is_file():
        plan = prepare(folder, folder.name)
        for decision in plan.decisions:
            mark = "kept" if decision.adopted else "left out"
            print(f"  prepared: {decision.what}: {mark} ({decision.reason})")


def replace_tokenizer(folder: Path, shape: Shape) -> None:
    """Give a model that is built another tokenizer; it has to be prepared again then."""
    (folder / FILE_NAME).unlink(missing_ok=True)
    tokenizer = train_tokenizer(_texts(), shape.vocabulary)
    write_tokenizer(tokenizer, folder)
    for name, content in configs(shape, tokenizer).items():
        (folder / name).write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")


def _texts() -> list[str]:
    """Text with as many different words as a real vocabulary: a small one is unfairly quick."""
    rng = np.random.default_rng(0)
    return [*(texts() * 20), *(" ".join(_words(rng, 40)) for _ in range(4000))]


def _words(rng: np.random.Generator, count: int) -> list[str]:
    syllables = [a + b for a in "bcdfghjklmnprstvwz" for b in "aeiou"]
    drawn = rng.integers(0, len(syllables), (count, 5)).tolist()
    lengths = rng.integers(2, 6, count).tolist()
    return [
        "".join(syllables[place] for place in places[:length]).capitalize()
        for places, length in zip(drawn, lengths, strict=True)
    ]


def invented(vocabulary: Vocabulary, tokens: int, count: int) -> list[str]:
    """Values of one or two words that the tokenizer spells with exactly so many tokens."""
    rng, found = np.random.default_rng(tokens), dict[str, None]()
    for _ in range(200):
        words = _words(rng, 2000)
        tried = [*words, *map(" ".join, zip(words[::2], words[1::2], strict=True))]
        spelt = vocabulary.encode_many([" " + text for text in tried])
        fitting = (text for text, ids in zip(tried, spelt, strict=True) if len(ids) == tokens)
        found |= dict.fromkeys(fitting)
        if len(found) >= count:
            return list(found)[:count]
    raise ValueError(f"this tokenizer spells too few words with {tokens} tokens")


class Exactly(FreeText):
    """Any text of exactly so many tokens, so that every run writes equally much."""

    def __init__(self, vocabulary: Vocabulary, tokens: int) -> None:
        super().__init__(vocabulary, tokens)
        self._tokens = tokens

    def may_end(self, state: int) -> bool:
        return state == self._tokens


class Pair(Listing):
    """Two values of a list."""

    def may_end(self, state: object) -> bool:
        return super().may_end(state) and state.number == 2  # type: ignore[attr-defined, arg-type]


class Given:
    """Exactly these tokens."""

    start = 0

    def __init__(self, tokens: Sequence[int]) -> None:
        self._tokens = np.array(tokens, np.int64)

    def allowed(self, state: int) -> np.ndarray:
        return self._tokens[state : state + 1]

    def advance(self, state: int, token: int) -> int:
        return state + 1

    def may_end(self, state: int) -> bool:
        return state == len(self._tokens)


@dataclass(frozen=True)
class Lists:
    """Invented values as many and as long as a catalogue's."""

    names: list[str]
    set_codes: list[str]
    attacks: list[str]
    artists: list[str]

    @classmethod
    def invent(cls, vocabulary: Vocabulary) -> Lists:
        return cls(*(invented(vocabulary, *size) for size in _LENGTHS.values()))


QUESTION = POKEMON.question()
assert QUESTION is not None
ASKED = {POKEMON.id: QUESTION}


class SizedForm(RecordForm):
    """Records of the program's own form whose values have fixed lengths.

    Attributes:
        free: tokens of each field, whatever they spell.
        closed: constraints of the fields that may hold only what a catalogue has.
        given: tokens of fields that hold just these.
    """

    def __init__(self, vocabulary: Vocabulary, lists: Lists | None = None) -> None:
        super().__init__(vocabulary, QUESTION)
        self.free: Mapping[str, int] = SIZES
        self.given: Mapping[str, list[int]] = {}
        self.closed: Mapping[str, Constraint] = {}
        if lists is not None:
            self.closed = {
                "name": OneOf.of(vocabulary, lists.names),
                "set_code": OneOf.of(vocabulary, lists.set_codes),
                "attacks": Pair(vocabulary, lists.attacks, 2),
                "artist": OneOf.of(vocabulary, lists.artists),
            }

    def skeleton(self, fields: Iterable[str] | None = None, *, english: bool = True) -> Skeleton:
        parts: list[Literal | Slot] = []
        for name in SIZES if fields is None else fields:
            label = QUESTION.fields[name].label
            lead = f"\n{label}:" if parts else f" {label}:"
            parts.append(Literal(tuple(self._vocabulary.encode(lead))))
            parts.append(Slot(name, self._constraint(name)))
        parts.append(Literal(tuple(self._vocabulary.encode("\n"))))
        return Skeleton(tuple(parts))

    def _constraint(self, name: str) -> Constraint:
        if name in self.given:
            return Given(self.given[name])
        return self.closed.get(name) or Exactly(self._vocabulary, self.free[name])


def draw_cards(count: int) -> list[CardImage]:
    """Drawn cards that differ, cut out of their pictures as scanned ones are."""
    rng = np.random.default_rng(0)
    return [_found(draw_card(draw_face(rng), 1680)) for _ in range(count)]


def _found(pixels: Pixels) -> CardImage:
    height, width = pixels.shape[:2]
    corners = np.array([[0, 0], [width, 0], [width, height], [0, height]], np.float64)
    return make_card_image(Frame("", pixels, 0.0, "drawn"), FoundCard(corners, 1.0, 1.0))
