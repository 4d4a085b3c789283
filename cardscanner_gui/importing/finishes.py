"""What a file's word for a finish means, and the stamps that programs put into it or the name."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence

from cardscanner_gui.core.copies import existing_finish, stamp_of
from cardscanner_gui.core.game import Game
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Printing, Variant
from cardscanner_gui.importing.model import Row

_MORE_WORDS = {
    "foil": "holo",
    "holofoil": "holo",
    "holographic": "holo",
    "reverse": "reverse",
    "reversefoil": "reverse",
    "reverseholographic": "reverse",
    "nonfoil": "normal",
    "nonholo": "normal",
    "regular": "normal",
    "standard": "normal",
}
_BRACKETS = re.compile(r"\s*[(\[]([^()\[\]]*)[)\]]")
_NUMBER_AT_END = re.compile(r"\s+-\s+#?[A-Za-z]*\d+[A-Za-z]?(/[A-Za-z]*\d+)?$|\s+#[A-Za-z]*\d+\w?$")
# What says nothing of a stamp in the brackets behind a name.
_NO_STAMP = re.compile(r"#?[A-Za-z]*\d+(/[A-Za-z]*\d+)?|secret|full art|alternate.*|alt art.*")


def split_name(name: str) -> tuple[str, str]:
    """A marketplace's name of a product: the card's name, and what stands in brackets behind it.

    `Pikachu (Staff) [Prerelease]` gives `Pikachu` and `Staff, Prerelease`; a number behind the name
    is left out.
    """
    marks = [mark.strip() for mark in _BRACKETS.findall(name)]
    bare = _NUMBER_AT_END.sub("", _BRACKETS.sub("", name).strip()).strip()
    stamps = [mark for mark in marks if mark and not _NO_STAMP.fullmatch(mark.casefold())]
    return bare or name.strip(), ", ".join(stamps)


class FinishWords:
    """The words of all programs for a game's finishes."""

    def __init__(self, game: Game) -> None:
        words: dict[str, str] = {**_MORE_WORDS}
        for exported in game.exports.values():
            words |= {fold(word): finish for finish, word in exported.finishes.items() if word}
        words |= {fold(word): finish for finish, word in game.finishes.items()}
        words |= {fold(finish): finish for finish in game.finishes}
        self._words: Mapping[str, str] = words

    def read(self, text: str) -> tuple[str | None, str]:
        """The finish, None where none is said, and what else stands there: a stamp or a pattern.

        `Poké Ball Reverse Holo` is a reverse with “Poké Ball”.
        """
        first, _, rest = text.partition(", ")
        found = self._words.get(fold(first))
        if found is not None:
            return found, rest
        words = text.split()
        for start in range(1, len(words)):
            found = self._words.get(fold(" ".join(words[start:])))
            if found is not None:
                return found, " ".join(words[:start])
        return None, text


def settle(row: Row, printing: Printing, words: FinishWords) -> tuple[str, str, str]:
    """The finish and the stamp of a row's card, now that its printing is known, and a doubt.

    What the file says stays, also where the catalogue knows no such variant; where it names a
    marketplace's product, that says which variant it is. Where that has several stamps the user is
    asked, in the words of the third value.
    """
    finish, mark = words.read(row.finish)
    called = {fold(name) for name in printing.names.values()}
    named = "" if fold(row.name) in called else split_name(row.name)[1]
    marks = ", ".join(part for part in (mark, named) if part)
    sold = _sold_as(row, printing.variants)
    wanted = {finish} if finish else set(row.finishes)
    fitting = [one for one in sold if not wanted or one.finish in wanted] or sold
    if fitting and not marks and not any(not one.stamps for one in fitting):
        stamps = list(dict.fromkeys(map(stamp_of, fitting)))
        if len(stamps) > 1:
            doubt = f"it is sold with different stamps: {' or '.join(stamps)}"
            return (finish or fitting[0].finish), "", doubt
        return (finish or fitting[0].finish), stamps[0], ""
    if finish is None:
        finish = fitting[0].finish if fitting else _first(row.finishes, printing)
    stamp = known_stamp(marks, [one for one in printing.variants if one.finish == finish])
    return finish, stamp, ""


def known_stamp(marks: str, variants: Iterable[Variant]) -> str:
    """The catalogue's own words for what a file says of a stamp, else the file's."""
    wanted = fold(marks)
    if not wanted:
        return ""
    said = [v for v in variants if v.stamps and _all_said([fold(s) for s in v.stamps], wanted)]
    if not said:
        return marks
    return stamp_of(max(said, key=lambda variant: len(fold("".join(variant.stamps)))))


def _all_said(stamps: Sequence[str], wanted: str) -> bool:
    """`pokeballfoil` is said by “Poké Ball Pattern”, and `staff` and `prerelease` by both words."""
    return all(
        stamp in wanted or stamp.removesuffix("foil").removesuffix("stamp") in wanted
        for stamp in stamps
    )


def _sold_as(row: Row, variants: Iterable[Variant]) -> list[Variant]:
    ids = row.market_ids.items()
    return [one for one in variants if any(one.marketplace_ids.get(m) == n for m, n in ids)]


def _first(finishes: Sequence[str], printing: Printing) -> str:
    known = [finish for finish in finishes if finish in printing.finishes]
    return next(iter(known or finishes), existing_finish(printing, "normal"))
