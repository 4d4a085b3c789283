"""Collector numbers as they are printed.

A number stands on a card as `012/193`, `SWSH174`, `TG03/TG30` or a plain `5`. Sources give only the
part before the slash and the size of the set, and agree neither on leading zeros nor on the total
of galleries that live inside another set.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable

from cardscanner_gui.core.catalogue import CardSet
from cardscanner_gui.core.text import normalise_number
from cardscanner_gui.core.types import ASIA, Printing
from cardscanner_gui.games.pokemon.collector_numbers import GALLERY_CODES

_PARTS = re.compile(r"([A-Z]*)(\d+)([A-Z]*)")

# Since Sword & Shield numbers are printed with three digits, also where sources write them without.
_THREE_DIGITS = frozenset({"Sword & Shield", "Scarlet & Violet", "Mega Evolution"})

# Japanese cards carry no collector number before the e-Card era.
_UNNUMBERED_SERIES = frozenset({"PMCG", "neo"})


def printed_totals(numbers: Iterable[str], card_set: CardSet) -> dict[str, int | None]:
    """What stands after the slash, for each number of one set; None where no slash is printed."""
    numbers = list(numbers)
    prefixes = {number: _prefix(number) for number in numbers}
    sizes = Counter(prefix for prefix in prefixes.values() if prefix)
    mixed = any(prefix == "" for prefix in prefixes.values())
    totals: dict[str, int | None] = {}
    for number, prefix in prefixes.items():
        if card_set.promo or not card_set.printed_total:
            totals[number] = None
        elif prefix in GALLERY_CODES:
            # Inside another set the set's own total is not the gallery's.
            totals[number] = sizes[prefix] if mixed else card_set.printed_total
        elif prefix == "" or (prefix is None and len(number) == 1):
            totals[number] = card_set.printed_total
        else:
            totals[number] = None
    return totals


def printed_number(number: str, card_set: CardSet) -> str:
    """The number with the leading zeros that it has on the card."""
    if card_set.series in _THREE_DIGITS and number.isdigit():
        return number.zfill(3)
    return number


def number_forms(printing: Printing, card_set: CardSet) -> tuple[str, ...]:
    """Every way the number may be printed, upper case, without spaces.

    Sources write `12` where the card says `012/193`, and the other way round: both are given but
    for sets of which it is known that they print three digits.
    Empty for cards that carry no collector number.
    """
    if card_set.region == ASIA and card_set.series in _UNNUMBERED_SERIES:
        return ()
    raw, total = printing.number.upper(), printing.printed_total
    match = _PARTS.fullmatch(raw)
    if match is None:
        if card_set.region == ASIA:  # names of basic energies stand in for a number: GRA, FIR
            return ()
        return (raw,) if total is None else (f"{raw}/{total}",)
    prefix, digits, suffix = match.groups()
    plain = str(int(digits))
    if total is not None and prefix:
        return _unique(f"{prefix}{d}{suffix}/{prefix}{total}" for d in (digits, plain))
    if total is not None:
        short, long = f"{plain}{suffix}", f"{plain:0>3}{suffix}"
        own = total == card_set.printed_total  # not the original's, which a reprint bears
        if (card_set.series in _THREE_DIGITS and own) or digits.startswith("0"):
            # 50/142 is no number of such a set, but what is left of 050/142 or of 150/142.
            return (f"{long}/{total:03d}",)
        return _unique(
            (f"{digits}{suffix}/{total:0{len(digits)}d}", f"{short}/{total}", f"{long}/{total:03d}")
        )
    if prefix:
        return _unique((raw, normalise_number(raw)))
    return _unique(_promo_forms(raw, plain + suffix, card_set))


def _promo_forms(raw: str, plain: str, card_set: CardSet) -> Iterable[str]:
    """A plain number without a total: `5`, `005`, `SVP012`, in Asia `012/SV-P`."""
    if card_set.region == ASIA:
        for form in (raw, plain):
            yield f"{form}/{card_set.id.removeprefix('asia-').upper()}"
    yield raw
    yield plain
    yield plain.zfill(3)
    for code in card_set.codes:
        if len(code) == 3 and code.isalpha():
            yield code + raw


def _prefix(number: str) -> str | None:
    match = _PARTS.fullmatch(number.upper())
    return match.group(1) if match else None


def _unique(forms: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(forms))
