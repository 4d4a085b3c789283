"""Pictures and cards that were recognised before, through the real finder, reader and judge."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cardscanner_gui.builder import Builder
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.core.events import CardsFound, FieldResult, Finished, QuickResult
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.types import Box, Frame, Pixels, Recognition, Status
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.logs import DECISIONS_FILE, set_up_logging
from cardscanner_gui.recognition.cache.card_memory import CardMemory
from cardscanner_gui.recognition.cache.confirmed import places_of
from cardscanner_gui.recognition.decisions import read_decisions
from cardscanner_gui.recognition.judge import Judge
from cardscanner_gui.recognition.networks import Networks
from cardscanner_gui.recognition.recogniser import Recogniser
from cardscanner_gui.recognition.request import RecogniseRequest
from cardscanner_gui.recognition.routing import RouteReason
from cardscanner_gui.store.recognitions import CardView
from tests.catalogue.tcgdex_archive import build_catalogue, card
from tests.decision_log import figures_from
from tests.judging import alone, judge_of
from tests.recognition.conftest import LEAFKIT, TWINFIN
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

VOLTUSK = CardFace("Voltusk", 70, "090/193", set_code="MDT", seed=12)
REPRINT = replace(LEAFKIT, number="101/193")  # the same picture under another number


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    cards = [
        card("Leafkit", number, hp=60, attacks=LEAFKIT.attacks, illustrator="Mia Loam")
        for number in ("012", "101")
    ]
    cards.append(card("Voltusk", "090", hp=70, illustrator="Sol Marsh"))
    cards.append(card("Twinfin", "150", hp=90, attacks=TWINFIN.attacks, illustrator="Ida Reed"))
    with build_catalogue(tmp_path_factory.mktemp("memory"), cards) as catalogue:
        yield catalogue


@pytest.fixture(scope="module")
def judge(catalogue: Catalogue) -> Judge:
    return judge_of(catalogue)


@pytest.fixture
def memory() -> Iterator[CardMemory]:
    memory = CardMemory(GAMES)
    yield memory
    memory.close()


@pytest.fixture
def metrics() -> Metrics:
    return Metrics()


@pytest.fixture
def recogniser(
    networks: Networks, judge: Judge, memory: CardMemory, metrics: Metrics
) -> Recogniser:
    return Recogniser(networks, judge, memory=memory, identity="this one", metrics=metrics)


def _paths(folder: Path):
    from cardscanner_gui.paths import DataPaths

    return DataPaths(folder)


def _settings():
    from cardscanner_gui.settings import Settings

    return Settings()


def remembering(builder: Builder, memory: CardMemory, catalogue: Catalogue) -> Recogniser:
    return replace(builder, memory=memory).make_recogniser(alone(catalogue))


def photo(face: CardFace, seed: int = 1, angle: float = 4) -> Frame:
    pixels, _ = lay_on_desk(draw_card(face), size=(1000, 1300), fill=0.8, seed=seed, angle=angle)
    return Frame(f"{face.number}-{seed}", pixels, 0.0, f"{face.name}.jpg")


def scan(recogniser: Recogniser, frame: Frame, **options) -> Recognition:
    last = list(recogniser.recognise(RecogniseRequest(frame, frame.id, **options)))[-1]
    assert isinstance(last, Finished)
    (card,) = last.result.cards
    return card


def answer(found: Recognition) -> str | None:
    return found.match.printing.id if found.match.printing else None


def without_number(pixels: Pixels, corner: Pixels | None = None) -> Pixels:
    pixels = pixels.copy()
    pixels[-90:, : pixels.shape[1] // 2] = pixels[-100, 40]
    return pixels


def test_the_same_picture_is_answered_from_memory_with_the_same_events(
    recogniser: Recogniser, metrics: Metrics
) -> None:
    frame = photo(LEAFKIT)
    first = list(recogniser.recognise(RecogniseRequest(frame, "first")))
    again = list(
        recogniser.recognise(RecogniseRequest(replace(frame, source="other name.jpg"), "again"))
    )
    kinds = [type(event) for event in again]
    assert kinds[:2] == [CardsFound, QuickResult]
    assert kinds[-1] is Finished
    assert {event.request_id for event in again} == {"again"}
    told = [
        [(e.name, e.field) for e in events if isinstance(e, FieldResult)]
        for events in (first, again)
    ]
    assert told[0] == told[1]
    one, other = first[-1].result, again[-1].result
    assert (other.source, other.width, other.height) == ("other name.jpg", 1000, 1300)
    read, known = one.cards[0], other.cards[0]
    assert (read.cached, known.cached) == (False, True)
    assert known.match == read.match
    assert known.reading == read.reading
    assert (known.language, known.finish) == (read.language, read.finish)
    assert np.array_equal(known.corners, read.corners)
    assert np.array_equal(known.photo, read.photo)
    counted = metrics.snapshot()
    assert counted.count("answers_total", by="ocr") == 1
    assert counted.count("answers_total", by="exact") == 1
    assert counted.count("cache_requests_total", kind="exact", tier="l1", outcome="hit") == 1


def test_one_other_pixel_makes_another_picture(recogniser: Recogniser, memory: CardMemory) -> None:
    frame = photo(LEAFKIT)
    scan(recogniser, frame)
    pixels = frame.pixels.copy()
    pixels[3, 3, 0] ^= 1
    assert memory.picture(recogniser.key_of(replace(frame, pixels=pixels))).result is None
    assert memory.picture(recogniser.key_of(frame)).result is not None


def test_another_mode_model_or_catalogue_reads_anew(
    recogniser: Recogniser, memory: CardMemory, judge: Judge, networks: Networks
) -> None:
    frame = photo(LEAFKIT)
    scan(recogniser, frame)
    other = Recogniser(networks, judge, memory=memory, identity="another catalogue")
    others = [recogniser.key_of(frame, ReadingMode.BALANCED), other.key_of(frame)]
    assert [memory.picture(key).result for key in others] == [None, None]
    assert memory.picture(recogniser.key_of(frame, ReadingMode.FAST)).result is not None
    assert len({recogniser.key_of(frame), *others}) == 3


def test_the_builder_names_catalogue_and_code_in_the_identity(
    recogniser: Recogniser, invented_catalogue: Catalogue, tmp_path: Path
) -> None:
    builder = Builder(_paths(tmp_path), _settings())
    with build_catalogue(tmp_path / "catalogue", [card("Leafkit", "012")]) as other:
        identities = {
            builder._identity(None),
            builder._identity(alone(invented_catalogue)),
            builder._identity(alone(other)),
        }  # fmt: skip
    assert len(identities) == 3


def test_the_same_card_photographed_anew_is_recalled_and_its_text_checked(
    recogniser: Recogniser, metrics: Metrics
) -> None:
    first = scan(recogniser, photo(LEAFKIT))
    again = scan(recogniser, photo(LEAFKIT, seed=2, angle=9))
    assert not first.cached
    assert again.cached
    assert answer(again) == answer(first) == "sv90-012"
    assert again.language == first.language
    assert again.photo is not None
    assert again.reading.best()["number"].text == "012/193"
    counted = metrics.snapshot()
    assert counted.count("answers_total", by="near") == 1
    assert counted.count("cache_requests_total", kind="near", tier="l1", outcome="hit") == 1
    assert counted.count("routing_total", choice="near", reason=RouteReason.LIKE_BEFORE) == 1


@pytest.mark.parametrize(("art", "size"), [(30, (1080, 1440)), (31, (800, 1040))])
def test_a_set_code_close_beside_the_number_does_not_keep_a_card_from_being_known(
    recogniser: Recogniser, art: int, size: tuple[int, int]
) -> None:
    """`2 150/193` and `MD2 150/193` are read where the number stood: no other card's number."""
    face = replace(TWINFIN, set_code="MD2", seed=art)

    def again(seed: int) -> Recognition:
        pixels, _ = lay_on_desk(draw_card(face), size=size, fill=0.7, seed=seed, angle=3 * seed)
        return scan(recogniser, Frame(f"{art}-{seed}", pixels, 0.0, "desk.jpg"))

    first, *others = (again(seed) for seed in (1, 2, 3))
    assert answer(first) == "sv90-150"
    assert [(answer(card), card.cached) for card in others] == [("sv90-150", True)] * 2


