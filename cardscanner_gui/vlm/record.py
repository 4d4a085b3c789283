"""The answer that a model is asked for: its fields, their order and what each may hold.

One line a field, `Name: Sprigatito`. Lines rather than JSON: every boundary between fixed text and
value is one that the tokenizer makes by itself, and a record has a third fewer tokens.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence

from cardscanner_gui.core.game import Game, ModelField, Question
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


class RecordForm:
    """Builds skeletons and drafts for one tokenizer; lists of values are compiled once."""

    def __init__(self, vocabulary: Vocabulary, question: Question) -> None:
        self._vocabulary = vocabulary
        self._labels = {name: field.label for name, field in question.fields.items()}
        known = question.known()
        self._constraints = {
            name: self._allowing(field, known.get(name, ()))
            for name, field in question.fields.items()
        }
        self._any_language = self._constraints | {
            name: FreeText(vocabulary, field.longest)
            for name, field in question.fields.items()
            if field.translated
        }

    @property
    def fields(self) -> tuple[str, ...]:
        """Names of all fields, in the order in which they are asked for."""
        return tuple(self._labels)

    def skeleton(self, fields: Iterable[str] | None = None, *, english: bool = True) -> Skeleton:
        """Lines for these fields, in this order, then the end of the answer.

        Args:
            fields: names of the fields; None for all.
            english: what differs by language is among the known values; otherwise it is free.
        """
        constraints = self._constraints if english else self._any_language
        parts: list[Literal | Slot] = []
        for name in self.fields if fields is None else fields:
            label = self._labels[name]
            lead = f"\n{label}:" if parts else f" {label}:"
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

    def _allowing(self, field: ModelField, known: Sequence[str]) -> Constraint:
        vocabulary = self._vocabulary
        match field.kind:
            case "digits":
                return digits(vocabulary, 3)
            case "number":
                return collector_number(vocabulary)
            case "year":
                return year(vocabulary)
            case "choice" if known:
                return OneOf.of(vocabulary, [*known, NOTHING])
            case "listing" if known:
                return Listing(vocabulary, known)
        return FreeText(vocabulary, field.longest)

    def _literal(self, text: str) -> Literal:
        return Literal(tuple(self._vocabulary.encode(text)))


def expected_values(game: Game, printing: Printing, language: str = "en") -> dict[str, str]:
    """What the card would say if it is this printing: the draft that the model then checks."""
    return {
        name: ", ".join(game.fields[name].printed(printing, language)) or NOTHING
        for name in game.asked
    }
