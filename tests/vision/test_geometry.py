from __future__ import annotations

import numpy as np
import pytest

from cardscanner_gui.vision.geometry import (
    covered,
    crossing,
    homography,
    overlap,
    project,
    reading_order,
    rectangle,
    turned,
)


def test_overlap_of_shifted_squares() -> None:
    one = rectangle(0, 0, 10, 10)
    assert overlap(one, one) == pytest.approx(1)
    assert overlap(one, rectangle(5, 0, 15, 10)) == pytest.approx(1 / 3)
    assert overlap(one, rectangle(20, 0, 30, 10)) == 0
    assert overlap(one, turned(one, 2)) == pytest.approx(1)


def test_covered_is_not_symmetric() -> None:
    card, slab = rectangle(2, 4, 6, 8), rectangle(0, 0, 8, 12)
    assert covered(card, slab) == pytest.approx(1)
    assert covered(slab, card) == pytest.approx(1 / 6)


def test_homography_takes_corners_to_corners() -> None:
    tilted = np.array([[10, 5], [90, 12], [80, 120], [4, 100]], np.float64)
    target = rectangle(0, 0, 63, 88)
    assert project(homography(tilted, target), tilted) == pytest.approx(target, abs=1e-3)


def test_crossing_of_lines() -> None:
    point = crossing(np.array([[0, 0], [10, 10.0]]), np.array([[0, 10], [10, 0.0]]))
    assert point == pytest.approx([5, 5])
    assert crossing(np.array([[0, 0], [1, 0.0]]), np.array([[0, 1], [1, 1.0]])) is None


def test_reading_order_of_a_tilted_page() -> None:
    # Nine pockets, each row lower on the right by a third of a card: still three rows.
    page = [
        rectangle(
            70 * column, 100 * row + 15 * column, 70 * column + 63, 100 * row + 15 * column + 88
        )
        for row in range(3)
        for column in range(3)
    ]
    shuffled = [4, 8, 0, 3, 7, 1, 6, 2, 5]
    order = reading_order([page[i] for i in shuffled])
    assert [shuffled[i] for i in order] == list(range(9))


def test_reading_order_of_nothing() -> None:
    assert reading_order([]) == []