@pytest.mark.parametrize(
    ("face", "expected", "known"), [(LEAFKIT, "sv90-012", True), (REPRINT, "sv90-101", False)]
)
def test_a_number_beside_its_remembered_place_is_looked_for(
    recogniser: Recogniser, face: CardFace, expected: str, known: bool, memory: CardMemory
) -> None:
    """So it is where an outline is a little off; a reprint's number is still another one."""
    first = scan(recogniser, photo(LEAFKIT))
    number, *others = places_of(first.reading, first.match.printing, POKEMON)
    moved = Box(number.left, number.top - 0.05, number.right, number.bottom - 0.05)
    memory.forget(first.fingerprint)
    memory.keep_view(CardView(first.fingerprint, "sv90-012", (moved, *others)))
    again = scan(recogniser, photo(face, seed=2, angle=9))
    assert (answer(again), again.cached) == (expected, known)


def test_a_reprint_of_the_same_picture_is_never_taken_for_the_other(
    recogniser: Recogniser, memory: CardMemory
) -> None:
    """Their fingerprints are alike, only the number tells; a confirmation changes nothing."""
    first = scan(recogniser, photo(LEAFKIT))
    printing = first.match.printing
    view = CardView(first.fingerprint, printing.id, places_of(first.reading, printing, POKEMON))
    memory.confirm(view, printing)
    for seed in (1, 2):
        assert answer(scan(recogniser, photo(REPRINT, seed=seed))) == "sv90-101"
    assert answer(scan(recogniser, photo(LEAFKIT, seed=3))) == "sv90-012"


