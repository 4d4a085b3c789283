"""Drawn cards that tempt to a wrong answer, through the real recogniser.

    python benchmarks/hostile.py [--quick] [--json FILE] [--count N] [--seed S] [--data-dir FOLDER]

Cards are drawn of real printings of the user's own catalogue, laid on a desk, more or less sharp.
Some lie there as they are; of others the catalogue lacks the printing or everything after March
2025; the first digit of the number is hidden, glare lies on the card, a digit is changed, the total
is one that no set has, the number is another card's, or the text and the number are of two cards.
Pages of plain text name cards without being any. Prints right, asked and wrong by kind, with how
many in 100 may be wrong at most (95 %, Clopper and Pearson); the exit status is 1 at any wrong one.
A digit that was changed on a small or blurred card can't be seen: taking it for its original is
counted apart, as unseen.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from random import Random

import cv2
import numpy as np

from benchmarks._holes import CatalogueWithHoles
from benchmarks.holes import (
    KNOWN_UNTIL,
    Card,
    are_twins,
    digit_changed,
    first_digit_hidden,
    impossible_total,
    table,
    whole,
)
from cardscanner_gui import environment
from cardscanner_gui.core.events import Finished
from cardscanner_gui.core.types import INTERNATIONAL, Frame, Pixels, Printing
from training.drawing.cards import CardFace, draw_card

KINDS = 11
_FIRST_MODERN = "2017"
_SIZES = (560, 700, 850, 1000)
"""Heights of the card in the picture, in pixels."""
_CLEAR_FROM, _CLEAR_TO_BLUR = 700, 0.8
"""A changed digit can be seen on a card of this height, blurred by less than so many pixels."""


def face_of(card: Card, seed: int) -> CardFace:
    """The card's English face; what is hidden isn't drawn."""
    shown = replace(card.printing, number=card.number, printed_total=card.total)
    facts = shown.facts
    coded = facts.get("regulation_mark", "") >= "G"
    year = (shown.released or "")[:4]
    return CardFace(
        "" if "name" in card.hidden else shown.names["en"],
        None if "hp" in card.hidden else facts.get("hp"),
        shown.printed_number,
        shown.set_code or "" if coded else "",
        tuple(attack["en"] for attack in facts.get("attacks", ()) if "en" in attack)[:3],
        shown.illustrator or "",
        year,
        facts.get("evolves_from", {}).get("en", ""),
        "modern" if year >= _FIRST_MODERN else "classic",
        seed,
    )


def photograph(face: Pixels, rng: np.random.Generator, glare: bool = False) -> tuple[Pixels, bool]:
    """The card on a desk, somewhat turned, more or less sharp, compressed; and is it clear?"""
    from training.drawing.scenes import lay_on_desk

    if glare:
        face = _with_glare(face, rng)
    height = int(rng.choice(_SIZES))
    size = (int(height / 0.85 * 0.8), int(height / 0.85))
    angle, seed = float(rng.uniform(-8, 8)), int(rng.integers(2**31))
    picture, _ = lay_on_desk(face, angle=angle, size=size, fill=0.85, seed=seed)
    blur = float(rng.uniform(0.5, 1.3)) if rng.random() < 0.5 else 0.0
    if blur:
        picture = cv2.GaussianBlur(picture, (0, 0), blur).astype(np.uint8)
    quality = int(rng.integers(70, 95))
    _, data = cv2.imencode(".jpg", picture[:, :, ::-1], [cv2.IMWRITE_JPEG_QUALITY, quality])
    decoded = cv2.imdecode(data, cv2.IMREAD_COLOR)
    clear = height >= _CLEAR_FROM and blur < _CLEAR_TO_BLUR
    return np.ascontiguousarray(np.asarray(decoded, np.uint8)[:, :, ::-1]), clear


def _with_glare(face: Pixels, rng: np.random.Generator) -> Pixels:
    """One or two bright spots, of which the small print gets its share."""
    height, width = face.shape[:2]
    light = np.zeros((height, width), np.float32)
    for y in (rng.uniform(0.9, 0.97), rng.uniform(0.02, 0.98))[: int(rng.integers(1, 3))]:
        middle = (int(rng.uniform(0, 1) * width), int(y * height))
        axes = (int(rng.uniform(0.03, 0.2) * width), int(rng.uniform(0.01, 0.06) * height))
        cv2.ellipse(light, middle, axes, float(rng.uniform(-20, 20)), 0, 360, 1.0, -1)
    light = cv2.GaussianBlur(light, (0, 0), 0.008 * height)[:, :, None]
    return np.asarray(face * (1 - light) + 255 * light, np.uint8)


def page_of_text(card: Card, rng: np.random.Generator) -> Pixels:
    """Lines that say what stands on a card, in plain type on white."""
    face = face_of(card, 0)
    width, height = [(900, 1250), (1250, 900), (1000, 1000)][int(rng.integers(3))]
    page = np.full((height, width, 3), int(rng.integers(235, 256)), np.uint8)
    lines = [f"{face.name}    {face.hp or ''}", *face.attacks, f"Illus. {face.artist}"]
    lines.append(f"{face.set_code} {face.number}  (c){face.year}")
    step = height / (len(lines) + 1)
    for index, text in enumerate(lines, 1):
        at = (int(0.08 * width), int(index * step))
        plain = text.encode("ascii", "replace").decode()
        cv2.putText(page, plain, at, cv2.FONT_HERSHEY_SIMPLEX, 1.1, (20, 20, 20), 2, cv2.LINE_AA)
    return page


class Campaign:
    """Draws cards of every kind and asks the recogniser about each.

    Args:
        data_dir: whose catalogue is used.
        seed: decides all chances.
    """

    def __init__(self, data_dir: Path, seed: int) -> None:
        from cardscanner_gui.builder import Builder
        from cardscanner_gui.catalogue.catalogues import Catalogues
        from cardscanner_gui.paths import DataPaths
        from cardscanner_gui.settings import Settings

        builder = Builder(DataPaths(data_dir), Settings())
        opened = builder.open_catalogue()
        if opened is None:
            sys.exit("There is no catalogue: `cardscanner catalogue update` fetches one.")
        catalogue = opened.by_game["pokemon"]
        keys = range(1, catalogue.info().printings + 1)
        self._printings = [
            p for p in catalogue.printings(keys) if p.region == INTERNATIONAL and "en" in p.names
        ]
        self._newer = [p for p in self._printings if (p.released or "")[:7] > KNOWN_UNTIL]
        rows = catalogue.rows(keys)
        self._key = {row.id: row.key for row in rows}
        self._names = {
            (form, name) for row in rows for form in row.number_forms for name in row.names
        }
        self._holes = CatalogueWithHoles(catalogue)
        holed = Catalogues({"pokemon": self._holes})  # type: ignore[dict-item]
        self._recogniser = builder.make_recogniser(holed)
        self._seed = seed
        self.counts: dict[str, Counter[str]] = {}
        self.mistakes: list[str] = []

    def run(self, count: int) -> None:
        """About `count` pictures, as many of each kind."""
        each = max(1, count // KINDS)
        kinds: dict[str, Callable[[Printing, Random], Card | None]] = {
            "unaltered": whole,
            "glare": whole,
            "digit hidden": first_digit_hidden(),
            "digit, name, HP hidden": first_digit_hidden("name", "hp"),
            "digit changed": digit_changed,
            "impossible total": impossible_total,
            "other's number": self._other_number,
            "two cards mixed": self._mixed,
            "printing missing": whole,
            "newer missing": whole,
            "page of text": whole,
        }
        if not self._newer:
            print(f"This catalogue has nothing after {KNOWN_UNTIL}: one kind is left out.")
            del kinds["newer missing"]
        for kind, alter in kinds.items():
            self._measure(kind, alter, each)

    def _measure(
        self, kind: str, alter: Callable[[Printing, Random], Card | None], count: int
    ) -> None:
        chance, rng = Random(f"{self._seed} {kind}"), np.random.default_rng([self._seed, len(kind)])
        counts = self.counts[kind] = Counter[str]()
        newer = kind == "newer missing"
        if newer:
            self._holes.leave_out([self._key[p.id] for p in self._newer])
        for card in self._cards(alter, chance, self._newer if newer else self._printings, count):
            if kind == "printing missing":
                self._holes.leave_out([self._key[card.printing.id]])
            if kind == "page of text":
                picture, clear = page_of_text(card, rng), True
            else:
                face = draw_card(face_of(card, int(rng.integers(2**31))))
                picture, clear = photograph(face, rng, glare=kind == "glare")
            false = card.altered or kind.endswith("missing") or kind == "page of text"
            counts[self._told(card, self._answer(picture), false, kind, clear)] += 1
        self._holes.leave_out(())
        print(kind, dict(counts), flush=True)

    def _cards(
        self,
        alter: Callable[[Printing, Random], Card | None],
        chance: Random,
        printings: Sequence[Printing],
        count: int,
    ) -> Iterator[Card]:
        while count:
            card = alter(chance.choice(printings), chance)
            if card is not None and not (card.altered and self._exists(card)):
                count -= 1
                yield card

    def _exists(self, card: Card) -> bool:
        """Whether a printing of this name has that number: nothing shows the alteration."""
        from cardscanner_gui.core.text import fold

        shown = replace(card.printing, number=card.number, printed_total=card.total)
        return (shown.printed_number.upper(), fold(card.printing.names["en"])) in self._names

    def _other_number(self, printing: Printing, chance: Random) -> Card | None:
        other = chance.choice(self._printings)
        return (
            None if other.id == printing.id else Card(printing, other.number, other.printed_total)
        )

    def _mixed(self, printing: Printing, chance: Random) -> Card | None:
        other = chance.choice(self._printings)
        if other.names["en"] == printing.names["en"]:
            return None
        text = {"names": printing.names, "facts": printing.facts}
        return Card(replace(other, **text), other.number, other.printed_total)

    def _answer(self, picture: Pixels) -> Finished:
        from cardscanner_gui.recognition.request import RecogniseRequest

        request = RecogniseRequest(Frame("1", picture, 0.0, "drawn.png"), "1")
        events = self._recogniser.recognise(request)
        return next(event for event in events if isinstance(event, Finished))

    def _told(self, card: Card, answer: Finished, false: bool, kind: str, clear: bool) -> str:
        found = [one for one in answer.result.cards if one.match.printing is not None]
        if not found:
            return "asked"
        for one in found:
            printing = one.match.printing
            assert printing is not None
            if not false and printing.id == card.printing.id:
                continue
            if kind.endswith("missing") and are_twins(card.printing, printing):
                return "twin"
            if kind == "digit changed" and not clear and printing.id == card.printing.id:
                return "unseen"
            read = {name: [f.text for f in fields] for name, fields in one.reading.fields.items()}
            checked = [field.text for field in one.reading.checked_numbers]
            self.mistakes.append(
                f"{kind}: {card.printing.id} with {card.number}/{card.total} named {printing.id}: "
                f"{one.match.reason}; {read}, checked {checked}"
            )
            return "wrong"
        return "right"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true", help="110 pictures, not 1,100")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--count", type=int, help="this many pictures")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--data-dir", type=Path, help="whose catalogue is taken")
    options = parser.parse_args(arguments)
    environment.prepare()
    from cardscanner_gui.paths import default_data_dir

    campaign = Campaign(options.data_dir or default_data_dir(), options.seed)
    campaign.run(options.count or (110 if options.quick else 1100))
    print("\n".join(table(campaign.counts)))
    for mistake in campaign.mistakes:
        print("wrong:", mistake)
    if options.json:
        options.json.write_text(json.dumps(campaign.counts, indent=1))
    return 1 if campaign.mistakes else 0


if __name__ == "__main__":
    sys.exit(main())
