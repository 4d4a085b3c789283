"""The wheel's ids in TCGdex' spelling.

Both sources hold the same cards, but spell their ids differently: `sv3pt5-6` is `sv03.5-006`. With
one spelling a collection that began with the wheel still fits when TCGdex takes its place.
"""

from __future__ import annotations

import re

_SET_IDS = {
    "base6": "lc",
    "bp": "bog",
    "cel25c": "cel25cc",
    "fut20": "fut2020",
    "hsp": "hgssp",
    "mcd11": "2011bw",
    "mcd12": "2012bw",
    "mcd14": "2014xy",
    "mcd15": "2015xy",
    "mcd16": "2016xy",
    "mcd17": "2017sm",
    "mcd18": "2018sm",
    "mcd19": "2019sm",
    "mcd21": "2021swsh",
    "mcd22": "2022swsh",
    "pgo": "swsh10.5",
    "sm35": "sm3.5",
    "sm75": "sm7.5",
    "swsh35": "swsh3.5",
    "swsh45": "swsh4.5",
    "swsh45sv": "swsh4.5sv",
    "tk1a": "tk-ex-latia",
    "tk1b": "tk-ex-latio",
    "tk2a": "tk-ex-p",
    "tk2b": "tk-ex-m",
}
_SET_CODES = {  # printed on the cards, missing in the wheel
    "sv01": "SVI",
    "sv02": "PAL",
    "sv03": "OBF",
    "sv03.5": "MEW",
    "sv04": "PAR",
    "sv04.5": "PAF",
    "sve": "SVE",
    "svp": "SVP",
}
_SERIES = re.compile(r"base|bw|col|dp|ecard|ex|gym|hgss|lc|me|misc|neo|pl|pop|sm|swsh|sv|tk|xy")
_SERIES_OF_OTHERS = {
    "bog": "ecard",
    "cel25": "swsh",
    "cel25cc": "swsh",
    "dc1": "xy",
    "det1": "sm",
    "dv1": "bw",
    "fut2020": "swsh",
    "g1": "xy",
    "mfb": "sv",
    "np": "pop",
    "ru1": "pl",
    "si1": "neo",
}
_YOUNG_SERIES = re.compile(r"sv\d|svp|sve|swsh(9|1\d)")
_HOLO_SERIES = ("ecard2", "ecard3")


def set_id(wheel_id: str) -> str:
    """`sv3pt5` → `sv03.5`, `mcd11` → `2011bw`; what is the same in both stays as it is."""
    known = _SET_IDS.get(wheel_id)
    if known is not None:
        return known
    spelt = wheel_id.replace("pt5", ".5")
    return re.sub(r"^sv(\d)(?!\d)", r"sv0\1", spelt)


def set_code(tcgdex_id: str, wheel_code: str | None) -> str | None:
    """The code of a set, upper case; None where it has none, as most promos."""
    known = _SET_CODES.get(tcgdex_id)
    if known is None and wheel_code and "-" not in wheel_code:
        known = wheel_code.upper()
    return known


def asset_path(tcgdex_id: str) -> str | None:
    """Where TCGdex' asset server keeps a set's pictures: `sv/sv02`; None when not known."""
    if tcgdex_id[:4].isdigit():  # a year's promos from the fast-food chain
        return f"mc/{tcgdex_id}"
    found = _SERIES.match(tcgdex_id)
    series = _SERIES_OF_OTHERS.get(tcgdex_id) or (found.group() if found else None)
    return f"{series}/{tcgdex_id}" if series else None


def printing_id(wheel_id: str, number: str, owner: str) -> str:
    """The id of a printing of the set `owner`, which is spelt as TCGdex does."""
    own_number = wheel_id.rpartition("-")[2]
    if owner == "cel25cc":  # there numbers repeat, and the two number the cards each in its own way
        return f"{owner}-{own_number}"
    if number.isdigit() and _YOUNG_SERIES.match(owner):
        return f"{owner}-{number.zfill(3)}"
    if owner in _HOLO_SERIES and re.fullmatch(r"H\d", number):
        return f"{owner}-H0{number[1]}"
    return f"{owner}-{number}"
