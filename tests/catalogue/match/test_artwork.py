"""What the picture of a card adds to its text, and what it must not decide."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest

from cardscanner_gui.catalogue.artwork.index import ArtworkIndex
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.match.matcher import Matcher
from cardscanner_gui.core.certain_name import name_of_match
from cardscanner_gui.core.look import Look
from cardscanner_gui.core.types import Box, Match, Status, TextLine
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.vision.artwork import fingerprint_of, look_at
from cardscanner_gui.vision.card_image import CardCrop
from tests.catalogue.match.read import reading
from tests.catalogue.tcgdex_archive import LANTERN, MEADOW, CardSpec, SetSpec, build_catalogue, card
from training.drawing.cards import CardFace, draw_card
from training.drawing.scenes import lay_on_desk

REPRINT = SetSpec("sv91", "Far Shore", "Scarlet & Violet", total=193, code="FSH")
FACES = {
    "sv90-012": CardFace("Leafkit", 60, "012/193", seed=3),
    "sv90-171": CardFace("Leafkit", 60, "171/193", seed=21),
    "sv90-150": CardFace("Twinfin", 90, "150/193", seed=8),
    "sv91-044": CardFace("Twinfin", 90, "044/193", seed=8),
    "sv90-160": CardFace("Ashwing", 70, "160/193", seed=34),
    "sv90-170": CardFace("Mossback", 80, "170/193", seed=13),
    "sv90-190": CardFace("Dusk Energy", None, "190/193", seed=55),
}


def listed(printing_id: str, artist: str | None = None, **literal: object) -> CardSpec:
    """The entry of a drawn face; its artist is its own where none is given."""
    face = FACES[printing_id]
    owner = MEADOW if printing_id.startswith("sv90") else REPRINT
    illustrator = artist or f"Painter {face.seed}"
    number = face.number.partition("/")[0]
    return card(face.name, number, owner, hp=face.hp, illustrator=illustrator, **literal)


CARDS = [
    listed("sv90-012"),
    listed("sv90-171"),
    listed("sv90-150"),
    listed("sv91-044"),
    # The same picture on a card with other hit points.
    card("Twinfin", "045", REPRINT, hp=120, illustrator="Painter 8"),
    # Of this one no picture is known; the catalogue says that it is by the same painter.
    card("Ashwing", "061", REPRINT, hp=70, illustrator="Painter 34"),
    listed("sv90-160"),
    listed("sv90-190", category="Energy"),
    card({"en": "Mossback", "fr": "Moussedos"}, "170", hp=80, illustrator="Painter 13"),
    card({"ja": "コケのせ", "id": "Mossback"}, "030", LANTERN, hp=80, illustrator="Painter 13"),
]


@pytest.fixture(scope="module")
def catalogue(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Catalogue]:
    with build_catalogue(tmp_path_factory.mktemp("catalogue"), CARDS) as opened:
        yield opened


@pytest.fixture(scope="module")
def index() -> ArtworkIndex:
    """The pictures of all faces, and of sixty cards of sets that the catalogue lacks."""
    others = {f"x-{seed}": CardFace("Stranger", 60, "", seed=seed) for seed in range(400, 460)}
    pictures = {one: draw_card(face, 330) for one, face in {**FACES, **others}.items()}
    return ArtworkIndex.of((one, fingerprint_of(picture)) for one, picture in pictures.items())


@pytest.fixture(scope="module")
def matcher(catalogue: Catalogue, index: ArtworkIndex) -> Matcher:
    return Matcher(catalogue, POKEMON, index)


def look_of(face: CardFace, angle: float = 4.0, *, turned: bool = False) -> Look:
    """As the card is looked at when it lies on a desk."""
    picture, corners = lay_on_desk(draw_card(face), angle=angle, size=(420, 560), fill=0.85)
    return look_at(CardCrop(picture, np.roll(corners, 2, axis=0) if turned else corners))


def names(answer: Match) -> list[str]:
    return [candidate.printing.id for candidate in answer.candidates]


def test_the_picture_tells_which_of_a_name_it_is(matcher: Matcher) -> None:
    for one in ("sv90-012", "sv90-171"):
        seen = reading(name="Leafkit", hp="60")
        assert matcher.match(seen).printing is None
        answer = matcher.match(seen, look_of(FACES[one]))
        assert answer.status is Status.IDENTIFIED, answer.reason
        assert answer.printing is not None
        assert answer.printing.id == one
        assert "artwork" in answer.reason


def test_between_printings_of_one_picture_only_the_print_decides(matcher: Matcher) -> None:
    look = look_of(FACES["sv90-150"])
    open_ = matcher.match(reading(name="Twinfin", hp="90"), look)
    assert open_.status is Status.UNSURE
    assert set(names(open_)[:2]) == {"sv90-150", "sv91-044"}
    assert "2 printings bear this artwork" in open_.reason
    for number, one in (("150/193", "sv90-150"), ("044/193", "sv91-044")):
        told = matcher.match(reading(name="Twinfin", number=number), look)
        assert told.printing is not None, told.reason
        assert told.printing.id == one


def test_between_printings_of_one_picture_the_hit_points_decide_too(matcher: Matcher) -> None:
    answer = matcher.match(reading(name="Twinfin", hp="120"), look_of(FACES["sv90-150"]))
    assert answer.printing is not None, answer.reason
    assert answer.printing.id == "sv91-045"


def test_the_picture_may_be_asked_only_for_numbers_of_those_that_bear_it(matcher: Matcher) -> None:
    seen = reading(name="Twinfin", hp="90")
    assert len(matcher.numbers_in_question(reading(name="Leafkit"))) == 2
    asked = matcher.numbers_in_question(reading(name="Leafkit"), look_of(FACES["sv90-171"]))
    assert ["171/193" in forms for forms in asked] == [True]
    both = matcher.numbers_in_question(seen, look_of(FACES["sv90-150"]))
    assert sorted(forms[0] for forms in both) == ["044/193", "150/193"]


def test_a_card_of_another_region_is_asked_for_its_own_numbers(matcher: Matcher) -> None:
    """Its picture is known only from the international card."""
    line = TextLine("コケのせポケモン", 0.9, Box(0.1, 0.4, 0.9, 0.45))
    seen = replace(reading(name="コケのせ"), lines=(line,))
    look = look_of(FACES["sv90-170"])
    assert matcher.numbers_in_question(seen, look) == matcher.numbers_in_question(seen) != []


def test_names_are_asked_for_where_none_was_read(matcher: Matcher) -> None:
    look = look_of(FACES["sv90-170"])
    assert {"Mossback", "Moussedos"} <= set(matcher.names_in_question(reading(hp="80"), look))
    assert matcher.names_in_question(reading(name="Mossback"), look) == ()
    stranger = look_of(CardFace("Leafkit", 60, "", seed=205))
    assert matcher.names_in_question(reading(), stranger) == ()


def test_the_name_is_certain_where_only_the_printing_is_open(matcher: Matcher) -> None:
    open_ = matcher.match(reading(name="Twinfin", hp="90"), look_of(FACES["sv90-150"]))
    named = name_of_match(open_, POKEMON.rule)
    assert named is not None
    assert named.name_as(["Twinfin"]) == "Twinfin"
    assert {one.id for one in named.printings} == {"sv90-150", "sv91-044"}
    told = matcher.match(reading(name="Twinfin", number="150/193"), look_of(FACES["sv90-150"]))
    assert name_of_match(told, POKEMON.rule) is None


def test_a_certain_name_is_given_as_it_was_read(matcher: Matcher) -> None:
    look = look_of(FACES["sv90-170"])
    named = name_of_match(matcher.match(reading(name="Mossback"), look), POKEMON.rule)
    assert named is not None
    assert named.name_as(["moussedos"]) == "Moussedos"
    assert named.name_as(["70 PV"]) == "Mossback"


def test_a_picture_alone_names_the_card_unless_something_read_speaks_against_it(
    matcher: Matcher,
) -> None:
    look = look_of(FACES["sv90-012"])
    alone = name_of_match(matcher.match(reading(), look), POKEMON.rule)
    assert alone is not None
    assert alone.name_as(["a smudge"]) == "Leafkit"
    for read in (reading(name="Twinfin"), reading(hp="120"), reading(number="009/034")):
        assert name_of_match(matcher.match(read, look), POKEMON.rule) is None


def test_text_alone_makes_no_name_certain(matcher: Matcher) -> None:
    answer = matcher.match(reading(name="Leafkit", hp="60"))
    assert answer.status is Status.UNSURE
    assert name_of_match(answer, POKEMON.rule) is None


def test_what_only_looks_like_a_number_is_no_veto(matcher: Matcher) -> None:
    """`13091` for 13/181: nothing like that stands on a card."""
    seen = reading(name="Leafkit", number="12793", hp="60")
    answer = matcher.match(seen, look_of(FACES["sv90-171"]))
    assert answer.printing is not None, answer.reason
    assert answer.printing.id == "sv90-171"


def test_what_may_bear_the_picture_by_the_catalogue_alone_counts_too(matcher: Matcher) -> None:
    answer = matcher.match(reading(name="Ashwing", hp="70"), look_of(FACES["sv90-160"]))
    assert answer.status is Status.UNSURE
    assert set(names(answer)[:2]) == {"sv90-160", "sv91-061"}


def test_a_name_that_only_one_region_has_tells_which_of_them_it_is(matcher: Matcher) -> None:
    look = look_of(FACES["sv90-170"])
    french = matcher.match(reading(name="Moussedos"), look)
    assert french.printing is not None, french.reason
    assert french.printing.id == "sv90-170"
    english = matcher.match(reading(name="Mossback"), look)
    assert english.status is Status.UNSURE
    assert set(names(english)[:2]) == {"sv90-170", "SV90K-030"}


def test_a_picture_alone_names_no_printing(matcher: Matcher) -> None:
    answer = matcher.match(reading(), look_of(FACES["sv90-012"]))
    assert answer.status is Status.UNSURE
    assert names(answer)[0] == "sv90-012"
    assert (
        answer.reason == "the artwork looks like Leafkit 012/193, but too little else could be read"
    )
    assert matcher.match(reading()).status is Status.UNREADABLE


@pytest.mark.parametrize(
    "read",
    [{"name": "Leafkit", "number": "171/193"}, {"name": "Twinfin", "number": "044/193"}],
    ids=["another printing of its name", "another card"],
)
def test_a_picture_that_isnt_what_was_read_makes_it_unsure(
    matcher: Matcher, read: dict[str, str]
) -> None:
    assert matcher.match(reading(**read)).status is Status.IDENTIFIED
    answer = matcher.match(reading(**read), look_of(FACES["sv90-012"]))
    assert answer.status is Status.UNSURE
    assert "the artwork looks like Leafkit 012/193" in answer.reason
    assert "sv90-012" in names(answer)


def test_text_without_a_name_is_held_against_the_printings_own_picture(matcher: Matcher) -> None:
    read = reading(number="170/193", hp="80", artist="Illus. Painter 13")
    assert matcher.match(read).status is Status.IDENTIFIED
    assert matcher.match(read, look_of(FACES["sv90-170"])).status is Status.IDENTIFIED
    # A card that the catalogue lacks, with a number that was misread as this one's.
    lacking = matcher.match(read, look_of(CardFace("Somebody", 80, "178/193", seed=987)))
    assert lacking.status is Status.UNSURE
    assert "the artwork" in lacking.reason


def test_a_picture_of_another_name_speaks_against_a_printing_that_nobody_has_seen(
    matcher: Matcher,
) -> None:
    read = reading(number="061/193", name="Ashwing", hp="70")
    assert matcher.match(read).status is Status.IDENTIFIED
    proxy = matcher.match(read, look_of(FACES["sv90-170"]))
    assert proxy.status is Status.UNSURE
    assert "Mossback" in proxy.reason


def test_a_number_that_was_read_vetoes_the_picture(matcher: Matcher) -> None:
    """As on a reprint that the catalogue doesn't have."""
    answer = matcher.match(reading(name="Leafkit", number="009/034"), look_of(FACES["sv90-012"]))
    assert answer.status is Status.UNSURE
    assert names(answer)[0] == "sv90-012"


