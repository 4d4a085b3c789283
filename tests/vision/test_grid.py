from __future__ import annotations

import numpy as np
import pytest

from cardscanner_gui.core.types import Corners
from cardscanner_gui.vision.geometry import homography, overlap, project, rectangle
from cardscanner_gui.vision.grid import missing_cells


def page(tilted: bool = True) -> list[Corners]:
    """Nine pockets in perspective, in reading order, within 900 x 1200."""
    flat = [
        rectangle(72 * column, 98 * row, 72 * column + 63, 98 * row + 88)
        for row in range(3)
        for column in range(3)
    ]
    frame = rectangle(0, 0, 207, 284)
    seen = np.array([[90, 80], [800, 120], [850, 1150], [40, 1080]], np.float64)
    matrix = homography(frame, seen if tilted else rectangle(60, 60, 840, 1140))
    return [project(matrix, q) for q in flat]


@pytest.mark.parametrize("missed", [{4}, {0}, {2, 7}, {1, 3, 8}])
def test_missed_pockets_are_named(missed: set[int]) -> None:
    pockets = page()
    cells = missing_cells([q for i, q in enumerate(pockets) if i not in missed], (900, 1200))
    for index in missed:
        assert max(overlap(cell, pockets[index]) for cell in cells) > 0.8


def test_a_full_page_that_fills_the_picture_misses_nothing() -> None:
    assert missing_cells(page(), (900, 1200)) == []


def test_cards_lying_about_form_no_grid() -> None:
    rng = np.random.default_rng(5)
    cards = []
    for x, y in ((100, 100), (420, 180), (150, 520), (560, 600), (330, 850)):
        angle = rng.uniform(0, 2 * np.pi)
        turn = np.array([[np.cos(angle), np.sin(angle)], [-np.sin(angle), np.cos(angle)]])
        cards.append(rectangle(-63, -88, 63, 88) @ turn + [x, y])
    assert missing_cells(cards, (900, 1200)) == []


def test_two_cards_are_no_grid() -> None:
    assert missing_cells(page()[:2], (900, 1200)) == []
