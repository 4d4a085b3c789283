"""How much each field of a reading speaks for or against one printing, in points.

The scale was set by measuring which fields OCR gets wrong, and how: it misreads digits at full
confidence, drops suffixes such as `ex`, and reads neighbouring text as a name. So no single field
decides, a contradiction costs about as much as an agreement gives, and a field that wasn't read
costs nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable
from typing import TypeVar

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from cardscanner_gui.catalogue.match.distance import FAR, number_distance
from cardscanner_gui.catalogue.match.evidence import Evidence, NumberKind, NumberRead, Script
from cardscanner_gui.catalogue.records import MatchRow

SUFFIXES = ("lvx", "vmax", "vstar", "vunion", "break", "star", "gx", "ex", "v")
_READABLE_SUFFIXES = ("vmax", "vstar", "gx", "ex")

_NAME_POINTS = ((0.999, 9.0), (0.9, 8.0), (0.85, 6.0), (0.78, 3.0), (0.65, 0.0))
_NAME_CONTRADICTS = -6.0
# Distance of the number → what is taken off full points.
_NUMBER_LOSS = ((0.0, 0.0), (0.3, 1.0), (0.7, 4.0), (1.0, 5.5), (1.5, 8.5), (2.0, 10.5))
_NUMBER_FULL = 12.0
_BARE_NUMBER_FULL = 4.0
_LONE_NUMBER = 3.5
_CHECKED_NUMBER = 10.0
_NUMBER_CONTRADICTS = -5.0

_T = TypeVar("_T")


def base_name(name: str) -> str:
    """A folded name without its suffix: `charizardex` → `charizard`."""
    for suffix in SUFFIXES:
        if name.endswith(suffix) and len(name) - len(suffix) >= 3:
            return name[: -len(suffix)]
    return name


class Scorer:
    """Gives points to printings for one reading. Similarities are computed once for each text."""

    def __init__(self, evidence: Evidence, known_codes: frozenset[str]) -> None:
        self._evidence = evidence
        self._known_codes = known_codes
        self._cache: dict[Hashable, float] = {}

    def cheap(self, row: MatchRow) -> dict[str, float]:
        """The fields that are quick to compare: enough to rank candidates for a closer look."""
        return _without_none(
            script=self._script(row),
            name=self._name(row),
            number=self._number(row),
            hp=self._hp(row),
        )

    def full(self, row: MatchRow) -> dict[str, float]:
        """Points of every field; a field that says nothing is absent."""
        return self.cheap(row) | _without_none(
            code=self._code(row),
            attacks=self._attacks(row),
            artist=self._artist(row),
            year=self._year(row),
            evolution=self._evolution(row),
        )

    def _once(self, key: Hashable, compute: Callable[[], float]) -> float:
        value = self._cache.get(key)
        if value is None:
            value = self._cache[key] = compute()
        return value

    def _script(self, row: MatchRow) -> float | None:
        script = self._evidence.script
        if row.region != "asia":
            return None if script is Script.LATIN else -8.0
        if script is Script.LATIN:
            # Indonesian cards, and Asian English ones, are written in Latin letters.
            return -4.0 if {"id", "en"} & set(row.languages) else -8.0
        return None

    def _name(self, row: MatchRow) -> float | None:
        if not self._evidence.names:
            return None
        return max(
            (self._once(("name", n), lambda n=n: self._name_points(n)) for n in row.names),  # type: ignore[misc]
            default=_NAME_CONTRADICTS,
        )

    def _name_points(self, printed: str) -> float:
        best = _NAME_CONTRADICTS
        base = base_name(printed)
        for read in self._evidence.names:
            similarity = fuzz.ratio(read, printed) / 100
            if len(printed) >= 4 and printed in read:
                similarity = max(similarity, 0.93 if len(printed) > len(read) / 2 else 0.8)
            if base != printed:
                # Suffixes are drawn as logos, and often not read.
                similarity = max(similarity, fuzz.ratio(read, base) / 100 - 0.06)
            points = _step(_NAME_POINTS, similarity, _NAME_CONTRADICTS)
            if base == printed and any(
                read.endswith(s)
                and not printed.endswith(s)
                and fuzz.ratio(read[: -len(s)], printed) > 85
                for s in _READABLE_SUFFIXES
            ):
                points = min(points, 1.0)
            if len(printed) <= 3 and points > 0:
                points -= 1.5
            best = max(best, points)
        return best

    def _number(self, row: MatchRow) -> float | None:
        numbers, checked = self._evidence.numbers, self._evidence.checked_numbers
        if checked:
            return _CHECKED_NUMBER if checked & set(row.number_forms) else _NUMBER_CONTRADICTS
        if not numbers:
            return None
        best = max(
            (self._number_points(read, form) for read in numbers for form in row.number_forms),
            default=FAR * -1,
        )
        if best > -FAR:
            return best
        return _NUMBER_CONTRADICTS if any(n.kind is not NumberKind.LONE for n in numbers) else -1.0

    def _number_points(self, read: NumberRead, form: str) -> float:
        if read.kind is NumberKind.LONE:
            same = read.text == form or (
                "/" not in form and read.text.lstrip("0") == form.lstrip("0")
            )
            return _LONE_NUMBER if same else -FAR
        distance = self._once(("number", read.text, form), lambda: number_distance(read.text, form))
        strong = "/" in form or read.kind is NumberKind.PROMO
        full = _NUMBER_FULL if strong else _BARE_NUMBER_FULL
        for limit, loss in _NUMBER_LOSS:
            if distance <= limit:
                return full - loss
        return -FAR

    def _hp(self, row: MatchRow) -> float | None:
        if not self._evidence.hps:
            return None
        if row.hp in self._evidence.hps:
            return 4.0
        return -4.0 if row.hp else -3.0

    def _code(self, row: MatchRow) -> float | None:
        if not self._evidence.codes or not row.codes:
            return None
        read = [code for code, _ in self._evidence.codes]
        if any(code in row.codes for code in read):
            return 6.0
        if any(
            Levenshtein.distance(c, code) == 1 for c in read for code in row.codes if len(code) > 2
        ):
            return 1.5
        other_known = any(
            c in self._known_codes and len(c) == 3 and c.isalpha() and confidence > 0.85
            for c, confidence in self._evidence.codes
        )
        if not other_known:
            return None
        # Only cards with a regulation mark print the set code beside the number.
        prints_code = (row.regulation_mark or "") >= "G" or row.region == "asia"
        return -3.0 if prints_code else -1.5

    def _attacks(self, row: MatchRow) -> float | None:
        if len(self._evidence.body) < 4 or not row.attacks:
            return None
        found = 0.0
        for names in row.attacks:
            similarity = max(
                (self._once(("attack", n), lambda n=n: self._body_similarity(n)) for n in names),  # type: ignore[misc]
                default=0.0,
            )
            found += 1.0 if similarity >= 88 else 0.6 if similarity >= 78 else 0.0
        missing = len(row.attacks) - found if found else len(row.attacks)
        return max(-5.0, 3.5 * min(found, 2.0) - 2.5 * missing)

    def _body_similarity(self, attack: str) -> float:
        best = 0.0
        for line in self._evidence.body:
            if len(line) < len(attack) * 0.7:
                continue
            similarity = fuzz.ratio(line, attack)
            if len(line) > len(attack) + 2 and len(attack) >= 5:
                similarity = max(similarity, fuzz.partial_ratio(line, attack) - 3)
            best = max(best, similarity)
        return best

    def _artist(self, row: MatchRow) -> float | None:
        if not row.artist or not self._evidence.artists:
            return None
        similarity = self._once(("artist", row.artist), lambda: self._artist_similarity(row.artist))
        if similarity >= 88:
            return 4.0
        if similarity >= 75:
            return 3.0
        if similarity >= 65:
            return 1.0
        credited = any(is_credit for _, is_credit in self._evidence.artists)
        return -3.0 if credited else -1.0

    def _artist_similarity(self, printed: str) -> float:
        # A short name is found in any long line: partial agreement says little there.
        discount = 5 if len(printed) > 6 else 40
        return max(
            max(fuzz.ratio(read, printed), fuzz.partial_ratio(read, printed) - discount)
            for read, _ in self._evidence.artists
        )

    def _year(self, row: MatchRow) -> float | None:
        if not self._evidence.years or not row.years or row.region == "asia":
            return None
        latest = max(self._evidence.years)
        distance = min(abs(latest - year) for year in row.years)
        return {0: 2.5, 1: 1.5, 2: -2.0}.get(distance, -4.0)

    def _evolution(self, row: MatchRow) -> float | None:
        if not self._evidence.evolves_from:
            return None
        similarity = max(
            (fuzz.ratio(a, b) for a in self._evidence.evolves_from for b in row.evolves_from),
            default=0.0,
        )
        if similarity >= 80:
            return 2.0
        return -1.5 if similarity < 50 else None


def _step(steps: Iterable[tuple[float, float]], value: float, otherwise: float) -> float:
    for limit, points in steps:
        if value >= limit:
            return points
    return otherwise


def _without_none(**points: float | None) -> dict[str, float]:
    return {field: value for field, value in points.items() if value is not None}
