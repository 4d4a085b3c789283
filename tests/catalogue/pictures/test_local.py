"""Fingerprints from files and folders: another desk's index, tables, and folders of pictures."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from cardscanner_gui.catalogue.artwork.index import ArtworkIndex
from cardscanner_gui.catalogue.artwork.index_file import write_index
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.pictures.gathering import Report
from cardscanner_gui.catalogue.pictures.local import import_pictures
from cardscanner_gui.catalogue.pictures.opening import open_index
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.vision.artwork import fingerprint_of
from tests.catalogue.pictures.asset_server import drawn

LONG = {f"sv90-{n:03d}": bytes([n]) * 64 for n in range(1, 9)}


def quiet(*_: object) -> None:
    """No progress wanted."""


@pytest.fixture
def take(folder: Path, catalogue: Catalogue) -> Callable[[Path], Report]:
    def run(origin: Path) -> Report:
        return import_pictures(folder, catalogue, origin, fingerprint_of, quiet, CancelToken())

    return run


def kept(folder: Path) -> dict[str, bytes]:
    index = open_index(folder)
    assert index is not None
    return {
        one: bits.tobytes()
        for section in index.sections
        for one, bits in zip(section.ids, section.packed(), strict=True)
    }


def test_another_desks_index_with_what_fits_this_catalogue(take, folder, tmp_path) -> None:
    path = tmp_path / "from-the-shop.index"
    pairs = [*LONG.items(), ("sv99-001", bytes(64))]
    write_index(replace(ArtworkIndex.of(pairs, "another catalogue"), state="9"), path)
    report = take(path)
    assert (report.taken, report.unknown, report.total) == (8, 1, 8)
    assert kept(folder) == LONG
    assert take(path).taken == 0


@pytest.mark.parametrize("digits", ["hexadecimal", "binary"])
@pytest.mark.parametrize("packed", [False, True])
def test_a_table_of_fingerprints(take, folder, tmp_path, digits: str, packed: bool) -> None:
    def written(bits: bytes) -> str:
        number = int.from_bytes(bits, "big")
        return bits.hex() if digits == "hexadecimal" else f"{number:0{8 * len(bits)}b}"

    lines = ["id\tdhash_phash", *(f"{one}\t{written(bits)}" for one, bits in LONG.items()), ""]
    text = "\r\n".join(lines).encode()
    path = tmp_path / "table.tsv"
    path.write_bytes(gzip.compress(text) if packed else text)
    assert take(path).taken == 8
    assert kept(folder) == LONG


def test_short_fingerprints_give_way_to_long_ones(take, folder, tmp_path) -> None:
    short = tmp_path / "short.tsv"
    short.write_text("sv90-001\t" + "ab" * 16 + "\nbase90-1\t" + "cd" * 16 + "\n")
    long = tmp_path / "long.tsv"
    long.write_text("sv90-001\t" + "0f" * 64 + "\n")
    assert take(short).taken == 2
    assert take(long).taken == 1
    assert take(short).taken == 0
    assert kept(folder) == {"sv90-001": b"\x0f" * 64, "base90-1": b"\xcd" * 16}


def test_a_fingerprint_beside_several_cards_is_nobodys(take, folder, tmp_path) -> None:
    path = tmp_path / "table.tsv"
    path.write_text(
        "".join(f"sv90-00{n}\t{'0f' * 64}\n" for n in (1, 2)) + f"base90-1\t{'aa' * 64}"
    )
    report = take(path)
    assert set(report.refused) == {"sv90-001", "sv90-002"}
    assert list(kept(folder)) == ["base90-1"]


@pytest.mark.parametrize(
    "content",
    [
        b"sv90-001\tnot bits\nsv90-002\talso not\n",
        gzip.compress(b"sv90-001\t" + b"0f" * 64)[:-10],
        b"PK\x03\x04 and then nothing",
        b"\x89PNG\r\n\x1a\n\xff\xfe",
    ],
)
def test_a_file_that_holds_none_is_refused_in_one_line(take, tmp_path, content: bytes) -> None:
    path = tmp_path / "file"
    path.write_bytes(content)
    with pytest.raises(CatalogueError) as caught:
        take(path)
    assert "\n" not in str(caught.value)
    assert str(path) in str(caught.value)


def test_a_missing_file_is_said(take, tmp_path) -> None:
    with pytest.raises(CatalogueError, match="no file or folder"):
        take(tmp_path / "nothing")


def test_a_folder_of_pictures_named_by_printing(take, folder, tmp_path) -> None:
    pictures = tmp_path / "pictures"
    pictures.mkdir()
    for number in (1, 2, 3):
        (pictures / f"sv90-00{number}.webp").write_bytes(drawn(number))
    (pictures / "my cat.jpg").write_bytes(b"no card")
    (pictures / "sv90-004.png").write_bytes(b"no picture")
    report = take(pictures)
    assert (report.taken, report.unknown) == (3, 1)
    assert list(report.refused) == ["sv90-004"]
    assert set(kept(folder)) == {"sv90-001", "sv90-002", "sv90-003"}


def test_a_folder_laid_out_like_the_asset_server(take, folder, tmp_path) -> None:
    def lay(path: str, seed: int) -> None:
        file = tmp_path / "mirror" / path
        file.parent.mkdir(parents=True)
        file.write_bytes(drawn(seed))

    lay("en/scarlet & violet/sv90/005/low.webp", 5)
    lay("de/base/base90/2/low.webp", 6)
    lay("ja/sv/SV90K/001/high.webp", 7)
    lay("en/sv/SV90K/001/low.webp", 8)
    report = take(tmp_path / "mirror")
    assert (report.taken, report.unknown) == (3, 1)
    assert set(kept(folder)) == {"sv90-005", "base90-2", "SV90K-001"}


def test_an_empty_folder_is_said(take, tmp_path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(CatalogueError, match="no picture"):
        take(tmp_path / "empty")


def test_a_folder_read_halfway_goes_on(folder, catalogue, tmp_path) -> None:
    from cardscanner_gui.core.errors import CancelledError

    for number in (1, 2, 3):
        (tmp_path / f"sv90-00{number}.webp").write_bytes(drawn(number))
    token = CancelToken()

    def cancel_later(_: str, part: float | None) -> None:
        if part and part > 0.2:
            token.cancel()

    with pytest.raises(CancelledError):
        import_pictures(folder, catalogue, tmp_path, fingerprint_of, cancel_later, token)
    assert len(kept(folder)) == 2
