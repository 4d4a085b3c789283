"""A game as data: everything that only its cards have, in one value.

No other room knows a game's name: each is handed the games there are, or the one that it needs, by
`builder.py`, which alone loads them from `games/`.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cardscanner_gui.core.catalogue import CardSet, Source
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.evidence import Term
from cardscanner_gui.core.print_mark import PrintMark
from cardscanner_gui.core.rule import Key, Rule
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Box, Printing, Reading, TextLine
from cardscanner_gui.core.values import PriceServer

Fold = Callable[[str], str]
"""`core.text.fold`, perhaps with a memory."""


def same_text(read: str, printed: str) -> bool:
    """Whether two texts are the same but for case, accents, spaces and punctuation."""
    return fold(read) == fold(printed)


@dataclass(frozen=True)
class ModelField:
    """How a vision-and-language model is asked for a field.

    Attributes:
        label: the line's beginning in its answer, such as `HP`.
        kind: what the answer may hold: `digits`, `number`, `year`, `choice` of what the catalogue
            knows, `listing` of several of those, or `free` text.
        longest: tokens of free text, also where the catalogue knows no values.
        translated: differs by language, so that a list of English values binds English cards only.
    """

    label: str
    kind: str
    longest: int = 16
    translated: bool = False


@dataclass(frozen=True)
class Question:
    """What a vision-and-language model is asked about a card.

    Attributes:
        text: the instruction.
        fields: what its answer holds, in this order, what tells most first.
        known: values that the catalogue has, by field; where there are none the field is free.
            Called once, while the model is opened.
    """

    text: str
    fields: Mapping[str, ModelField]
    known: Callable[[], Mapping[str, Sequence[str]]] = dict


@dataclass(frozen=True)
class FieldKind:
    """One thing that stands on a game's cards.

    Attributes:
        label: before its value in a sentence: `HP`, `set code`.
        printed: the values that the catalogue says stand there, in a language; none where it
            doesn't know.
        same: whether what was read is what this printing bears; None where that can't be said.
        contradicts: a clear reading that isn't the same speaks against the printing.
        heading: of its line among a card's details; empty for what is shown elsewhere.
        read_as: the kind of field that stands in for it while no printing is known.
        model: how a model is asked for it; None where it isn't.
        detail: whether it is told as a detail of a card whose printing is known.
        terms: its values are the game's own few words, which are shown in the user's language.
    """

    label: str
    printed: Callable[[Printing, str], tuple[str, ...]]
    same: Callable[[str, Printing], bool | None] = lambda _read, _printing: None
    contradicts: bool = False
    heading: str = ""
    read_as: str = ""
    model: ModelField | None = None
    detail: bool = True
    terms: bool = False


@dataclass(frozen=True)
class ExportWords:
    """What another program calls this game's things.

    Attributes:
        finishes: its words for the finishes that it knows.
        number: a printing's number as it writes it.
        set_name: what it calls a printing's set.
        title: what it calls the game.
    """

    finishes: Mapping[str, str]
    number: Callable[[Printing], str] = lambda printing: printing.printed_number
    set_name: Callable[[Printing], str] = lambda printing: printing.set_name
    title: str = ""


@dataclass(frozen=True)
class CardSheet:
    """Where things stand on an upright card, as fractions of its width and height.

    Attributes:
        width_mm, height_mm: of the card.
        top: the strip that holds the name.
        bottom: the strip that holds the number and the small print.
    """

    width_mm: float
    height_mm: float
    top: Box
    bottom: Box

    @property
    def aspect(self) -> float:
        """Width by height."""
        return self.width_mm / self.height_mm


def _no_phrases(_: Printing) -> Sequence[Mapping[str, str]]:
    return ()


def _no_facts(_: Printing, _fold: Fold) -> Mapping[str, Any]:
    return {}


def _no_mark(_: Printing, _language: str) -> str | None:
    return None


def _name_only(name: str, _: Printing) -> Iterable[str]:
    return (name,)


def _as_it_is(printing: Printing) -> Printing:
    return printing


def _told(_: Printing) -> bool:
    return True


def _unrelated(_: Printing, _others: Iterable[Printing]) -> Iterable[Printing]:
    return ()


def only_one(sources: Sequence[Source]) -> Source:
    """How a game takes sources that can't be joined: one of them."""
    if len(sources) != 1:
        raise CatalogueError("Cards of this game come from one source at a time.")
    return sources[0]


def _no_local(_: Path) -> Source | None:
    return None


