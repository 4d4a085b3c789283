"""Figures as people read them."""

from __future__ import annotations

import math

from cardscanner_gui.core.words import Words, amount, tr
from cardscanner_gui.qt.style.words import count
from cardscanner_gui.recognition.figures import Figures, ModelFigures, StepTimes, TierHits

NOTHING = "–"
"""Stands where there is nothing to say yet."""

_STAGES = Words(
    {
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
)
_READERS = Words(
    {
        "ocr": "Text recognition",
        "finder": "Card finder",
        "catalogue": "Catalogue",
        "file": "",
    }
)
_TIERS = Words({"l1": "This program", "redis": "Redis", "sqlite": "Database"})
_KINDS = Words({"exact": "same picture", "near": "same card"})


def milliseconds(ms: float | None) -> str:
    """`0.4 ms`, `412 ms`, `1.8 s`, `3.2 min`; a dash for None, NaN and nothing."""
    if ms is None or math.isnan(ms):
        return NOTHING
    if ms < 10:
        return tr("{ms:.1f} ms", ms=ms)
    if ms < 1000:
        return tr("{ms:.0f} ms", ms=ms)
    if ms < 120_000:
        return f"{amount(ms / 1000, '.1f')} s"
    return tr("{ms:.1f} min", ms=ms / 60000)


def percent(part: float | None) -> str:
    """`0.623` → `62 %`."""
    return NOTHING if part is None or math.isnan(part) else f"{part * 100:.0f} %"


def megabytes(size: float | None) -> str:
    """`512 MB`, `1.3 GB`."""
    if size is None or math.isnan(size):
        return NOTHING
    return (
        tr("{size:,.0f} MB", size=size / 1000000.0)
        if size < 1e9
        else tr("{size:.1f} GB", size=size / 1000000000.0)
    )


def number(value: float | None) -> str:
    """`41`, `2.5`, a dash for None."""
    if value is None or math.isnan(value):
        return NOTHING
    return amount(value, ".1f") if value < 10 and value % 1 else amount(value, ",.0f")


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
        return tr("a few seconds left")
    if seconds < 90:
        return tr("{ceil} seconds left", ceil=math.ceil(seconds / 10) * 10)
    if seconds < 90 * 60:
        return tr("{minutes} left", minutes=count(round(seconds / 60), "minute"))
    return tr("{seconds:.1f} hours left", seconds=seconds / 3600)


def cards_line(figures: Figures) -> str:
    """`37 cards from 12 pictures`."""
    cards = sum(figures.cards.values())
    # One that was stopped, or gave way to another, is begun anew.
    pictures = sum(n for status, n in figures.scans.items() if status != "cancelled")
    if not pictures:
        return tr("no picture yet")
    return tr(
        "{cards} from {pictures}", cards=count(cards, "card"), pictures=count(pictures, "picture")
    )


def tail_line(times: StepTimes) -> str:
    """`P95 1.2 s · P99 1.9 s`."""
    if not times.times:
        return tr("half of all pictures take less")
    return f"P95 {milliseconds(times.p95)} · P99 {milliseconds(times.p99)}"


def fact_lines(figures: Figures) -> list[tuple[str, str, str]]:
    """What stands beside the caches: title, value, explanation."""
    speculation = NOTHING
    if figures.speculation_adopted or figures.speculation_dropped:
        speculation = tr(
            "{milliseconds} saved, {speculation_adopted:,} of {speculation_adopted2:,} used",
            milliseconds=milliseconds(figures.speculation_saved_ms),
            speculation_adopted=figures.speculation_adopted,
            speculation_adopted2=figures.speculation_adopted + figures.speculation_dropped,
        )
    return [
        (
            tr("Of all answers"),
            percent(figures.known_before),
            tr("Answers that came from a cache, of all answers"),
        ),
        (
            tr("Read ahead"),
            speculation,
            tr("Work that was begun before the card lay still, and the time that it saved"),
        ),
        (
            tr("Expected card came"),
            percent(figures.prior_rate),
            tr("How often the next card was the one that was expected after the last"),
        ),
        (
            tr("Model switches"),
            amount(figures.model_switches),
            tr("How often another reading model was loaded in place of the one before"),
        ),
    ]


def model_lines(model: ModelFigures, use: ModelFigures) -> list[tuple[str, str, str]]:
    """What a model had to do with the answers: title, value, explanation.

    Args:
        model: of the time that is shown.
        use: of now, for how the model uses this computer.
    """
    cards = (
        (tr("Agreed"), model.agreed, tr("It read what the answer says")),
        (tr("Added"), model.added, tr("It read what nobody had read before")),
        (tr("Settled"), model.settled, tr("Cards that were unsure without it")),
        (tr("Contradicted"), model.contradicted, tr("It read something else, and was sure")),
        (
            tr("Refused by the control"),
            model.refused,
            tr("It confirmed what was expected, but does so on a blank card too"),
        ),
    )
    return [
        (tr("Asked"), amount(model.asked), tr("Cards that a model has read too")),
        *((title, _of(part, model.asked), words) for title, part, words in cards),
        (
            tr("Looked at ahead"),
            percent(model.looked),
            tr("Pictures that the model knew already when it began to read"),
        ),
        (
            tr("Threads"),
            _use_words(use),
            tr("How the model uses this computer: see Reading models"),
        ),
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
        words.append(tr("memory locked"))
    elif use.locked is False:
        limit = (
            ""
            if use.lock_limit is None
            else tr(" (limit {megabytes})", megabytes=megabytes(use.lock_limit))
        )
        words.append(tr("memory not locked{limit}", limit=limit))
    return ", ".join(words)


def pace_line(figures: Figures) -> str:
    """What stands under the pace: it counts reading time only, its curve goes by the clock."""
    words = cards_line(figures)
    return words if figures.cards_a_minute is None else tr("while reading, {words}", words=words)
