"""The values that flow through the rooms. All frozen; arrays are read-only from birth.

Pictures are `uint8`, height x width x 3, RGB. Corners are 4 x 2 `float64` pixels of the
EXIF-upright picture: top-left first in the card's own orientation, then clockwise. A `Box` is a
region of the upright card as fractions of its width and height.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Any, NamedTuple, Protocol

import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.look import Look
from cardscanner_gui.core.model_share import ModelShare

Pixels = npt.NDArray[np.uint8]
Corners = npt.NDArray[np.float64]

CARD_ASPECT = 63 / 88
"""Width of a card by its height."""


class Box(NamedTuple):
    """A region of the upright card, as fractions of its width and height."""

    left: float
    top: float
    right: float
    bottom: float


WHOLE_CARD = Box(0.0, 0.0, 1.0, 1.0)

FIRST_GAME = "pokemon"
"""The game of all printings and scans that were stored before there were others."""

INTERNATIONAL = "international"
ASIA = "asia"

BODY = "body"
"""The kind of field that holds every line in the middle of a card: attacks, rules, flavour."""


SLAB_FIELDS = ("grader", "grade", "certificate")
"""Kinds of fields that the label of a graded card's case gives, named as an entry's own facts."""

TOP_STRIP, BOTTOM_STRIP = "top", "bottom"
"""What shows of a card in a stack that is laid out in steps."""

_READ_BY_MOST = ("en", "ja", "zh-tw", "zh-cn", "ko")


def in_language(texts: Mapping[str, str], language: str = "en") -> str:
    """A text in this language, else the one that most people can read; empty when there is none.

    English comes first. Of Asian texts the Japanese one does, which the most Asian cards bear: the
    others are translations of it.
    """
    for wanted in (language, *_READ_BY_MOST):
        if text := texts.get(wanted):
            return text
    return next(iter(texts.values()), "")


def read_only(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The same array, marked so that nobody can write to it."""
    array.setflags(write=False)
    return array


@dataclass(frozen=True, eq=False)
class Frame:
    """One picture as it came from a capture source.

    Attributes:
        id: unique within the process.
        pixels: EXIF-upright, RGB; of a draft, fewer than the picture has.
        captured_at: seconds since the epoch.
        source: a file path or a camera's name.
        file_hash: of the file's bytes, where it is known.
        shrunk: so many of the picture's pixels, across and down, are one of `pixels`.
        decode_whole: gives all pixels of a draft; raises `PictureError`.
    """

    id: str
    pixels: Pixels
    captured_at: float
    source: str
    file_hash: str | None = None
    shrunk: int = 1
    decode_whole: Callable[[], Pixels] | None = None

    @property
    def width(self) -> int:
        """The picture's own, in its pixels."""
        return int(self.pixels.shape[1]) * self.shrunk

    @property
    def height(self) -> int:
        """The picture's own, in its pixels."""
        return int(self.pixels.shape[0]) * self.shrunk

    def whole(self) -> Frame:
        """The same picture with all its pixels; a draft is decoded again. Raises `PictureError`."""
        if self.decode_whole is None:
            return self
        return replace(self, pixels=self.decode_whole(), shrunk=1, decode_whole=None)

    def in_pixels(self, corners: Corners) -> Corners:
        """Corners of the picture as they lie in `pixels`."""
        return (corners - (self.shrunk - 1) / 2) / self.shrunk

    def in_picture(self, corners: Corners) -> Corners:
        """Corners in `pixels` as they lie in the picture."""
        return corners * self.shrunk + (self.shrunk - 1) / 2


class CropSource(Protocol):
    """Cuts a region of one upright card straight out of the full-size picture."""

    def __call__(self, region: Box, card_height: int) -> Pixels:
        """The region, at a scale where the whole card would be `card_height` pixels high."""


