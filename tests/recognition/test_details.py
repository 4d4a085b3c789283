"""Language and finish of a copy, and the details shown for it."""

from __future__ import annotations

import pytest

from cardscanner_gui.core.types import ASIA, Box, Printing, Reading, TextLine, Variant
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.recognition.details import detail_fields, finish_of, language_of

PRINTING = Printing(
    id="gl1-045",
    names={"en": "Brambletooth", "fr": "Ronceroc", "de": "Brambletooth"},
    set_id="gl1",
    set_names={"en": "Glimmerwood"},
    number="045",
    printed_total=162,
    set_code="GLW",
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
        (["Brambletooth"], None),  # two languages have this name
        (["Brambletooth", "HP 120"], "en"),
        (["Brambletooth", "120KP"], "de"),
        (["Ronceroc", "GGLWDE 045/162"], "de"),  # beside the set's code the card says it itself
        (["Brambletooth", "Schwäche"], "de"),
        (["Brambletooth", "SCHWACHE"], "de"),
        (["Brambletooth", "un par de GLW"], None),
        (["Valse Epineuse 30"], "fr"),
        (["045/162"], None),
        (["Brambletooth", "Dornenwalzer"], "de"),
        (["Brambletooth", "KP 120"], "de"),
        (["Brambletooth", "GLW DE"], "de"),
        (["Brambletooth", "HP 120", "Thorn Waltz"], "en"),
    ],
)
def test_language_by_name_attacks_and_the_words_beside_them(lines, language):
    assert language_of(reading(*lines), PRINTING, POKEMON) == language


@pytest.mark.parametrize(
    ("lines", "language"),
    [
        (["Pebblin", "PS 60"], None),  # three languages say so
        (["Pebblin", "PS 60", "FASE 1"], None),
        (["Pebblin", "PS 60", "ESTÁGIO 1"], "pt"),
        (["Pebblin", "PS60", "Debolezza", "Resistenza"], "it"),
        (["Pebblin", "60 PS", "debilidad"], "es"),
        (["Pebblin", "PS 60", "Bola Sombra"], "es"),
        (["Pebblin", "PS 60", "Bola de Sombra"], "pt"),
        (["Pebblin", "KP 60"], "de"),
        (["Pebblin", "PV 60"], "fr"),
        (["Pebblin", "HP 60"], "en"),
        (["Pebblin", "PS 60", "PEB IT", "012/100"], "it"),
    ],
)
def test_languages_that_share_names_are_told_by_the_rest(lines, language):
    names = dict.fromkeys(("en", "fr", "de", "it", "es", "pt"), "Pebblin")
    attack = {"en": "Shadow Ball", "it": "Palla Ombra", "es": "Bola Sombra", "pt": "Bola de Sombra"}
    pebblin = Printing("p-1", names, "p", {}, "12", set_code="PEB", facts={"attacks": (attack,)})
    assert language_of(reading(*lines), pebblin, POKEMON) == language


@pytest.mark.parametrize(
    ("lines", "language"),
    [
        (["アカリ", "あかるい光"], "ja"),
        (["小燈", "寶可夢"], "zh-tw"),
        (["Lampu", "Kelemahan"], "id"),
        (["012/071"], None),
    ],
)
def test_asian_languages_by_their_script(lines, language):
    asian = Printing(
        "a-1", {"ja": "アカリ", "zh-tw": "小燈", "id": "Lampu"}, "a", {}, "1", region=ASIA
    )
    assert language_of(reading(*lines), asian, POKEMON) == language


@pytest.mark.parametrize(("line", "language"), [("Pebblin-ex PS 60", "it"), ("Pebblin ex", "es")])
def test_a_hyphen_tells_languages_apart(line: str, language: str) -> None:
    names = {"es": "Pebblin ex", "it": "Pebblin-ex"}
    assert language_of(reading(line), Printing("p-1", names, "p", {}, "1"), POKEMON) == language


def test_a_card_in_a_language_that_isnt_listed_must_be_asked() -> None:
    names = dict.fromkeys(("en", "fr", "de"), "Pebblin")
    italian = ("Pebblin", "60 PV", "FASE 1", "debolezza", "Infligge 20 danni all'avversario")
    pebblin = Printing("p-1", names, "p", {}, "12")
    assert language_of(reading(*italian), pebblin, POKEMON) is None
    assert language_of(reading("Pebblin", "60 PV", "faiblesse"), pebblin, POKEMON) == "fr"


def test_only_languages_that_a_copy_can_have_are_told() -> None:
    names = {"en": "Pebblin", "es": "Guijarrín", "es-mx": "Guijarrín"}
    assert language_of(reading("Guijarrín"), Printing("p-1", names, "p", {}, "1"), POKEMON) == "es"


def test_what_a_catalogue_has_in_one_language_is_in_that():
    assert (
        language_of(reading("HP 60"), Printing("p-1", {"fr": "Caillou"}, "p", {}, "1"), POKEMON)
        == "fr"
    )


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
