"""What is said about fetching pictures: how much, how long, and what came of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cardscanner_gui.qt.style.words import count

if TYPE_CHECKING:
    from cardscanner_gui.catalogue.pictures.gathering import Report
    from cardscanner_gui.catalogue.pictures.update import FetchPlan

_NAMED = 3


def size_words(size: float) -> str:
    """`19 kB`, `412 MB`, `1.2 GB`."""
    if size < 1e6:
        return f"{max(1, round(size / 1e3))} kB"
    return f"{size / 1e6:.0f} MB" if size < 1e9 else f"{size / 1e9:.1f} GB"


def time_words(seconds: float) -> str:
    """`a few seconds`, `12 minutes`, `1.9 hours`."""
    if seconds < 20:
        return "a few seconds"
    minutes = seconds / 60
    return f"{minutes / 60:.1f} hours" if minutes >= 90 else count(max(1, round(minutes)), "minute")


def plan_words(plan: FetchPlan, host: str) -> str:
    """What fetching takes, before the user says yes."""
    if not plan.pictures:
        return "Nothing is missing: every picture that is wanted is fingerprinted already."
    return (
        f"{count(plan.pictures, 'small picture')} from {host}: up to about"
        f" {size_words(plan.bytes)} and {time_words(plan.seconds())}, at three a second."
    )


def report_words(report: Report) -> str:
    """What came of it, in one line."""
    words = f"{count(report.taken, 'new fingerprint')}; {report.total:,} printings have one"
    if report.absent:
        words += f"; of {report.absent:,} there is no picture"
    if report.unknown:
        words += f"; {report.unknown:,} fit no printing of this catalogue"
    if report.refused:
        ((why, _),) = Counter(report.refused.values()).most_common(1)
        named = ", ".join(list(report.refused)[:_NAMED])
        more = ", …" if len(report.refused) > _NAMED else ""
        words += f"; {len(report.refused):,} refused, mostly since {why} ({named}{more})"
    return words
