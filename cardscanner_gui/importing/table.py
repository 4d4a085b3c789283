"""A file of rows, whatever wrote it: its encoding, its delimiter, its header, row by row.

Nothing is held but the row that is being read, so that a file may be as long as it likes.
"""

from __future__ import annotations

import codecs
import csv
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TextIO

from cardscanner_gui.core.errors import ImportFileError
from cardscanner_gui.export.cells import safe_cell

_CHUNK = 1 << 20
_LOOKED_AT = 1 << 16
_LONGEST_CELL = 1 << 20
_DELIMITERS = ",;\t|"
_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NOT_TEXT = {
    b"PK": "is a packed file, perhaps a spreadsheet",
    b"\xd0\xcf": "is an old spreadsheet",
    b"%PDF": "is a PDF document",
    b"SQLite": "is a database",
}


@dataclass(frozen=True)
class TableFile:
    """How a file of rows is to be read.

    Attributes:
        content: names what is in it.
        header: its columns; none is there twice, none is empty but at the end.
        first_line: number of the line that the header ends on.
    """

    path: Path
    encoding: str
    delimiter: str
    content: str
    header: tuple[str, ...]
    first_line: int

    def rows(self) -> Iterator[TableRow]:
        """Each row that isn't blank.

        Raises:
            ImportFileError: the file can't be read any more, or isn't the one that was opened.
        """
        try:
            with _opened(self.path, self.encoding) as stream:
                for _ in range(self.first_line):
                    stream.readline()
                yield from self._rows(stream)
        except OSError as error:
            raise _unreadable(self.path, error) from error

    def _rows(self, stream: TextIO) -> Iterator[TableRow]:
        reader = csv.reader(stream, delimiter=self.delimiter)
        line = self.first_line + 1
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except csv.Error as error:
                raise ImportFileError(
                    f"“{self.path.name}”, line {line}: a cell never ends; is a quote missing? "
                    f"({error})"
                ) from error
            if any(cell.strip() for cell in cells):
                yield TableRow(line, self._named(cells), len(cells) - len(self.header))
            line = self.first_line + reader.line_num + 1

    def _named(self, cells: Sequence[str]) -> Mapping[str, str]:
        named = dict.fromkeys(self.header, "")
        named.update(zip(self.header, cells, strict=False))
        return named


@dataclass(frozen=True)
class TableRow:
    """One row.

    Attributes:
        line: number of the file's line on which it begins.
        cells: by column, as they stand there; a column that the row lacks is empty.
        surplus: so many cells more than the header has; less than nothing where some are missing.
    """

    line: int
    cells: Mapping[str, str]
    surplus: int = 0


def open_table(path: str | Path) -> TableFile:
    """Find out how a file is written.

    Raises:
        ImportFileError: it can't be read, is no table, or its header can't be used; one line.
    """
    path = Path(path)
    try:
        encoding, content = _encoding_of(path)
        with _opened(path, encoding) as stream:
            delimiter, header, lines = _read_header(path, stream)
    except OSError as error:
        raise _unreadable(path, error) from error
    return TableFile(path, encoding, delimiter, content, header, lines)


def plain_cell(cell: str) -> str:
    """A cell's text, without the apostrophe that keeps spreadsheets from running it."""
    text = cell.strip()
    if text.startswith("'") and safe_cell(text[1:]) == text:
        return text[1:]
    return text


def _opened(path: Path, encoding: str) -> TextIO:
    csv.field_size_limit(_LONGEST_CELL)
    # What isn't there in cp1252 is shown as a question mark: five bytes have no sign there.
    return path.open(encoding=encoding, errors="replace", newline="")


def _encoding_of(path: Path) -> tuple[str, str]:
    """The encoding and a hash of the bytes; the whole file is read once, a piece at a time."""
    digest = hashlib.blake2b(digest_size=16)
    decoder = codecs.getincrementaldecoder("utf-8")()
    is_utf8 = True
    with path.open("rb") as file:
        head = file.read(_LOOKED_AT)
        _check_text(path, head)
        piece = head
        while piece:
            digest.update(piece)
            if is_utf8:
                try:
                    decoder.decode(piece)
                except UnicodeDecodeError:
                    is_utf8 = False
            piece = file.read(_CHUNK)
    marked = next((name for bom, name in _BOMS if head.startswith(bom)), None)
    return marked or _unmarked(head, is_utf8), digest.hexdigest()


def _unmarked(head: bytes, is_utf8: bool) -> str:
    # Every other byte of western text in UTF-16 is nothing.
    if head[1:200:2].count(0) > len(head[1:200:2]) // 2:
        return "utf-16-le"
    if head[0:200:2].count(0) > len(head[0:200:2]) // 2:
        return "utf-16-be"
    return "utf-8" if is_utf8 else "cp1252"


def _check_text(path: Path, head: bytes) -> None:
    if not head.strip():
        raise ImportFileError(f"“{path.name}” is empty.")
    for mark, what in _NOT_TEXT.items():
        if head.startswith(mark):
            raise ImportFileError(f"“{path.name}” {what}. Save it as CSV and choose that file.")


def _read_header(path: Path, stream: TextIO) -> tuple[str, tuple[str, ...], int]:
    """The delimiter, the columns, and how many lines they take."""
    line, lines, delimiter = stream.readline(_LONGEST_CELL), 1, None
    while line and (not line.strip() or (said := _said_delimiter(line)) is not None):
        if line.strip():
            delimiter = said
        line, lines = stream.readline(_LONGEST_CELL), lines + 1
    if "\0" in line:
        raise ImportFileError(f"“{path.name}” is no text. Save it as CSV and choose that file.")
    delimiter = delimiter or max(_DELIMITERS, key=line.count)
    columns = [column.strip() for column in next(csv.reader([line], delimiter=delimiter), [])]
    while columns and not columns[-1]:
        columns.pop()
    if len(columns) < 2:
        raise ImportFileError(
            f"“{path.name}” has no columns that could be told apart. It needs a first line with "
            "the names of its columns, between commas, semicolons or tabs."
        )
    doubled = [column for column, count in Counter(columns).items() if count > 1]
    if doubled:
        what = "a column without a name" if not doubled[0] else f"the column “{doubled[0]}”"
        raise ImportFileError(
            f"“{path.name}” has {what} twice, and nobody can say which of them counts. Remove one."
        )
    return delimiter, tuple(columns), lines


def _said_delimiter(line: str) -> str | None:
    """What a line for spreadsheets, `"sep=,"`, says; None for any other line."""
    text = line.strip("\r\n\"' ")
    return text[4] if len(text) == 5 and text.lower().startswith("sep=") else None


def _unreadable(path: Path, error: OSError) -> ImportFileError:
    if isinstance(error, IsADirectoryError):
        return ImportFileError(f"“{path}” is a folder. Choose a file in it.")
    if isinstance(error, FileNotFoundError):
        return ImportFileError(f"“{path}” isn't there any more.")
    return ImportFileError(f"“{path}” can't be read: {error.strerror or error}.")
