"""Language and finish of a copy, and the details shown for it."""

from __future__ import annotations

import pytest

from cardscanner_gui.core.types import Box, Printing, Reading, TextLine, Variant
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.recognition.details import detail_fields, finish_of, language_of

PRINTING = Printing(
    id="gl1-045",
    names={"en": "Brambletooth", "fr": "Ronceroc", "de": "Brambletooth"},
    set_id="gl1",
    set_names={"en": "Glimmerwood"},
    number="045",
    printed_total=162,
    facts={
        "hp": 120,
        "attacks": ({"en": "Thorn Waltz", "fr": "Valse Épineuse", "de": "Dornenwalzer"},),
    },
    rarity="Rare",
    variants=(Variant("holo"), Variant("holo", ("staff",))),
)


def reading(*lines: str) -> Reading:
    return Reading("ocr", tuple(TextLine(text, 0.99, Box(0, 0, 1, 0.1)) for text in lines))


@pytest.mark.parametrize(
    ("lines", "language"),
    [
        (["Ronceroc"], "fr"),
        (["Brambletooth"], "en"),
        (["Brambletooth", "Dornenwalzer"], "de"),
        (["Brambletooth", "KP 120"], "de"),
        (["Brambletooth", "GLW DE"], "de"),
        (["Brambletooth", "HP 120", "Thorn Waltz"], "en"),
    ],
)
def test_language_by_name_attacks_and_the_words_beside_them(lines, language):
    assert language_of(reading(*lines), PRINTING, POKEMON) == language


def test_a_finish_is_suggested_only_when_there_is_no_choice():
    assert finish_of(PRINTING) == "holo"
    both = Printing(
        "a", {"en": "A"}, "s", {}, "1", variants=(Variant("normal"), Variant("reverse"))
    )
    assert finish_of(both) is None


def test_details_are_in_the_card_s_language():
    details = {name: field.text for name, field in detail_fields(PRINTING, "fr", POKEMON)}
    assert details["name"] == "Ronceroc"
    assert details["attacks"] == "Valse Épineuse"
    assert details["number"] == "045/162"
    assert "artist" not in details
