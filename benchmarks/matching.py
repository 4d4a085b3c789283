"""Matching alone: how often the right printing is named, how often a wrong one, and how fast.

    python benchmarks/matching.py [--quick] [--json FILE] [--answers FILE] [--catalogue FOLDER]

Readings are made from random printings of the user's own catalogue, with the faults that OCR shows
on photographs: letters and digits mistaken for each other, lost slashes, suffixes and whole fields
that weren't read. Goal: at most 10 ms in the median, and no wrong answer.
`--answers` writes each answer as a line; `compare_reports.py` compares two such files.
"""

from __future__ import annotations

import argparse
import json
import random
import statistics
import sys
import time
from collections.abc import Callable, Sequence
from pathlib import Path

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.types import Box, Match, Printing, Reading, Status, TextLine
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.fields import parse
from cardscanner_gui.paths import DataPaths, default_data_dir

GOAL_MS = 10.0
_CONFUSED = {"0": "O8", "1": "I7", "3": "85", "5": "S6", "6": "85", "8": "30", "9": "4", "7": "1"}


def misread(text: str, rng: random.Random, chance: float) -> str:
    """Characters mistaken for ones that look alike, each with the given chance."""
    return "".join(
        rng.choice(_CONFUSED.get(c, "ilrnc")) if c.isalnum() and rng.random() < chance else c
        for c in text
    )


def reading_of(
    printing: Printing, numbered: bool, rng: random.Random, clumsiness: float = 1.0
) -> Reading:
    """What a reader might have seen of this printing's card; some bear no number at all.

    With a `clumsiness` of 0 it misreads nothing, and only leaves things out.
    """
    lines: list[TextLine] = []

    def line(text: str, box: Box, seen: float) -> None:
        if text and rng.random() < seen:
            lines.append(TextLine(text, 0.95, box))

    language = rng.choice(list(printing.names))
    name = printing.names[language]
    if name.endswith((" ex", "-EX", "-GX", " V", " VMAX")) and rng.random() < 0.2:
        name = name.rsplit("-" if "-" in name else " ", 1)[0]
    line(misread(name, rng, 0.01 * clumsiness), Box(0.15, 0.03, 0.6, 0.08), 0.97)
    line(str(printing.facts.get("hp") or ""), Box(0.7, 0.035, 0.9, 0.07), 0.85)
    number = misread(printing.printed_number, rng, 0.03 * clumsiness) if numbered else ""
    if rng.random() < 0.03 * clumsiness:
        number = number.replace("/", "7")
    code = printing.set_code if (printing.facts.get("regulation_mark", "")) >= "G" else None
    if number and code and rng.random() < 0.5:
        number = f"{code}EN {number}"
    line(number, Box(0.05, 0.94, 0.3, 0.96), 0.9)
    line(f"Illus. {printing.illustrator}", Box(0.05, 0.91, 0.4, 0.93), 0.4)
    if rng.random() < 0.5:
        for index, attack in enumerate(printing.facts.get("attacks", ())):
            text = attack.get(language) or next(iter(attack.values()))
            top = 0.5 + 0.1 * index
            line(misread(text, rng, 0.02 * clumsiness), Box(0.25, top, 0.6, top + 0.03), 0.9)
            line("Flip a coin. If heads, draw a card.", Box(0.1, top + 0.04, 0.9, top + 0.06), 1)
    if printing.released and printing.region != "asia":
        line(f"©{printing.released[:4]} Publisher", Box(0.3, 0.97, 0.7, 0.98), 0.4)
    return parse(lines, "drawn")


def answer_of(printing: Printing, answer: Match) -> dict[str, object]:
    """What was answered to a reading of this printing's card, for comparing two versions."""
    candidates = answer.candidates
    return {
        "key": printing.id,
        "status": str(answer.status),
        "answer": answer.printing.id if answer.printing else None,
        "points": round(candidates[0].points, 6) if candidates else None,
        "candidates": [candidate.printing.id for candidate in candidates],
        "reason": answer.reason,
    }


def measure(
    catalogue: Catalogue, count: int, told: Callable[[Printing, Match], object]
) -> dict[str, object]:
    """Match `count` readings; counts of answers and milliseconds. `told` gets each answer."""
    rng = random.Random(1)
    total = catalogue.info().printings
    keys = [rng.randrange(1, total + 1) for _ in range(count)]
    matcher = Matcher(catalogue, POKEMON)
    right = wrong = unsure = offered = 0
    mistakes: list[str] = []
    times: list[float] = []
    numbered = {row.id: bool(row.number_forms) for row in catalogue.rows(keys)}
    for printing in catalogue.printings(keys):
        reading = reading_of(printing, numbered[printing.id], rng)
        started = time.perf_counter()
        answer = matcher.match(reading)
        times.append((time.perf_counter() - started) * 1000)
        told(printing, answer)
        if answer.status is not Status.IDENTIFIED:
            unsure += 1
            offered += any(c.printing.id == printing.id for c in answer.candidates[:5])
        elif answer.printing is not None and answer.printing.id == printing.id:
            right += 1
        else:
            wrong += 1
            given = answer.printing.id if answer.printing else ""
            mistakes.append(f"{printing.id} ({printing.name}) named {given}: {answer.reason}")
    times.sort()
    return {
        "readings": len(times),
        "right": right,
        "wrong": wrong,
        "unsure": unsure,
        "unsure_but_offered": offered,
        "median_ms": round(statistics.median(times), 2),
        "p95_ms": round(times[int(0.95 * (len(times) - 1))], 2),
        "mistakes": mistakes,
    }


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--answers", type=Path, help="write each answer as a JSON line")
    parser.add_argument("--catalogue", type=Path, default=DataPaths(default_data_dir()).catalogue)
    options = parser.parse_args(arguments)
    try:
        catalogue = Catalogue.open(options.catalogue)
    except CatalogueError as error:
        sys.exit(str(error))
    answers: list[dict[str, object]] = []
    with catalogue:
        figures = measure(
            catalogue,
            300 if options.quick else 4000,
            lambda printing, answer: answers.append(answer_of(printing, answer)),
        )
    for name, value in figures.items():
        if name != "mistakes":
            print(f"{name:20} {value}")
    for mistake in figures["mistakes"][:40]:  # type: ignore[index]
        print("wrong:", mistake)
    if options.answers:
        lines = (json.dumps(answer, ensure_ascii=False) for answer in answers)
        options.answers.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1, ensure_ascii=False))
    return 0 if figures["median_ms"] <= GOAL_MS else 1  # type: ignore[operator]


if __name__ == "__main__":
    sys.exit(main())
