"""The stamp of a first edition, drawn on cards, through the real finder and reader."""

from __future__ import annotations

from dataclasses import replace

import cv2
import numpy as np
import pytest

from cardscanner_gui.core.copies import CopyDefaults, starting_copy
from cardscanner_gui.core.types import Recognition
from cardscanner_gui.recognition.networks import Networks
from cardscanner_gui.recognition.recogniser import Recogniser
from cardscanner_gui.recognition.request import RecogniseRequest
from tests.catalogue.tcgdex_archive import HARBOUR, build_catalogue, card
from tests.judging import judge_of
from tests.recognition.test_recogniser import finished, frame_of
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

STAMPED = CardFace(
    "Leafkit", 60, "12/102", attacks=("Gather Dew", "Seed Toss"), artist="Mia Loam", year="1999",
    era="classic", seed=3, first_edition=True,
)  # fmt: skip
SHINING = replace(STAMPED, name="Glimmerwing", number="14/102", attacks=("Dusk Glide",), seed=5)


@pytest.fixture(scope="module")
def old_cards(networks: Networks, tmp_path_factory):
    both = {"normal": True, "firstEdition": True, "holo": False, "reverse": False}
    shining = [{"type": "holo"}, {"type": "holo", "stamp": ["1st-edition"]}]
    cards = [
        card("Leafkit", "12", HARBOUR, attacks=STAMPED.attacks, variants=both),
        card("Glimmerwing", "14", HARBOUR, attacks=SHINING.attacks, variants=shining),
    ]
    with build_catalogue(tmp_path_factory.mktemp("old"), cards) as catalogue:
        yield Recogniser(networks, judge_of(catalogue))


def answer(recogniser: Recogniser, face: CardFace, angle: float = 0.0, blur: float = 0.0):
    picture, _ = lay_on_desk(draw_card(face), size=(1200, 1600), fill=0.8, angle=angle, seed=2)
    if blur:
        picture = np.asarray(cv2.GaussianBlur(picture, (0, 0), blur), np.uint8)
    events = list(recogniser.recognise(RecogniseRequest(frame_of(picture), "1")))
    only: Recognition
    (only,) = finished(events).result.cards
    assert only.match.printing is not None, only.match.reason
    return only


@pytest.mark.parametrize(("angle", "blur"), [(0, 0.0), (7, 0.0), (180, 0.0), (-4, 1.5)])
def test_the_stamp_suggests_a_first_edition(old_cards, angle, blur):
    seen = answer(old_cards, STAMPED, angle, blur)
    assert seen.finish == "firstEdition"
    copy = starting_copy(seen.match.printing, seen, CopyDefaults())
    assert (copy.finish, copy.finish_sure) == ("firstEdition", False)


def test_of_a_holo_it_is_the_holo_s_first_edition(old_cards):
    assert answer(old_cards, SHINING).finish == "firstEditionHolo"


@pytest.mark.parametrize("seed", range(6))
def test_without_the_stamp_nothing_is_suggested(old_cards, seed):
    plain = replace(STAMPED, first_edition=False, seed=seed)
    seen = answer(old_cards, plain)
    assert seen.finish is None
    assert starting_copy(seen.match.printing, seen, CopyDefaults()).finish == "normal"
