"""Readings of cards that the catalogue lacks, and of altered ones: is any called another card?

    python benchmarks/holes.py [--quick] [--json FILE] [--seed N] [--catalogue FOLDER]

Readings are made from random printings of the user's own catalogue as `matching.py` makes them,
each once read exactly and once with the faults of OCR. Then the printing, its set or everything
after March 2025 is missing from the catalogue, the first digit of the number is hidden, a digit is
changed, the total is one that no set has, or the number is another card's. Prints right, asked and
wrong by kind, with how many in 100 may be wrong at most (95 %, Clopper and Pearson). A twin is
another printing that bears the same name, number and total: text doesn't tell them apart where the
catalogue has only one of them. The exit status is 1 where any answer was wrong.
"""

from __future__ import annotations

import argparse
import json
import random
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks._holes import CatalogueWithHoles
from benchmarks.matching import reading_of
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.text import fold, normalise_number
from cardscanner_gui.core.types import INTERNATIONAL, Box, Match, Printing, Reading
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.fields import parse
from cardscanner_gui.paths import DataPaths, default_data_dir

KNOWN_UNTIL = "2025-03"
"""Where the catalogue from the package registry ends."""
_TOLD = ("right", "asked", "twin", "unseen", "wrong")
_TOP = 0.2


@dataclass(frozen=True)
class Card:
    """A card as it lies there, and the printing that it is.

    Attributes:
        altered: no printing bears all of this, so that no answer is right.
        hidden: of name and HP, what can't be read.
    """

    printing: Printing
    number: str
    total: int | None
    altered: bool = True
    hidden: tuple[str, ...] = ()

    def reading(self, numbered: bool, rng: random.Random, clumsiness: float) -> Reading:
        shown = replace(self.printing, number=self.number, printed_total=self.total)
        seen = reading_of(shown, numbered, rng, clumsiness)
        lines = [line for line in seen.lines if not self._hides(line.box)]
        return parse(lines, "drawn")

    def _hides(self, box: Box) -> bool:
        if box.top > _TOP:
            return False
        return ("hp" if box.left > 0.65 else "name") in self.hidden


Alteration = Callable[[Printing, random.Random], Card | None]
"""A card made of a printing; None where that can't be done to it."""


def whole(printing: Printing, _: random.Random) -> Card:
    return Card(printing, printing.number, printing.printed_total, altered=False)


def first_digit_hidden(*hidden: str) -> Alteration:
    def alter(printing: Printing, _: random.Random) -> Card | None:
        number, total = printing.number, printing.printed_total
        if not number.isdigit() or len(number) < 3 or total is None or total < 100:
            return None  # a total of two digits would be drawn without its own nought
        return Card(printing, number[1:], total, False, hidden)

    return alter


def digit_changed(printing: Printing, rng: random.Random) -> Card | None:
    places = [at for at, char in enumerate(printing.number) if char.isdigit()]
    if not places:
        return None
    at = rng.choice(places)
    other = rng.choice([digit for digit in "0123456789" if digit != printing.number[at]])
    number = f"{printing.number[:at]}{other}{printing.number[at + 1 :]}"
    return Card(printing, number, printing.printed_total)


def impossible_total(printing: Printing, rng: random.Random) -> Card | None:
    if printing.printed_total is None or not printing.number[:1].isdigit():
        return None
    return Card(printing, printing.number, rng.choice((301, 333, 404, 512, 777, 999)))


