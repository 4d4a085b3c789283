"""Cards whose number can't be read, named by their picture: from the fingerprints to the answer."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from cardscanner_gui.builder import Builder
from cardscanner_gui.catalogue.artwork.index import ArtworkIndex
from cardscanner_gui.catalogue.artwork.index_file import write_index
from cardscanner_gui.catalogue.pictures.opening import INDEX_NAME
from cardscanner_gui.core.events import Finished
from cardscanner_gui.core.types import Frame, Recognition, Status
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.recognition.networks import Networks
from cardscanner_gui.recognition.recogniser import Recogniser
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.settings import Settings
from cardscanner_gui.vision.artwork import fingerprint_of
from tests.catalogue.tcgdex_archive import build_catalogue, card
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

FACES = {
    f"sv90-{number}": CardFace(name, 60, f"{number}/193", seed=seed)
    for name, number, seed in (
        ("Leafkit", "012", 3),
        ("Leafkit", "171", 21),
        ("Twinfin", "150", 8),
        ("Ashwing", "160", 34),
    )
}


@pytest.fixture
def desk(tmp_path: Path) -> Builder:
    """Of a desk with a catalogue in which two printings differ by number and picture alone."""
    builder = Builder(DataPaths(tmp_path), Settings())
    cards = [
        card(face.name, one[-3:], hp=60, illustrator=f"Painter {face.seed}")
        for one, face in FACES.items()
    ]
    build_catalogue(builder.paths.catalogue, cards).close()
    return builder


def fetch_pictures(desk: Builder) -> Path:
    """As `cardscanner catalogue pictures` leaves them."""
    path = desk.paths.artwork / INDEX_NAME
    others = {f"x-{seed}": CardFace("Stranger", 60, "", seed=seed) for seed in range(400, 460)}
    faces = {**FACES, **others}
    pictures = ((one, fingerprint_of(draw_card(face, 330))) for one, face in faces.items())
    write_index(ArtworkIndex.of(pictures), path)
    return path


def without_number(one: str, angle: float = 5.0) -> Frame:
    """A photograph of a card whose number is worn away."""
    return on_desk(replace(FACES[one], number=""), angle)


def on_desk(face: CardFace, angle: float) -> Frame:
    """A photograph of a card."""
    picture, _ = lay_on_desk(draw_card(face), angle=angle, size=(1200, 1600), fill=0.8)
    return Frame(f"{face} {angle}", picture, 0.0, "drawn.jpg")


def only_card(recogniser: Recogniser, frame: Frame) -> Recognition:
    end = list(recogniser.recognise(RecogniseRequest(frame, frame.id)))[-1]
    assert isinstance(end, Finished)
    (found,) = end.result.cards
    return found


def test_pictures_that_are_fetched_name_what_was_open_before(desk: Builder) -> None:
    """Also of a picture that was scanned before, but no further card by its mere likeness."""
    desk = replace(desk, memory=desk.open_memory(None))
    frame = without_number("sv90-171")
    before = only_card(desk.make_recogniser(desk.open_catalogue()), frame)
    assert before.match.status is Status.UNSURE
    fetch_pictures(desk)
    recogniser = desk.make_recogniser(desk.open_catalogue())
    for seen in (frame, without_number("sv90-171", angle=-8.0)):
        card = only_card(recogniser, seen)
        assert card.match.printing is not None, card.match.reason
        assert card.match.printing.id == "sv90-171"
        assert "artwork" in card.match.reason
        assert not card.cached
        assert "look" in card.timings_ms


def test_the_picture_tells_which_way_is_up(desk: Builder, networks: Networks) -> None:
    fetch_pictures(desk)
    recogniser = Recogniser(networks, desk.make_judge(desk.open_catalogue()))
    card = only_card(recogniser, without_number("sv90-012", angle=180.0))
    assert card.match.printing is not None, card.match.reason
    assert card.match.printing.id == "sv90-012"


@pytest.mark.parametrize("damage", ["absent", "cut", "garbage", "empty"])
def test_without_an_index_that_can_be_read_cards_are_read_as_they_were(
    desk: Builder, networks: Networks, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    if damage != "absent":
        path = fetch_pictures(desk)
        whole = path.read_bytes()
        damaged = {"cut": whole[: len(whole) // 2], "garbage": whole[::-1], "empty": b""}
        path.write_bytes(damaged[damage])
    catalogue = desk.open_catalogue()
    judge = desk.make_judge(catalogue)
    assert not judge.knows_pictures
    card = only_card(Recogniser(networks, judge), without_number("sv90-012"))
    assert card.match.status is Status.UNSURE
    assert "artwork" not in card.match.candidates[0].evidence
    assert "look" not in card.timings_ms
    assert ("by their text alone" in caplog.text) == (damage != "absent")


def test_an_index_is_read_once_for_all_recognisers(desk: Builder) -> None:
    path = fetch_pictures(desk)
    catalogue = desk.open_catalogue()
    assert catalogue is not None
    first = catalogue.artwork("pokemon")
    path.unlink()
    assert catalogue.artwork("pokemon") is first
    assert catalogue.artwork("a game without") is None


def test_a_remembered_card_is_looked_at_too(desk: Builder) -> None:
    """A proxy with the text of one and the picture of another isn't recalled as the one."""
    desk = replace(desk, memory=desk.open_memory(None))
    real = FACES["sv90-012"]
    proxy = replace(FACES["sv90-171"], number=real.number)
    by_text = desk.make_recogniser(desk.open_catalogue())
    for face in (real, proxy):
        assert only_card(by_text, on_desk(face, 5.0)).match.status is Status.IDENTIFIED
    fetch_pictures(desk)
    by_both = desk.make_recogniser(desk.open_catalogue())
    again = only_card(by_both, on_desk(real, 6.0))
    assert again.cached
    assert again.match.printing is not None
    assert again.match.printing.id == "sv90-012"
    assert "look" in again.timings_ms
    fooled = only_card(by_both, on_desk(proxy, 6.0))
    assert fooled.match.status is Status.UNSURE
    assert "artwork" in fooled.match.reason
