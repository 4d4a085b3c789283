"""The reasons shown are those that decided, from a fresh answer and from a stored scan alike."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.catalogue.match.reasons import Reason, reasons
from cardscanner_gui.core.codec import encode_reading_summary
from cardscanner_gui.core.rule import Finding
from cardscanner_gui.core.types import Box, Candidate, Field, Printing, Reading, TextLine
from cardscanner_gui.games.pokemon import GAME as POKEMON
from tests.catalogue.match.read import reading
from tests.catalogue.tcgdex_archive import LANTERN, build_catalogue, card

CARDS = [
    card(
        {"en": "Leafcat", "de": "Laubkatz"}, "012",
        attacks=({"en": "Gather Dew", "de": "Tau sammeln"}, "Seed Toss"),
        illustrator="Mia Loamfield", regulationMark="G", evolveFrom={"en": "Leafkit"},
    ),
    card("Leafcat ex", "045", hp=210),
    card({"ja": "リーフット"}, "030", LANTERN, hp=60),
]  # fmt: skip


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory) -> Iterator[Catalogue]:
    with build_catalogue(tmp_path_factory.mktemp("catalogue"), CARDS) as built:
        yield built


def candidate(catalogue: Catalogue, read: Reading, printing_id: str = "sv90-012") -> Candidate:
    match = Matcher(catalogue, POKEMON).match(read)
    return next(c for c in match.candidates if c.printing.id == printing_id)


def told(catalogue: Catalogue, read: Reading, id_: str = "sv90-012") -> dict[str, Reason]:
    """The reasons by term; the same from what a scan keeps."""
    found = candidate(catalogue, read, id_)
    fresh = reasons(found.evidence, read, found.printing, POKEMON)
    stored = reasons(dict(found.evidence), encode_reading_summary(read), found.printing, POKEMON)
    assert stored == fresh
    return {reason.term: reason for reason in fresh}


def test_every_term_that_gave_points_is_told_with_them(catalogue):
    read = reading(
        name="Leafcat", number="012/193", hp="60", set_code="MDT", year="2023",
        artist="Illus. Mia Loamfield", evolves_from="Leafkit",
        body=["Gather Dew", "Seed Toss", "Flip a coin.", "Draw a card."],
    )  # fmt: skip
    by_term = told(catalogue, read)
    assert {term: reason.points for term, reason in by_term.items()} == dict(
        candidate(catalogue, read).evidence
    )
    assert [reason.words for reason in by_term.values()] == [
        "number 012/193",
        "name Leafcat",
        "HP 60",
        "set code MDT",
        "attacks Gather Dew · Seed Toss",
        "artist Mia Loamfield",
        "year 2023",
        "evolves from: read “Leafkit”, printed Leafkit",
    ]


@pytest.mark.parametrize(
    ("fields", "term", "finding", "words"),
    [
        (
            {"name": "Leafcat", "number": "O12/193"}, "number", Finding.AGREES,
            "number: read “O12/193”, printed 012/193",
        ),
        (
            {"name": "Leafcat", "number": "012/198"}, "number", Finding.CONTRADICTS,
            "number: read “012/198”, printed 012/193",
        ),
        (
            {"name": "Leafcat ex", "number": "012/193"}, "name", Finding.SAYS_LITTLE,
            "name: read “Leafcat ex”, printed Leafcat",
        ),
        (
            {"name": "Leafcat", "hp": "70"}, "hp", Finding.CONTRADICTS,
            "HP: read “70”, printed 60",
        ),
        (
            {"name": "Laubkatz", "number": "012/193"}, "name", Finding.AGREES, "name Laubkatz",
        ),
        (
            {"name": "Leafcat", "body": ["much", "else", "was", "read"]}, "attacks",
            Finding.CONTRADICTS, "attacks Gather Dew · Seed Toss (not read)",
        ),
    ],
)  # fmt: skip
def test_what_agrees_is_what_the_points_say(catalogue, fields, term, finding, words):
    reason = told(catalogue, reading(**fields))[term]
    assert reason.finding is finding
    assert reason.words == words


def test_of_several_hypotheses_the_one_that_decided_is_shown(catalogue):
    read = reading(name=["Basic Pokemon", "Leafcat"], number=["4711", "012/193"], hp="60")
    by_term = told(catalogue, read)
    assert by_term["name"].read == "Leafcat"
    assert by_term["number"].read == "012/193"


def test_a_number_that_the_picture_was_asked_about_is_told_as_such(catalogue):
    read = reading(name="Leafcat", number="0I7", checked_numbers="012/193", hp="60")
    assert told(catalogue, read)["number"].words == "number 012/193"


def test_the_script_is_told_where_it_speaks_against_a_printing(catalogue):
    line = TextLine("リーフットのわざ", 0.9, Box(0.1, 0.1, 0.9, 0.2))
    fields = {"name": (Field("Leafcat", 0.9),), "number": (Field("012/193", 0.9),)}
    read = Reading("ocr", (line,), fields)
    script = told(catalogue, read)["script"]
    assert script.finding is Finding.CONTRADICTS
    assert script.words == "script: read “Japanese”, printed Latin letters"


def test_a_scan_of_an_older_version_has_only_the_best_of_each_field(catalogue):
    found = candidate(catalogue, reading(name="Leafcat", number="012/193"))
    summary = {"name": {"text": "Leafcat", "confidence": 0.9, "box": None}, "lines": []}
    by_term = {r.term: r for r in reasons(found.evidence, summary, found.printing, POKEMON)}
    assert by_term["name"].words == "name Leafcat"
    assert by_term["number"].words == "number 012/193 (not read)"
    assert by_term["number"].finding is Finding.AGREES


def test_evidence_of_a_newer_version_is_told_by_its_name(catalogue):
    printing = Printing("x-1", {"en": "Leafcat"}, "x", {"en": "X"}, "1")
    (reason,) = reasons({"hologram": 3.0}, reading(), printing, POKEMON)
    assert (reason.label, reason.words, reason.finding) == (
        "hologram",
        "hologram",
        Finding.SAYS_LITTLE,
    )


def test_a_card_without_hit_points_says_so(catalogue):
    printing = Printing("x-1", {"en": "Harbour Bell"}, "x", {"en": "X"}, "1")
    (reason,) = reasons({"hp": -3.0}, reading(hp="60"), printing, POKEMON)
    assert reason.words == "HP: read “60”, printed none"
