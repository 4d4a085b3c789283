"""The drawn desk: the same for the same seed, and true to what it says of itself."""

from __future__ import annotations

import cv2
import numpy as np
import pytest

from training.drawing.cards import CardFace
from training.drawing.desk_video import DeskVideo, Happening

FACES = [
    CardFace("Leafkit", 60, "012/193", seed=3),
    CardFace("Twinfin", 90, "150/193", seed=8),
]
SIZE = (320, 180)


def video(*happenings: Happening, faces=FACES, seed: int = 0) -> DeskVideo:
    return DeskVideo(faces, happenings or (Happening.NOTHING,), SIZE, rate=10.0, seed=seed)


def differs(one, other) -> float:
    return float(np.abs(one.astype(int) - other.astype(int)).mean())


def test_the_same_seed_draws_the_same_video_and_another_one_another():
    first, again, other = (next(video(seed=seed).frames()) for seed in (1, 1, 2))
    assert np.array_equal(first, again)
    assert differs(first, other) > 1


def test_a_card_is_seen_while_it_lies_and_the_bare_desk_before_and_after():
    drawn = video()
    bare = drawn.draw(0.0)
    for card in drawn.laid:
        middle = (card.lies_from + card.lies_to) / 2
        assert differs(drawn.draw(middle), bare) > 10
        assert differs(drawn.draw(card.begins + 0.01), bare) < 5


def test_a_card_to_which_nothing_happens_lies_still():
    drawn = video()
    (card, _) = drawn.laid
    early, late = drawn.draw(card.lies_from + 0.3), drawn.draw(card.lies_to - 0.3)
    assert differs(early, late) < 5  # the sensor's noise


@pytest.mark.parametrize(
    "happening",
    [Happening.SHADED, Happening.EXPOSED, Happening.NUDGED, Happening.COVERED],
)
def test_what_happens_to_a_card_is_seen(happening):
    drawn = video(happening)
    (card, _) = drawn.laid
    before = drawn.draw(card.lies_from + 0.35)
    during = [drawn.draw(card.lies_from + t) for t in np.arange(0.4, 1.3, 0.1)]
    assert max(differs(before, frame) for frame in during) > 8


def test_a_second_copy_lies_where_the_first_lay():
    drawn = video(Happening.NOTHING, Happening.SECOND_COPY)
    first, copy = drawn.laid[:2]
    assert copy.face is first.face
    assert copy.begins >= first.ends
    shown = [drawn.draw(card.lies_from + 0.4) for card in (first, copy)]
    assert differs(*shown) < 5


def test_a_written_video_has_every_frame(tmp_path):
    drawn = video(faces=FACES[:1])
    capture = cv2.VideoCapture(str(drawn.write(tmp_path / "desk.avi")))
    count = 0
    while capture.grab():
        count += 1
    assert count == int(np.ceil(drawn.seconds * drawn.rate))
