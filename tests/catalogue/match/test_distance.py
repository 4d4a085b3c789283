from __future__ import annotations

import pytest

from cardscanner_gui.catalogue.match.distance import (
    DIGIT_FOR_DIGIT,
    FAR,
    LETTER_FOR_DIGIT,
    OTHER_EDIT,
    number_distance,
)
from cardscanner_gui.core.numbers import same_number


@pytest.mark.parametrize(
    ("read", "printed", "cost"),
    [
        ("012/193", "012/193", 0.0),
        ("O12/193", "012/193", LETTER_FOR_DIGIT),
        ("40/02", "40/82", DIGIT_FOR_DIGIT),
        ("012/194", "012/193", OTHER_EDIT),
        ("DPO9", "DP09", LETTER_FOR_DIGIT),
    ],
)
def test_likely_misreadings_cost_less_than_others(read, printed, cost):
    assert number_distance(read, printed) == pytest.approx(cost)


def test_text_glued_to_the_number_costs_little():
    assert 0 < number_distance("PALEN012/193", "012/193") < OTHER_EDIT


def test_a_lost_slash_is_a_misreading():
    assert number_distance("37110", "3/110") < OTHER_EDIT


@pytest.mark.parametrize(
    ("read", "printed"), [("012/193", "145/198"), ("5", "012/193"), ("", "012/193")]
)
def test_other_numbers_are_far(read, printed):
    assert number_distance(read, printed) == FAR


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("012/193", "012/193"),
        ("12/193", "012/193"),
        ("012 / 193", "012/193"),
        ("012", "012/193"),
        ("012/198", "12"),
        ("O12/193", "012/193"),
        ("0I2/193", "012/193"),
        ("tg3", "TG03"),
        ("TG03/TG30", "TG03"),
        ("SWSHI74", "SWSH174"),
    ],
)
def test_the_same_number_however_it_is_written(read, printed):
    assert same_number(read, [printed])
    assert same_number(read, ["999/999", printed])


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("012/198", "012/193"),
        ("112/193", "012/193"),
        ("112", "12"),
        ("44", "4A"),
        ("OI2", "012"),
        ("", "012/193"),
        ("012/193", ""),
    ],
)
def test_another_number(read, printed):
    assert not same_number(read, [printed])
    assert not same_number(read, [])
