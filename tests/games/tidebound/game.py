"""Tidebound as a `Game`: cards of 59 x 86 mm, numbers like `TDB-E014` under the picture, a power
instead of hit points, and a motto.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from cardscanner_gui.catalogue.match.terms.name import NameTerm
from cardscanner_gui.catalogue.match.terms.number import NumberTerm
from cardscanner_gui.core import card_fields
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.card_fields import one
from cardscanner_gui.core.catalogue import CardSet, MatchRow, Progress, Source, SourceDescription
from cardscanner_gui.core.evidence import Compared, Observation, Term
from cardscanner_gui.core.game import CardSheet, ExportWords, FieldKind, Fold, Game
from cardscanner_gui.core.rule import Key, Rule
from cardscanner_gui.core.types import Box, Field, Printing, Reading, TextLine, Variant

DEEP = CardSet("tdb", {"en": "The Deep"}, codes=("TDB",), released="2024-05-01", years=(2024,))
_NUMBER = re.compile(r"[A-Z]{3}-?E\d{3}")


def printing(number: str, name: str, power: int, motto: str) -> Printing:
    return Printing(
        id=f"tdb-{number}",
        names={"en": name},
        set_id="tdb",
        set_names=DEEP.names,
        number=f"TDB-E{number}",
        set_code="TDB",
        released=DEEP.released,
        variants=(Variant("normal"), Variant("pearl")),
        facts={"power": power, "motto": {"en": motto}},
    )


PRINTINGS = (
    printing("014", "Harbour Warden", 7, "No gull lands unseen"),
    printing("015", "Salt Cartographer", 3, "Every reef has a name"),
    printing("041", "Harbour Warden", 9, "The lamp never sleeps"),
)


class TideboundSource:
    """Its three cards."""

    version = "1"

    def __init__(self) -> None:
        self.skipped: list[str] = []

    def describe(self) -> SourceDescription:
        return SourceDescription("Tidebound", "the tests", "none")

    def read(
        self, scratch: Path, progress: Progress, token: CancelToken
    ) -> Iterator[tuple[CardSet, Printing]]:
        for card in PRINTINGS:
            token.check()
            yield DEEP, card


class PowerTerm(Term):
    """The power in the card's lower right corner."""

    name, label, cheap = "power", "power", True

    def points(self, seen: Observation, row: MatchRow) -> float | None:
        read = [field.text for field in seen.reading.of("power")]
        if not read:
            return None
        return 4.0 if str(row.facts["power"]) in read else -4.0

    def compared(self, reading: Reading, printing: Printing) -> Compared:
        read = [field.text for field in reading.of("power")]
        return Compared(next(iter(read), None), str(printing.facts["power"]))


def parse(lines: Sequence[TextLine], reader: str) -> Reading:
    """The name at the top, the number in the bottom strip, the power beside it."""
    fields: dict[str, tuple[Field, ...]] = {}

    def add(kind: str, line: TextLine, text: str) -> None:
        fields[kind] = (*fields.get(kind, ()), Field(text, line.confidence, line.box))

    for line in lines:
        middle, text = (line.box.top + line.box.bottom) / 2, line.text.strip()
        compact = text.upper().replace(" ", "")
        if middle < 0.2 and len(text) > 3:
            add("name", line, text)
        elif middle > 0.8 and (found := _NUMBER.search(compact)):
            add("number", line, found.group())
        elif middle > 0.8 and (power := re.fullmatch(r"POWER:?(\d+)", compact)):
            add("power", line, power.group(1))
    return Reading(reader, tuple(lines), fields)


def number_forms(card: Printing, _: CardSet) -> tuple[str, ...]:
    return (card.number, card.number.replace("-", ""))


def _power(card: Printing, _: str) -> tuple[str, ...]:
    return one(str(card.facts["power"]))


def _same_power(read: str, card: Printing) -> bool:
    return read == str(card.facts["power"])


def _match_facts(card: Printing, _: Fold) -> Mapping[str, object]:
    return {"power": card.facts["power"]}


def _terms() -> tuple[Term, ...]:
    return NumberTerm(_NUMBER), NameTerm(), PowerTerm()


def _sources() -> Mapping[str, Source]:
    return {"tests": TideboundSource()}


TIDEBOUND = Game(
    id="tidebound",
    title="Tidebound",
    sheet=CardSheet(59, 86, top=Box(0, 0, 1, 0.16), bottom=Box(0, 0.82, 1, 1)),
    fields={
        "name": card_fields.NAME,
        "number": card_fields.NUMBER,
        "power": FieldKind("power", _power, _same_power, contradicts=True, heading="Power"),
        "motto": FieldKind("motto", lambda card, _: one(card.facts["motto"]["en"])),
    },
    asked=(),
    parse=parse,
    number_forms=number_forms,
    terms=_terms,
    rule=Rule(
        keys=(Key({"number": 10.0, "name": 6.0}),),
        sides={"power": 3.0},
        contradictions=("number", "name", "power"),
    ),
    finishes={"normal": "Matt", "pearl": "Mother of pearl"},
    sources=_sources,
    facts={"power": int, "motto": dict},
    match_facts=_match_facts,
    exports={"tcgplayer-app": ExportWords({"normal": "Normal"})},
)
