"""Cardmarket's stock file, which goes by its own number for the product."""

from __future__ import annotations

from collections.abc import Callable

from cardscanner_gui.core.copies import Condition
from cardscanner_gui.core.values import CARDMARKET
from cardscanner_gui.core.words import mark
from cardscanner_gui.export.line import Line, Table, fixed, in_words
from cardscanner_gui.export.model import NotCarriedError

LANGUAGE_NUMBERS = {
    "en": "1",
    "fr": "2",
    "de": "3",
    "es": "4",
    "it": "5",
    "zh-cn": "6",
    "ja": "7",
    "pt": "8",
    "ru": "9",
    "ko": "10",
    "zh-tw": "11",
}
GRADE_NUMBERS = {grade.value: str(number) for number, grade in enumerate(Condition, start=1)}
"""MT is 1, PO is 7."""


def _product(line: Line) -> str:
    product = line.market_id(CARDMARKET)
    if not product:
        finish, stamp = line.entry.finish, line.entry.stamp
        kind = f"“{finish}” with “{stamp}”" if stamp else f"“{finish}”"
        raise NotCarriedError(f"the catalogue has no Cardmarket product for it in {kind}")
    return product


def _is(*finishes: str) -> Callable[[Line], str]:
    return lambda line: "1" if line.entry.finish in finishes else ""


TABLE = Table(
    id="cardmarket",
    program="Cardmarket",
    title=mark("Cardmarket stock (CSV)"),
    description=mark("For Cardmarket's stock upload, which goes by its product numbers."),
    columns=(
        ("idProduct", _product),
        ("groupCount", lambda line: line.quantity),
        ("price", lambda line: line.price(CARDMARKET)),
        ("idLanguage", in_words(LANGUAGE_NUMBERS, "language")),
        ("condition", in_words(GRADE_NUMBERS, "condition")),
        ("isFoil", _is("holo", "firstEditionHolo", "unlimitedHolo")),
        ("isSigned", fixed("")),
        ("isAltered", fixed("")),
        ("isPlayset", fixed("")),
        ("isReverseHolo", _is("reverse")),
        ("isFirstEd", _is("firstEdition", "firstEditionHolo")),
        ("isFullArt", fixed("")),
        ("isUberRare", fixed("")),
        ("isWithDie", fixed("")),
    ),
    delimiter=";",
)
