"""Cards on a ground of one colour are found by their shape alone."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from cardscanner_gui.core.types import Corners, Pixels
from cardscanner_gui.vision.finder import CardFinder
from cardscanner_gui.vision.geometry import overlap
from cardscanner_gui.vision.plain_ground import cards_on_plain_ground
from training.drawing.cards import CardFace, draw_card
from training.drawing.surfaces import wood

SIZE = (1200, 900)


def scanned(ground: int, angle: float, brightness: float = 1.0) -> tuple[Pixels, Corners]:
    """A drawn card on a flatbed, 700 pixels high, with its corners."""
    face = draw_card(CardFace("Leafkit", 60, "012/193", era="modern", seed=3))
    face = (cv2.resize(face[..., :3], (501, 700)) * brightness).astype(np.uint8)
    matrix = cv2.getRotationMatrix2D((250, 349.5), angle, 1.0)
    matrix[:, 2] += [200, 250]
    picture = np.full((*SIZE, 3), ground, np.uint8)
    cv2.warpAffine(
        face,
        matrix,
        SIZE[::-1],
        dst=picture,
        borderMode=cv2.BORDER_TRANSPARENT,
        flags=cv2.INTER_AREA,
    )
    corners = np.array([[0, 0], [500, 0], [500, 699], [0, 699]], float)
    return picture, np.asarray(corners @ matrix[:, :2].T + matrix[:, 2], np.float64)


@pytest.mark.parametrize("angle", [0, 7, 33])
@pytest.mark.parametrize(("ground", "brightness"), [(0, 0.25), (255, 1.0), (120, 0.5)])
def test_the_outline_is_the_cards(ground: int, brightness: float, angle: float) -> None:
    picture, corners = scanned(ground, angle, brightness)
    (outline,) = cards_on_plain_ground(picture)
    assert overlap(outline, corners) > 0.96


def test_glare_beside_the_card_is_not_the_cards() -> None:
    picture, corners = scanned(0, 0)
    cv2.rectangle(picture, (300, 200), (400, 260), (60, 60, 60), -1)
    (outline,) = cards_on_plain_ground(picture)
    assert overlap(outline, corners) > 0.96


def test_a_card_that_is_hardly_lighter_than_the_ground_is_found(finder: CardFinder) -> None:
    picture, corners = scanned(0, 0, 0.25)
    (card,) = finder.find(picture)
    assert overlap(card.corners, corners) > 0.96


@pytest.mark.parametrize("size", [(400, 800), (600, 600), (60, 84)])
def test_other_shapes_and_specks_are_none(size: tuple[int, int]) -> None:
    picture = np.full((*SIZE, 3), 250, np.uint8)
    picture[100 : 100 + size[1], 100 : 100 + size[0]] = 90
    assert cards_on_plain_ground(picture) == []


def test_a_page_of_text_and_a_desk_show_none() -> None:
    page = np.full((*SIZE, 3), 255, np.uint8)
    for row in range(12):
        cv2.putText(page, "Leafkit 60 HP Gather Dew", (80, 90 * row + 80), 0, 1.6, (0, 0, 0), 3)
    assert cards_on_plain_ground(page) == []
    assert cards_on_plain_ground(wood(np.random.default_rng(1), SIZE)) == []
