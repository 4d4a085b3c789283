"""The log of decisions in words: which card, why, and how long it took."""

from __future__ import annotations

import json
import os
from collections.abc import Iterable, Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cardscanner_gui.core.words import mark

_TAIL_BYTES = 256 * 1024
_BY = {
    "exact": "same picture as before",
    "near": "seen before",
    "ocr": mark("read"),
}

_WITHOUT_CARDS = {
    "cancelled": "Stopped before the end",
    "failed": "Failed; the log has the details",
}


@dataclass(frozen=True)
class Decided:
    """What was decided about one card, or about a picture without any.

    Attributes:
        at: seconds since the epoch.
        status: the card's, or how its scan ended: `failed`, `cancelled`.
        words: such as `Charizard 4/102: seen before, number and name agree – 12 ms`.
    """

    at: float
    status: str
    words: str


def newest_decisions(file: Path, limit: int) -> list[Decided]:
    """The newest decisions of a log, newest first; reads only its end. A missing file has none."""
    try:
        with file.open("rb") as log:
            start = max(0, log.seek(0, os.SEEK_END) - _TAIL_BYTES)
            log.seek(start)
            tail = log.read()
    except OSError:
        return []
    lines = tail.splitlines()
    # The first may have been cut, the last may still be written: neither is an object then.
    return list(decided(_objects(lines)))[::-1][:limit]


def decided(lines: Iterable[Mapping[str, Any]]) -> Iterator[Decided]:
    """What the lines of the log mean, in their order."""
    reasons: dict[tuple[str, int], str] = {}
    for line in lines:
        request = str(line.get("request", ""))
        if line["what"] == "route":
            reasons[request, line.get("index", 0)] = str(line.get("reason", ""))
        elif line["what"] == "scan":
            # One of another version is left out: the log is for reading, not for answers.
            with suppress(KeyError, TypeError, ValueError):
                yield from _scan(line, request, reasons)
            reasons = {key: reason for key, reason in reasons.items() if key[0] != request}


def _scan(
    line: Mapping[str, Any], request: str, reasons: Mapping[tuple[str, int], str]
) -> Iterator[Decided]:
    at, cards = float(line["at"]), line["cards"]
    milliseconds = float(line["ms"])
    if not cards:
        status = str(line["status"])
        words = _WITHOUT_CARDS.get(status, "No card found")
        yield Decided(at, status, f"{words} – {took(milliseconds)}")
    for index, card in enumerate(cards):
        known = card.get("reason") or reasons.get((request, index), "")
        name = card.get("name") or ("A card" if len(cards) == 1 else f"Card {index + 1}")
        known = known.replace(f"number {name.rpartition(' ')[2]}", "number")  # said already
        parts = [_BY.get(card["by"], str(card["by"])), known]
        words = ", ".join(part for part in parts if part)
        yield Decided(at, str(card["status"]), f"{name}: {words} – {took(milliseconds)}")


def took(milliseconds: float) -> str:
    """`0.4 ms`, `412 ms`, `1.8 s`."""
    if milliseconds < 10:
        return f"{milliseconds:.1f} ms"
    return f"{milliseconds:.0f} ms" if milliseconds < 1000 else f"{milliseconds / 1000:.1f} s"


def _objects(lines: Iterable[bytes]) -> Iterator[dict[str, Any]]:
    for text in lines:
        try:
            line = json.loads(text)
        except ValueError:
            continue
        if isinstance(line, dict) and "what" in line:
            yield line
