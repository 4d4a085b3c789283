"""PriceCharting's collection file; it finds cards by their name, number and set."""

from __future__ import annotations

from cardscanner_gui.core.copies import Condition
from cardscanner_gui.core.text import normalise_number
from cardscanner_gui.core.types import ASIA
from cardscanner_gui.core.values import TCGPLAYER
from cardscanner_gui.core.words import mark
from cardscanner_gui.export.line import Line, Table, fixed
from cardscanner_gui.export.model import NotCarriedError

_REGIONS = {
    "ja": "Japanese",
    "ko": "Korean",
    "zh-cn": "Chinese",
    "zh-tw": "Chinese",
    "th": "Thai",
    "id": "Indonesian",
}
_WORN = frozenset({Condition.PLAYED.value, Condition.POOR.value})


def _product(line: Line) -> str:
    """`Sprigatito [Reverse Holo] #12`."""
    marks = [one for one in (line.finish, line.entry.stamp.replace("-", " ").title()) if one]
    number = normalise_number(line.printing.number)
    return " ".join((line.name, *(f"[{mark}]" for mark in marks), f"#{number}"))


def _console(line: Line) -> str:
    """`Pokemon Paldea Evolved`; sets of Asia have the language before the name."""
    asian = line.printing.region == ASIA
    if asian and line.entry.language not in _REGIONS:
        raise NotCarriedError(f"PriceCharting has no sets in “{line.entry.language}”")
    language = _REGIONS[line.entry.language] if asian else ""
    return " ".join(part for part in (line.words.title, language, line.set_name) if part)


def _grade(line: Line) -> str:
    return f"{line.entry.grader} {line.entry.grade}".strip() or "Ungraded"


def _pennies(amount: str) -> str:
    return str(round(float(amount) * 100)) if amount else ""


def _cost(line: Line) -> str:
    paid = line.entry.purchase_price
    return "0" if paid is None else str(round(paid * 100))


TABLE = Table(
    id="pricecharting",
    program="PriceCharting",
    title="PriceCharting (CSV)",
    description=mark(
        "For PriceCharting's collection tracker, which finds cards by name and number."
    ),
    columns=(
        ("id", fixed("")),
        ("product-name", _product),
        ("console-name", _console),
        ("price-in-pennies", lambda line: _pennies(line.price(TCGPLAYER))),
        ("include-string", _grade),
        (
            "condition-string",
            lambda line: "Damaged" if line.entry.condition in _WORN else "Normal wear",
        ),
        ("condition-id", fixed("")),
        ("sku", fixed("")),
        ("notes", lambda line: line.entry.note),
        ("cost-basis-in-pennies", _cost),
        ("quantity", lambda line: line.quantity),
        ("date-entered", lambda line: line.day),
        ("date-purchased", lambda line: line.entry.purchased_on),
        ("grading-company", lambda line: line.entry.grader),
        ("grading-cert-id", lambda line: line.entry.certificate),
        ("folder", lambda line: line.entry.folder),
    ),
)
