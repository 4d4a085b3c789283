"""Names of Japanese cards from 1996 to 2006, where the source has them Latin or machine-made.

What a Pokémon is called follows from its species. What stands around that on these cards is little,
and known: whose it is, and of which kind.
"""

from __future__ import annotations

import re

from cardscanner_gui.core.text import fold

_KINDS = {
    "わるい": ("dark ", "暗い", "ダーク"),
    "やさしい": ("light ", "軽い", "軽", "ライト"),
    "ひかる": ("shining ", "輝く"),
}
_OWNERS = {
    "タケシ": ("brock", "ブロック"),
    "カスミ": ("misty", "ミスティ"),
    "マチス": ("lt. surge", "surge"),
    "エリカ": ("erika", "エリカ"),
    "キョウ": ("koga", "コガ"),
    "アンズ": ("janine", "ジャニーン"),
    "ナツメ": ("sabrina", "サブリナ"),
    "カツラ": ("blaine", "ブレイン"),
    "サカキ": ("giovanni",),
    "ハヤト": ("falkner", "フォークナー"),
    "ツクシ": ("bugsy",),
    "アカネ": ("whitney", "ホイットニー"),
    "マツバ": ("morty", "モーティ"),
    "シジマ": ("chuck", "チャック"),
    "ミカン": ("jasmine", "ジャスミン"),
    "ヤナギ": ("pryce", "プライス"),
    "イブキ": ("clair", "クレア"),
    "イツキ": ("will", "ウィル"),
    "シバ": ("bruno", "ブルーノ"),
    "カリン": ("karen", "カレン"),
    "ワタル": ("lance", "ランス"),
    "ロケット団": ("rocket", "ロケット"),
}
"""Trainers' names in Japanese, by what stands in the data: in English, or that in kana."""
_OWNED = re.compile(r"(.+?)(?:['’]s |の)", re.IGNORECASE)
_ENDS = {
    "ex": re.compile(r"\bex\b", re.IGNORECASE),
    "☆": re.compile(r"\bstar\b", re.IGNORECASE),
    "（デルタ種）": re.compile(r"デルタ種"),
}
_LETTER = re.compile(r"([A-Za-z?!])\W*$")
_LETTERED = "アンノーン"  # each of its cards bears a letter


def mended(name: str, species: str) -> str | None:
    """The name with the species' own in it, and in Japanese what stands before that.

    None where it needs no mending. Whose a Pokémon is stays as it is where that isn't known.
    """
    lower = name.casefold()
    kind = next((ours for ours, theirs in _KINDS.items() if lower.startswith(theirs)), "")
    if fold(species) in fold(name) and not kind:
        return None
    end = next((end for end, pattern in _ENDS.items() if pattern.search(name)), "")
    if species == _LETTERED:
        letter = _LETTER.search(name)
        return f"{species}[{letter.group(1).upper()}]" if letter else species
    owned = _OWNED.match(name)
    if owned is not None:
        said = owned.group(1)
        found = (ours for ours, theirs in _OWNERS.items() if said.casefold() in theirs)
        return f"{next(found, said)}の{species}{end}"
    return f"{kind}{species}{end}"
