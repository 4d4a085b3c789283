"""Scan results for people, for programs and as a table."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from functools import partial
from pathlib import Path
from types import TracebackType
from typing import Self

from cardscanner_gui.core.errors import ExportError
from cardscanner_gui.core.game import Game, Games
from cardscanner_gui.core.generic_game import game_of
from cardscanner_gui.core.model_share import share_words
from cardscanner_gui.core.types import Recognition, ScanResult, Status
from cardscanner_gui.core.words import said, tr
from cardscanner_gui.export.cells import safe_cell
from cardscanner_gui.recognition.contract import certain_name_of, scan_object

_MARKS = {Status.IDENTIFIED: "✓", Status.UNSURE: "?", Status.UNREADABLE: "–"}
_COLUMNS = (
    "file", "card", "status", "reason", "id", "name", "set", "number", "rarity", "language",
    "finish", "candidates", "error",
)  # fmt: skip


def json_line(result: ScanResult, games: Games) -> str:
    """The scan contract's object on one line."""
    return json.dumps(scan_object(result, games), ensure_ascii=False)


def text_lines(result: ScanResult, games: Games) -> Iterator[str]:
    """A line a card: mark, what it is, why; candidates below a doubtful one."""
    if result.error:
        # The error names the file already.
        yield f"✕ {result.error}"
        return
    if not result.cards:
        yield tr("– {source}: no card found", source=result.source)
    for card in result.cards:
        yield f"{_MARKS[card.match.status]} {result.source}: {_answer(card, games)}"
        if card.model is not None:
            game = game_of(games, card.reading.game)
            yield f"    {share_words(card.model, partial(_label, game))}"
        if card.match.status is Status.UNSURE:
            for candidate in card.match.candidates[:3]:
                printing = candidate.printing
                yield f"    {printing.name} {printing.printed_number} · {printing.set_name}"


def _label(game: Game, name: str) -> str:
    """What a field is called in a sentence."""
    return game.fields[name].label if name in game.fields else name


def _answer(card: Recognition, games: Games) -> str:
    printing = card.match.printing
    name = certain_name_of(card, games)
    if name is not None:
        return f"{name} ({said(card.match.reason)})"
    if printing is None:
        read = " · ".join(field.text for field in card.reading.best().values())
        return said(card.match.reason) + (tr(" (read: {read})", read=read) if read else "")
    place = f"{printing.printed_number} · {printing.set_name}"
    return f"{printing.name} {place} ({said(card.match.reason)})"


class CsvOutput:
    """A table with one row a card, written as the results come; a context manager."""

    def __init__(self, path: Path) -> None:
        try:
            # With a byte-order mark: Excel takes the file for UTF-8 only then.
            self._file = path.open("w", encoding="utf-8-sig", newline="")
        except OSError as error:
            raise ExportError(
                tr(
                    "{path} can't be written: {strerror}",
                    path=path,
                    strerror=error.strerror or error,
                )
            ) from error
        self._writer = csv.writer(self._file)
        self._writer.writerow(_COLUMNS)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._file.close()

    def write(self, result: ScanResult) -> None:
        """One row for each card, or one that says why there is none."""
        try:
            for row in _rows(result):
                self._writer.writerow([safe_cell(cell) for cell in row])
            self._file.flush()
        except OSError as error:
            raise ExportError(
                tr("The table can't be written: {strerror}", strerror=error.strerror or error)
            ) from error


def _rows(result: ScanResult) -> Iterator[list[str]]:
    if not result.cards:
        yield [result.source, *[""] * (len(_COLUMNS) - 2), result.error or ""]
    for index, card in enumerate(result.cards, 1):
        printing = card.match.printing
        known = (
            [
                printing.id,
                printing.name,
                printing.set_name,
                printing.printed_number,
                printing.rarity,
            ]
            if printing
            else [""] * 5
        )
        candidates = "; ".join(
            f"{c.printing.name} {c.printing.printed_number} ({c.printing.set_name})"
            for c in card.match.candidates[:5]
        )
        yield [
            result.source, str(index), str(card.match.status), card.match.reason,
            *(cell or "" for cell in known), card.language or "", card.finish or "",
            "" if printing else candidates, "",
        ]  # fmt: skip
