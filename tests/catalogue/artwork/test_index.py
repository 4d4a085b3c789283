"""The index of fingerprints: what it finds, what it is told to leave out, and its file."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cardscanner_gui.catalogue.artwork import index_file
from cardscanner_gui.catalogue.artwork.index import ArtworkIndex
from cardscanner_gui.catalogue.artwork.index_file import read_index, write_index
from cardscanner_gui.catalogue.artwork.same_art import CatalogueArt
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.look import SHORT_SIDE, SIDE, Look
from cardscanner_gui.games.pokemon import GAME as POKEMON
from tests.catalogue.tcgdex_archive import build_catalogue, card

COUNT = 300


def picture(number: int) -> np.ndarray:
    return np.random.default_rng([7, number]).standard_normal(512).astype(np.float32)


def bits_of(values: np.ndarray) -> bytes:
    return np.packbits(values > 0).tobytes()


def look_of(values: np.ndarray, seed: int = 0, noise: float = 0.6) -> Look:
    """As if the picture had been photographed: fifteen noisy views, and as many upside down."""
    rng = np.random.default_rng([99, seed])
    views = values + noise * rng.standard_normal((30, 512)).astype(np.float32)
    views[15:] = rng.standard_normal((15, 512))
    short = rng.standard_normal((30, 128)).astype(np.float32)
    return Look({SIDE: views.astype(np.float32), SHORT_SIDE: short})


@pytest.fixture(scope="module")
def index() -> ArtworkIndex:
    return ArtworkIndex.of([(f"sv90-{n:03d}", bits_of(picture(n))) for n in range(COUNT)], "digest")


def test_the_right_one_is_first_and_stands_out(index: ArtworkIndex) -> None:
    for number in range(0, COUNT, 20):
        (found,) = index.nearest(look_of(picture(number), number))
        assert found.printings == (f"sv90-{number:03d}",)
        assert found.score > 0.45
        assert found.margin > 0.2
        scores = [one.score for one in found.likenesses]
        assert scores == sorted(scores, reverse=True)


def test_what_isnt_allowed_isnt_found(index: ArtworkIndex) -> None:
    look = look_of(picture(40))
    (without,) = index.nearest(look, without={"sv90-040"})
    assert "sv90-040" not in {one for likeness in without.likenesses for one in likeness.printings}
    assert without.score < 0.4
    (among,) = index.nearest(look, among={"sv90-040", "sv90-041", "never-heard-of"})
    assert [one.printings for one in among.likenesses] == [("sv90-040",), ("sv90-041",)]
    assert index.nearest(look, among={"never-heard-of"}) == ()


def test_reprints_of_one_picture_are_one_answer_with_the_margin_to_the_next_picture() -> None:
    again = picture(5).copy()
    again[:12] *= -1
    pairs = [(f"sv90-{n:03d}", bits_of(picture(n))) for n in range(COUNT)]
    index = ArtworkIndex.of([*pairs, ("sv91-100", bits_of(again))])
    (found,) = index.nearest(look_of(picture(5)))
    assert set(found.printings) == {"sv90-005", "sv91-100"}
    assert found.margin > 0.2


def test_the_catalogue_joins_what_the_fingerprints_alone_keep_apart(tmp_path: Path) -> None:
    """A holo and a plain printing of one drawing: a third of the bits differ."""
    plain = picture(5).copy()
    plain[::3] = picture(999)[::3]
    pairs = [(f"sv90-{n:03d}", bits_of(picture(n))) for n in range(COUNT)]
    index = ArtworkIndex.of([*pairs, ("sv90-500", bits_of(plain))])
    cards = [
        card("Leafkit", "005", illustrator="Mia Loam"),
        card("Leafkit", "500", illustrator="Mia Loam"),
        card("Harborlin", "006", illustrator="Mia Loam"),
    ]
    mixed = look_of(picture(5) + 0.8 * plain)
    (alone,) = index.nearest(mixed)
    assert len(alone.printings) == 1
    with build_catalogue(tmp_path, cards) as catalogue:
        same_art = CatalogueArt(catalogue, POKEMON)
        (found,) = index.nearest(mixed, same_art=same_art)
        assert set(found.printings) == {"sv90-005", "sv90-500"}
        assert found.margin > alone.margin
        assert not same_art("sv90-005", "sv90-006")
        assert not same_art("sv90-005", "never-heard-of")


def test_ones_own_confirmed_cards_are_references_too(index: ArtworkIndex) -> None:
    own = look_of(picture(1234))
    (before,) = index.nearest(own)
    assert before.score < 0.4
    more = index.with_own([("sv91-001", own.fingerprint), ("sv91-002", b"too short")])
    (after,) = more.nearest(look_of(picture(1234), seed=3))
    assert after.printings == ("sv91-001",)
    assert after.score > 0.45
    assert "sv91-001" in more
    assert "sv91-001" not in index
    assert len(more) == len(index) + 1


def test_own_cards_alone_make_an_index() -> None:
    index = ArtworkIndex(()).with_own([("sv91-001", bits_of(picture(1)))])
    (found,) = index.nearest(look_of(picture(1)))
    assert found.printings == ("sv91-001",)


def test_short_fingerprints_serve_where_there_is_no_long_one() -> None:
    pairs = [(f"sv90-{n:03d}", bits_of(picture(n))) for n in range(COUNT)]
    short = np.random.default_rng(7).standard_normal((COUNT, 128)).astype(np.float32)
    some = [(f"sv91-{n:03d}", np.packbits(values > 0).tobytes()) for n, values in enumerate(short)]
    index = ArtworkIndex.of([*some, ("sv90-003", some[0][1]), *pairs])
    assert [(section.side, len(section)) for section in index.sections] == [(16, 300), (8, 300)]
    look = look_of(picture(1500))
    views = short[9] + 0.4 * np.random.default_rng(1).standard_normal((30, 128))
    seen = Look({SIDE: look.views[SIDE], SHORT_SIDE: views.astype(np.float32)})
    long_found, short_found = index.nearest(seen)
    assert (long_found.side, short_found.side) == (SIDE, SHORT_SIDE)
    assert long_found.score < 0.4
    assert short_found.printings == ("sv91-009",)


def test_an_empty_index_finds_nothing() -> None:
    index = ArtworkIndex.of([])
    assert len(index) == 0
    assert index.nearest(look_of(picture(1))) == ()
    assert index.nearest_of_cut(look_of(picture(1))) is None


def test_the_file_answers_as_the_index_did(index: ArtworkIndex, tmp_path: Path) -> None:
    path = tmp_path / "artwork.index"
    write_index(replace(index, state="7"), path)
    read = read_index(path)
    assert (read.catalogue, read.state, len(read)) == ("digest", "7", COUNT)
    assert read.printings == index.printings
    look = look_of(picture(11))
    assert read.nearest(look) == index.nearest(look)
    assert [file.name for file in tmp_path.iterdir()] == ["artwork.index"]


@pytest.mark.parametrize("damage", ["cut", "flipped", "text"])
def test_a_damaged_file_is_refused_in_one_line(
    index: ArtworkIndex, tmp_path: Path, damage: str
) -> None:
    path = tmp_path / "artwork.index"
    write_index(index, path)
    content = bytearray(path.read_bytes())
    if damage == "cut":
        content = content[: len(content) // 2]
    elif damage == "flipped":
        content[len(content) // 3] ^= 0x10
    else:
        content = bytearray(b"no index at all\n" * 100)
    path.write_bytes(content)
    with pytest.raises(CatalogueError, match="damaged") as caught:
        read_index(path)
    assert "\n" not in str(caught.value)


def test_a_file_of_another_version_is_refused_in_one_line(
    index: ArtworkIndex, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "artwork.index"
    monkeypatch.setattr(index_file, "VERSION", 0)
    write_index(index, path)
    monkeypatch.undo()
    with pytest.raises(CatalogueError, match="another version"):
        read_index(path)


def test_somebody_elses_arrays_are_refused(tmp_path: Path) -> None:
    header = np.frombuffer(json.dumps({"kind": "weights"}).encode(), np.uint8)
    np.savez(tmp_path / "other.npz", header=header)
    with pytest.raises(CatalogueError, match="no fingerprints"):
        read_index(tmp_path / "other.npz")
