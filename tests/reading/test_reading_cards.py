"""Reading drawn cards with the real models."""

from __future__ import annotations

import numpy as np
import pytest

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError, WorldError
from cardscanner_gui.core.types import WHOLE_CARD, Frame, Reading
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.reading.card_reader import READER_ID
from cardscanner_gui.reading.models import Network
from cardscanner_gui.vision.card_image import CardCrop
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

MODERN = CardFace(
    "Brambletooth", 120, "045/162", set_code="GLE", attacks=("Thorn Waltz", "Root Snare"),
    artist="Ada Quill", year="2024", seed=3,
)  # fmt: skip
CLASSIC = CardFace(
    "Cinderpup", 60, "23/102", attacks=("Hot Paws",), artist="Ben Orrin", year="1999",
    era="classic", seed=5,
)  # fmt: skip


def crop_of(face: CardFace, **scene: object) -> CardCrop:
    picture, corners = lay_on_desk(draw_card(face), size=(1500, 2000), fill=0.85, **scene)  # type: ignore[arg-type]
    return CardCrop(picture, corners)


def texts(fields) -> set[str]:
    return {field.text for field in fields}


def sorted_out(lines) -> Reading:
    return POKEMON.parse(lines, READER_ID)


def last(steps) -> Reading:
    *_, lines = steps
    return sorted_out(lines)


@pytest.mark.parametrize("face", [MODERN, CLASSIC], ids=["modern", "classic"])
def test_the_quick_reading_has_name_number_and_hp(card_reader, face):
    reading = last(card_reader.quick(crop_of(face, angle=4)))
    assert face.name in texts(reading.of("name"))
    assert any(face.number in number for number in texts(reading.of("number")))
    assert str(face.hp) in texts(reading.of("hp"))


def test_the_first_step_reads_the_lines_that_matter(card_reader):
    first = sorted_out(next(card_reader.quick(crop_of(MODERN))))
    assert MODERN.name in texts(first.of("name"))
    assert any(MODERN.number in number for number in texts(first.of("number")))


def test_places_are_fractions_of_the_card(card_reader):
    reading = last(card_reader.quick(crop_of(MODERN)))
    name = next(f for f in reading.of("name") if f.text == MODERN.name)
    number = next(f for f in reading.of("number") if MODERN.number in f.text)
    assert name.box is not None
    assert number.box is not None
    assert 0 < name.box.left < name.box.right < 0.7
    assert name.box.bottom < 0.15
    assert number.box.top > 0.85


def test_reading_on_adds_attacks_artist_and_year(card_reader):
    crop = crop_of(MODERN)
    quick = last(card_reader.quick(crop))
    reading = last(card_reader.thorough(crop, quick.lines))
    assert {"Thorn Waltz", "Root Snare"} <= texts(reading.of("body"))
    assert any("Ada Quill" in artist for artist in texts(reading.of("artist")))
    assert "2024" in texts(reading.of("year"))
    assert len(reading.lines) > len(quick.lines)


def test_a_turned_picture_is_read_without_an_outline(picture_reader):
    picture, _ = lay_on_desk(draw_card(MODERN), size=(1200, 1200), fill=0.9, angle=37)
    reading = sorted_out(picture_reader.read(picture))
    assert MODERN.name in texts(reading.of("name"))
    assert any(MODERN.number in number for number in texts(reading.of("number")))


def test_an_upside_down_picture_is_read_the_right_way_up(picture_reader):
    picture, _ = lay_on_desk(draw_card(MODERN), size=(1200, 1200), fill=0.9, angle=180)
    assert MODERN.name in texts(sorted_out(picture_reader.read(picture)).of("name"))


def test_an_empty_desk_gives_an_empty_reading(card_reader, picture_reader):
    desk = np.full((600, 800, 3), (120, 90, 60), np.uint8)
    assert sorted_out(picture_reader.read(desk)).best() == {}
    corners = np.array([[100, 50], [400, 50], [400, 470], [100, 470]], float)
    steps = card_reader.quick(CardCrop(desk, corners))
    assert all(not sorted_out(lines).best() for lines in steps)


def test_cancelling_stops_the_reader(card_reader):
    token = CancelToken()
    readings = card_reader.quick(crop_of(MODERN), token)
    next(readings)
    token.cancel()
    with pytest.raises(CancelledError):
        list(readings)


def test_a_damaged_model_says_which_file(tmp_path):
    broken = tmp_path / "PP-OCRv6_det_small.onnx"
    broken.write_bytes(b"not a model")
    with pytest.raises(WorldError, match=r"PP-OCRv6_det_small\.onnx"):
        Network(broken, threads=1)


def test_crops_keep_their_place_in_the_frame():
    """Guards the geometry that the whole pipeline rests on."""
    picture, corners = lay_on_desk(draw_card(MODERN), size=(1500, 2000), fill=0.85)
    frame = Frame("1", picture, 0.0, "drawn")
    whole = CardCrop(frame.pixels, corners)(WHOLE_CARD, 744)
    assert whole.shape == (744, round(744 * 63 / 88), 3)