@dataclass(frozen=True, eq=False)
class CardImage:
    """A card that was found in a frame.

    Attributes:
        corners: where it lies in the frame.
        pixels: the rectified, upright card, 63:88, for showing and keeping.
        crop: cuts readable regions out of the full-size frame.
        score: how sure the finder is that this is a card, 0 to 1.
        upright_confidence: how sure it is which way is up, 0 to 1.
        sharpness: variance of the Laplacian of the rectified card; under about 40 is blurred.
        fingerprint: what it looks like, as a number of 512 bits: see `core.look.as_number`.
    """

    corners: Corners
    pixels: Pixels
    crop: CropSource
    score: float
    upright_confidence: float
    sharpness: float
    fingerprint: int


@dataclass(frozen=True)
class TextLine:
    """One line of text as a reader saw it on the card."""

    text: str
    confidence: float
    box: Box


@dataclass(frozen=True)
class Field:
    """One value read from the card, with the place it was read from (None: not from one place)."""

    text: str
    confidence: float
    box: Box | None = None


@dataclass(frozen=True)
class Reading:
    """What a reader saw on one card.

    Attributes:
        reader: id of the reader that made it, such as `ocr`.
        lines: the raw text, kept so that a better parser can run again without the reader.
        fields: hypotheses by kind of field, best first; `core.game.Game.fields` says which kinds a
            game's cards have. `name`, `number`, `set_code`, `artist` and `year` mean the same in
            every game.
        checked_numbers: the number that the picture clearly speaks for among those that the
            catalogue leaves possible; empty when that wasn't asked or isn't clear.
        game: id of the game whose card it was taken for.
        part: `TOP_STRIP` or `BOTTOM_STRIP` where only a strip of the card shows; else empty. What
            stands elsewhere can't be missed then, nor speak against anything.
    """

    reader: str
    lines: tuple[TextLine, ...] = ()
    fields: Mapping[str, tuple[Field, ...]] = field(default_factory=dict)
    checked_numbers: tuple[Field, ...] = ()
    game: str = FIRST_GAME
    part: str = ""

    def of(self, kind: str) -> tuple[Field, ...]:
        """The hypotheses for this kind of field, best first; none when nothing was read."""
        return self.fields.get(kind, ())

    def best(self) -> dict[str, Field]:
        """The best hypothesis of each field that has one, under the names of the scan contract."""
        found = {kind: values[0] for kind, values in self.hypotheses().items()}
        found.pop(BODY, None)  # all that stands in the middle of the card: many lines, not a value
        return found

    def hypotheses(self) -> dict[str, tuple[Field, ...]]:
        """Every field that was read, best first; a number that was checked is the only one."""
        found = {kind: values for kind, values in self.fields.items() if values}
        if self.checked_numbers:
            found["number"] = self.checked_numbers
        return found


@dataclass(frozen=True)
class Variant:
    """One way a printing was produced: a finish, perhaps with a stamp, and its marketplace ids."""

    finish: str
    stamps: tuple[str, ...] = ()
    marketplace_ids: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True)
