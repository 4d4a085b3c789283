"""The whole path reads: pixels of drawn cards in, their fields out, through the real engine.

The weights come from `python -m training.tiny_vlm.train`, which never drew these cards.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from cardscanner_gui.core.types import CardImage, Frame
from cardscanner_gui.vision.card_image import make_card_image
from cardscanner_gui.vision.finder import FoundCard
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.events import RecordRead
from cardscanner_gui.vlm.layouts import STRIPS
from cardscanner_gui.vlm.prepare import prepare
from tests.vlm.asked import FIELDS, asked
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk
from training.tiny_vlm.cards import NAMES, WEIGHTS, draw_face, flat_card, texts
from training.tiny_vlm.folder import write_model
from training.tiny_vlm.shapes import READER
from training.tiny_vlm.tokenizer import train_tokenizer

CARDS = 30


@pytest.fixture(scope="module")
def reader(tmp_path_factory: pytest.TempPathFactory) -> Engine:
    weights = {k: v.astype(np.float32) for k, v in np.load(WEIGHTS).items()}
    folder: Path = tmp_path_factory.mktemp("reader")
    tokenizer = train_tokenizer(texts(), READER.vocabulary)
    write_model(folder, READER, weights, tokenizer, variants=["fp32"])
    prepare(folder, "reader")
    return Engine(folder, asked(name=tuple(NAMES)))


@pytest.fixture(scope="module")
def faces() -> list[CardFace]:
    rng = np.random.default_rng(987_654)
    return [draw_face(rng) for _ in range(CARDS)]


def values(face: CardFace) -> dict[str, str]:
    return {"name": face.name, "hp": str(face.hp), "number": face.number}


def read(reader: Engine, card: CardImage, expected: dict[str, str] | None = None) -> RecordRead:
    *_, record = reader.read(card, FIELDS[:3], STRIPS, expected)
    assert isinstance(record, RecordRead)
    return record


@pytest.fixture(scope="module")
def records(reader: Engine, faces: list[CardFace]) -> list[RecordRead]:
    return [read(reader, flat_card(draw_card(face, 528))) for face in faces]


def test_fields_come_out_of_pixels(faces: list[CardFace], records: list[RecordRead]) -> None:
    right = dict.fromkeys(FIELDS[:3], 0)
    for face, record in zip(faces, records, strict=True):
        for name, text in values(face).items():
            right[name] += record.fields[name].text == text
    assert right["name"] >= 0.9 * CARDS
    assert right["hp"] >= 0.9 * CARDS
    assert right["number"] >= 0.7 * CARDS


def test_confidence_tells_right_from_wrong(
    faces: list[CardFace], records: list[RecordRead]
) -> None:
    sure, wrong = [], []
    for face, record in zip(faces, records, strict=True):
        for name, text in values(face).items():
            field = record.fields[name]
            (sure if field.text == text else wrong).append(field.confidence)
    assert np.mean(sure) > 0.8
    assert not wrong or np.mean(wrong) < np.mean(sure)


def test_a_right_draft_is_confirmed_and_a_wrong_one_corrected(
    reader: Engine, faces: list[CardFace]
) -> None:
    for face in faces[:5]:
        card = flat_card(draw_card(face, 528))
        plain = read(reader, card)
        own = {name: field.text for name, field in plain.fields.items()}
        confirmed = read(reader, card, own)
        assert confirmed.raw == plain.raw
        assert confirmed.forwards < plain.forwards
        assert all(field.expected for field in confirmed.fields.values())
        corrected = read(reader, card, own | {"hp": "350"})
        assert corrected.raw == plain.raw
        assert corrected.fields["hp"].expected is False


def test_a_card_on_a_desk_is_read_through_its_corners(
    reader: Engine, faces: list[CardFace]
) -> None:
    names = 0
    for number, face in enumerate(faces[:10]):
        pixels, corners = lay_on_desk(draw_card(face), angle=7.0 * number - 30, seed=number)
        frame = Frame(str(number), pixels, 0.0, "desk")
        record = read(reader, make_card_image(frame, FoundCard(corners, 1.0, 1.0)))
        names += record.fields["name"].text == face.name
    assert names >= 8


def test_another_card_gives_another_answer(records: list[RecordRead]) -> None:
    assert len({record.raw for record in records}) >= 0.9 * CARDS
