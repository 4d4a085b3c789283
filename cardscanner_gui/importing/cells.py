"""Cells of other programs' files as our values; what makes no sense is a doubt, never an error."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from cardscanner_gui.core.copies import LANGUAGES as LANGUAGE_CODES
from cardscanner_gui.core.copies import Condition
from cardscanner_gui.core.text import fold
from cardscanner_gui.export.words import LANGUAGES, SEVEN_CONDITIONS, TCGPLAYER_LANGUAGES
from cardscanner_gui.importing.table import plain_cell

_NUMBER = re.compile(r"-?\d+(?:[.,]\d+)?")
_MONEY = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "USD": "USD", "EUR": "EUR"}
_MOST_COPIES = 1_000_000
_DAYS = ("%Y-%m-%d", "%Y/%m/%d", "%m/%d/%Y", "%d.%m.%Y")

_LANGUAGES = {fold(word): code for code, word in {**LANGUAGES}.items()}
_LANGUAGES |= {fold(word): code for code, word in TCGPLAYER_LANGUAGES.items()}
_LANGUAGES |= {fold(code): code for code in LANGUAGE_CODES}
_LANGUAGES |= {"jp": "ja", "kr": "ko", "chinese": "zh-cn", "chineset": "zh-tw", "br": "pt"}

# TCGplayer's five grades, as the best of ours that become each.
_CONDITIONS = {
    "lightlyplayed": Condition.EXCELLENT,
    "moderatelyplayed": Condition.GOOD,
    "heavilyplayed": Condition.PLAYED,
    "damaged": Condition.POOR,
    "slightlyplayed": Condition.EXCELLENT,
    "goodlightlyplayed": Condition.EXCELLENT,
    **{fold(word): Condition(code) for code, word in SEVEN_CONDITIONS.items()},
    **{fold(grade): grade for grade in Condition},
    "lp": Condition.EXCELLENT,
    "mp": Condition.GOOD,
    "hp": Condition.PLAYED,
    "dmg": Condition.POOR,
}


class Cells:
    """The cells of one row, read as values; gathers what made no sense.

    Attributes:
        doubts: in words for the user.
    """

    def __init__(self, cells: Mapping[str, str]) -> None:
        self._cells = cells
        self.doubts: list[str] = []

    def text(self, column: str) -> str:
        return plain_cell(self._cells.get(column, ""))

    def beginning(self, start: str) -> str:
        """The text of the column whose name begins so."""
        column = next((name for name in self._cells if name.startswith(start)), "")
        return self.text(column)

    def quantity(self, column: str) -> int:
        """How many copies; none at all where the row says so."""
        text = self.text(column)
        if text.isdecimal() and int(text) <= _MOST_COPIES:
            return int(text)
        found = _NUMBER.fullmatch(text)
        value = float(text.replace(",", ".")) if found else -1.0
        if value == int(value) and 0 <= value <= _MOST_COPIES:
            return int(value)
        self.doubts.append(f"“{text}” is no number of copies" if text else "it has no quantity")
        return 1

    def condition(self, column: str, words: Mapping[str, str] | None = None) -> str:
        """One of our seven grades; `words` are the program's own, folded."""
        text = self.text(column)
        known: Mapping[str, Any] = _CONDITIONS if words is None else {**_CONDITIONS, **words}
        found = known.get(fold(text))
        if found is None:
            if text:
                self.doubts.append(f"the condition “{text}” isn't known")
            return Condition.NEAR_MINT
        return str(found)

    def language(self, column: str) -> str:
        text = self.text(column)
        found = _LANGUAGES.get(fold(text))
        if found is None:
            if text:
                self.doubts.append(f"the language “{text}” isn't known")
            return "en"
        return found

    def market_id(self, column: str) -> int | None:
        text = self.text(column)
        return int(text) if text.isdecimal() and len(text) < 16 else None

    def day(self, column: str) -> str:
        """ISO date; empty for none."""
        text = self.text(column)
        for layout in _DAYS if text else ():
            try:
                return datetime.strptime(text[:10], layout).date().isoformat()
            except ValueError:
                continue
        if text:
            self.doubts.append(f"“{text}” is no date")
        return ""

    def seconds(self, column: str) -> float:
        """A day as seconds since the epoch; nothing for none."""
        day = self.day(column)
        return datetime.fromisoformat(day).replace(tzinfo=UTC).timestamp() if day else 0.0

    def price(self, column: str, currency: str) -> dict[str, Any]:
        """The copy's purchase price and currency; empty where there is none, or where it is 0."""
        text = self.text(column)
        if not text:
            return {}
        for sign, code in _MONEY.items():
            if sign in text:
                currency, text = code, text.replace(sign, "").strip()
        if re.fullmatch(r"\d{1,3}(,\d{3})+(\.\d+)?", text):
            text = text.replace(",", "")
        try:
            amount = float(text.replace(",", "."))
        except ValueError:
            self.doubts.append(f"“{text}” is no price")
            return {}
        if not 0 < amount < 1e9:
            return {}
        return {"purchase_price": amount, "purchase_currency": currency}
