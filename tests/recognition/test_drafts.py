"""Cards read from half of a picture's pixels, and from all of them where those matter."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cardscanner_gui.builder import Builder
from cardscanner_gui.capture.files import load_draft, load_frame
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.core.events import CardsFound, Finished
from cardscanner_gui.core.types import Frame, Recognition, Status
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.recognition.cache.card_memory import CardMemory
from cardscanner_gui.recognition.recogniser import Recogniser
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.vision.geometry import overlap
from tests.judging import alone
from tests.recognition.conftest import LEAFKIT, TWINFIN
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

SIZE = (2448, 3264)


@pytest.fixture(scope="module")
def photo(tmp_path_factory: pytest.TempPathFactory) -> Callable[..., Path]:
    folder = tmp_path_factory.mktemp("drafts")

    def photo(face: CardFace, fill: float) -> Path:
        pixels, _ = lay_on_desk(draw_card(face), size=SIZE, fill=fill, angle=6, seed=4)
        path = folder / f"{face.name}-{fill}.jpg"
        Image.fromarray(pixels).save(path, quality=90)
        return path

    return photo


@dataclass
class Watched:
    """A draft, and how often all of its pixels were asked for."""

    frame: Frame
    decoded: list[int] = field(default_factory=list)

    @classmethod
    def of(cls, path: Path) -> Watched:
        draft = load_draft(path)
        decode = draft.decode_whole
        assert decode is not None
        watched = cls(draft)

        def counted():
            watched.decoded.append(1)
            return decode()

        watched.frame = replace(draft, decode_whole=counted)
        return watched


def scan(recogniser: Recogniser, frame: Frame) -> Recognition:
    found, *_, last = recogniser.recognise(RecogniseRequest(frame, "one"))
    assert isinstance(found, CardsFound)
    assert isinstance(last, Finished)
    assert (last.result.width, last.result.height) == (found.width, found.height) == SIZE
    (card,) = last.result.cards
    return card


def test_a_large_card_is_read_from_the_draft_alone(recogniser, photo) -> None:
    path = photo(TWINFIN, 0.85)
    draft = Watched.of(path)
    found, full = scan(recogniser, draft.frame), scan(recogniser, load_frame(path))
    assert draft.decoded == []
    assert found.match.printing is not None
    assert found.match.printing == full.match.printing
    assert overlap(found.corners, full.corners) > 0.99
    difference = np.abs(found.photo.astype(int) - full.photo)
    assert found.photo.shape == full.photo.shape
    assert difference.mean() < 4, "the photo shows the same place at the same size"


def test_a_small_card_is_read_from_all_pixels(recogniser, photo) -> None:
    path = photo(LEAFKIT, 0.4)
    draft = Watched.of(path)
    found, full = scan(recogniser, draft.frame), scan(recogniser, load_frame(path))
    assert draft.decoded == [1]
    assert found.match.status is Status.IDENTIFIED
    assert found.match.printing == full.match.printing
    assert overlap(found.corners, full.corners) > 0.99


def test_what_the_draft_leaves_open_is_read_from_all_pixels(recogniser, photo) -> None:
    stranger = CardFace("Grand Vizier", 30, "500/754", attacks=("Royal Decree",), seed=9)
    path = photo(stranger, 0.85)
    draft = Watched.of(path)
    found, full = scan(recogniser, draft.frame), scan(recogniser, load_frame(path))
    assert draft.decoded == [1]
    assert found.match.status == full.match.status != Status.IDENTIFIED
    assert overlap(found.corners, full.corners) > 0.99


@pytest.fixture(scope="module")
def remembering(builder: Builder, invented_catalogue: Catalogue) -> Iterator[Recogniser]:
    memory = CardMemory(GAMES)
    yield replace(builder, memory=memory).make_recogniser(alone(invented_catalogue))
    memory.close()


@pytest.mark.parametrize(
    ("face", "first", "then"),
    [(LEAFKIT, load_draft, load_frame), (TWINFIN, load_frame, load_draft)],
)
def test_draft_and_whole_picture_answer_for_each_other(
    remembering: Recogniser, photo, face, first, then
) -> None:
    path = photo(face, 0.85)
    read, known = scan(remembering, first(path)), scan(remembering, then(path))
    assert (read.cached, known.cached) == (False, True)
    assert "find" not in known.timings_ms, "it was known as the same picture, not as a like card"
    assert known.match == read.match
    assert known.photo is not None
    assert known.photo.shape == read.photo.shape
    assert np.abs(known.photo.astype(int) - read.photo).mean() < 4
