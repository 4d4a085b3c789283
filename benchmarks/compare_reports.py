"""Do two versions give the same answers? Compares two reports card by card; times don't count.

    python benchmarks/compare_reports.py BEFORE AFTER

Both are lines of `cardscanner scan --json`, or of `matching.py --answers`. Compared are status,
answer, candidates in their order, points where they are given, and the reason. Prints each
difference; the exit status is 1 where there is one, 2 where a file is no report.
"""

from __future__ import annotations

import argparse
import json
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

Answers = dict[str, dict[str, Any]]
"""What was answered, by the name of the card: its picture and its place there, or its key."""


def answers_of(report: Path) -> Answers:
    """The answers of a report.

    Raises:
        OSError: it can't be read.
        ValueError: it is no report, or tells two things of one card.
    """
    found: Answers = {}
    for place, line in enumerate(report.read_text(encoding="utf-8").splitlines(), 1):
        try:
            values = json.loads(line)
            parts = list(_answers_of_line(values, place))
        except (ValueError, KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"{report}, line {place}: not a line of a report") from error
        for name, answer in parts:
            if name in found:
                raise ValueError(f"{report}, line {place}: {name} is there twice")
            found[name] = answer
    return found


def _answers_of_line(values: Mapping[str, Any], place: int) -> Iterator[tuple[str, dict[str, Any]]]:
    if "key" in values:
        # A printing may be drawn twice; both reports draw in one order.
        told = ("status", "answer", "points", "candidates", "reason")
        yield f"{place}: {values['key']}", {name: values.get(name) for name in told}
        return
    file = values["file"]
    yield file, {"cards": len(values["cards"]), "error": values["error"]}
    for number, card in enumerate(values["cards"], 1):
        yield (
            f"{file}, card {number}",
            {
                "status": card["status"],
                "answer": card["card"] and card["card"]["id"],
                "candidates": [candidate["id"] for candidate in card["candidates"]],
                "reason": card["reason"],
            },
        )


def differences(before: Answers, after: Answers) -> Iterator[str]:
    """One line for each value that differs, and for each card that only one of them has."""
    for name in {**before, **after}:
        if name not in after:
            yield f"{name}: only before"
        elif name not in before:
            yield f"{name}: only after"
        else:
            for field, value in before[name].items():
                if value != after[name][field]:
                    yield f"{name}: {field} was {value!r}, is {after[name][field]!r}"


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("before", type=Path)
    parser.add_argument("after", type=Path)
    options = parser.parse_args(arguments)
    try:
        before, after = answers_of(options.before), answers_of(options.after)
    except (OSError, ValueError) as error:
        print(error, file=sys.stderr)
        return 2
    found = list(differences(before, after))
    for line in found:
        print(line)
    print(f"{len(before)} answers before, {len(after)} after, {len(found)} differences")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
