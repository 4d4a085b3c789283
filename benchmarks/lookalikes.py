"""Drawn cards with look-alikes, by picture and text together: is any called another card?

    python -m benchmarks.lookalikes [--quick] [--json FILE] [--count N] [--seed N]

An invented catalogue holds groups of printings that are easily mistaken for each other, each with a
drawn face; most faces have a fingerprint. Each card is one of those faces, photographed on a desk
through corners that are a little off, and what a reader makes of its text: often without a number,
with the faults of OCR. Prints right, asked and wrong by kind, and how many in 100 may be wrong at
most (95 %, Clopper and Pearson). What no printing of the catalogue is can only be asked or wrong. A
twin is a card that the catalogue lacks, under the name and with the picture of one that it has, of
which no number with a total was read: nothing that was seen tells them apart.
The exit status is 1 where any answer was wrong.
"""

from __future__ import annotations

import argparse
import json
import os
import random
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from itertools import product
from pathlib import Path

# As the program sets it, before numpy is imported.
os.environ["OPENBLAS_NUM_THREADS"] = "1"

import numpy as np

from benchmarks._artwork_drawn import photographed
from benchmarks.holes import table
from benchmarks.matching import reading_of
from cardscanner_gui.catalogue.artwork.index import ArtworkIndex
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.core.types import Pixels, Printing, Reading
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.fields import parse
from cardscanner_gui.vision.artwork import fingerprint_of
from tests.catalogue.tcgdex_archive import CardSpec, SetSpec, build_catalogue, card
from training.drawing.faces import any_face

_PLACES_OF_A_SET = 389


def three_sets(kind: int) -> tuple[SetSpec, ...]:
    """The sets in which the printings of one kind of group are."""
    return tuple(
        SetSpec(
            f"zz{kind:02d}{code.lower()}",
            f"{name} Tales {kind}",
            "Invented",
            total=400,
            code=f"{code}{kind:02d}",
            released=released,
        )
        for name, code, released in (
            ("Meadow", "M", "2023-06-09"),
            ("Harbour", "H", "2024-02-02"),
            ("Lantern", "L", "2025-05-30"),
        )
    )


_UNKNOWN = ""
"""Stands for a card that the catalogue doesn't have."""
_PHOTOS = 10
"""Of each face."""
_HIDDEN = (("number", 0.5), ("name", 0.1))
_PLACES = {"number": (0.9, 1.0), "name": (0.0, 0.085)}


@dataclass(frozen=True)
class Kind:
    """One way to be mistaken.

    Attributes:
        sets: in which its printings are, one each.
        numbers: of them, added to a number that is the group's own.
        one_face: they share a picture.
        bare: so many of them lack HP, artist and attacks in the catalogue.
        unseen: so many of them have no fingerprint.
        missing: so many of them the catalogue lacks.
        proxy: the name is that of another group, and the number of a third.
    """

    sets: tuple[int, ...]
    numbers: tuple[int, ...]
    one_face: bool = False
    bare: int = 0
    unseen: int = 0
    missing: int = 0
    proxy: bool = False


KINDS = {
    "alone with its name": Kind((0,), (0,)),
    "one picture in three printings": Kind((0, 1, 2), (0, 3, 7), one_face=True),
    "near numbers, two pictures": Kind((0, 0), (0, 1)),
    "same number in two sets": Kind((0, 1), (0, 0)),
    "same number, one picture": Kind((0, 1), (0, 0), one_face=True),
    "entry lacks its facts": Kind((0, 1), (0, 4), bare=1),
    "one picture, entry lacks facts": Kind((0, 1), (0, 4), one_face=True, bare=1),
    "own picture not in the index": Kind((0, 1), (0, 4), unseen=1),
    "one picture, one not in index": Kind((0, 1), (0, 4), one_face=True, unseen=1),
    "not in the catalogue": Kind((0, 1), (0, 4), missing=1),
    "not in it, picture of another": Kind((0, 1), (0, 4), one_face=True, missing=1),
    "proxy": Kind((0, 1), (0, 4), proxy=True),
}


@dataclass
class Group:
    """Printings that are easily mistaken for each other; the first is the one that lies there.

    The first is also the one of which facts, fingerprint or entry are missing.
    """

    kind: Kind
    specs: list[CardSpec]
    faces: list[Pixels]
    ids: list[str] = field(init=False)

    def __post_init__(self) -> None:
        self.ids = [f"{spec.owner.id}-{spec.number}" for spec in self.specs]


def names() -> Iterator[str]:
    """Invented names of four syllables, of which any two names differ in two or more."""
    syllables = ("bar", "kon", "riv", "zut", "mel", "lax", "fip", "dog", "gra", "shi", "tol", "wen")
    for places in product(range(len(syllables)), repeat=3):
        last = sum(places) % len(syllables)
        yield "".join(syllables[place] for place in (*places, last)).capitalize()


def groups(
    kind: Kind,
    sets: Sequence[SetSpec],
    count: int,
    name: Iterator[str],
    rng: np.random.Generator,
) -> list[Group]:
    """`count` groups of this kind, with their faces drawn."""
    found = []
    for _ in range(count):
        called, start = next(name), int(rng.integers(1, 380))
        artists = [f"Painter {rng.integers(1000)}" for _ in kind.sets]
        specs = []
        for place, (own, step) in enumerate(zip(kind.sets, kind.numbers, strict=True)):
            facts = {"illustrator": artists[0 if kind.one_face else place]}
            attacks, hp = ("Gather Dew", f"{called} Toss"), 60
            if place < kind.bare:
                facts, attacks, hp = {}, (), None  # type: ignore[assignment]
            number = f"{start + step:03d}"
            specs.append(card(called, number, sets[own], hp=hp, attacks=attacks, **facts))
        faces = [np.ascontiguousarray(any_face(rng)[..., :3])]
        for _ in specs[1:]:
            again = np.ascontiguousarray(any_face(rng)[..., :3])
            faces.append(faces[0] if kind.one_face else again)
        found.append(Group(kind, specs, faces))
    return found