def test_a_reprint_whose_number_is_hidden_is_not_answered_by_the_picture(
    recogniser: Recogniser, memory: CardMemory
) -> None:
    first = scan(recogniser, photo(LEAFKIT))
    printing = first.match.printing
    view = CardView(first.fingerprint, printing.id, places_of(first.reading, printing, POKEMON))
    memory.confirm(view, printing)
    pixels, _ = lay_on_desk(without_number(draw_card(REPRINT)), size=(1000, 1300), fill=0.8, seed=2)
    found = scan(recogniser, Frame("hidden", pixels, 0.0, "hidden.jpg"))
    assert found.match.status is not Status.IDENTIFIED


def test_a_confirmed_card_is_known_even_where_its_number_cannot_be_read(
    recogniser: Recogniser, metrics: Metrics, memory: CardMemory, judge: Judge, networks: Networks
) -> None:
    pixels, _ = lay_on_desk(without_number(draw_card(VOLTUSK)), size=(1000, 1300), fill=0.8, seed=2)
    frame = Frame("hidden", pixels, 0.0, "hidden.jpg")
    unsure = scan(Recogniser(networks, judge), frame)
    assert unsure.match.status is Status.UNSURE
    voltusk = judge.printing("sv90-090")
    places = places_of(unsure.reading, voltusk, POKEMON)
    memory.confirm(CardView(unsure.fingerprint, voltusk.id, places), voltusk)
    found = scan(recogniser, frame)
    assert answer(found) == "sv90-090"
    assert found.cached
    assert "you confirmed" in found.match.reason
    # It is the user's word about this look, so it goes no further than it.
    assert memory.picture(recogniser.key_of(frame)).result is None
    memory.forget(unsure.fingerprint)
    assert scan(recogniser, frame).match.status is Status.UNSURE


def test_a_corrected_picture_is_answered_by_the_users_word(
    recogniser: Recogniser, memory: CardMemory, judge: Judge
) -> None:
    frame = photo(LEAFKIT)
    wrong = scan(recogniser, frame)
    twinfin = judge.printing("sv90-150")
    places = places_of(wrong.reading, twinfin, POKEMON)
    memory.confirm(CardView(wrong.fingerprint, twinfin.id, places), twinfin)
    assert answer(scan(recogniser, frame)) == "sv90-150"
    # Another photograph is another matter: there the card's own text says otherwise.
    assert answer(scan(recogniser, photo(LEAFKIT, seed=5))) == "sv90-012"


def test_a_remembered_printing_that_the_catalogue_lost_is_not_answered(
    recogniser: Recogniser, metrics: Metrics, memory: CardMemory
) -> None:
    first = scan(recogniser, photo(LEAFKIT))
    memory.forget(first.fingerprint)
    places = places_of(first.reading, first.match.printing, POKEMON)
    gone = CardView(first.fingerprint, "sv00-999", places, confirmed=True)
    memory.keep_view(gone)
    found = scan(recogniser, photo(LEAFKIT, seed=6))
    assert answer(found) == "sv90-012"
    assert not found.cached


def test_a_cancelled_scan_leaves_nothing_behind(
    recogniser: Recogniser, metrics: Metrics, memory: CardMemory
) -> None:
    frame, token = photo(LEAFKIT), CancelToken()
    events = recogniser.recognise(RecogniseRequest(frame, "r"), token)
    next(events)
    token.cancel()
    with pytest.raises(CancelledError):
        list(events)
    assert memory.picture(recogniser.key_of(frame)).result is None
    assert metrics.snapshot().count("scans_total", status="cancelled") == 1


def test_without_photos_the_answer_is_the_same(recogniser: Recogniser) -> None:
    frame = photo(LEAFKIT)
    scan(recogniser, frame)
    bare = scan(recogniser, frame, photos=False)
    assert bare.photo is None
    assert answer(bare) == "sv90-012"


def test_the_figures_equal_those_recomputed_from_the_log(
    recogniser: Recogniser, metrics: Metrics, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    level = logging.getLogger().level
    set_up_logging(tmp_path)
    try:
        for frame in (photo(LEAFKIT), photo(LEAFKIT), photo(LEAFKIT, seed=8), photo(TWINFIN)):
            scan(recogniser, frame)
        desk_noise = Frame("empty", np.full((300, 400, 3), 90, np.uint8), 0.0, "empty.jpg")
        list(recogniser.recognise(RecogniseRequest(desk_noise, "empty")))
        events = recogniser.recognise(RecogniseRequest(photo(TWINFIN, seed=2), "closed"))
        next(events)
        events.close()
    finally:
        set_up_logging(None)
        logging.getLogger().setLevel(level)
    file = tmp_path / DECISIONS_FILE
    with file.open("a") as log:
        log.write('{"cut off')
    counted, again = metrics.snapshot(), figures_from(file)
    assert again.counts == counted.counts
    assert again.distributions == counted.distributions
    assert counted.count("scans_total") == 6
    assert counted.count("answers_total", by="exact") == 1
    assert counted.count("answers_total", by="near") == 1
    assert counted.distribution("scan_ms").count == 6
    assert {line["what"] for line in read_decisions(file)} == {"route", "scan"}
    assert all(json.dumps(line) for line in read_decisions(file))
