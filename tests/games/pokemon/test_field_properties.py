"""Whatever lines a reader gives, there is a reading of them that can be stored and read back."""

from __future__ import annotations

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from cardscanner_gui.core.codec import decode_reading, encode_reading, encode_reading_summary
from cardscanner_gui.core.conform import conform
from cardscanner_gui.core.types import Box, Reading, TextLine
from cardscanner_gui.games.pokemon.fields import parse

PLACES = st.floats(-1, 2, allow_nan=False)
PRINTED = st.sampled_from(
    [
        "012/193",
        "O12/I93 ★",
        "SVP EN 045",
        "HP 120",
        "Evolves from Sproutle",
        "Illus. A. Penciller",
        "©2023 Pokémon",
        "STAGE 1",
        "PALEN012/193",
        "////1/1/1",
        "スプラウトルから進化",
    ]
)
TEXTS = st.one_of(
    PRINTED, st.text(max_size=40), st.tuples(PRINTED, st.text(max_size=9)).map(" ".join)
)
LINES = st.lists(
    st.builds(TextLine, TEXTS, st.floats(0, 1), st.builds(Box, PLACES, PLACES, PLACES, PLACES)),
    max_size=12,
)


@settings(max_examples=100, deadline=None)
@given(LINES)
def test_any_lines_give_a_reading_that_comes_back_from_the_store(lines: list[TextLine]) -> None:
    reading = parse(lines, "ocr")
    conform(reading, Reading)
    assert reading.lines == tuple(line for line in lines if line.text)
    stored = json.dumps(encode_reading(reading))
    assert decode_reading(json.loads(stored)) == reading
    json.dumps(encode_reading_summary(reading))
    assert parse(lines, "ocr") == reading


@settings(max_examples=20, deadline=None)
@given(st.sampled_from(["1/", "/", "l1|", "0", "HP ", "evolves from "]), st.integers(100, 3000))
def test_long_lines_of_the_same_sign_are_parsed_too(sign: str, times: int) -> None:
    line = TextLine(sign * times, 0.9, Box(0, 0.9, 1, 0.95))
    assert parse([line], "ocr").lines == (line,)
