"""Which printing a row means: by id, number and name; what isn't clear is for the user to say."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import Protocol

from cardscanner_gui.core.copies import Copy, existing_language
from cardscanner_gui.core.game import Game, Games
from cardscanner_gui.core.text import fold, normalise_number
from cardscanner_gui.core.types import Printing
from cardscanner_gui.importing.finishes import FinishWords, settle, split_name
from cardscanner_gui.importing.model import Row

_MOST_CANDIDATES = 8
_SET_MARK = re.compile(r"^[A-Z&]+\d*(?:: | - )|^pok[eé]mon\s+(?:japanese\s+)?", re.IGNORECASE)
_POINTS = {"id": 8.0, "number": 4.0, "total": 2.0, "name": 4.0, "set": 3.0}


class FindsCards(Protocol):
    """What is asked of a game's catalogue; `catalogue.database.Catalogue` answers it."""

    def printing(self, printing_id: str) -> Printing | None: ...
    def printings(self, keys: Sequence[int]) -> list[Printing]: ...
    def keys_by_market_id(self, market: str, number: int) -> list[int]: ...
    def keys_by_name(self, folded: str) -> list[int]: ...
    def keys_by_normal_number(self, number: str) -> list[int]: ...
    def keys_by_code(self, code: str) -> list[int]: ...


@dataclass(frozen=True)
class Found:
    """What a row means.

    Attributes:
        printing: None while the user has to say it.
        copy: with finish and stamp settled.
        candidates: the likeliest first, each with its points.
        reason: why the user is asked; empty where the printing is sure.
    """

    printing: Printing | None
    copy: Copy
    candidates: tuple[tuple[Printing, float], ...] = ()
    reason: str = ""


class Finder:
    """Finds the printings of rows in the catalogues of the games.

    Args:
        catalogues: by the games' ids; a game without one is asked for in vain.
        games: whose words for finishes are known.
    """

    def __init__(self, catalogues: Mapping[str, FindsCards], games: Games) -> None:
        self._catalogues = catalogues
        self._games = games
        self._words = {game_id: FinishWords(game) for game_id, game in games.items()}
        # A long file says the same of a card again and again.
        self._known = lru_cache(maxsize=4096)(self._candidates)

    def find(self, row: Row) -> Found:
        """What the row means; never fails."""
        if row.entry is not None and row.name and not row.doubts:
            return Found(row.entry.printing, row.copy)
        game = self._game_of(row)
        if game is None:
            return Found(None, row.copy, reason=f"there is no catalogue of “{row.game}” here")
        if not game:
            return Found(None, row.copy, reason="there is no card catalogue yet")
        candidates = self._known(_question(row, game))
        reason = _doubt(row, candidates)
        copy = row.copy
        if candidates:
            copy, doubt = self._settled(row, candidates[0][0])
            reason = reason or doubt
        if reason:
            return Found(None, copy, candidates, reason)
        return Found(candidates[0][0], copy, candidates)

    def _game_of(self, row: Row) -> str | None:
        """The game's id; empty where its catalogue isn't there, None where it isn't known."""
        game_id: str | None = next(iter(self._games), "")
        if row.game:
            wanted = fold(row.game)
            game_id = next((i for i, g in self._games.items() if wanted in _names_of(g)), None)
        if game_id is None:
            return None
        return game_id if game_id in self._catalogues else ""

    def _settled(self, row: Row, printing: Printing) -> tuple[Copy, str]:
        finish, stamp, doubt = settle(row, printing, self._words[printing.game])
        language = existing_language(printing, row.copy.language, row.copy.language)
        copy = replace(
            row.copy,
            finish=finish,
            finish_sure=bool(row.finish or row.market_ids) or len(printing.finishes) == 1,
            stamp=stamp or row.copy.stamp,
            language=language,
        )
        return copy, doubt

    def _candidates(self, question: _Question) -> tuple[tuple[Printing, float], ...]:
        catalogue = self._catalogues[question.game]
        found: dict[str, Printing] = {}
        if question.printing_id:
            known = catalogue.printing(question.printing_id)
            found |= {known.id: known} if known is not None else {}
        keys = {key for m, n in question.market_ids for key in catalogue.keys_by_market_id(m, n)}
        keys |= self._keys_by_print(catalogue, question)
        found |= {one.id: one for one in catalogue.printings(sorted(keys)[:200])}
        sold = {
            one.id
            for one in found.values()
            for variant in one.variants
            if any(variant.marketplace_ids.get(m) == n for m, n in question.market_ids)
        }
        rated = [(one, _points(question, one, one.id in sold)) for one in found.values()]
        rated.sort(key=lambda pair: -pair[1])
        return tuple(rated[:_MOST_CANDIDATES])

    def _keys_by_print(self, catalogue: FindsCards, question: _Question) -> set[int]:
        names = {key for name in question.names for key in catalogue.keys_by_name(name)}
        numbers = set(catalogue.keys_by_normal_number(question.number)) if question.number else None
        if numbers is None:
            return names
        both = names & numbers
        if both:
            return both
        if question.set_code:
            coded = numbers & set(catalogue.keys_by_code(question.set_code))
            if coded:
                return coded
        return names if len(names) <= 60 else set()


