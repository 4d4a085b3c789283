"""A file's way into the collection: what it would bring first, and then bringing it."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.collection import Change, Entry
from cardscanner_gui.core.errors import ImportFileError
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.types import (
    Candidate,
    Field,
    Match,
    Reading,
    Recognition,
    Status,
)
from cardscanner_gui.importing.finishes import split_name
from cardscanner_gui.importing.formats import format_of, import_formats
from cardscanner_gui.importing.matching import Finder, Found, Lookups
from cardscanner_gui.importing.model import ImportFormat, Row
from cardscanner_gui.importing.table import TableFile, TableRow, open_table
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.import_rows import ImportedBefore
from cardscanner_gui.store.imports import Imports, WaitingRow

READER = "import"
"""What a waiting row names as its reader."""

_MOST_SHOWN = 200
_SQUASH = 20.0
Told = Callable[[int], None]
"""Called with how many rows were read so far."""


@dataclass(frozen=True)
class PreviewLine:
    """One row as it would be imported.

    Attributes:
        line: number of the file's line.
        entry: the card that would be added; None where it waits in Review, or has no copies.
        title: the card as the file names it.
        reason: why it waits, or isn't taken; empty otherwise.
    """

    line: int
    entry: Entry | None
    title: str
    reason: str = ""


@dataclass(frozen=True)
class ImportPreview:
    """What a file would bring.

    Attributes:
        format: the program that wrote it.
        content: names what is in the file.
        cards, copies: rows that would become cards of the collection, and how many cards that is.
        waiting: rows that would wait in Review.
        none: rows that say that there is no copy, such as a watchlist's.
        lines: the first of the cards.
        doubtful: the first of the rows that wait or have no copy.
        before: the same file was imported before.
    """

    path: Path
    format: ImportFormat
    content: str
    cards: int
    copies: int
    waiting: int
    none: int
    lines: tuple[PreviewLine, ...]
    doubtful: tuple[PreviewLine, ...]
    before: ImportedBefore | None = None

    @property
    def rows(self) -> int:
        """All rows of the file; each is one of the kinds."""
        return self.cards + self.waiting + self.none


class Importer:
    """Reads files of other programs into a collection.

    Args:
        catalogues: by the games' ids.
        games: whose cards there are.
        database: the collection's.
    """

    def __init__(self, catalogues: Mapping[str, Lookups], games: Games, database: Database) -> None:
        self._formats = import_formats(games)
        self._finder = Finder(catalogues, games)
        self._imports = Imports(database)

    def preview(
        self,
        path: str | Path,
        chosen: str = "",
        token: CancelToken | None = None,
        told: Told | None = None,
    ) -> ImportPreview:
        """What a file would bring; nothing is changed.

        Args:
            path: the file.
            chosen: id of the format; empty to know it by its columns.
            token: gives it up.
            told: hears of the progress.

        Raises:
            ImportFileError: it can't be read, or isn't of a program that is known.
            CancelledError: by the token.
        """
        table = open_table(path)
        import_format = format_of(table, self._formats, chosen)
        cards = copies = waiting = none = 0
        lines: list[PreviewLine] = []
        doubtful: list[PreviewLine] = []
        for row, found in self._found(table, import_format, token, told):
            line = _preview_line(row, found)
            if row.copy.quantity == 0:
                none += 1
            elif found.printing is None:
                waiting += 1
            else:
                cards += 1
                copies += row.copy.quantity
            kind = lines if line.entry is not None else doubtful
            if len(kind) < _MOST_SHOWN:
                kind.append(line)
        return ImportPreview(
            table.path,
            import_format,
            table.content,
            cards,
            copies,
            waiting,
            none,
            tuple(lines),
            tuple(doubtful),
            self._imports.before(table.content),
        )

    def run(self, preview: ImportPreview, token: CancelToken | None = None) -> Change:
        """Bring what a preview showed: all of it, as one change, or nothing.

        Raises:
            ImportFileError: the file was changed since, or can't be read any more.
            StoreError: the collection can't be written.
            CancelledError: by the token.
        """
        table = open_table(preview.path)
        if table.content != preview.content:
            raise ImportFileError(
                f"“{preview.path.name}” was changed meanwhile. Look at it once more."
            )

        def rows() -> Iterable[Entry | WaitingRow]:
            for row, found in self._found(table, preview.format, token):
                if row.copy.quantity > 0:
                    yield _entry(row, found) or _waiting(table.path.name, row, found)

        return self._imports.add(table.path.name, table.content, rows)

    def _found(
        self,
        table: TableFile,
        import_format: ImportFormat,
        token: CancelToken | None,
        told: Told | None = None,
    ) -> Iterator[tuple[Row, Found]]:
        for count, cells in enumerate(table.rows(), start=1):
            if token is not None:
                token.check()
            if told is not None and count % 500 == 0:
                told(count)
            row = _checked(cells, import_format.read(cells.line, cells.cells))
            yield row, self._finder.find(row)


def _checked(cells: TableRow, row: Row) -> Row:
    if cells.surplus <= 0:
        return row
    more = "1 cell" if cells.surplus == 1 else f"{cells.surplus} cells"
    doubt = f"the row has {more} more than the header; are quotes missing?"
    return replace(row, doubts=(*row.doubts, doubt))


def _entry(row: Row, found: Found) -> Entry | None:
    """The card that a row becomes; None where the user has to say which it is."""
    if found.printing is None:
        return None
    if row.entry is not None:
        return replace(row.entry, printing=found.printing)
    kept = {"reader": READER, **row.kept}
    return Entry(
        found.printing,
        **{name: getattr(found.copy, name) for name in found.copy.__dataclass_fields__},
        scanned_at=row.scanned_at,
        provenance=kept,
    )


def _waiting(file: str, row: Row, found: Found) -> WaitingRow:
    candidates = tuple(
        Candidate(printing, points, min(1.0, points / _SQUASH))
        for printing, points in found.candidates
    )
    status = Status.UNSURE if candidates else Status.UNREADABLE
    match = Match(status, found.reason, candidates=candidates)
    said = {
        "name": split_name(row.name)[0],
        "number": row.number,
        "set_code": row.set_code,
    }
    fields = {kind: (Field(text, 1.0),) for kind, text in said.items() if text}
    recognition = Recognition(match, Reading(READER, fields=fields), language=found.copy.language)
    # What finds no place among the fields is for people's eyes: nothing of the row is dropped.
    more = [part for part in (row.name, row.number, row.set_name) if part]
    return WaitingRow(f"{file}, line {row.line}: {' · '.join(more)}", recognition, found.copy)


def _preview_line(row: Row, found: Found) -> PreviewLine:
    title = " · ".join(part for part in (row.name, row.set_name, row.number) if part)
    if row.copy.quantity == 0:
        return PreviewLine(row.line, None, title, "it says that there is no copy")
    entry = _entry(row, found)
    title = title or ", ".join(f"{market} {n}" for market, n in row.market_ids.items())
    return PreviewLine(row.line, entry, title or f"line {row.line}", found.reason)
