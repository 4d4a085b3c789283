"""How far apart two numbers are, for any text that a reader may give."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from cardscanner_gui.catalogue.match.distance import edits, misreading, one_alike
from cardscanner_gui.core.numbers import same_number

LIKE_NUMBERS = st.text("0123456789/OoIlSsTGB| ", max_size=9)
TEXTS = st.one_of(LIKE_NUMBERS, st.text(max_size=12))
MOST = 13 * 0.5 + 0.3
"""A letter or a slash at every place, and something glued on."""

quick = settings(max_examples=150, deadline=None)


@quick
@given(TEXTS, TEXTS)
def test_a_misreading_costs_something_or_is_impossible(read: str, printed: str) -> None:
    cost = misreading(read, printed)
    assert cost is None or 0 <= cost <= MOST
    assert (cost == 0) == (read == printed)
    assert misreading(read, read) == 0


@quick
@given(st.text("0123456789", min_size=1, max_size=5), st.text("0123456789", min_size=1, max_size=5))
def test_no_digit_is_ever_taken_for_another(read: str, printed: str) -> None:
    assert (misreading(read, printed) is not None) == (read == printed)


@quick
@given(TEXTS, TEXTS)
def test_any_two_texts_have_edits_and_are_alike_either_way(read: str, printed: str) -> None:
    assert 0 <= edits(read, printed) <= 3
    assert edits(read, printed) == edits(printed, read)
    assert one_alike(read, printed) == one_alike(printed, read)
    assert not one_alike(read, read)


@quick
@given(TEXTS, st.lists(TEXTS, max_size=3))
def test_any_two_numbers_can_be_compared(read: str, printed: list[str]) -> None:
    assert same_number(read, [*printed, read])
    assert same_number(read, printed) in (True, False)
    assert not same_number(read, [])