@dataclass(frozen=True)
class _Question:
    """What of a row tells its printing, as it is compared."""

    game: str
    printing_id: str
    market_ids: tuple[tuple[str, int], ...]
    names: tuple[str, ...]
    number: str
    total: str
    set_name: str
    set_code: str


def _question(row: Row, game: str) -> _Question:
    number, _, total = row.number.replace(" ", "").lstrip("#").partition("/")
    return _Question(
        game,
        row.printing_id,
        tuple(sorted(row.market_ids.items())),
        # As it stands there, and without what marketplaces write behind a name.
        tuple(dict.fromkeys(n for n in (fold(row.name), fold(split_name(row.name)[0])) if n)),
        normalise_number(number),
        normalise_number(total) if total.isdecimal() else "",
        fold(_SET_MARK.sub("", row.set_name)),
        row.set_code.upper(),
    )


def _points(question: _Question, printing: Printing, sold: bool) -> float:
    agrees = _agreement(question, printing)
    agrees["id"] = sold or printing.id == question.printing_id
    return sum(_POINTS[what] for what, is_so in agrees.items() if is_so)


def _agreement(question: _Question, printing: Printing) -> dict[str, bool | None]:
    """By what is compared whether it is the same; None where the row doesn't say it."""
    names = {fold(name) for name in printing.names.values()}
    sets = {fold(name) for name in printing.set_names.values()}
    total = "" if printing.printed_total is None else str(printing.printed_total)
    wanted = question.set_name
    same_set = wanted in sets or any(len(one) > 4 and wanted.endswith(one) for one in sets)
    coded = question.set_code == (printing.set_code or "").upper()
    return {
        "number": _same(question.number, normalise_number(printing.number)),
        "total": _same(question.total, total),
        "name": not names.isdisjoint(question.names) if question.names else None,
        "set": same_set or coded if wanted or question.set_code else None,
    }


def _same(wanted: str, printed: str) -> bool | None:
    return wanted == printed if wanted else None


def _doubt(row: Row, candidates: Sequence[tuple[Printing, float]]) -> str:
    """Why the first candidate isn't sure; empty where it is."""
    if row.doubts:
        return "; ".join(row.doubts)
    if not candidates:
        return "no card of the catalogue has this name and number"
    best, points = candidates[0]
    question = _question(row, best.game)
    agrees = _agreement(question, best)
    against = [what for what in ("number", "name") if agrees[what] is False]
    if against:
        return f"the {' and the '.join(against)} of the row is another"
    if len(candidates) > 1 and candidates[1][1] == points:
        return f"{_counted(candidates, points)} cards fit it alike"
    by_id = points >= _POINTS["id"] and _is_named(row, best)
    if not by_id and not (agrees["number"] and agrees["name"]):
        return "it says too little to tell the printing"
    if not by_id and agrees["set"] is False and not agrees["total"]:
        return f"the card is in another set than “{row.set_name or row.set_code}”"
    return ""


def _is_named(row: Row, printing: Printing) -> bool:
    """By our id or a marketplace's number, whatever else agrees."""
    numbers = row.market_ids.items()
    return printing.id == row.printing_id or any(
        variant.marketplace_ids.get(market) == number
        for variant in printing.variants
        for market, number in numbers
    )


def _counted(candidates: Iterable[tuple[Printing, float]], points: float) -> str:
    count = sum(one == points for _, one in candidates)
    return f"{count}" if count < _MOST_CANDIDATES else "many"


def _names_of(game: Game) -> set[str]:
    titles = {game.id, game.title, *(words.title for words in game.exports.values())}
    return {fold(title) for title in titles if title}
