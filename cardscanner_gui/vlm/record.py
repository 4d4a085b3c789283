"""The answer that the model is asked for: its fields, their order and what each may hold.

One line a field, `Name: Sprigatito`. Lines rather than JSON: every boundary between fixed text and
value is one that the tokenizer makes by itself, and a record has a third fewer tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from cardscanner_gui.core.types import Printing
from cardscanner_gui.vlm.constraints import (
    NOTHING,
    Constraint,
    FreeText,
    Listing,
    OneOf,
    collector_number,
    digits,
    year,
)
from cardscanner_gui.vlm.skeleton import Literal, Skeleton, Slot
from cardscanner_gui.vlm.vocabulary import Vocabulary

INSTRUCTION = (
    "This picture shows a trading card. Write down what is printed on it, one line each, "
    "and - for what is missing: Name, HP, Number, Set, Attacks, Artist, Year."
)

LABELS: Mapping[str, str] = {
    "name": "Name",
    "hp": "HP",
    "number": "Number",
    "set_code": "Set",
    "attacks": "Attacks",
    "artist": "Artist",
    "year": "Year",
}
QUICK_FIELDS = ("name", "hp", "number")
ALL_FIELDS = tuple(LABELS)


@dataclass(frozen=True)
class Vocabularies:
    """Values that the catalogue knows; an empty list leaves the field free.

    Names and attacks are those of English cards.
    """

    names: Sequence[str] = ()
    set_codes: Sequence[str] = ()
    attacks: Sequence[str] = ()
    artists: Sequence[str] = ()


class RecordForm:
    """Builds skeletons and drafts for one tokenizer; lists of values are compiled once."""

    def __init__(self, vocabulary: Vocabulary, known: Vocabularies | None = None) -> None:
        known = known or Vocabularies()
        self._vocabulary = vocabulary
        self._constraints: dict[str, Constraint] = {
            "name": self._choice_or_free(known.names),
            "hp": digits(vocabulary, 3),
            "number": collector_number(vocabulary),
            "set_code": self._choice_or_free(known.set_codes),
            "attacks": (
                Listing(vocabulary, known.attacks) if known.attacks else FreeText(vocabulary, 32)
            ),
            "artist": self._choice_or_free(known.artists),
            "year": year(vocabulary),
        }
        self._any_language = self._constraints | {
            "name": FreeText(vocabulary, 16),
            "attacks": FreeText(vocabulary, 32),
        }

    def skeleton(self, fields: Iterable[str] = ALL_FIELDS, *, english: bool = True) -> Skeleton:
        """Lines for these fields, in this order, then the end of the answer.

        Args:
            fields: names of the fields.
            english: names and attacks are those of the lists; otherwise they are free.
        """
        constraints = self._constraints if english else self._any_language
        parts: list[Literal | Slot] = []
        for name in fields:
            lead = f"\n{LABELS[name]}:" if parts else f" {LABELS[name]}:"
            parts += [self._literal(lead), Slot(name, constraints[name])]
        parts.append(self._literal("\n"))
        return Skeleton(tuple(parts))

    def draft(self, values: Mapping[str, str]) -> dict[str, list[int]]:
        """Tokens of the values that are expected."""
        return {name: self._vocabulary.encode(" " + text) for name, text in values.items()}

    def text(self, ids: Sequence[int]) -> str:
        """A value's tokens as text; empty for nothing."""
        text = self._vocabulary.decode(ids).strip()
        return "" if text == NOTHING else text

    def raw(self, ids: Sequence[int]) -> str:
        """A whole answer's tokens as text."""
        return self._vocabulary.decode(ids)

    def piece(self, token: int) -> str:
        """What one token spells, for showing text as it comes."""
        return self._vocabulary.spellings.get(token, "")

    def _choice_or_free(self, values: Sequence[str]) -> Constraint:
        if not values:
            return FreeText(self._vocabulary, 16)
        return OneOf.of(self._vocabulary, [*values, NOTHING])

    def _literal(self, text: str) -> Literal:
        return Literal(tuple(self._vocabulary.encode(text)))


def expected_values(printing: Printing, language: str = "en") -> dict[str, str]:
    """What the card would say if it is this printing: the draft that the model then checks."""
    attacks = [attack.get(language, "") for attack in printing.attacks]
    year = (printing.released or "")[:4]
    return {
        "name": printing.names.get(language) or printing.name,
        "hp": str(printing.hp) if printing.hp else NOTHING,
        "number": printing.printed_number or NOTHING,
        "set_code": printing.set_code or NOTHING,
        "attacks": ", ".join(a for a in attacks if a) or NOTHING,
        "artist": printing.illustrator or NOTHING,
        "year": year or NOTHING,
    }