class Printing:
    """One printing in the catalogue: this card in this set under this number.

    Attributes:
        id: set id + `-` + number as the catalogue source writes it, such as `sv02-012`.
        region: `international` or `asia`.
        names, set_names: by language code.
        number: as printed, leading zeros kept, without the total: `012`, `SWSH174`, `TG03`.
        printed_total: what stands after the slash, where the set prints one.
        released: ISO date of the set.
        facts: what only this game's cards have, as plain values: texts, whole numbers, tuples and
            mappings of them. The game's folder says which there are.
        game: id of the game it belongs to.
    """

    id: str
    names: Mapping[str, str]
    set_id: str
    set_names: Mapping[str, str]
    number: str
    printed_total: int | None = None
    set_code: str | None = None
    series: str | None = None
    region: str = INTERNATIONAL
    rarity: str | None = None
    illustrator: str | None = None
    released: str | None = None
    variants: tuple[Variant, ...] = ()
    facts: Mapping[str, Any] = field(default_factory=dict)
    game: str = FIRST_GAME

    @property
    def name(self) -> str:
        """The English name where there is one, else as `in_language` says."""
        return in_language(self.names)

    def name_in(self, language: str | None) -> str:
        """The name in this language, else `name`."""
        return in_language(self.names, language or "en")

    def set_name_in(self, language: str | None) -> str:
        """The set's name in this language, else `set_name`."""
        return in_language(self.set_names, language or "en")

    def title(self, language: str | None) -> str:
        """The name as it stands on the card, and in English: `Poussacha (Sprigatito)`.

        The name alone where that is the English one, or where none is known.
        """
        printed, english = self.name_in(language), self.names.get("en")
        return printed if english in (None, printed) else f"{printed} ({english})"

    @property
    def set_name(self) -> str:
        return in_language(self.set_names)

    @property
    def printed_number(self) -> str:
        """As on the card: `012/193`, `SWSH174`, `4`."""
        if self.printed_total is None or not self.number[:1].isdigit():
            return self.number
        digits = sum(char.isdigit() for char in self.number)  # 24a/119 has a letter more
        return f"{self.number}/{self.printed_total:0{digits}d}"

    @property
    def finishes(self) -> tuple[str, ...]:
        """The finishes it exists in, each once, in the source's order."""
        return tuple(dict.fromkeys(v.finish for v in self.variants))


class Status(StrEnum):
    IDENTIFIED = "identified"
    UNSURE = "unsure"
    UNREADABLE = "unreadable"


@dataclass(frozen=True)
class Candidate:
    """One printing that might be the card.

    Attributes:
        points: the evidence in points (`catalogue.match.terms` says how many for what).
        score: the same squeezed into 0 to 1, for people.
        evidence: points by kind of evidence; negative ones speak against it.
    """

    printing: Printing
    points: float
    score: float
    evidence: Mapping[str, float] = field(default_factory=dict)


@dataclass(frozen=True)
class Match:
    """The answer to "which printing?".

    Attributes:
        printing: set only when `status` is identified.
        margin: points between the best candidate and the runner-up.
        reason: one short sentence in words, such as "number 012/193 and name agree".
        candidates: best first, at most eight.
    """

    status: Status
    reason: str
    printing: Printing | None = None
    margin: float = 0.0
    candidates: tuple[Candidate, ...] = ()


@dataclass(frozen=True, eq=False)
class Recognition:
    """Everything known about one card of one picture.

    Attributes:
        language: of the card's text, as a code, when the reading tells: among those that the
            printing has, or the likeliest candidate while none is settled.
        finish: suggested finish, None when the picture doesn't tell.
        photo: the rectified card, or None when no outline was found.
        corners: None when the text was read without finding an outline.
        timings_ms: by step: find, read, match.
        look: the card's picture in numbers; None where nobody looked, and of answers that were
            remembered.
        model: what a model had to do with it; None where none was asked.
    """

    match: Match
    reading: Reading
    corners: Corners | None = None
    photo: Pixels | None = None
    language: str | None = None
    finish: str | None = None
    fingerprint: int | None = None
    cached: bool = False
    timings_ms: Mapping[str, float] = field(default_factory=dict)
    look: Look | None = None
    model: ModelShare | None = None

    @property
    def slab(self) -> Mapping[str, str]:
        """What the label of the card's case says, by `SLAB_FIELDS`; empty without one."""
        told = ((kind, self.reading.of(kind)) for kind in SLAB_FIELDS)
        return {kind: found[0].text for kind, found in told if found}


@dataclass(frozen=True, eq=False)
class ScanResult:
    """What one picture gave: any number of cards, or one line that says why it can't be read.

    Attributes:
        look: how the whole picture looks, as `vision.look.look_of` has it, where it was opened.
    """

    source: str
    width: int = 0
    height: int = 0
    elapsed_ms: float = 0.0
    cards: tuple[Recognition, ...] = ()
    error: str | None = None
    look: bytes | None = None
