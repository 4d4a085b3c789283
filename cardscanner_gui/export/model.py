"""What a format is, and what an export reports."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from cardscanner_gui.core.collection import Entry


class NotCarriedError(Exception):
    """A format has no words for this entry; `str(error)` says why, in words for the user."""


@dataclass(frozen=True)
class ExportFormat:
    """One CSV format, as data.

    Attributes:
        id: for the command line, such as `plain`.
        title: for the export dialog.
        description: one sentence about who reads it.
        header: the columns, exactly as the other program names them.
        row: an entry's cells, one a column; raises `NotCarriedError`.
        encoding: `utf-8-sig` writes the mark by which Excel knows UTF-8.
        delimiter: between cells.
        line_end: after each row.
        preamble: a line before the header.
        quote_all: quotes around each cell but the header's.
    """

    id: str
    title: str
    description: str
    header: tuple[str, ...]
    row: Callable[[Entry], Sequence[str]]
    encoding: str = "utf-8"
    delimiter: str = ","
    line_end: str = "\r\n"
    preamble: str = ""
    quote_all: bool = False


class Skipped(NamedTuple):
    """An entry that a format can't carry, and why."""

    entry: Entry
    reason: str


@dataclass(frozen=True)
class ExportReport:
    """What was written, and what was not.

    Attributes:
        written: rows, the header not counted.
        skipped: the first of the entries that were left out; at most `MOST_SKIPPED`.
        left_out: how many those were.
        lost: what the format has no place for, such as `grade` → rows of copies that have it.
    """

    written: int
    skipped: tuple[Skipped, ...] = ()
    left_out: int = 0
    lost: Mapping[str, int] = field(default_factory=dict)


MOST_SKIPPED = 5_000
"""So many entries are named that a format can't carry; the rest is counted."""


@dataclass(frozen=True)
class Preview:
    """What an export would write.

    Attributes:
        rows: the first rows' cells.
        report: as the export would give it.
    """

    rows: tuple[Sequence[str], ...]
    report: ExportReport
