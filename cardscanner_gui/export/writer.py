"""Writing a format's file: all of it or nothing."""

from __future__ import annotations

import csv
import errno
import os
import uuid
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import Any, Literal, TextIO

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.errors import ExportError
from cardscanner_gui.core.leftovers import remove_leftovers
from cardscanner_gui.export.losses import lost_parts
from cardscanner_gui.export.model import (
    MOST_SKIPPED,
    ExportFormat,
    ExportReport,
    NotCarriedError,
    Preview,
    Skipped,
)

_DISK_FULL = {errno.ENOSPC, errno.EFBIG, getattr(errno, "EDQUOT", errno.ENOSPC)}


def write_entries(
    entries: Iterable[Entry],
    export_format: ExportFormat,
    stream: TextIO,
    token: CancelToken | None = None,
) -> ExportReport:
    """Write header and rows to a text stream that was opened with `newline=""`."""
    dialect: dict[str, Any] = {
        "delimiter": export_format.delimiter,
        "lineterminator": export_format.line_end,
    }
    if export_format.preamble:
        stream.write(export_format.preamble + export_format.line_end)
    csv.writer(stream, **dialect).writerow(export_format.header)
    dialect["quoting"] = csv.QUOTE_ALL if export_format.quote_all else csv.QUOTE_MINIMAL
    writer = csv.writer(stream, **dialect)
    return _each_row(entries, export_format, writer.writerow, token)


def preview_entries(
    entries: Iterable[Entry],
    export_format: ExportFormat,
    most: int,
    token: CancelToken | None = None,
) -> Preview:
    """What `write_entries` would write: the first `most` rows, and what would be left out."""
    rows: list[Sequence[str]] = []

    def keep(row: Sequence[str]) -> None:
        if len(rows) < most:
            rows.append(tuple(row))

    report = _each_row(entries, export_format, keep, token)
    return Preview(tuple(rows), report)


def _each_row(
    entries: Iterable[Entry],
    export_format: ExportFormat,
    write: Callable[[Sequence[str]], object],
    token: CancelToken | None,
) -> ExportReport:
    written = left_out = 0
    skipped: list[Skipped] = []
    lost: Counter[str] = Counter()
    for entry in entries:
        if token is not None:
            token.check()
        try:
            row = export_format.row(entry)
        except NotCarriedError as error:
            left_out += 1
            if left_out <= MOST_SKIPPED:
                skipped.append(Skipped(entry, str(error)))
            continue
        write(row)
        written += 1
        lost.update(lost_parts(entry, export_format, row))
    return ExportReport(written, tuple(skipped), left_out, lost)


def export_entries(
    entries: Iterable[Entry],
    export_format: ExportFormat,
    path: str | Path,
    token: CancelToken | None = None,
) -> ExportReport:
    """Write entries to a file; a file that was there stays as it was until the new one is whole.

    Args:
        entries: may be a stream, such as `Collection.entries(query)`.
        export_format: one of `formats_of`.
        path: the file; its folder must be there.
        token: cancels the export.

    Returns:
        How many rows were written, and each entry the format can't carry with the reason.

    Raises:
        ExportError: the file can't be written; one line for the user.
        CancelledError: by the token; nothing was written.
    """
    target = Path(path)
    try:
        return _write_file(entries, export_format, target.resolve(), token)
    except OSError as error:
        raise ExportError(_message(error, target)) from error


def _write_file(
    entries: Iterable[Entry], export_format: ExportFormat, target: Path, token: CancelToken | None
) -> ExportReport:
    if target.is_dir():
        raise IsADirectoryError(errno.EISDIR, os.strerror(errno.EISDIR), str(target))
    if target.exists() and not target.is_file():
        # A device or a pipe is written to, never replaced.
        return _write_to(target, "w", entries, export_format, token)
    remove_leftovers(target.parent, _unfinished_name("*"))
    unfinished = target.with_name(_unfinished_name(uuid.uuid4().hex[:8]))
    try:
        report = _write_to(unfinished, "x", entries, export_format, token)
        unfinished.replace(target)
    finally:
        unfinished.unlink(missing_ok=True)
    return report


def _unfinished_name(mark: str) -> str:
    return f".cardscanner-{mark}.tmp"


def _write_to(
    path: Path,
    mode: Literal["w", "x"],
    entries: Iterable[Entry],
    export_format: ExportFormat,
    token: CancelToken | None,
) -> ExportReport:
    # "replace": half a surrogate pair from a broken file name must not stop the export.
    with path.open(mode, encoding=export_format.encoding, errors="replace", newline="") as stream:
        report = write_entries(entries, export_format, stream, token)
        stream.flush()
        if path.is_file():
            os.fsync(stream.fileno())
    return report


def _message(error: OSError, target: Path) -> str:
    if error.errno in _DISK_FULL:
        return f"The disk is full: “{target}” was not written. Free some space and try again."
    if isinstance(error, IsADirectoryError):
        return f"“{target}” is a folder. Give the name of a file in it."
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return f"“{target.parent}” is no folder that exists. Choose another place for the file."
    if isinstance(error, PermissionError):
        return f"“{target}” can't be written. Close it in other programs, or choose another place."
    reason = error.strerror or str(error)
    return f"“{target}” can't be written: {reason}."
