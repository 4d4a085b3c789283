"""What a second reader, a model, may add to a card's answer, and what it may not.

It never overrides an agreed key: where it disagrees with the catalogue both are shown. It settles
an unsure card only together with the first reader, for a printing that both speak for.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Protocol

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.game import Game, Games
from cardscanner_gui.core.generic_game import game_of
from cardscanner_gui.core.model_share import ModelShare
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import CardImage, Field, Match, Printing, Reading, Status

WORTH_A_WORD = 0.6
"""A model that gives its value less than this doesn't contradict."""


class SecondReader(Protocol):
    """Reads the fields of a card, one after the other.

    A value of confidence 0 is no evidence: the model confirmed what was expected, as it does on a
    blank card.
    """

    id: str

    def read(
        self,
        card: CardImage,
        expected: Printing | None = None,
        language: str | None = None,
        token: CancelToken | None = None,
    ) -> Iterator[tuple[str, Field]]:
        """Fields as they are read. Raises `CancelledError`, or `WorldError` if the reader fails."""

    def read_together(
        self,
        cards: Sequence[CardImage],
        expected: Sequence[Printing | None],
        languages: Sequence[str | None],
        token: CancelToken | None = None,
    ) -> Iterator[tuple[int, str, Field]]:
        """Fields of several cards, each with its card's place; decoding shares steps.

        Raises as `read` does.
        """

    def look_ahead(self, card: CardImage) -> None:
        """Begin to compute what `read` of the same pixels needs, if that gains anything here.

        Returns at once. Whatever is read stops it, unless it is this card.
        """

    def reading(self, fields: Sequence[tuple[str, Field]]) -> Reading:
        """The fields as a reading."""


def likeliest(match: Match) -> Printing | None:
    """What the card probably is: the answer, or else the first candidate."""
    if match.printing is not None:
        return match.printing
    return match.candidates[0].printing if match.candidates else None


def joined(first: Reading, second: Reading) -> Reading:
    """Both readers' hypotheses, the first reader's first."""
    kinds = dict.fromkeys((*first.fields, *second.fields))
    return replace(first, fields={kind: first.of(kind) + second.of(kind) for kind in kinds})


def settled_by_both(first: Match, both: Match, reader: str) -> Match:
    """The answer to both readings, if the first reader had that printing among its candidates."""
    printing = both.printing
    known = {candidate.printing.id for candidate in first.candidates}
    if both.status is not Status.IDENTIFIED or printing is None or printing.id not in known:
        return first
    return replace(both, reason=f"{both.reason}, read by {reader} too")


def share_of(
    reader: str,
    told: Sequence[tuple[str, Field]],
    first: Reading,
    answer: Match,
    game: Game,
    *,
    settled: bool = False,
) -> ModelShare:
    """What a model had to do with a card's answer.

    Args:
        reader: the model's id.
        told: what it read, by fields.
        first: what was read before it.
        answer: that came of both.
        game: the card's.
        settled: whether the answer was unsure without it.
    """
    found: dict[str, list[str]] = {"agreed": [], "added": [], "contradicted": [], "refused": []}
    for name, value in told:
        verdict = _verdict(name, value, first, answer.printing, game)
        if verdict:
            found[verdict].append(name)
    return ModelShare(
        reader, **{kind: tuple(names) for kind, names in found.items()}, settled=settled
    )


def _verdict(name: str, value: Field, first: Reading, printing: Printing | None, game: Game) -> str:
    """Which of a share's fields this value belongs to, empty for none."""
    kind = game.fields.get(name)
    if kind is None:
        return ""
    if value.confidence <= 0:
        return "refused"
    same = kind.same(value.text, printing) if printing is not None else None
    if same is False and kind.contradicts and value.confidence >= WORTH_A_WORD:
        return "contradicted"
    before = first.of(name) or first.of(kind.read_as)
    if not before:
        return "added"
    alike = any(fold(value.text) in fold(field.text) for field in before)
    return "agreed" if same or alike else ""


def contradictions(printing: Printing, reading: Reading, game: Game) -> list[str]:
    """In words, where a confident reading names another card than the printing."""
    return [
        f"{kind.label} {field.text}"
        for name, kind in game.fields.items()
        if kind.contradicts
        for field in reading.of(name)[:1]
        if field.confidence >= WORTH_A_WORD and kind.same(field.text, printing) is False
    ]


def judged(match: Match, reading: Reading, games: Games) -> Match:
    """An identified match, with a word about what the second reader saw."""
    if match.printing is None:
        return match
    game = game_of(games, match.printing.game)
    against = contradictions(match.printing, reading, game)
    if against:
        words = " and ".join(against)
        return replace(match, reason=f"{match.reason}, but {reading.reader} reads {words}")
    if reading.of("name") or reading.of("number"):
        return replace(match, reason=f"{match.reason}, confirmed by {reading.reader}")
    return match
