"""Search for people: whatever is printed on the card, in any order, with mistakes."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping
from typing import Protocol

from cardscanner_gui.core.text import fold, normalise_number

_MOST_WORDS = 8
_SIMILAR_NAMES = 10

# Points for a word that is …
_FULL_NUMBER = 8.0  # with its total or its letters
_EXACT_NUMBER = 6.0
_EXACT_NAME = 6.0
_SET_CODE = 5.0
_BEGIN_OF_NAME = 4.0
_SAME_NUMBER = 4.0  # without its total or leading zeros
_PART_OF_NAME = 3.5
_SIMILAR_NAME = 3.0
_SET_NAME = 3.0


class Lookups(Protocol):
    """What a search asks of a catalogue; see `Catalogue`, which answers all of it."""

    @property
    def set_codes(self) -> Collection[str]: ...
    def keys_by_code(self, code: str) -> list[int]: ...
    def keys_by_number(self, form: str) -> list[int]: ...
    def keys_by_normal_number(self, number: str) -> list[int]: ...
    def keys_by_name(self, folded: str) -> list[int]: ...
    def keys_by_set_name(self, folded: str) -> list[int]: ...
    def names_containing(self, folded: str) -> list[str]: ...
    def names_like(self, folded: str, limit: int) -> list[str]: ...
    def newest_first(self, ranks: Mapping[int, tuple[float, ...]], limit: int) -> list[int]: ...


def search(catalogue: Lookups, text: str, limit: int) -> list[int]:
    """Keys of the printings that fit what was typed, best first.

    Each word is taken for everything it may be: a number, a set code, a name or part of one, a
    set's name. Printings that fit more of the words come first, then those that fit them better,
    then the newest.
    """
    typed = text.split()
    words = [part for word in typed for part in _code_and_number(catalogue, word)]
    words = words[:_MOST_WORDS]
    tally = _Tally()
    for position, word in enumerate(words):
        _add_numbers(catalogue, word, position, tally)
        if word.upper() in catalogue.set_codes:
            tally.add(catalogue.keys_by_code(word.upper()), _SET_CODE, [position])
    for start in range(len(words)):
        for end in range(start + 1, len(words) + 1):
            folded = fold("".join(words[start:end]))
            if len(folded) >= 2 and not folded.isdigit():
                _add_names(catalogue, folded, range(start, end), tally)
    if len(tally.covered()) < len(words):
        for position, word in enumerate(words):
            if position not in tally.covered():
                _add_similar(catalogue, fold(word), [position], tally)
        _add_similar(catalogue, fold(text), range(len(words)), tally)
    ranks = tally.ranks()
    if len(words) > len(typed) and ranks:
        # Who writes code and number as one word wants no other card of that set.
        most = max(count for count, _ in ranks.values())
        ranks = {key: rank for key, rank in ranks.items() if rank[0] == most}
    return catalogue.newest_first(ranks, limit)


class _Tally:
    """Points by printing and word; for each word only the best counts."""

    def __init__(self) -> None:
        self._points: dict[int, dict[int, float]] = defaultdict(dict)

    def add(self, keys: Iterable[int], points: float, positions: Iterable[int]) -> None:
        """These printings fit the words at these positions."""
        positions = list(positions)
        for key in keys:
            words = self._points[key]
            for position in positions:
                words[position] = max(points, words.get(position, 0.0))

    def covered(self) -> set[int]:
        """The words that fit anything at all."""
        return {position for words in self._points.values() for position in words}

    def ranks(self) -> dict[int, tuple[int, float]]:
        """How well each printing fits: how many words, and how well."""
        return {key: (len(words), sum(words.values())) for key, words in self._points.items()}


def _code_and_number(catalogue: Lookups, word: str) -> tuple[str, ...]:
    """`M1S-001` as two words; a hyphen of a name, a number or a set's code stays where it is."""
    code, hyphen, number = word.rpartition("-")
    if hyphen and catalogue.keys_by_number(word.upper()):
        return (word,)
    if hyphen and code.upper() in catalogue.set_codes and any(c.isdigit() for c in number):
        return code, number
    return (word,)


def _add_numbers(catalogue: Lookups, word: str, position: int, tally: _Tally) -> None:
    if not any(char.isdigit() for char in word):
        return
    points = _EXACT_NUMBER if word.isdigit() else _FULL_NUMBER
    for form in _as_printed(word.upper()):
        tally.add(catalogue.keys_by_number(form), points, [position])
    if "/" not in word:
        norm = normalise_number(word)
        tally.add(catalogue.keys_by_normal_number(norm), _SAME_NUMBER, [position])


def _as_printed(number: str) -> Iterable[str]:
    """As typed and, of a number with its total, with the zeros that people leave out."""
    yield number
    first, slash, total = number.partition("/")
    if slash and first.isdecimal() and total.isdecimal() and (len(first) < 3 or len(total) < 3):
        yield f"{first:0>3}/{total:0>3}"


def _add_names(catalogue: Lookups, folded: str, positions: Iterable[int], tally: _Tally) -> None:
    """Names and set names that are, or contain, these words run together."""
    positions = list(positions)
    tally.add(catalogue.keys_by_name(folded), _EXACT_NAME, positions)
    if len(folded) >= 3 or not folded.isascii():
        for name in catalogue.names_containing(folded):
            points = _BEGIN_OF_NAME if name.startswith(folded) else _PART_OF_NAME
            tally.add(catalogue.keys_by_name(name), points, positions)
    if len(folded) >= 3:
        tally.add(catalogue.keys_by_set_name(folded), _SET_NAME, positions)


def _add_similar(catalogue: Lookups, folded: str, positions: Iterable[int], tally: _Tally) -> None:
    """Names like the words, the more alike the more points."""
    positions = list(positions)
    for rank, name in enumerate(catalogue.names_like(folded, _SIMILAR_NAMES)):
        tally.add(catalogue.keys_by_name(name), _SIMILAR_NAME - 0.1 * rank, positions)
