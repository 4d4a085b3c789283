"""The labelled photographs that developers have: what matters in the end."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest

from benchmarks.photographs import labels
from cardscanner_gui.core.types import Pixels
from cardscanner_gui.vision.finder import CardFinder
from cardscanner_gui.vision.geometry import overlap


def picture(path: Path) -> Pixels:
    return np.asarray(cv2.cvtColor(cv2.imread(str(path)), cv2.COLOR_BGR2RGB), np.uint8)


def test_every_labelled_photo_is_found_upright(finder: CardFinder, shared_dir: Path) -> None:
    overlaps = []
    for name, corners in labels(shared_dir / "eval").items():
        pixels = picture(shared_dir / "eval" / "images" / name)
        true = corners * [pixels.shape[1], pixels.shape[0]]
        found = finder.find(pixels)
        best = max(found, key=lambda card: overlap(card.corners, true), default=None)
        assert best is not None, name
        overlaps.append(overlap(best.corners, true))
        assert overlaps[-1] > 0.85, name
        turns = [np.abs(np.roll(true, -k, axis=0) - best.corners).sum() for k in range(4)]
        assert int(np.argmin(turns)) == 0, name
    assert np.mean(overlaps) > 0.92


@pytest.mark.parametrize(
    ("name", "cards"),
    [
        ("multi_binder4_p1.jpg", 4),
        ("multi_binder9_kanto.jpg", 9),
        ("multi_table7_fr.jpg", 7),
        ("multi_binder9_it_a.jpg", 9),
        ("multi_mtg_three.jpg", 3),
        ("neg_empty_desk.jpg", 0),
        ("neg_booster_pack.jpg", 0),
        ("neg_chart.jpg", 0),
    ],
)
def test_each_card_of_a_picture_is_found_once(
    finder: CardFinder, shared_dir: Path, name: str, cards: int
) -> None:
    assert len(finder.find(picture(shared_dir / "eval" / "images" / name))) == cards
