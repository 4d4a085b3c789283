"""Japanese names for Asian cards that come without one, or with a wrong one.

A quarter of the Asian printings has names in Chinese, Thai or Indonesian only, while cards of the
same name in Japanese lie beside them. A wrong name is worse than none, and the data has slips (a
Japanese name beside a neighbour's Chinese one), so a name is taken only where several cards tell it
and hardly any says otherwise. Two kinds tell it:

1. a card that has both names;
2. a species (`dexId`) whose plain name is known in both languages. Indonesian cards print the
   English names of species, so international cards help there.

A suffix that every language prints in the same letters (`ex`, `V`, `VMAX`) may follow the name.

Names of the oldest sets are Latin, or a machine translated them: `ジオドード` for `イシツブテ`.
There the species' name counts, with what stands around it (`old_names`).
"""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from dataclasses import replace

from cardscanner_gui.core.types import ASIA, Printing
from cardscanner_gui.games.pokemon.sources.old_names import mended

_JAPANESE = "ja"
_SUFFIXES = ("V-UNION", "VSTAR", "VMAX", "GX", "EX", "ex", "V")
_ENOUGH = 2
_OWN_LETTER = re.compile(r"\[.\]$")  # each Unown has one behind its name
_OLD_SERIES = frozenset({"PMCG", "neo", "VS", "web", "e", "PCG"})
_PLAIN_STAGES = frozenset({"Basic", "Stage1", "Stage2"})

# Regional forms and owners: a name with one of these words is never a species' plain name.
_FORM_WORDS = (
    *("アローラ", "ガラル", "ヒスイ", "パルデア", "かがやく", "の", "&"),
    *("阿羅拉", "伽勒爾", "洗翠", "帕底亞", "光輝", "的"),
    *("阿罗拉", "伽勒尔", "洗翠", "帕底亚", "光辉"),
    *("อโลลา", "กาลาร์", "ฮิซุย", "พาลเดีย", "ของ"),
    *("alola", "galar", "hisui", "paldea", "milik", "radiant", "'s ", "’s "),
)


class JapaneseNames:
    """What Pokémon are called in Japanese, learnt from the printings it is shown."""

    def __init__(self) -> None:
        self._votes: dict[tuple[str, str], Counter[str]] = defaultdict(Counter)
        self._plain: dict[int, dict[str, Counter[str]]] = defaultdict(lambda: defaultdict(Counter))
        self._names: dict[tuple[str, str], str] = {}
        self._species: dict[int, str] = {}

    def learn(self, printing: Printing) -> None:
        """Take note of one printing's names; `conclude()` when all were shown."""
        if printing.facts.get("category") != "Pokemon" or _is_old(printing):
            return
        japanese = printing.names.get(_JAPANESE)
        for language, name in printing.names.items():
            if japanese and language != _JAPANESE:
                self._votes[language, _key(name)][japanese] += 1
            if _is_plain(printing, name):
                plain = _OWN_LETTER.sub("", name)
                self._plain[printing.facts["dex_ids"][0]][language][plain] += 1

    def conclude(self) -> None:
        """Decide what follows from everything learnt."""
        for number, languages in self._plain.items():
            agreed = {lang: name for lang, names in languages.items() if (name := _agreed(names))}
            if name := agreed.get(_JAPANESE):
                self._species[number] = name
            agreed.setdefault("id", agreed.get("en", ""))
            for language, name in agreed.items():
                if _JAPANESE in agreed and language not in (_JAPANESE, "en") and name:
                    self._votes[language, _key(name)][agreed[_JAPANESE]] += _ENOUGH
        self._names = {key: name for key, names in self._votes.items() if (name := _agreed(names))}

    def name_of(self, printing: Printing) -> str | None:
        """Its Japanese name, or None when it doesn't follow from what was seen."""
        if printing.facts.get("category") != "Pokemon":
            return None
        for language, name in printing.names.items():
            key = _key(name)
            if found := self._names.get((language, key)):
                return found
            suffix = next((s for s in _SUFFIXES if key.endswith(s)), "")
            if suffix and (found := self._names.get((language, key.removesuffix(suffix)))):
                return found + suffix
        return None

    def fill(self, printing: Printing) -> Printing:
        """The same printing; with the Japanese name that follows if its own is missing or wrong."""
        if _is_old(printing):
            name = self._old_name_of(printing)
        else:
            name = None if _JAPANESE in printing.names else self.name_of(printing)
        if name is None:
            return printing
        return replace(printing, names={**printing.names, _JAPANESE: name})

    def _old_name_of(self, printing: Printing) -> str | None:
        """What the card of an old set is called; None where its own name will do."""
        numbers = printing.facts.get("dex_ids", ())
        species = self._species.get(numbers[0]) if len(numbers) == 1 else None
        return mended(printing.names.get(_JAPANESE, ""), species) if species else None


def _is_old(printing: Printing) -> bool:
    return printing.region == ASIA and printing.series in _OLD_SERIES


def _agreed(names: Counter[str]) -> str | None:
    """The name that enough cards tell and few contradict."""
    name, count = names.most_common(1)[0]
    return name if count >= _ENOUGH and count >= 0.75 * names.total() else None


def _is_plain(printing: Printing, name: str) -> bool:
    return (
        len(printing.facts.get("dex_ids", ())) == 1
        and not printing.facts.get("suffix")
        and printing.facts.get("stage") in _PLAIN_STAGES
        and not name.endswith(_SUFFIXES)
        and not any(word in name.lower() for word in _FORM_WORDS)
    )


def _key(name: str) -> str:
    """Spaces vary between cards of the same name; case doesn't: `EX` and `ex` are two things."""
    return "".join(name.split())
