"""How far apart two numbers are, for any text that a reader may give."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cardscanner_gui.catalogue.match.distance import FAR, number_distance
from cardscanner_gui.core.numbers import same_number

LIKE_NUMBERS = st.text("0123456789/OoIlSsTGB| ", max_size=9)
TEXTS = st.one_of(LIKE_NUMBERS, st.text(max_size=12))
MOST = 3.3
"""Three edits and something glued on; whatever needs more is far."""

quick = settings(max_examples=150, deadline=None)


@quick
@given(TEXTS, TEXTS)
def test_every_distance_is_near_or_far_and_never_below_zero(read: str, printed: str) -> None:
    distance = number_distance(read, printed)
    assert 0 <= distance <= MOST or distance == FAR
    assert number_distance(read, read) == 0


@quick
@given(TEXTS, TEXTS)
def test_only_the_same_text_has_no_distance(read: str, printed: str) -> None:
    assert (number_distance(read, printed) == 0) == (read == printed)


@quick
@given(st.data(), st.integers(0, 9))
def test_texts_of_one_length_are_as_far_apart_either_way(data: st.DataObject, size: int) -> None:
    texts = st.text("0123456789/OIlSTGé字", min_size=size, max_size=size)
    one, other = data.draw(texts), data.draw(texts)
    assert number_distance(one, other) == number_distance(other, one)


@quick
@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_any_two_numbers_can_be_compared(read: str, printed: list[str]) -> None:
    assert same_number(read, [*printed, read])
    assert same_number(read, printed) in (True, False)
    assert not same_number(read, [])
