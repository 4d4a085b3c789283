"""Printings of the real catalogue that share name, number and total: never taken for each other."""

from __future__ import annotations

from collections import defaultdict

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Printing
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.facts import attacks
from tests.catalogue.match.read import reading

_MORE_LINES = ["some line", "another line", "a third line", "a fourth line"]


def groups_of(catalogue: Catalogue) -> list[list[Printing]]:
    found = defaultdict(list)
    for printing in catalogue.printings(range(1, catalogue.info().printings + 1)):
        if printing.printed_total is not None:
            key = (fold(printing.name), printing.number.lstrip("0"), printing.printed_total)
            found[key].append(printing)
    return [group for group in found.values() if len(group) > 1]


def as_read(printing: Printing) -> dict[str, str | list[str]]:
    """What a reader makes of the large print of such a card."""
    fields: dict[str, str | list[str]] = {
        "name": printing.name,
        "number": printed if "/" in (printed := printing.printed_number) else printing.number,
    }
    if "hp" in printing.facts:
        fields["hp"] = str(printing.facts["hp"])
    return fields


def with_small_print(printing: Printing) -> dict[str, str | list[str]]:
    """The same with its attacks and illustrator, which reprints share."""
    names = [phrase.get("en") or next(iter(phrase.values())) for phrase in attacks(printing)]
    fields = as_read(printing)
    if names:
        fields["body"] = [*names, *_MORE_LINES]
    if printing.illustrator:
        fields["artist"] = f"Illus. {printing.illustrator}"
    return fields


def test_each_is_right_or_asked(real_catalogue: Catalogue) -> None:
    matcher = Matcher(real_catalogue, POKEMON)
    groups = groups_of(real_catalogue)
    assert len(groups) > 300
    told = 0
    for printing in (one for group in groups for one in group):
        for fields in (as_read(printing), with_small_print(printing)):
            answer = matcher.match(reading(**fields)).printing
            assert answer is None or answer.id == printing.id, fields
            told += answer is not None
    assert told > 100, "where their facts differ they are told apart"
