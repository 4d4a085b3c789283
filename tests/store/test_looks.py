"""The same picture in another file is known by how it looks; another photograph is not."""

from __future__ import annotations

import io

import cv2
import numpy as np
import pytest
from PIL import Image

from cardscanner_gui.core.types import Pixels
from cardscanner_gui.store.looks import same_picture
from cardscanner_gui.vision.look import look_of
from tests.qt.cards import EMBERIX, draw
from training.drawing.scenes import lay_on_desk


def photograph(seed: int = 3, angle: float = 4.0) -> Pixels:
    pixels, _ = lay_on_desk(draw(EMBERIX), angle=angle, size=(1200, 900), fill=0.8, seed=seed)
    return pixels


def saved_anew(pixels: Pixels, quality: int, part: float) -> Pixels:
    picture = Image.fromarray(pixels)
    size = (round(picture.width * part), round(picture.height * part))
    buffer = io.BytesIO()
    picture.resize(size, Image.Resampling.LANCZOS).save(buffer, "JPEG", quality=quality)
    return np.asarray(Image.open(buffer).convert("RGB"))


@pytest.mark.parametrize(("quality", "part"), [(50, 1.0), (75, 0.5), (90, 0.33), (85, 0.75)])
def test_a_picture_saved_anew_looks_the_same(quality: int, part: float) -> None:
    pixels = photograph()
    assert same_picture(look_of(pixels), look_of(saved_anew(pixels, quality, part)))


def test_another_photograph_of_the_same_card_looks_otherwise() -> None:
    """The camera was moved by four thousandths of the picture: less than any hand moves it."""
    pixels = photograph()
    height, width = pixels.shape[:2]
    moved = np.float32([[1, 0, width * 0.004], [0, 1, height * 0.004]])
    other = cv2.warpAffine(pixels, moved, (width, height), borderMode=cv2.BORDER_REPLICATE)
    assert not same_picture(look_of(pixels), look_of(other))
    assert not same_picture(look_of(pixels), look_of(photograph(angle=5.0)))


def test_a_turned_picture_looks_otherwise() -> None:
    pixels = photograph()
    assert not same_picture(look_of(pixels), look_of(np.rot90(pixels)))