@dataclass(frozen=True, eq=False)
class Game:
    """A trading card game.

    Attributes:
        id: short, lower case, kept with each card: `pokemon`.
        title: for people.
        sheet: where things stand on its cards.
        fields: what stands on its cards, in the order in which it is shown.
        asked: the fields that a model is asked for, in this order, what tells most first.
        parse: lines that were read, by this reader, as the game's fields.
        number_forms: every way in which a printing's number may stand on the card.
        terms: makes the kinds of evidence that its printings are judged by.
        rule: when evidence is enough.
        strip_keys: what besides is enough for a card of which only a strip shows, once the picture
            has confirmed its number: what isn't seen can't be asked for.
        finishes: a printing's finish → words for people, in the order in which they are offered.
        marks: what tells copies of some finishes from the others.
        sources: where its printings come from, by a short name, the first choice first.
        additions: what is joined to the first choice, by a short name: it fills gaps.
        join: several sources as one, of which the first counts most; also asked for a single one.
        open_local: the source for a file or folder; None where it holds nothing of this game.
        prepare: a source's printing as it really is printed.
        aliases: a printing's name, and what else it is listed or read as.
        phrases: texts in the middle of a card that tell which it is, by language.
        facts: what `Printing.facts` of this game may hold, and of which type it is: `int`, `str`,
            `tuple` or `dict`.
        kin_fact: the fact that is the same on printings of one creature, whatever it is called in
            their languages; empty where there is none.
        match_facts: what the game's own terms compare, folded, as plain values.
        told_by_picture: whether a printing's picture, without colours, tells it from other cards.
        picture_server: address of a server with small pictures of its printings, laid out as
            `{language}/{CardSet.asset_path}/{number}/low.webp`; empty where there is none.
        related: of a set's other printings those that often lie beside this one.
        hints: by language, patterns of words that only cards of that language bear, or few others;
            upper case without accents, each counts once.
        language_mark: pattern of the mark that a printing's cards bear in a language, beside its
            set's code; None where they bear none.
        ask: how a model is asked to write a card down.
        prices: where its cards' prices are asked for; None where there is no such place.
        exports: by the id of an export format its words for this game; a format that carries words
            of its own, such as `plain`, needs none.
    """

    id: str
    title: str
    sheet: CardSheet
    fields: Mapping[str, FieldKind]
    asked: tuple[str, ...]
    parse: Callable[[Sequence[TextLine], str], Reading]
    number_forms: Callable[[Printing, CardSet], tuple[str, ...]]
    terms: Callable[[], Sequence[Term]]
    rule: Rule
    finishes: Mapping[str, str]
    sources: Callable[[], Mapping[str, Source]]
    additions: Callable[[], Mapping[str, Source]] = dict
    join: Callable[[Sequence[Source]], Source] = only_one
    open_local: Callable[[Path], Source | None] = _no_local
    prepare: Callable[[Printing], Printing] = _as_it_is
    aliases: Callable[[str, Printing], Iterable[str]] = _name_only
    phrases: Callable[[Printing], Sequence[Mapping[str, str]]] = _no_phrases
    facts: Mapping[str, type] = field(default_factory=dict)
    kin_fact: str = ""
    match_facts: Callable[[Printing, Fold], Mapping[str, Any]] = _no_facts
    related: Callable[[Printing, Iterable[Printing]], Iterable[Printing]] = _unrelated
    told_by_picture: Callable[[Printing], bool] = _told
    picture_server: str = ""
    hints: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    language_mark: Callable[[Printing, str], str | None] = _no_mark
    ask: str = ""
    prices: PriceServer | None = None
    exports: Mapping[str, ExportWords] = field(default_factory=dict)
    strip_keys: tuple[Key, ...] = ()
    marks: tuple[PrintMark, ...] = ()

    def question(self, known: Callable[[], Mapping[str, Sequence[str]]] = dict) -> Question | None:
        """What a model is asked, `known` as in `Question`; None where it isn't asked anything."""
        models = {name: self.fields[name].model for name in self.asked}
        fields = {name: model for name, model in models.items() if model is not None}
        return Question(self.ask, fields, known) if fields else None


Games = Mapping[str, Game]
"""The games that this program knows, by their ids."""


def questions_of(games: Games) -> dict[str, Question]:
    """What a model is asked about each game's cards, of those that it is asked about."""
    asked = ((game.id, game.question()) for game in games.values())
    return {game_id: question for game_id, question in asked if question is not None}