def _find_places(everything: Sequence[Group]) -> None:
    """Move groups on that share a place; the first of its set stays."""
    taken: set[str] = set()
    for group in everything:
        tries = 0
        while not taken.isdisjoint(group.ids):
            tries += 1
            if tries > _PLACES_OF_A_SET:
                raise ValueError("too many cards for these sets")
            group.specs = [
                replace(spec, number=f"{int(spec.number) % _PLACES_OF_A_SET + 1:03d}")
                for spec in group.specs
            ]
            group.__post_init__()
        taken.update(group.ids)


class Measurement:
    """Counts what comes of each kind of card.

    Args:
        folder: for the catalogue.
        count: cards in all.
        seed: decides all chances.
    """

    def __init__(self, folder: Path, count: int, seed: int) -> None:
        self.counts: dict[str, Counter[str]] = {}
        self.mistakes: list[str] = []
        self._seed = seed
        rng = np.random.default_rng(seed)
        name = names()
        each = max(1, round(count / len(KINDS) / _PHOTOS))
        self._groups = {
            words: groups(kind, three_sets(number), each, name, rng)
            for number, (words, kind) in enumerate(KINDS.items())
        }
        everything = [group for found in self._groups.values() for group in found]
        _find_places(everything)
        listed = [s for g in everything for s in g.specs[g.kind.missing :]]
        self._whole = build_catalogue(folder / "whole", [s for g in everything for s in g.specs])
        self._catalogue: Catalogue = build_catalogue(folder / "catalogue", listed)
        known = {
            one: fingerprint_of(face)
            for group in everything
            for place, (one, face) in enumerate(zip(group.ids, group.faces, strict=True))
            if place >= max(group.kind.unseen, group.kind.missing)
        }
        self._matcher = Matcher(self._catalogue, POKEMON, ArtworkIndex.of(known.items()))

    def run(self) -> Iterator[str]:
        """All kinds; gives each one's name when it is through."""
        for words, found in self._groups.items():
            rng = random.Random(f"{self._seed} {words}")
            counts = self.counts[words] = Counter[str]()
            for number, group in enumerate(found):
                for photo in range(_PHOTOS):
                    self._one(words, counts, group, number * _PHOTOS + photo, rng)
            yield words

    def close(self) -> None:
        self._whole.close()
        self._catalogue.close()

    def _one(
        self, words: str, counts: Counter[str], group: Group, number: int, rng: random.Random
    ) -> None:
        lying = self._whole.printing(group.ids[0])
        assert lying is not None
        kind = group.kind
        own = _UNKNOWN if kind.missing or kind.proxy else lying.id
        shown = self._as_proxy(lying, rng) if kind.proxy else self._with_facts(lying, group)
        reading = _read(shown, rng)
        answer = self._matcher.match(reading, photographed(number, group.faces[0]))
        numbers = [field.text for field in reading.of("number")]
        if answer.printing is None:
            counts["asked"] += 1
        elif answer.printing.id == own:
            counts["right"] += 1
        elif kind.missing and kind.one_face and not any("/" in one for one in numbers):
            counts["twin"] += 1
        else:
            counts["wrong"] += 1
            self.mistakes.append(
                f"{words}: {lying.id} named {answer.printing.id}: {answer.reason}; {numbers},"
                f" name {[field.text for field in reading.of('name')]}"
            )

    def _with_facts(self, printing: Printing, group: Group) -> Printing:
        """What is printed, also where the entry lacks it."""
        if not group.kind.bare:
            return printing
        other = self._whole.printing(group.ids[-1])
        assert other is not None
        return replace(printing, facts=other.facts, illustrator=other.illustrator)

    def _as_proxy(self, printing: Printing, rng: random.Random) -> Printing:
        """The picture is this printing's; name and number are two others'."""
        others = [found for words, found in self._groups.items() if words != "proxy"]
        name, number = (
            self._whole.printing(rng.choice(found).ids[-1]) for found in rng.sample(others, 2)
        )
        assert name is not None
        assert number is not None
        texts = {"names": name.names, "facts": name.facts}
        return replace(number, **texts, illustrator=printing.illustrator)


def _read(printing: Printing, rng: random.Random) -> Reading:
    """What was read, now and then without number or name."""
    lines = reading_of(printing, True, rng).lines
    for what, chance in _HIDDEN:
        low, high = _PLACES[what]
        if rng.random() < chance:
            lines = tuple(one for one in lines if not low <= one.box.top < high)
    return parse(lines, "drawn")


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="600 cards")
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--json", type=Path)
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as scratch:
        measured = Measurement(Path(scratch), 600 if options.quick else options.count, options.seed)
        for _ in measured.run():
            if options.json:
                options.json.write_text(json.dumps(measured.counts, indent=1))
            print("\n".join(table(measured.counts)), flush=True)
        measured.close()
    for mistake in measured.mistakes[:200]:
        print("wrong:", mistake)
    return 1 if measured.mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
