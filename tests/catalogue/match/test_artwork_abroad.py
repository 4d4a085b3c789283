"""Cards of a region whose pictures are known only from another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest

from cardscanner_gui.catalogue.artwork.index import ArtworkIndex
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.core.look import Look
from cardscanner_gui.core.types import Box, Match, Reading, Status, TextLine
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.vision.artwork import fingerprint_of, look_at
from cardscanner_gui.vision.card_image import CardCrop
from tests.catalogue.match.read import reading
from tests.catalogue.tcgdex_archive import LANTERN, build_catalogue, card
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

MOSSBACK = CardFace("Mossback", 80, "170/193", seed=13)
TWINFIN = CardFace("Twinfin", 90, "150/193", seed=8)
MOSS, FIN = {"ja": "コケのせ"}, {"ja": "フタヒレ"}
DRAG, SPLASH = {"ja": "ひきずる"}, {"ja": "はねる"}
CARDS = [
    card("Mossback", "170", hp=80, illustrator="Ada Quill", attacks=["Drag"]),
    card("Twinfin", "150", hp=90, illustrator="Bo Reed", attacks=["Splash"]),
    card(MOSS, "030", LANTERN, hp=80, illustrator="Ada Quill", attacks=[DRAG]),
    card(MOSS, "031", LANTERN, hp=80, illustrator="Cy Fern", attacks=[DRAG]),
    card(MOSS, "032", LANTERN, hp=120, illustrator="Ada Quill", attacks=[DRAG, SPLASH]),
    card(FIN, "040", LANTERN, hp=90, illustrator="Bo Reed", attacks=[SPLASH]),
    card(FIN, "041", LANTERN, hp=90, illustrator="Bo Reed", attacks=[SPLASH]),
]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    with build_catalogue(tmp_path_factory.mktemp("catalogue"), CARDS) as opened:
        yield opened


@pytest.fixture(scope="module")
def matcher(catalogue: Catalogue) -> Matcher:
    """Knows the pictures of the international printings, and of sixty strangers."""
    others = {f"x-{seed}": CardFace("Stranger", 60, "", seed=seed) for seed in range(400, 460)}
    faces = {"sv90-170": MOSSBACK, "sv90-150": TWINFIN, **others}
    pictures = ((one, fingerprint_of(draw_card(face, 330))) for one, face in faces.items())
    return Matcher(catalogue, POKEMON, ArtworkIndex.of(pictures))


def read_in_japanese(**fields: str) -> Reading:
    line = TextLine("コケのせポケモン", 0.9, Box(0.1, 0.4, 0.9, 0.45))
    return replace(reading(**fields), lines=(line,))


def look_of(face: CardFace) -> Look:
    picture, corners = lay_on_desk(draw_card(face), angle=4.0, size=(420, 560), fill=0.85)
    return look_at(CardCrop(picture, corners))


def test_the_illustrator_of_the_picture_tells_which_printing_it_is(matcher: Matcher) -> None:
    read = read_in_japanese(name="コケのせ", hp="80")
    assert matcher.match(read).status is Status.UNSURE
    answer = matcher.match(read, look_of(MOSSBACK))
    assert answer.status is Status.IDENTIFIED, answer.reason
    assert answer.printing is not None
    assert answer.printing.id == "SV90K-030"


def test_the_picture_alone_is_not_enough_for_it(matcher: Matcher) -> None:
    """Without hit points it may be the illustrator's other drawing."""
    answer = matcher.match(read_in_japanese(name="コケのせ"), look_of(MOSSBACK))
    assert answer.status is Status.UNSURE
    assert answer.candidates[0].printing.id == "SV90K-030"


def test_a_clear_number_of_another_card_speaks_against_it(matcher: Matcher) -> None:
    read = read_in_japanese(name="コケのせ", hp="80", number="055/071")
    assert matcher.match(read, look_of(MOSSBACK)).status is Status.UNSURE


def test_two_that_the_catalogue_can_not_tell_apart_stay_open(matcher: Matcher) -> None:
    answer = matcher.match(read_in_japanese(name="フタヒレ", hp="90"), look_of(TWINFIN))
    assert answer.status is Status.UNSURE
    assert {"SV90K-040", "SV90K-041"} == first_two(answer)


def first_two(answer: Match) -> set[str]:
    return {candidate.printing.id for candidate in answer.candidates[:2]}
