"""Figures as people read them."""

from __future__ import annotations

import math

from cardscanner_gui.qt.style.words import count
from cardscanner_gui.recognition.figures import Figures, ModelFigures, StepTimes, TierHits

NOTHING = "–"
"""Stands where there is nothing to say yet."""

_STAGES = {
    "scan": "Whole picture",
    "decode": "Open the picture",
    "cache": "Search the caches",
    "find": "Find the cards",
    "rectify": "Straighten",
    "verify": "Check what was known",
    "read": "Read the text",
    "match": "Look it up",
    "look": "Look ahead",
    "model": "Ask the model",
}
_READERS = {
    "ocr": "Text recognition",
    "finder": "Card finder",
    "catalogue": "Catalogue",
    "file": "",
}
_TIERS = {"l1": "This program", "redis": "Redis", "sqlite": "Database"}
_KINDS = {"exact": "same picture", "near": "same card"}


def milliseconds(ms: float | None) -> str:
    """`0.4 ms`, `412 ms`, `1.8 s`, `3.2 min`; a dash for None, NaN and nothing."""
    if ms is None or math.isnan(ms):
        return NOTHING
    if ms < 10:
        return f"{ms:.1f} ms"
    if ms < 1000:
        return f"{ms:.0f} ms"
    if ms < 120_000:
        return f"{ms / 1000:.1f} s"
    return f"{ms / 60_000:.1f} min"


def percent(part: float | None) -> str:
    """`0.623` → `62 %`."""
    return NOTHING if part is None or math.isnan(part) else f"{part * 100:.0f} %"


def megabytes(size: float | None) -> str:
    """`512 MB`, `1.3 GB`."""
    if size is None or math.isnan(size):
        return NOTHING
    return f"{size / 1e6:,.0f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"


def number(value: float | None) -> str:
    """`41`, `2.5`, a dash for None."""
    if value is None or math.isnan(value):
        return NOTHING
    return f"{value:.1f}" if value < 10 and value % 1 else f"{value:,.0f}"


def stage_word(stage: str) -> str:
    return _STAGES.get(stage, stage.replace("_", " ").capitalize())


def reader_word(reader: str) -> str:
    return _READERS.get(reader, reader)


def tier_word(hits: TierHits) -> str:
    return _TIERS.get(hits.tier, hits.tier)


def kind_word(hits: TierHits) -> str:
    return _KINDS.get(hits.kind, hits.kind)


def seconds_left(seconds: float | None) -> str:
    """`a few seconds left`, `40 seconds left`, `3 minutes left`; empty when nobody knows."""
    if seconds is None or math.isnan(seconds):
        return ""
    if seconds < 10:
        return "a few seconds left"
    if seconds < 90:
        return f"{math.ceil(seconds / 10) * 10} seconds left"
    if seconds < 90 * 60:
        return f"{count(round(seconds / 60), 'minute')} left"
    return f"{seconds / 3600:.1f} hours left"


def cards_line(figures: Figures) -> str:
    """`37 cards from 12 pictures`."""
    cards = sum(figures.cards.values())
    # One that was stopped, or gave way to another, is begun anew.
    pictures = sum(n for status, n in figures.scans.items() if status != "cancelled")
    if not pictures:
        return "no picture yet"
    return f"{count(cards, 'card')} from {count(pictures, 'picture')}"


def tail_line(times: StepTimes) -> str:
    """`P95 1.2 s · P99 1.9 s`."""
    if not times.times:
        return "half of all pictures take less"
    return f"P95 {milliseconds(times.p95)} · P99 {milliseconds(times.p99)}"


def fact_lines(figures: Figures) -> list[tuple[str, str, str]]:
    """What stands beside the caches: title, value, explanation."""
    speculation = NOTHING
    if figures.speculation_adopted or figures.speculation_dropped:
        speculation = (
            f"{milliseconds(figures.speculation_saved_ms)} saved, "
            f"{figures.speculation_adopted:,} of "
            f"{figures.speculation_adopted + figures.speculation_dropped:,} used"
        )
    return [
        (
            "Of all answers",
            percent(figures.known_before),
            "Answers that came from a cache, of all answers",
        ),
        (
            "Read ahead",
            speculation,
            "Work that was begun before the card lay still, and the time that it saved",
        ),
        (
            "Expected card came",
            percent(figures.prior_rate),
            "How often the next card was the one that was expected after the last",
        ),
        (
            "Model switches",
            f"{figures.model_switches:,}",
            "How often another reading model was loaded in place of the one before",
        ),
    ]


def model_lines(model: ModelFigures, use: ModelFigures) -> list[tuple[str, str, str]]:
    """What a model had to do with the answers: title, value, explanation.

    Args:
        model: of the time that is shown.
        use: of now, for how the model uses this computer.
    """
    cards = (
        ("Agreed", model.agreed, "It read what the answer says"),
        ("Added", model.added, "It read what nobody had read before"),
        ("Settled", model.settled, "Cards that were unsure without it"),
        ("Contradicted", model.contradicted, "It read something else, and was sure"),
        (
            "Refused by the control",
            model.refused,
            "It confirmed what was expected, but does so on a blank card too",
        ),
    )
    return [
        ("Asked", f"{model.asked:,}", "Cards that a model has read too"),
        *((title, _of(part, model.asked), words) for title, part, words in cards),
        (
            "Looked at ahead",
            percent(model.looked),
            "Pictures that the model knew already when it began to read",
        ),
        ("Threads", _use_words(use), "How the model uses this computer: see Reading models"),
    ]


def _of(part: int, whole: int) -> str:
    return f"{part:,} ({percent(part / whole)})" if whole else NOTHING


def _use_words(use: ModelFigures) -> str:
    """`2, pinned, memory locked`; a dash while no model is open."""
    if use.threads is None:
        return NOTHING
    words = [str(use.threads)]
    if use.pinned:
        words.append("pinned")
    if use.locked:
        words.append("memory locked")
    elif use.locked is False:
        limit = "" if use.lock_limit is None else f" (limit {megabytes(use.lock_limit)})"
        words.append(f"memory not locked{limit}")
    return ", ".join(words)


def pace_line(figures: Figures) -> str:
    """What stands under the pace: it counts reading time only, its curve goes by the clock."""
    words = cards_line(figures)
    return words if figures.cards_a_minute is None else f"while reading, {words}"