class Measurement:
    """Counts what comes of each kind of card.

    Args:
        catalogue: whose printings are drawn.
        count: readings of each kind.
        seed: decides all chances.
    """

    def __init__(self, catalogue: Catalogue, count: int, seed: int) -> None:
        self.counts: dict[str, Counter[str]] = {}
        self.mistakes: list[str] = []
        self._catalogue = catalogue
        self._holes = CatalogueWithHoles(catalogue)
        self._matcher = Matcher(self._holes, POKEMON)  # type: ignore[arg-type]
        self._count = count
        self._seed = seed
        total = catalogue.info().printings
        self._printings = catalogue.printings(range(1, total + 1))
        keys = {row.id: row for row in catalogue.rows(range(1, total + 1))}
        self._key = {id_: row.key for id_, row in keys.items()}
        self._numbered = {id_: bool(row.number_forms) for id_, row in keys.items()}
        self._names: dict[tuple[str, int | None], set[str]] = {}
        for printing in self._printings:
            place = (printing.number.lstrip("0"), printing.printed_total)
            self._names.setdefault(place, set()).update(_folded_names(printing))

    def run(self) -> None:
        for kind, clumsiness in (("exact", 0.0), ("misread", 1.0)):
            self._measure(f"unaltered, {kind}", whole, clumsiness)
            self._measure(f"printing missing, {kind}", whole, clumsiness, self._without_printing)
            self._measure(f"set missing, {kind}", whole, clumsiness, self._without_set)
            self._measure_newer(f"newer missing, {kind}", clumsiness)
            for hidden in ((), ("name",), ("hp",), ("name", "hp")):
                what = " + ".join(("digit", *hidden))
                self._measure(f"{what} hidden, {kind}", first_digit_hidden(*hidden), clumsiness)
            self._measure(f"digit changed, {kind}", digit_changed, clumsiness)
            self._measure(f"impossible total, {kind}", impossible_total, clumsiness)
            self._measure(f"other's number, {kind}", self._other_number, clumsiness)
            self._measure(f"mixed, {kind}", self._mixed, clumsiness)

    def _measure(
        self,
        name: str,
        alter: Alteration,
        clumsiness: float,
        hole: Callable[[Printing], None] | None = None,
        printings: Sequence[Printing] | None = None,
    ) -> None:
        rng = random.Random(f"{self._seed} {name}")
        counts = self.counts[name] = Counter[str]()
        for card in self._cards(alter, rng, printings or self._printings):
            printing = card.printing
            if hole is not None:
                hole(printing)
            reading = card.reading(self._numbered[printing.id], rng, clumsiness)
            numbers = [field.text for field in reading.of("number")]
            if card.altered and (not numbers or printing.printed_number in numbers):
                continue  # What was read isn't altered.
            answer = self._matcher.match(reading)
            told = self._told(card, answer, missing=hole is not None or printings is not None)
            counts[told] += 1
            if told == "wrong" and answer.printing is not None:
                read = {kind: [f.text for f in fields] for kind, fields in reading.fields.items()}
                self.mistakes.append(
                    f"{name}: {printing.id} named {answer.printing.id}: {answer.reason}; {read}"
                )
        if printings is None:
            self._holes.leave_out(())

    def _cards(
        self, alter: Alteration, rng: random.Random, printings: Sequence[Printing]
    ) -> Iterator[Card]:
        made = 0
        while made < self._count:
            card = alter(rng.choice(printings), rng)
            if card is not None and not (card.altered and self._exists(card)):
                made += 1
                yield card

    def _exists(self, card: Card) -> bool:
        """Whether it says what another printing of its name says: nothing shows the alteration."""
        names = self._names.get((card.number.lstrip("0"), card.total), set())
        return not names.isdisjoint(_folded_names(card.printing))

    def _told(self, card: Card, answer: Match, *, missing: bool) -> str:
        if answer.printing is None:
            return "asked"
        if missing and are_twins(card.printing, answer.printing):
            return "twin"
        if missing or card.altered or answer.printing.id != card.printing.id:
            return "wrong"
        return "right"

    def _without_printing(self, printing: Printing) -> None:
        self._holes.leave_out([self._key[printing.id]])

    def _without_set(self, printing: Printing) -> None:
        same = self._catalogue.set_printings(printing.set_id)
        codes = [printing.set_code] if printing.set_code else []
        self._holes.leave_out([self._key[one.id] for one in same], codes)

    def _measure_newer(self, name: str, clumsiness: float) -> None:
        newer = [
            p
            for p in self._printings
            if p.region == INTERNATIONAL and (p.released or "") > KNOWN_UNTIL + "-32"
        ]
        # That source has English cards only.
        unknown = [p for p in self._printings if p.region != INTERNATIONAL]
        known = {p.set_code for p in self._printings} - {p.set_code for p in newer}
        codes = {p.set_code for p in newer if p.set_code and p.set_code not in known}
        self._holes.leave_out([self._key[p.id] for p in (*newer, *unknown)], codes)
        self._measure(name, whole, clumsiness, printings=newer)
        self._holes.leave_out(())

    def _other_number(self, printing: Printing, rng: random.Random) -> Card | None:
        other = rng.choice(self._printings)
        return (
            None if other.id == printing.id else Card(printing, other.number, other.printed_total)
        )

    def _mixed(self, printing: Printing, rng: random.Random) -> Card | None:
        """The text of one card with the number, the code, artist and year of another."""
        other = rng.choice(self._printings)
        if other.id == printing.id or other.region != printing.region:
            return None
        text = {"names": printing.names, "facts": printing.facts}
        return Card(replace(other, **text), other.number, other.printed_total)


def are_twins(one: Printing, other: Printing) -> bool:
    """Whether they bear the same name, number and total."""
    same = one.printed_total == other.printed_total and (
        normalise_number(one.number) == normalise_number(other.number)
    )
    return same and not _folded_names(one).isdisjoint(_folded_names(other))


def _folded_names(printing: Printing) -> set[str]:
    return {fold(name) for name in printing.names.values()}


def upper_bound(wrong: int, count: int, chance: float = 0.05) -> float:
    """The largest share of wrong ones that `wrong` in `count` leaves likely enough."""
    low, high = wrong / count if count else 0.0, 1.0
    for _ in range(60):
        middle = (low + high) / 2
        term = total = (1 - middle) ** count
        for index in range(wrong):
            term *= (count - index) / (index + 1) * middle / max(1 - middle, 1e-300)
            total += term
        low, high = (middle, high) if total > chance else (low, middle)
    return high


def table(counts: dict[str, Counter[str]]) -> Iterator[str]:
    """Lines of text: right, asked and wrong by kind, and of all kinds together."""
    yield f"{'':34}" + "".join(f"{told:>8}" for told in _TOLD) + "   at most"
    for name, count in {**counts, "all": sum(counts.values(), Counter[str]())}.items():
        most = 100 * upper_bound(count["wrong"], count.total())
        numbers = "".join(f"{count[told]:8}" for told in _TOLD)
        yield f"{name:34}{numbers}{most:8.2f} %"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="500 of each kind, not 3,000")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--catalogue", type=Path, default=DataPaths(default_data_dir()).catalogue)
    options = parser.parse_args(arguments)
    try:
        catalogue = Catalogue.open(options.catalogue)
    except CatalogueError as error:
        sys.exit(str(error))
    with catalogue:
        measured = Measurement(catalogue, 500 if options.quick else 3000, options.seed)
        measured.run()
    print("\n".join(table(measured.counts)))
    for mistake in measured.mistakes[:200]:
        print("wrong:", mistake)
    if options.json:
        options.json.write_text(json.dumps(measured.counts, indent=1))
    return 1 if measured.mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
