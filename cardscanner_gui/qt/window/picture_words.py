"""What is said about fetching pictures: how much, how long, and what came of it."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.style.words import count

if TYPE_CHECKING:
    from cardscanner_gui.catalogue.pictures.gathering import Report
    from cardscanner_gui.catalogue.pictures.update import FetchPlan

_NAMED = 3


def size_words(size: float) -> str:
    """`19 kB`, `412 MB`, `1.2 GB`."""
    if size < 1e6:
        return tr("{value} kB", value=max(1, round(size / 1000.0)))
    return (
        tr("{size:.0f} MB", size=size / 1000000.0)
        if size < 1e9
        else tr("{size:.1f} GB", size=size / 1000000000.0)
    )


def time_words(seconds: float) -> str:
    """`a few seconds`, `12 minutes`, `1.9 hours`."""
    if seconds < 20:
        return tr("a few seconds")
    minutes = seconds / 60
    return (
        tr("{minutes:.1f} hours", minutes=minutes / 60)
        if minutes >= 90
        else count(max(1, round(minutes)), "minute")
    )


def plan_words(plan: FetchPlan, host: str) -> str:
    """What fetching takes, before the user says yes."""
    if not plan.pictures:
        return tr("Nothing is missing: every picture that is wanted is fingerprinted already.")
    return tr(
        "{small_pictures} from {host}: up to about {size_words} and "
        "{time_words}, at three a second.",
        small_pictures=count(plan.pictures, "small picture"),
        host=host,
        size_words=size_words(plan.bytes),
        time_words=time_words(plan.seconds()),
    )


def report_words(report: Report) -> str:
    """What came of it, in one line."""
    words = tr(
        "{new_fingerprints}; {total:,} printings have one",
        new_fingerprints=count(report.taken, "new fingerprint"),
        total=report.total,
    )
    if report.absent:
        words += tr("; of {absent:,} there is no picture", absent=report.absent)
    if report.unknown:
        words += tr("; {unknown:,} fit no printing of this catalogue", unknown=report.unknown)
    if report.refused:
        ((why, _),) = Counter(report.refused.values()).most_common(1)
        named = ", ".join(list(report.refused)[:_NAMED])
        more = ", …" if len(report.refused) > _NAMED else ""
        words += tr(
            "; {refused:,} refused, mostly since {why} ({named}{more})",
            refused=len(report.refused),
            why=why,
            named=named,
            more=more,
        )
    return words