def test_a_card_that_looks_like_none_of_its_name_may_be_missing(matcher: Matcher) -> None:
    seen = reading(name="Leafkit", number="012/193")
    strangers = (CardFace("Leafkit", 60, "", seed=seed) for seed in range(201, 206))
    rest = [matcher.match(seen, look_of(face)) for face in strangers]
    missing = [answer for answer in rest if "the catalogue lacks" in answer.reason]
    assert missing
    assert all(answer.status is Status.UNSURE for answer in missing)


def test_an_energy_card_isnt_told_by_its_picture(matcher: Matcher) -> None:
    seen = reading(name="Dusk Energy")
    answer = matcher.match(seen, look_of(FACES["sv90-190"]))
    assert answer == matcher.match(seen)


def test_a_card_that_stands_on_its_head_says_nothing_of_what_was_read(matcher: Matcher) -> None:
    look = look_of(FACES["sv90-012"], turned=True)
    assert matcher.upside_down(look)
    assert not matcher.upside_down(look_of(FACES["sv90-012"]))
    seen = reading(name="Leafkit", hp="60")
    assert matcher.match(seen, look) == matcher.match(seen)


def test_without_pictures_a_look_changes_nothing(catalogue: Catalogue) -> None:
    plain = Matcher(catalogue, POKEMON)
    seen = reading(name="Leafkit", hp="60")
    look = look_of(FACES["sv90-012"])
    assert not plain.knows_pictures
    assert plain.match(seen, look) == plain.match(seen)
    assert not plain.upside_down(look)
