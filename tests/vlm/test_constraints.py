"""What fields may hold, and the frame around them."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from cardscanner_gui.core.types import Printing
from cardscanner_gui.vlm.constraints import (
    FreeText,
    Listing,
    OneOf,
    Pattern,
    allows,
    collector_number,
    digits,
    year,
)
from cardscanner_gui.vlm.record import RecordForm, expected_values
from cardscanner_gui.vlm.skeleton import Literal, Skeleton, Slot
from cardscanner_gui.vlm.vocabulary import Vocabulary
from tests.vlm.asked import FIELDS, OPEN, POKEMON, asked

NAMES = ("Mew", "Mewtwo", "Mr. Mime", "Farfetch’d", "Flabébé", "Nidoran♀")


@pytest.fixture(scope="module")
def vocabulary(tokenizer: Any, tmp_path_factory: pytest.TempPathFactory) -> Vocabulary:
    path: Path = tmp_path_factory.mktemp("tokenizer") / "tokenizer.json"
    tokenizer.save(str(path))
    return Vocabulary(path)


def test_tokens_spell_their_bytes(vocabulary: Vocabulary) -> None:
    for text in (" Name: Mew", "\nHP: 60", " 012/193"):
        ids = vocabulary.encode(text)
        assert "".join(vocabulary.spellings[i] for i in ids) == text
    assert vocabulary.id_of("<image>") not in vocabulary.spellings


@pytest.mark.parametrize(
    ("text", "fits"),
    [
        ("012/193", True), ("4", True), ("24a/119", True), ("SWSH174", True), ("TG03/TG30", True),
        ("H12/H32", True), ("1/64", True), ("-", True), ("", False), ("12/", False),
        ("012/193/5", False), ("abc", False), ("1234", False),
    ],
)  # fmt: skip
def test_collector_numbers(vocabulary: Vocabulary, text: str, fits: bool) -> None:
    assert allows(collector_number(vocabulary), vocabulary.encode(f" {text}")) is fits


@pytest.mark.parametrize(
    ("text", "fits"), [("60", True), ("-", True), ("6000", False), ("x", False)]
)
def test_hit_points(vocabulary: Vocabulary, text: str, fits: bool) -> None:
    assert allows(digits(vocabulary, 3), vocabulary.encode(f" {text}")) is fits


def test_every_allowed_token_keeps_a_number_possible(vocabulary: Vocabulary) -> None:
    constraint: Pattern = collector_number(vocabulary)
    states = {constraint.start}
    for _ in range(4):
        followed = {
            constraint.advance(state, int(token))
            for state in states
            for token in constraint.allowed(state)
        }
        states = set(sorted(followed)[::97])
        for state in states:
            assert constraint.may_end(state) or len(constraint.allowed(state)), state


def test_names_are_those_of_the_list(vocabulary: Vocabulary) -> None:
    choice = OneOf.of(vocabulary, NAMES)
    for name in NAMES:
        assert allows(choice, vocabulary.encode(f" {name}"))
    assert not allows(choice, vocabulary.encode(" Pikachu"))
    assert not allows(choice, vocabulary.encode(" Mr."))


def test_a_list_holds_values_of_the_list_and_ends_in_time(vocabulary: Vocabulary) -> None:
    listing = Listing(vocabulary, ["Gnaw", "Gnaw Off", "Tail Whip"], longest=2)
    for text in ("Gnaw", "Gnaw Off", "Gnaw, Tail Whip", "-"):
        assert allows(listing, vocabulary.encode(f" {text}")), text
    for text in ("Bite", "Gnaw,", "Gnaw, Bite", "-, Gnaw", "Gnaw, -", "Gnaw, Gnaw, Gnaw"):
        assert not allows(listing, vocabulary.encode(f" {text}")), text


@pytest.mark.parametrize(
    ("text", "fits"), [("1999", True), ("2026", True), ("-", True), ("2126", False), ("199", False)]
)
def test_years(vocabulary: Vocabulary, text: str, fits: bool) -> None:
    assert allows(year(vocabulary), vocabulary.encode(f" {text}")) is fits


@pytest.mark.parametrize("make", [collector_number, year, lambda v: digits(v, 3)])
def test_what_is_looked_at_is_all_that_could_ever_fit(
    vocabulary: Vocabulary, make: Callable[[Vocabulary], Pattern]
) -> None:
    constraint, everything = make(vocabulary), vocabulary.spellings
    states = {constraint.start}
    for _ in range(4):
        followed = set()
        for state in states:
            allowed = set(constraint.allowed(state).tolist())
            fitting = {t for t, text in everything.items() if text and constraint.fits(state, text)}
            assert allowed == fitting
            followed |= {constraint.advance(state, token) for token in allowed}
        states = set(sorted(followed)[::211])


def test_free_text_stays_on_its_line_and_ends(vocabulary: Vocabulary) -> None:
    free = FreeText(vocabulary, 3)
    newline = vocabulary.encode("\n")[0]
    assert newline not in free.allowed(0)
    assert vocabulary.id_of("<end_of_utterance>") not in free.allowed(0)
    assert not free.may_end(0)
    assert len(free.allowed(3)) == 0


def test_the_frame_forces_its_own_text_and_nothing_else(vocabulary: Vocabulary) -> None:
    form = RecordForm(vocabulary, asked(name=tuple(NAMES))["pokemon"])
    cursor, text = form.skeleton().start(), ""
    while not cursor.done:
        choices = cursor.choices
        token = int(choices[0]) if cursor.field is None else end_or_first(cursor)
        assert len(choices) == 1 or cursor.field is not None
        text += vocabulary.spellings[token]
        cursor = cursor.advance(token)
    labels = [line.split(":")[0].strip() for line in text.strip().splitlines()]
    assert labels == ["Name", "HP", "Number", "Set", "Attacks", "Artist", "Year"]


def test_names_and_attacks_in_other_languages_are_free(vocabulary: Vocabulary) -> None:
    form = RecordForm(
        vocabulary, asked(name=tuple(NAMES), attacks=("Gnaw",), artist=("Ada Pen",))["pokemon"]
    )

    def fits(field: str, text: str, *, english: bool) -> bool:
        slots = {p.name: p for p in form.skeleton(english=english).parts if isinstance(p, Slot)}
        return allows(slots[field].constraint, vocabulary.encode(f" {text}"))

    for field, text in (("name", "Poussacha"), ("attacks", "Griffe")):
        assert not fits(field, text, english=True)
        assert fits(field, text, english=False)
    assert not fits("artist", "Somebody", english=False)


def end_or_first(cursor: Any) -> int:
    end = cursor.end_mark()
    return end if cursor.ends_field(end) else int(cursor.choices[0])


def test_a_skeleton_alternates() -> None:
    slot = Slot("a", object())  # type: ignore[arg-type]
    with pytest.raises(ValueError, match="in turn"):
        Skeleton((slot, Literal((1,))))
    with pytest.raises(ValueError, match="ends with a literal"):
        Skeleton((Literal((1,)), slot))


def test_a_printing_becomes_the_expected_record(vocabulary: Vocabulary) -> None:
    printing = Printing(
        "sv02-012", {"en": "Sprigatito", "fr": "Poussacha"}, "sv02", {"en": "Paldea Evolved"},
        "012", 193, "PAL", facts={"hp": 60, "attacks": ({"en": "Scratch"}, {"en": "Seed Bomb"})},
        illustrator="Somebody", released="2023-06-09",
    )  # fmt: skip
    values = expected_values(POKEMON, printing)
    assert list(values) == list(FIELDS)
    assert values["number"] == "012/193"
    assert values["attacks"] == "Scratch, Seed Bomb"
    assert values["year"] == "2023"
    assert expected_values(POKEMON, printing, "fr")["name"] == "Poussacha"
    draft = RecordForm(vocabulary, OPEN["pokemon"]).draft(values)
    assert vocabulary.decode(draft["number"]).strip() == "012/193"
    empty = expected_values(POKEMON, Printing("x-1", {"en": "Energy"}, "x", {}, ""))
    assert empty["hp"] == empty["number"] == "-"
