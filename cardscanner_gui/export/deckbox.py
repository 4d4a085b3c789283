"""Deckbox's inventory file. It knows foil or not; which finish and stamp goes into its note."""

from __future__ import annotations

from cardscanner_gui.core.copies import PLAIN_FINISH, Condition
from cardscanner_gui.core.words import mark
from cardscanner_gui.export.dragon_shield import paid
from cardscanner_gui.export.line import Line, Table, fixed, in_words
from cardscanner_gui.export.words import LANGUAGES

_CONDITIONS = {
    Condition.MINT.value: "Mint",
    Condition.NEAR_MINT.value: "Near Mint",
    Condition.EXCELLENT.value: "Good (Lightly Played)",
    Condition.GOOD.value: "Played",
    Condition.LIGHT_PLAYED.value: "Played",
    Condition.PLAYED.value: "Heavily Played",
    Condition.POOR.value: "Poor",
}
_MATT = ("firstEdition", "unlimited", PLAIN_FINISH)


def _foil(line: Line) -> str:
    return "" if line.entry.finish in _MATT else "foil"


def _note(line: Line) -> str:
    return ", ".join(part for part in (line.finish, line.entry.stamp) if part)


def _promo(line: Line) -> str:
    return "promo" if line.rarity.casefold() == "promo" else ""


TABLE = Table(
    id="deckbox",
    program="Deckbox",
    title="Deckbox (CSV)",
    description=mark("For Deckbox's inventory; finishes go into its printing note."),
    columns=(
        ("Count", lambda line: line.quantity),
        ("Tradelist Count", fixed("0")),
        ("Name", lambda line: line.name),
        ("Edition", lambda line: line.set_name),
        ("Edition Code", lambda line: line.set_code),
        ("Card Number", lambda line: line.number),
        ("Condition", in_words(_CONDITIONS, "condition")),
        ("Language", in_words(LANGUAGES, "language")),
        ("Foil", _foil),
        ("Signed", fixed("")),
        ("Artist Proof", fixed("")),
        ("Altered Art", fixed("")),
        ("Misprint", fixed("")),
        ("Promo", _promo),
        ("Textless", fixed("")),
        ("Printing Id", fixed("")),
        ("Printing Note", _note),
        ("Tags", lambda line: ", ".join(line.entry.tags)),
        ("My Price", paid),
    ),
)
