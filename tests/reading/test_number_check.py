"""Choosing between a few numbers by how likely each is, not by the reader's best guess."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from cardscanner_gui.core.types import Field
from cardscanner_gui.reading.number_check import path_scores
from cardscanner_gui.vision.card_image import CardCrop
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

CLASSES = {c: i for i, c in enumerate("-0123456789/", 0) if i}


def steps(*distributions: dict[str, float]) -> np.ndarray:
    """Probabilities of the given characters a step; `-` is the blank, the rest is spread."""
    table = np.full((len(distributions), len(CLASSES) + 1), 1e-4, np.float32)
    for row, distribution in zip(table, distributions, strict=True):
        for character, p in distribution.items():
            row[CLASSES.get(character, 0)] = p
    return table


def test_the_best_reading_scores_nothing_less():
    table = steps({"1": 0.9}, {"-": 0.9}, {"/": 0.9}, {"-": 0.9}, {"7": 0.9})
    assert path_scores(table, ["1/7"], CLASSES)[0] == pytest.approx(0.0, abs=1e-6)


def test_the_second_best_digit_is_nearer_than_any_other():
    table = steps({"3": 0.5, "8": 0.45}, {"/": 0.9}, {"7": 0.9})
    good, near, far = path_scores(table, ["3/7", "8/7", "5/7"], CLASSES)
    assert good > near > far
    assert near == pytest.approx(np.log(0.45 / 0.5), abs=1e-5)


def test_text_around_the_number_does_not_count():
    table = steps(
        {"9": 0.9}, {"-": 0.9}, {"1": 0.9}, {"/": 0.9}, {"7": 0.9}, {"-": 0.9}, {"4": 0.9}
    )
    assert path_scores(table, ["1/7"], CLASSES)[0] == pytest.approx(0.0, abs=1e-6)


def test_equal_digits_need_a_blank_between_them():
    apart = steps({"1": 0.9}, {"-": 0.9}, {"1": 0.9})
    together = steps({"1": 0.9}, {"1": 0.9}, {"1": 0.9})
    assert path_scores(apart, ["11"], CLASSES)[0] == pytest.approx(0.0, abs=1e-6)
    assert path_scores(together, ["11"], CLASSES)[0] < -5


def test_what_the_reader_can_not_spell_is_impossible():
    assert path_scores(steps({"1": 0.9}), ["Ж"], CLASSES)[0] < -1e6


@pytest.fixture(scope="module")
def blurred() -> CardCrop:
    """A card whose number is too blurred to be read with certainty."""
    face = CardFace("Leafkit", 60, "074/193", set_code="MDT", artist="Mia Loam", seed=3)
    picture, corners = lay_on_desk(draw_card(face), size=(900, 1200), fill=0.8)
    return CardCrop(cv2.GaussianBlur(picture, (0, 0), 1.3), corners)


def test_the_printed_number_wins_among_those_in_question(card_reader, blurred):
    field = card_reader.check_number(blurred, [("018/193",), ("074/193",), ("121/193",)])
    assert field is not None
    assert field.text == "074/193"
    assert field.box is not None
    assert field.box.top > 0.85


def test_none_of_the_numbers_in_question_is_on_the_card(card_reader, blurred):
    assert card_reader.check_number(blurred, [("018/202",), ("121/202",)]) is None


@pytest.mark.parametrize(
    ("printed", "within"),
    [("85/999", "85/99"), ("13/989", "13/98"), ("185/193", "85/193"), ("714/102", "14/102")],
)
@pytest.mark.parametrize("is_read", [False, True])
def test_a_number_within_a_longer_one_is_none(card_reader, printed, within, is_read):
    read = [Field(printed, 0.995)] if is_read else []
    face = CardFace("Leafkit", 60, printed, set_code="MDT", artist="Mia Loam", seed=3)
    picture, corners = lay_on_desk(draw_card(face), size=(900, 1200), fill=0.8)
    crop = CardCrop(picture, corners)
    choices = [(within,), ("20/77",)]
    assert card_reader.check_number(crop, choices, read=read) is None
    told = card_reader.check_number(crop, [(printed,), ("20/77",)])
    assert told is not None
    assert told.text == printed


@pytest.mark.parametrize(("height", "blur"), [(340, 0.6), (380, 0.9)])
def test_stars_behind_a_small_number_do_not_hide_it(card_reader, height, blur):
    face = CardFace("Leafkit", 60, "074/193", set_code="MDT", artist="Mia Loam", seed=3)
    card = draw_card(face).copy()
    for across in (0.31, 0.342):
        _draw_star(card, across * card.shape[1], 0.954 * card.shape[0], 0.011 * card.shape[0])
    picture, corners = lay_on_desk(card, size=(int(0.95 * height), int(height / 0.8)), fill=0.8)
    crop = CardCrop(cv2.GaussianBlur(picture, (0, 0), blur), corners)
    field = card_reader.check_number(crop, [("018/193",), ("074/193",), ("121/193",)])
    assert field is not None
    assert field.text == "074/193"
    assert card_reader.check_number(crop, [("018/193",), ("121/193",)]) is None


def _draw_star(picture: np.ndarray, x: float, y: float, radius: float) -> None:
    angles = np.arange(10) * np.pi / 5 - np.pi / 2
    radii = np.where(np.arange(10) % 2, 0.45 * radius, radius)
    points = np.stack([x + radii * np.cos(angles), y + radii * np.sin(angles)], axis=1)
    cv2.fillPoly(picture, [points.round().astype(np.int32)], (20, 20, 20), cv2.LINE_AA)


def test_an_only_choice_is_confirmed_where_nothing_is_likelier(card_reader, blurred):
    right = card_reader.check_number(blurred, [("074/193", "74/193")])
    assert right is not None
    assert right.text == "074/193"
    assert card_reader.check_number(blurred, [("174/198",)]) is None
    assert card_reader.check_number(blurred, [("051/142",)]) is None


@pytest.fixture(scope="module")
def from_afar() -> CardCrop:
    """A card that is small in its picture, as on a page."""
    face = CardFace("Leafkit", 60, "074/193", seed=3)
    picture, corners = lay_on_desk(draw_card(face), size=(240, 320), fill=0.8)
    return CardCrop(picture, corners)


def test_the_printed_name_is_found_where_names_stand(card_reader, from_afar):
    line = card_reader.check_name(from_afar, ["Twinfin", "Leafkit", "ハッパリン", "Mossback"])
    assert line is not None
    assert line.text == "Leafkit"
    assert line.box.bottom < 0.15


def test_none_of_the_names_in_question_is_on_the_card(card_reader, from_afar):
    assert card_reader.check_name(from_afar, ["Twinfin", "Mossback", "Leafkin"]) is None
    assert card_reader.check_name(from_afar, ["Leaf"]) is None, "it is read within another"
    assert card_reader.check_name(from_afar, []) is None


def test_of_two_names_one_in_the_other_the_longer_one_was_read(card_reader, from_afar):
    line = card_reader.check_name(from_afar, ["eafki", "Leafkit", "Leafk"])
    assert line is not None
    assert line.text == "Leafkit"
