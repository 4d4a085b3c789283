"""A reduced picture must show everything where the full-size one has it."""

from __future__ import annotations

import numpy as np
import pytest

from cardscanner_gui.core.types import Pixels
from cardscanner_gui.vision.geometry import homography, project, rectangle
from cardscanner_gui.vision.pyramid import Pyramid, quarter_turned


def with_square(width: int, height: int, at: tuple[int, int, int, int]) -> Pixels:
    """Black with a white square at left, top, right, bottom (exclusive)."""
    picture = np.zeros((height, width, 3), np.uint8)
    left, top, right, bottom = at
    picture[top:bottom, left:right] = 255
    return picture


@pytest.mark.parametrize(
    ("width", "height"), [(4000, 3000), (3023, 4031), (1801, 1351), (640, 479)]
)
def test_points_come_back_to_where_they_were(width: int, height: int) -> None:
    left, top, right, bottom = width // 4, height // 4, width // 2, height // 2
    pyramid = Pyramid(with_square(width, height, (left, top, right, bottom)))
    assert max(pyramid.size) < 1800
    rows, columns = np.nonzero(pyramid.pixels[..., 0] > 127)
    seen = rectangle(columns.min(), rows.min(), columns.max(), rows.max())
    wanted = rectangle(left, top, right - 1, bottom - 1)
    step = width / pyramid.size[0]
    assert pyramid.full_size(seen) == pytest.approx(wanted, abs=step)
    assert pyramid.reduced(pyramid.full_size(seen)) == pytest.approx(seen)


@pytest.mark.parametrize("size", [40, 200, 700])
def test_a_card_view_shows_the_card_and_nothing_beside_it(size: int) -> None:
    picture = with_square(1501, 1203, (300, 200, 300 + size, 200 + size))
    pyramid = Pyramid(picture)
    square = pyramid.reduced(rectangle(299.5, 199.5, 299.5 + size, 199.5 + size))
    canvas = rectangle(9.5, 9.5, 109.5, 109.5)
    view = pyramid.card_view(square, canvas, homography(square, canvas), (120, 120))
    assert (view[13:107, 13:107] > 250).all()
    assert (view[:7] < 5).all()
    assert (view[:, 113:] < 5).all()


@pytest.mark.parametrize("size", [(1, 1), (3, 5000), (5000, 3)])
def test_odd_pictures_are_survived(size: tuple[int, int]) -> None:
    picture = np.zeros((size[1], size[0], 3), np.uint8)
    pyramid = Pyramid(picture)
    view, _ = pyramid.letterboxed(64)
    assert view.shape == (64, 64, 3)


def test_a_quarter_turned_view_shows_everything_where_its_matrix_says() -> None:
    pyramid = Pyramid(with_square(160, 120, (20, 30, 60, 40)))
    canvas, matrix = quarter_turned(*pyramid.letterboxed(160))
    rows, columns = np.nonzero(canvas[..., 0] > 127)
    corners = project(matrix, rectangle(20, 30, 59, 39))
    assert [columns.min(), rows.min()] == pytest.approx(corners.min(0).tolist())
    assert [columns.max(), rows.max()] == pytest.approx(corners.max(0).tolist())
    assert np.ptp(rows) > np.ptp(columns), "what was wide is high"
