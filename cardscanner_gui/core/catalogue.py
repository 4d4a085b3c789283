"""What a catalogue is made of: sources, sets, and printings as they are compared."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple, Protocol

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.types import INTERNATIONAL, Printing

Progress = Callable[[str, float | None], None]
"""Told what is being done, in words, and how far: 0 to 1, or None when that isn't known."""


class UnreachableError(CatalogueError):
    """The source can't be reached from here; another one may be."""


@dataclass(frozen=True)
class SourceDescription:
    """Attributes:
    name: `TCGdex`.
    where: an address, a file or a package.
    licence: of the data.
    reduced: it lacks cards or languages that the game's first source has.
    """

    name: str
    where: str
    licence: str
    reduced: bool = False


@dataclass(frozen=True)
class CardSet:
    """One set: what its printings have in common.

    Attributes:
        names: by language code.
        region: `international` or `asia`.
        codes: set codes as printed on cards or used by tools, upper case, the printed one first.
        printed_total: what stands after the slash on a plain number; None where nothing does.
        released: ISO date, the earliest of all languages.
        years: every year in which the set was released somewhere.
        promo: its cards carry a number without a total.
        asset_path: where the game's server of small pictures keeps those of its cards within a
            language: `sv/sv02`; None where that isn't known or is another set's place.
    """

    id: str
    names: Mapping[str, str]
    region: str = INTERNATIONAL
    series: str | None = None
    codes: tuple[str, ...] = ()
    printed_total: int | None = None
    released: str | None = None
    years: tuple[int, ...] = ()
    promo: bool = False
    asset_path: str | None = None


class MatchRow(NamedTuple):
    """One printing as it is compared with readings; every text is folded unless it says otherwise.

    Attributes:
        key: the printing's number in this catalogue; changes with the next update.
        names: in every language; also as printed where the source lists it otherwise.
        number_forms: every way in which the number may be printed.
        codes: upper-case set codes; for Asian sets the set's id.
        phrases: texts in the middle of the card that tell it, such as the names of its attacks:
            for each the forms in every language.
        years: in which the set was released somewhere.
        languages: in which the source knows the card's name.
        facts: what only this game's cards have; `core.game.Game.match_facts` made them.
    """

    key: int
    id: str
    region: str
    names: tuple[str, ...]
    number_forms: tuple[str, ...]
    codes: tuple[str, ...]
    phrases: tuple[tuple[str, ...], ...]
    artist: str
    years: tuple[int, ...]
    languages: tuple[str, ...]
    facts: Mapping[str, Any]


class LookUps(Protocol):
    """How printings are found in a catalogue; all texts are folded, keys are those of its rows."""

    def names_like(self, folded: str, limit: int = 20) -> list[str]:
        """Card names like this one: itself, names within it, then the most similar."""

    def phrases_like(self, folded: str, limit: int = 20) -> list[str]:
        """Phrases like this one, as `names_like`."""

    def keys_by_name(self, folded: str) -> list[int]:
        """Printings that bear exactly this name in some language."""

    def keys_by_phrase(self, folded: str) -> list[int]:
        """Printings that bear exactly this phrase in some language."""

    def keys_by_number(self, form: str) -> list[int]:
        """Printings whose number is printed like this."""


class Source(Protocol):
    """Gives every printing of one body of data, set by set.

    Attributes:
        version: which state of the data `read` gave; known once it has begun.
        skipped: files that `read` could not make sense of; complete once it has ended.
    """

    version: str
    skipped: list[str]

    def describe(self) -> SourceDescription:
        """What it is, where it lies and under which licence; touches nothing."""

    def read(
        self, scratch: Path, progress: Progress, token: CancelToken
    ) -> Iterator[tuple[CardSet, Printing]]:
        """Every printing with its set; the printings of a set follow each other.

        `scratch` is an empty folder for what has to be downloaded; the caller removes it.

        Raises:
            UnreachableError: there is no way to it from here.
            CatalogueError: it was reached, but can't be read.
            CancelledError: the token was cancelled.
        """
