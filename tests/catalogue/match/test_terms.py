"""What each kind of evidence says of a printing, in points, and which printings it finds."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.core.catalogue import MatchRow
from cardscanner_gui.core.evidence import Compared, Observation, Term
from cardscanner_gui.core.rule import Key
from cardscanner_gui.core.types import Box, Printing, Reading, Status, TextLine
from cardscanner_gui.games.pokemon import GAME as POKEMON
from tests.catalogue.match.read import reading
from tests.catalogue.tcgdex_archive import HARBOUR, LANTERN, build_catalogue, card

TERM = {term.name: term for term in POKEMON.terms()}
LEAFCAT, LEAFCAT_EX, CINDERPUP, BELL = "sv90-012", "sv90-045", "base90-23", "base90-88"
RIIFUTTO = "SV90K-030"

CARDS = [
    card(
        {"en": "Leafcat", "de": "Laubkatz"}, "012", attacks=("Gather Dew", "Seed Toss"),
        illustrator="Mia Loamfield", regulationMark="G", evolveFrom={"en": "Leafkit"},
    ),
    card("Leafcat ex", "045", hp=210, attacks=("Thorn Waltz",)),
    card("Cinderpup", "23", HARBOUR, hp=50, attacks=("Hot Paws",), illustrator="Ben Orrin"),
    card("Harbour Bell", "88", HARBOUR, hp=None, category="Trainer", stage=None),
    card({"ja": "リーフット"}, "030", LANTERN, hp=60, attacks=({"ja": "つゆあつめ"},)),
]  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory) -> Iterator[Catalogue]:
    with build_catalogue(tmp_path_factory.mktemp("catalogue"), CARDS) as built:
        yield built


@pytest.fixture(scope="module")
def rows(catalogue: Catalogue) -> dict[str, MatchRow]:
    return {row.id: row for row in catalogue.rows(range(1, len(CARDS) + 1))}


def observed(catalogue: Catalogue, **fields: str | list[str]) -> Observation:
    return Observation(reading(**fields), set_codes=catalogue.set_codes)


@pytest.mark.parametrize(
    ("term", "fields", "printing", "points"),
    [
        ("name", {"name": "Leafcat"}, LEAFCAT, 9.0),
        ("name", {"name": "Laubkatz"}, LEAFCAT, 9.0),
        ("name", {"name": ["Harbour", "Leafcat"]}, LEAFCAT, 9.0),
        ("name", {"name": "Leafcat ex"}, LEAFCAT, 0.5),
        ("name", {"name": "Leafcat"}, LEAFCAT_EX, 8.0),
        ("name", {"name": "Harbour Bell"}, LEAFCAT, -6.0),
        ("number", {"number": "012/193"}, LEAFCAT, 12.0),
        ("number", {"number": "O12/193"}, LEAFCAT, 11.0),
        ("number", {"number": "01N/193"}, LEAFCAT, 2.5),
        ("number", {"number": "012/198"}, LEAFCAT, -2.0),
        ("number", {"number": "145/198"}, LEAFCAT, -5.0),
        ("number", {"number": "88"}, LEAFCAT, -1.0),
        ("number", {"checked_numbers": "012/193"}, LEAFCAT, 10.0),
        ("number", {"checked_numbers": "013/193", "number": "012/193"}, LEAFCAT, -5.0),
        ("hp", {"hp": "60"}, LEAFCAT, 4.0),
        ("hp", {"hp": "70"}, LEAFCAT, -4.0),
        ("hp", {"hp": "60"}, BELL, None),
        ("code", {"set_code": "MDT"}, LEAFCAT, 6.0),
        ("code", {"set_code": "MDI"}, LEAFCAT, 1.5),
        ("code", {"set_code": "XYZ"}, LEAFCAT, None),
        ("code", {"set_code": "MDT"}, CINDERPUP, -1.5),
        ("attacks", {"body": ["Gather Dew", "Seed Toss", "a", "b"]}, LEAFCAT, 7.0),
        ("attacks", {"body": ["Gather Dew", "x", "a", "b"]}, LEAFCAT, 1.0),
        ("attacks", {"body": ["some", "other", "lines", "here"]}, CINDERPUP, -2.5),
        # Its attacks are known in one of its languages only.
        ("attacks", {"body": ["some", "other", "lines", "here"]}, LEAFCAT, None),
        ("attacks", {"body": ["Gather Dew", "Seed Toss"]}, LEAFCAT, None),
        ("artist", {"artist": "Illus. Mia Loamfield"}, LEAFCAT, 4.0),
        ("artist", {"artist": "Illus. Ben Orrin"}, LEAFCAT, -3.0),
        ("artist", {"artist": "Ben Orrin"}, LEAFCAT, -1.0),
        ("year", {"year": ["1995", "2023"]}, LEAFCAT, 2.5),
        ("year", {"year": "2022"}, LEAFCAT, 1.5),
        ("year", {"year": "2025"}, LEAFCAT, -2.0),
        ("year", {"year": "2021"}, LEAFCAT, -1.5),
        ("year", {"year": "1995"}, LEAFCAT, -1.5),
        # No card of today's bears such a year alone.
        ("year", {"year": ["1995", "1999"]}, LEAFCAT, -2.5),
        ("year", {"year": "2002"}, CINDERPUP, -4.0),
        ("year", {"year": "2023"}, RIIFUTTO, None),
        ("evolution", {"evolves_from": "Leafkit"}, LEAFCAT, 2.0),
        ("evolution", {"evolves_from": "Cinderpup"}, LEAFCAT, -1.5),
        ("script", {"name": "Leafcat"}, LEAFCAT, None),
        ("script", {"name": "Leafcat"}, RIIFUTTO, -8.0),
    ],
)  # fmt: skip
def test_points(catalogue, rows, term, fields, printing, points):
    assert TERM[term].points(observed(catalogue, **fields), rows[printing]) == points


@pytest.mark.parametrize(("read", "points"), [("TG03/TG30", 12.0), ("TG03", 8.0), ("TG04", -5.0)])
def test_half_of_a_gallery_s_number_is_near(catalogue, rows, read, points):
    in_gallery = rows[LEAFCAT]._replace(number_forms=("TG03/TG30", "TG3/TG30"))
    assert TERM["number"].points(observed(catalogue, number=read), in_gallery) == points


FIELDS = [term for term in POKEMON.terms() if term.name != "script"]


@pytest.mark.parametrize("term", FIELDS, ids=lambda term: term.name)
def test_a_field_that_was_not_read_costs_nothing(catalogue, rows, term):
    seen = observed(catalogue)
    assert {term.points(seen, row) for row in rows.values()} == {None}
    assert not term.searches(seen, found=False)


def test_japanese_text_speaks_against_international_printings(catalogue, rows):
    lines = (TextLine("リーフットのわざ", 0.9, Box(0.1, 0.1, 0.9, 0.2)),)
    seen = Observation(Reading("ocr", lines=lines))
    assert TERM["script"].points(seen, rows[LEAFCAT]) == -8.0
    assert TERM["script"].points(seen, rows[RIIFUTTO]) is None


def found(term: str, catalogue: Catalogue, **fields: str | list[str]) -> dict[str, float]:
    """Ids that a term finds, with how much a look is worth."""
    worth: dict[str, float] = {}
    for key, value in TERM[term].candidates(observed(catalogue, **fields), catalogue):
        printing = catalogue.printings([key])[0]
        worth[printing.id] = max(value, worth.get(printing.id, 0.0))
    return worth


def test_candidates_come_by_number_name_and_attack(catalogue):
    assert found("number", catalogue, number="012/193") == {LEAFCAT: 95.0}
    assert found("number", catalogue, number="O12/193") == {LEAFCAT: 85.0}
    assert found("name", catalogue, name="Cinderpvp")[CINDERPUP] == pytest.approx(88.9, abs=0.1)
    assert found("attacks", catalogue, body="Hot Paws") == {CINDERPUP: 75.0}


def test_attacks_are_looked_up_only_where_the_name_leads_nowhere(catalogue):
    attacks = TERM["attacks"]
    nameless = observed(catalogue, body="Hot Paws", number="012/193")
    assert attacks.searches(nameless, found=True)
    named = observed(catalogue, body="Hot Paws", name="Cinderpup")
    assert attacks.searches(named, found=False)
    assert not attacks.searches(named, found=True)


class StampTerm(Term):
    """Evidence that no game has: printings by their ids, as if a stamp said so."""

    name, label, cheap = "stamp", "stamp", True

    def searches(self, seen: Observation, found: bool) -> bool:
        return bool(seen.reading.of("stamp"))

    def candidates(self, seen: Observation, catalogue: Catalogue) -> Iterator[tuple[int, float]]:
        return ((key, 90.0) for key in catalogue.keys_by_name(seen.reading.of("stamp")[0].text))

    def points(self, seen: Observation, row: MatchRow) -> float | None:
        stamps = seen.reading.of("stamp")
        return (14.0 if stamps[0].text in row.names else 2.0) if stamps else None

    def compared(self, reading: Reading, printing: Printing) -> Compared:
        return Compared(None, None)


def test_a_new_kind_of_evidence_takes_a_term_and_a_key(catalogue):
    rule = replace(POKEMON.rule, keys=(*POKEMON.rule.keys, Key({"stamp": 9.0})))
    game = replace(POKEMON, terms=lambda: (*POKEMON.terms(), StampTerm()), rule=rule)
    matcher = Matcher(catalogue, game)
    assert matcher.match(reading()).reason == "no text could be read"
    answer = matcher.match(reading(stamp="cinderpup"))
    assert answer.status is Status.IDENTIFIED
    assert answer.printing is not None
    assert answer.printing.id == CINDERPUP
    assert answer.reason == "stamp agree"
    assert answer.candidates[0].evidence["stamp"] == 14.0


def test_what_is_compared_is_brought_into_form_once(catalogue, rows):
    seen = observed(catalogue, name="Leafcat")
    asked: list[str] = []

    def compute(_: Observation, text: str) -> int:
        asked.append(text)
        return len(text)

    assert [seen.once(compute, text) for text in ("a", "bb", "a", "bb")] == [1, 2, 1, 2]
    assert asked == ["a", "bb"]
