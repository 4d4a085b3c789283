"""The user's own copy of a card, and what it starts as.

Whatever a copy gains is added to `Copy`, and where the picture or the user's defaults tell it, to
`starting_copy`: an `Entry` is a copy too, and the store reads and writes a copy's fields by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from enum import StrEnum
from typing import Protocol

from cardscanner_gui.core.types import ASIA, Printing, Variant


class Condition(StrEnum):
    """Cardmarket's seven grades, as short codes; every export maps from these."""

    MINT = "MT"
    NEAR_MINT = "NM"
    EXCELLENT = "EX"
    GOOD = "GD"
    LIGHT_PLAYED = "LP"
    PLAYED = "PL"
    POOR = "PO"


PLAIN_FINISH = "normal"
"""The finish of a card that shines nowhere; which others there are, each game says."""

LANGUAGES = (
    "en",
    "fr",
    "de",
    "it",
    "es",
    "pt",
    "nl",
    "pl",
    "ru",
    "ja",
    "ko",
    "zh-cn",
    "zh-tw",
    "th",
    "id",
)

_OF_ASIA = frozenset({"ja", "ko", "zh-cn", "zh-tw", "th", "id"})


@dataclass(frozen=True, kw_only=True)
class Copy:
    """What is the user's own about a card, whichever printing it is.

    Attributes:
        quantity: how many such cards; at least one.
        language: of the card's text, as a code.
        tags: each once, in the user's order.
        folder: the binder, box or folder that the card lies in.
        position: where in it, such as `page 3, 4`.
        purchase_price: for one card, in the currency's main unit; None where nobody said one.
        purchase_currency: ISO code, such as `EUR`.
        purchased_on: ISO date.
        grader: the company that graded it, such as `PSA`.
        grade: as that company writes it, such as `9.5`.
        certificate: its number.
        stamp: what makes it another product than the plain card: a stamp, a pattern of the foil, as
            `core.types.Variant.stamps` writes it, several between commas; empty for none.
        finish_sure: whether the finish is known: the printing exists in no other, or the user said
            so. Else it is what new cards start as, until somebody has looked.
        language_sure: the same of the language.
    """

    quantity: int = 1
    finish: str = PLAIN_FINISH
    finish_sure: bool = True
    condition: str = Condition.NEAR_MINT
    language: str = "en"
    note: str = ""
    tags: tuple[str, ...] = ()
    folder: str = ""
    position: str = ""
    purchase_price: float | None = None
    purchase_currency: str = ""
    purchased_on: str = ""
    grader: str = ""
    grade: str = ""
    certificate: str = ""
    stamp: str = ""
    language_sure: bool = True


@dataclass(frozen=True, kw_only=True)
class CopyDefaults:
    """What new copies start as; settings, batches and sessions each have theirs.

    Attributes:
        finish, language: where the picture doesn't tell.
        note: goes into the note of each card, such as the box they are put in.
    """

    finish: str = PLAIN_FINISH
    condition: str = Condition.NEAR_MINT
    language: str = "en"
    note: str = ""


class TellsOfCopy(Protocol):
    """What a picture told of the copy, None where it didn't: a `Recognition` or a `Scan`."""

    @property
    def finish(self) -> str | None: ...

    @property
    def language(self) -> str | None: ...

    @property
    def slab(self) -> Mapping[str, str]: ...


def starting_copy(
    printing: Printing | None, recognition: TellsOfCopy | None, defaults: CopyDefaults
) -> Copy:
    """What a copy starts as: what the picture told, else the defaults.

    Glare and stamps only suggest a finish: where the printing exists in more than one, or with and
    without a stamp, it isn't sure before the user has said so. Nor is a language that the picture
    doesn't tell; without a picture the default is the user's word.

    Args:
        printing: what the card is; None while nobody knows.
        recognition: what the picture told; None for a card without picture.
        defaults: the settings', the batch's or the session's.
    """
    finish = recognition.finish if recognition is not None else None
    language = recognition.language if recognition is not None else None
    slab = recognition.slab if recognition is not None else {}
    return Copy(
        finish=existing_finish(printing, finish or defaults.finish),
        finish_sure=finish_settled(printing),
        condition=defaults.condition,
        language=existing_language(printing, language, defaults.language),
        language_sure=recognition is None or language_settled(printing, language),
        note=defaults.note,
        grader=slab.get("grader", ""),
        grade=slab.get("grade", ""),
        certificate=slab.get("certificate", ""),
    )


def finish_settled(printing: Printing | None) -> bool:
    """Whether there is nothing to choose: it was made in one way only.

    Where the catalogue knows none, as of half of its printings, there may be many.
    """
    if printing is None:
        return True
    return len({(variant.finish, variant.stamps) for variant in printing.variants}) == 1


def language_settled(printing: Printing | None, told: str | None) -> bool:
    """Whether the picture told the language, or the printing exists in one only."""
    if printing is None or told is not None:
        return True
    return len([language for language in printing.names if language in LANGUAGES]) < 2


def changed_alike(copy: Copy, before: Copy, after: Copy) -> Copy:
    """A copy with what the user changed in another one, from `before` to `after`."""
    edits = {
        field.name: getattr(after, field.name)
        for field in fields(Copy)
        if getattr(after, field.name) != getattr(before, field.name)
    }
    return replace(copy, **edits)


def existing_finish(printing: Printing | None, finish: str) -> str:
    """This finish, or the printing's first where the printing doesn't exist in it."""
    if printing is None or not printing.finishes or finish in printing.finishes:
        return finish
    return printing.finishes[0]


def existing_language(printing: Printing | None, read: str | None, default: str) -> str:
    """The language that was read, else the default, where the printing may be of it.

    A card may be in a language that the catalogue lacks, but Asian printings are in Asian languages
    only, and others never. Where neither will do, the printing's own.
    """
    if printing is None:
        return read or default
    for language in (read, default):
        if language and (
            language in printing.names or (language in _OF_ASIA) == (printing.region == ASIA)
        ):
            return language
    return next((one for one in LANGUAGES if one in printing.names), default)


def stamp_of(variant: Variant) -> str:
    """A variant's stamps as a copy has them."""
    return ", ".join(variant.stamps)


def copy_of(entry: Copy) -> Copy:
    """The copy alone, without what an `Entry` has beside it."""
    return Copy(**{field.name: getattr(entry, field.name) for field in fields(Copy)})
