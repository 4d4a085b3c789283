"""Fingerprints of drawn cards, and finding drawn cards in photographs by them."""

from __future__ import annotations

import gzip
import io
from itertools import pairwise

import cv2
import numpy as np
import pytest
from PIL import Image

from cardscanner_gui.catalogue.artwork.claims import ALONE
from cardscanner_gui.catalogue.artwork.index import ArtworkIndex
from cardscanner_gui.core.types import Corners, Pixels
from cardscanner_gui.vision.artwork import cut_by_edge, fingerprint_of, look_at
from cardscanner_gui.vision.card_image import CardCrop
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

MANY = 60


def face(seed: int) -> CardFace:
    return CardFace(f"Card {seed}", 60, f"{seed:03d}/193", attacks=("Seed Toss",), seed=seed)


def differing(one: bytes, other: bytes) -> int:
    return (int.from_bytes(one, "big") ^ int.from_bytes(other, "big")).bit_count()


@pytest.fixture(scope="module")
def references() -> dict[str, Pixels]:
    """Small pictures, as an asset server has them."""
    return {f"sv90-{seed:03d}": draw_card(face(seed), 337) for seed in range(MANY)}


@pytest.fixture(scope="module")
def index(references: dict[str, Pixels]) -> ArtworkIndex:
    return ArtworkIndex.of((one, fingerprint_of(card)) for one, card in references.items())


def photograph(seed: int, **how: float) -> tuple[Pixels, Corners]:
    card = draw_card(face(seed), 600)
    return lay_on_desk(card, size=(420, 560), seed=seed, **how)  # type: ignore[arg-type]


def test_a_fingerprint_is_that_of_the_usual_hashes(references: dict[str, Pixels]) -> None:
    """Compared with Pillow's filter and OpenCV's cosine transform, which others use for it."""
    for card in references.values():
        grey = Image.fromarray(card).convert("L")
        cells = np.asarray(grey.resize((17, 16), Image.Resampling.LANCZOS), np.float32)
        waves = np.asarray(grey.resize((64, 64), Image.Resampling.LANCZOS), np.float32)
        low = cv2.dct(waves)[:16, :16]
        # OpenCV scales the mean's row and column otherwise, which moves the median a little.
        low[0] *= np.sqrt(2)
        low[:, 0] *= np.sqrt(2)
        values = np.concatenate([np.diff(cells, axis=1).ravel(), (low - np.median(low)).ravel()])
        # Pillow rounds to whole grey values, so on flat paper its signs are chance.
        clear = np.abs(values) > 3
        own = np.unpackbits(np.frombuffer(fingerprint_of(card), np.uint8)) > 0
        assert clear.sum() > 200
        assert ((own != (values > 0)) & clear).sum() <= 4


def test_size_and_compression_change_few_bits_another_card_many(
    references: dict[str, Pixels],
) -> None:
    cards = list(references.values())
    for card, other in pairwise(cards):
        file = io.BytesIO()
        Image.fromarray(card).resize((184, 256)).save(file, "WEBP", quality=70)
        small = np.asarray(Image.open(file).convert("RGB"))
        own = fingerprint_of(card)
        assert differing(own, fingerprint_of(small)) < 40
        assert differing(own, fingerprint_of(other)) > 80


@pytest.mark.parametrize("angle", [0.0, 20.0, 180.0])
def test_a_photographed_card_is_found_whichever_way_up_its_outline_is(
    index: ArtworkIndex, angle: float
) -> None:
    for seed in range(0, MANY, 6):
        picture, corners = photograph(seed, angle=angle)
        for turn in (0, 2):
            look = look_at(CardCrop(picture, np.roll(corners, turn, axis=0)))
            (found,) = index.nearest(look)
            assert found.printings == (f"sv90-{seed:03d}",)
            assert found.margin > 0.1
            assert found.likenesses[0].turned == (turn == 2)


def test_an_outline_that_is_a_little_off_is_forgiven(index: ArtworkIndex) -> None:
    for seed in range(0, MANY, 6):
        picture, corners = photograph(seed)
        middle = corners.mean(0)
        size = np.ptp(corners, axis=0)
        loose = middle + (corners - middle) * 1.04 + size * (0.015, -0.01)
        (found,) = index.nearest(look_at(CardCrop(picture, loose)))
        assert found.printings == (f"sv90-{seed:03d}",)


@pytest.mark.parametrize(("side", "shown"), [("bottom", 0.72), ("top", 0.72), ("right", 0.75)])
def test_a_card_cut_by_the_edge_is_found_by_what_is_left(
    index: ArtworkIndex, side: str, shown: float
) -> None:
    right = 0
    seeds = range(0, MANY, 5)
    for seed in seeds:
        picture, corners = photograph(seed, fill=0.8)
        left, top = corners.min(0)
        width, height = np.ptp(corners, axis=0)
        if side == "bottom":
            picture = picture[: int(top + shown * height)]
        elif side == "top":
            picture = picture[int(top + (1 - shown) * height) :]
            corners = corners - (0, int(top + (1 - shown) * height))
        else:
            picture = picture[:, : int(left + shown * width)]
        seen = np.clip(corners, 0, np.array(picture.shape[1::-1]) - 1)
        cut = cut_by_edge(seen, picture.shape[1], picture.shape[0])
        assert cut is not None
        assert getattr(cut, side)
        found = index.nearest_of_cut(look_at(CardCrop(picture, seen), cut))
        assert found is not None
        right += found.printings == (f"sv90-{seed:03d}",)
    assert right >= len(seeds) - 2  # all of one layout: much of what is left is alike


def test_a_whole_card_isnt_taken_for_cut() -> None:
    picture, corners = photograph(1)
    height, width = picture.shape[:2]
    assert cut_by_edge(corners, width, height) is None
    whole = np.array([[0, 0], [629, 0], [629, 879], [0, 879]], np.float64)
    assert cut_by_edge(whole, 630, 880) is None


def test_a_card_that_isnt_in_the_index_is_like_none(index: ArtworkIndex) -> None:
    for seed in range(MANY, MANY + 10):
        picture, corners = photograph(seed)
        (found,) = index.nearest(look_at(CardCrop(picture, corners)))
        assert found.score < ALONE.score or found.margin < ALONE.margin


def test_what_the_look_is_kept_as_is_near_the_pictures_fingerprint(
    references: dict[str, Pixels],
) -> None:
    picture, corners = photograph(7)
    kept = look_at(CardCrop(picture, corners)).fingerprint
    assert differing(kept, fingerprint_of(references["sv90-007"])) < 120


def test_real_pictures_get_the_fingerprints_that_others_made_of_them(shared_dir) -> None:
    folder = shared_dir / "artwork"
    with gzip.open(folder / "fingerprints512.tsv.gz", "rt") as file:
        known = dict(line.split() for line in file)
    pictures = [path for path in sorted((folder / "pictures").iterdir()) if path.stem in known]
    bits = [
        differing(
            fingerprint_of(np.asarray(Image.open(path).convert("RGB"))),
            bytes.fromhex(known[path.stem]),
        )
        for path in pictures[::10]
    ]
    assert np.median(bits) <= 12
