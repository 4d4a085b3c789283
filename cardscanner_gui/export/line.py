"""One entry as the tables of columns see it, and formats that are made of such a table."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.copies import stamp_of
from cardscanner_gui.core.game import ExportWords, Games
from cardscanner_gui.core.types import Printing
from cardscanner_gui.core.values import Quote, Quotes
from cardscanner_gui.export.cells import safe_cell
from cardscanner_gui.export.model import ExportFormat, NotCarriedError


@dataclass(frozen=True)
class Line:
    """An entry, what the other program calls its game's things, and what it is worth."""

    program: str
    entry: Entry
    words: ExportWords
    quotes: Mapping[str, Quote]

    @property
    def printing(self) -> Printing:
        return self.entry.printing

    @property
    def quantity(self) -> str:
        return str(self.entry.quantity)

    @property
    def name(self) -> str:
        return self.printing.name

    @property
    def set_name(self) -> str:
        return self.words.set_name(self.printing)

    @property
    def set_code(self) -> str:
        return self.printing.set_code or ""

    @property
    def number(self) -> str:
        return self.words.number(self.printing)

    @property
    def rarity(self) -> str:
        return self.printing.rarity or ""

    @property
    def finish(self) -> str:
        return self.word(self.words.finishes, self.entry.finish, "finish")

    @property
    def day(self) -> str:
        """ISO date on which the card was scanned."""
        return iso_day(self.entry.scanned_at)

    def word(self, words: Mapping[str, str], value: str, what: str) -> str:
        """The other program's word. Raises `NotCarriedError` where it has none."""
        word = words.get(value)
        if word is None:
            raise NotCarriedError(f"{self.program} has no word for the {what} “{value}”")
        return word

    def market_id(self, market: str) -> str:
        """The marketplace's product of this copy; empty when it is not certain.

        A stamped card is a product of its own. A copy without a stamp is the one without, or the
        only one there is.
        """
        entry = self.entry
        same = [variant for variant in self.printing.variants if variant.finish == entry.finish]
        chosen = [variant for variant in same if stamp_of(variant) == entry.stamp]
        if not entry.stamp:
            chosen = chosen or same
        ids = {variant.marketplace_ids.get(market) for variant in chosen}
        product = ids.pop() if len(ids) == 1 else None
        return "" if product is None else str(product)

    def price(self, source: str, kind: str = "market") -> str:
        """`market`, `low` or `mid` of one copy in the marketplace's currency; empty: not known."""
        quote = self.quotes.get(source)
        amount = getattr(quote, kind) if quote is not None else None
        return "" if amount is None else f"{amount:.2f}"


Column = tuple[str, Callable[[Line], str]]
"""A heading, and what stands under it."""


def fixed(text: str) -> Callable[[Line], str]:
    """The same cell in every row."""
    return lambda _: text


def in_words(
    words: Mapping[str, str], field: str, what: str | None = None
) -> Callable[[Line], str]:
    """The other program's word for a field of the entry."""
    return lambda line: line.word(words, getattr(line.entry, field), what or field)


@dataclass(frozen=True)
class Table:
    """A format as a table of columns; `make` gives it the games' words and what cards are worth.

    Attributes:
        program: the other program's name, for the reasons why it can't take a card.
        columns: in order; the other fields as in `ExportFormat`.
    """

    id: str
    program: str
    title: str
    description: str
    columns: Sequence[Column]
    encoding: str = "utf-8"
    delimiter: str = ","
    line_end: str = "\r\n"
    preamble: str = ""
    quote_all: bool = False

    def make(self, games: Games, quotes: Quotes) -> ExportFormat:
        """The format, for cards of these games."""
        return ExportFormat(
            id=self.id,
            title=self.title,
            description=self.description,
            header=tuple(heading for heading, _ in self.columns),
            row=partial(self._row, games, quotes),
            encoding=self.encoding,
            delimiter=self.delimiter,
            line_end=self.line_end,
            preamble=self.preamble,
            quote_all=self.quote_all,
        )

    def _row(self, games: Games, quotes: Quotes, entry: Entry) -> list[str]:
        game = games.get(entry.printing.game)
        words = game.exports.get(self.id) if game is not None else None
        if words is None:
            name = game.title if game is not None else entry.printing.game
            raise NotCarriedError(f"{self.program} has no words for cards of {name}")
        line = Line(self.program, entry, words, quotes(entry))
        return [safe_cell(cell(line)) for _, cell in self.columns]


def iso_day(seconds: float) -> str:
    """ISO date of seconds since the epoch, of Greenwich; empty for none."""
    return datetime.fromtimestamp(seconds, UTC).date().isoformat() if seconds else ""
