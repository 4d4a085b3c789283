"""Which field a line belongs to, by its text and its place."""

from __future__ import annotations

import pytest

from cardscanner_gui.core.types import Box, TextLine
from cardscanner_gui.games.pokemon.fields import parse

TOP_LEFT = Box(0.15, 0.03, 0.6, 0.08)
TOP_RIGHT = Box(0.7, 0.035, 0.9, 0.07)
BOTTOM_LEFT = Box(0.05, 0.94, 0.3, 0.96)
MIDDLE = Box(0.2, 0.5, 0.6, 0.53)


def line(text: str, box: Box, confidence: float = 0.99) -> TextLine:
    return TextLine(text, confidence, box)


def texts(fields) -> list[str]:
    return [field.text for field in fields]


@pytest.mark.parametrize(
    ("printed", "number"),
    [
        ("012/193", "012/193"),
        ("PALEN 012/193", "012/193"),
        ("SWSH174", "SWSH174"),
        ("XY67a", "XY67A"),
        ("AR7", "AR7"),
        ("ARO", "AR0"),
        ("SH1I", "SH11"),
        ("★ RT3", "RT3"),
        ("TG03/TG30", "TG03/TG30"),
        ("H12/H32", "H12/H32"),
        ("012193", "012193"),
        ("5", "5"),
    ],
)
def test_numbers_of_every_form(printed, number):
    assert number in texts(parse([line(printed, BOTTOM_LEFT)], "ocr").of("number"))


@pytest.mark.parametrize("printed", ["SV2a", "SM4A", "Illus. SHIN", "ARL", "RTS", "the SL2 of it"])
def test_what_only_begins_as_a_number_is_none(printed):
    assert parse([line(printed, BOTTOM_LEFT)], "ocr").of("number") == ()


def test_a_year_is_not_a_number():
    reading = parse([line("©1995, 96, 98, 1999 Wizards", BOTTOM_LEFT)], "ocr")
    assert "1999" in texts(reading.of("year"))
    assert texts(reading.of("number")) == []


def test_a_number_in_the_text_of_an_attack_is_none():
    assert parse([line("012/193", MIDDLE)], "ocr").of("number") == ()


def test_hp_beside_the_name():
    reading = parse([line("Brambletooth", TOP_LEFT), line("HP120", TOP_RIGHT)], "ocr")
    assert texts(reading.of("name"))[0] == "Brambletooth"
    assert texts(reading.of("hp")) == ["120"]


def test_hp_glued_to_the_name_is_taken_apart():
    reading = parse([line("Brambletooth 120 HP", TOP_LEFT)], "ocr")
    assert texts(reading.of("name")) == ["Brambletooth"]
    assert texts(reading.of("hp")) == ["120"]


def test_evolution_line_is_no_name():
    small = Box(0.3, 0.09, 0.7, 0.11)
    reading = parse([line("Thornsire", TOP_LEFT), line("Evolves from Brambletooth", small)], "ocr")
    assert texts(reading.of("name")) == ["Thornsire"]
    assert texts(reading.of("evolves_from")) == ["Brambletooth"]


@pytest.mark.parametrize(
    ("text", "right", "names"),
    [
        ("As long as this card is on your Bench, prevent all damage done to it", 0.87, 0),
        ("Team Meadow's Invention M-107 Technical Machine", 0.7, 1),
        ("Brambletooth and a word", 0.95, 1),
    ],
)
def test_a_rule_at_the_top_is_no_name(text, right, names):
    reading = parse([line(text, Box(0.15, 0.14, right, 0.17))], "ocr")
    assert len(reading.of("name")) == names


def test_set_code_beside_the_number():
    codes = texts(parse([line("G PAL EN 012/193", BOTTOM_LEFT)], "ocr").of("set_code"))
    assert "PAL" in codes


def test_raw_lines_are_kept():
    reading = parse([line("Brambletooth", TOP_LEFT), line("", MIDDLE)], "ocr")
    assert texts(reading.lines) == ["Brambletooth"]


def test_doubtful_text_is_no_name():
    assert parse([line("Brambletooth", TOP_LEFT, 0.3)], "ocr").of("name") == ()
