from __future__ import annotations

import pytest

from cardscanner_gui.catalogue.match.distance import (
    ANY_LETTER,
    IMPOSSIBLE_DIGIT,
    LETTER_FOR_DIGIT,
    LOST_SLASH,
    edits,
    misreading,
    one_alike,
)
from cardscanner_gui.core.numbers import is_clear_number, same_number


@pytest.mark.parametrize(
    ("read", "printed", "cost"),
    [
        ("012/193", "012/193", 0.0),
        ("O12/193", "012/193", LETTER_FOR_DIGIT),
        ("DPO9", "DP09", LETTER_FOR_DIGIT),
        ("012193", "012/193", LOST_SLASH),
        ("37110", "3/110", LOST_SLASH),
        ("05N/187", "052/187", ANY_LETTER),
        ("081/17L", "081/172", ANY_LETTER),
        # No total of two digits begins with a nought.
        ("40/02", "40/82", IMPOSSIBLE_DIGIT),
    ],
)
def test_what_cannot_stand_on_a_card_is_taken_for_a_misreading(read, printed, cost):
    assert misreading(read, printed) == pytest.approx(cost)


@pytest.mark.parametrize("read", ["PALEN012/193", "N012/193", "SVI012/193", "012/193F"])
def test_text_glued_to_the_number_costs_little(read):
    assert 0 < misreading(read, "012/193") < LOST_SLASH


@pytest.mark.parametrize(
    ("read", "printed"),
    [
        ("40/02", "40/12"),
        ("40/82", "40/92"),
        ("012/194", "012/193"),
        ("012/193", "145/198"),
        ("O50/193", "150/193"),
        ("5", "012/193"),
        ("", "012/193"),
        ("SM129", "1"),
        ("146/173", "6/173"),
        ("45/124", "6/12"),
        ("50/142", "150/142"),
        ("50/142", "050/142"),
        ("I2/102", "2/102"),
        ("12/19B", "12/19"),
    ],
)
def test_another_digit_is_another_number(read, printed):
    assert misreading(read, printed) is None


def test_nearer_numbers_are_told_from_farther_ones():
    assert [edits("012/193", n) for n in ("012/198", "021/193", "145/198")] == [1, 2, 3]
    assert one_alike("054/106", "064/106") is True
    assert one_alike("052/106", "057/106") is True
    assert one_alike("052/106", "054/106") is False
    assert one_alike("054/106", "54/106") is False
    assert one_alike("01I/020", "014/020") is True, "I looks like 1, and 1 like 4"
    assert one_alike("O50/193", "150/193") is False


def test_a_number_that_is_well_formed_may_stand_on_a_card():
    well_formed = ("012/193", "TG03/TG30", "1 / 64", "012/052", "XY69", "SWSH174")
    assert all(map(is_clear_number, well_formed))
    assert not any(
        map(
            is_clear_number,
            ("O12/193", "7A/071", "012193", "POKEMON/GAME", "", "9412/193", "8/2", "40/02"),
        )
    )


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
