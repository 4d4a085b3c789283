"""What a reading may mean as a number, for any text that a reader may give."""

from __future__ import annotations

from hypothesis import assume, given, settings
from hypothesis import strategies as st

from cardscanner_gui.catalogue.match.distance import (
    ANY_LETTER,
    GLUED_CHARACTER,
    edits,
    misreading,
    one_alike,
)
from cardscanner_gui.core.numbers import is_clear_number, same_number

LIKE_NUMBERS = st.text("0123456789/OoIlSsTGB| ", max_size=9)
TEXTS = st.one_of(LIKE_NUMBERS, st.text(max_size=12))
FRACTIONS = st.builds("{:03d}/{:03d}".format, st.integers(0, 999), st.integers(0, 999))

quick = settings(max_examples=150, deadline=None)


@quick
@given(TEXTS, TEXTS)
def test_any_two_texts_have_a_cost_or_none(read: str, printed: str) -> None:
    cost = misreading(read, printed)
    assert cost is None or 0 <= cost <= ANY_LETTER * len(printed) + 2 * GLUED_CHARACTER
    assert (cost == 0) == (read == printed)
    assert misreading(read, read) == 0


@quick
@given(st.data(), st.integers(1, 9))
def test_a_digit_that_was_read_is_never_taken_for_another(data: st.DataObject, size: int) -> None:
    texts = st.text("0123456789/OIlSTG", min_size=size, max_size=size)
    read, printed = data.draw(texts), data.draw(texts)
    pairs = list(zip(read, printed, strict=True))
    assume(read[-3:-1] != "/0")  # such a total can't be printed
    if any(a.isdigit() and b.isdigit() and a != b for a, b in pairs):
        assert misreading(read, printed) is None


@quick
@given(FRACTIONS, st.text("PALENSVI", min_size=1, max_size=5), st.booleans())
def test_letters_glued_to_a_number_cost_little(number: str, letters: str, before: bool) -> None:
    cost = misreading(letters + number if before else number + letters, number)
    assert cost is not None
    assert 0 < cost <= 2 * GLUED_CHARACTER


@quick
@given(TEXTS, TEXTS)
def test_edits_and_alike_digits_are_the_same_either_way(one: str, other: str) -> None:
    assert edits(one, other) == edits(other, one)
    assert 0 <= edits(one, other) <= 3
    assert (edits(one, other) == 0) == (one == other)
    assert one_alike(one, other) == one_alike(other, one)
    assert not one_alike(one, one)
    if one_alike(one, other):
        assert edits(one, other) == 1


@quick
@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_any_two_numbers_can_be_compared(read: str, printed: list[str]) -> None:
    assert same_number(read, [*printed, read])
    assert same_number(read, printed) in (True, False)
    assert not same_number(read, [])
    assert is_clear_number(read) in (True, False)
