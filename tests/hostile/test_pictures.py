"""Other files that hang, swell or aren't files at all."""

from __future__ import annotations

import io
import os
import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from cardscanner_gui.capture.collect import collect_pictures
from cardscanner_gui.capture.files import frame_from_bytes, load_frame
from cardscanner_gui.capture.jpeg_headers import read_headers
from cardscanner_gui.capture.limits import MAX_FILE_BYTES, MAX_PAGES
from cardscanner_gui.capture.pages import split_pages
from cardscanner_gui.capture.png_headers import is_simple_png
from cardscanner_gui.capture.tiff import tiff_pages
from cardscanner_gui.core.errors import PictureError
from cardscanner_gui.recognition.content import ContentKeys
from tests.hostile import pictures
from tests.hostile.mutations import FORMATS, mutated, originals

SUFFIXES = ["jpg", "png", "pdf", "tif", "heic", "webp"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_pipe_is_not_waited_for(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"pipe.{suffix}"
    os.mkfifo(path)
    assert split_pages(path) == [path]
    assert ContentKeys().of(path) is None
    with pytest.raises(PictureError, match="this isn't a file"):
        load_frame(path)


@pytest.mark.skipif(not Path("/dev/zero").is_char_device(), reason="needs devices")
@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_device_is_not_read(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"zero.{suffix}"
    path.symlink_to("/dev/zero")
    assert collect_pictures([tmp_path]) == [path]
    assert ContentKeys().of(path) is None
    with pytest.raises(PictureError, match="this isn't a file"):
        load_frame(path)


@pytest.mark.parametrize("suffix", SUFFIXES)
def test_a_sparse_file_of_twenty_gigabytes(tmp_path: Path, suffix: str, refusal) -> None:
    path = pictures.sparse(tmp_path / f"vast.{suffix}", 20 * 1024**3, originals(suffix)[0])
    assert collect_pictures([path]) == [path]
    assert ContentKeys().of(path) is None
    assert "more than 2 GB" in refusal(path)


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "pdf"])
def test_a_file_that_is_just_small_enough(tmp_path: Path, suffix: str) -> None:
    """Zeros behind a whole picture: read or refused, without the zeros in memory."""
    path = pictures.sparse(tmp_path / f"large.{suffix}", MAX_FILE_BYTES, originals(suffix)[0])
    try:
        assert load_frame(path).width > 50
    except PictureError as error:
        assert str(error).startswith(path.name)  # noqa: PT017 - either is fine


@pytest.mark.parametrize("size", [(34_464, 1), (1, 34_464), (32_000, 1), (1, 300), (20_000, 150)])
@pytest.mark.parametrize("suffix", ["png", "jpg", "tif", "bmp"])
def test_a_strip_is_refused(tmp_path: Path, suffix: str, size: tuple[int, int], refusal) -> None:
    path = tmp_path / f"strip.{suffix}"
    pictures.noise(*size).save(path)
    line = refusal(path)
    assert "100 times as long as wide" in line or "a side of more than 32,767 pixels" in line


@pytest.mark.parametrize("size", [(10_001, 10_000), (33_000, 400), (65_535, 65_535)])
@pytest.mark.parametrize(
    "header",
    [pictures.png_header, pictures.gif_header, pictures.bmp_header],
    ids=["png", "gif", "bmp"],
)
def test_what_says_that_it_is_vast_is_not_decoded(header, size: tuple[int, int]) -> None:
    with pytest.raises(PictureError, match=r"more than (100 megapixels|32,767 pixels)"):
        frame_from_bytes(header(*size), "bomb")


def test_a_costly_kind_has_a_limit_of_its_own() -> None:
    file = io.BytesIO()
    Image.new("RGB", (7_000, 5_000)).save(file, "WEBP", method=0)
    with pytest.raises(PictureError, match="more than 32 megapixels, too many for its kind; save"):
        frame_from_bytes(file.getvalue(), "large.webp")


@pytest.mark.usefixtures("small_limits")
def test_a_run_length_coded_picture_without_its_runs(tmp_path: Path, refusal) -> None:
    path = tmp_path / "runs.bmp"
    path.write_bytes(pictures.bmp_header(9_000, 9_000, compression=1))
    assert refusal(path)


@pytest.mark.usefixtures("small_limits")
def test_a_png_of_endless_chunks(tmp_path: Path, refusal) -> None:
    path = tmp_path / "chunks.png"
    path.write_bytes(pictures.png_header(50, 50, pictures.chunk(b"teSt", b"") * 1_000_000))
    assert refusal(path)


def test_a_tiff_of_sixty_thousand_directories_says_what_is_left_out(tmp_path: Path) -> None:
    path = tmp_path / "roll.tif"
    path.write_bytes(pictures.tiff_of(60_000))
    pages = collect_pictures([path])
    assert len(pages) == MAX_PAGES + 1
    assert load_frame(pages[0]).width == 8
    assert load_frame(pages[MAX_PAGES - 1]).width == 8
    with pytest.raises(PictureError) as caught:
        load_frame(pages[-1])
    assert str(caught.value) == (
        "roll.tif#2001: the document has 60,000 pages, of which the first 2,000 are read and"
        " 58,000 left out; split it"
    )


def test_a_tiff_that_bites_its_tail(tmp_path: Path) -> None:
    path = tmp_path / "ring.tif"
    path.write_bytes(pictures.tiff_of(3, looped=True))
    assert len(collect_pictures([path])) == 3


@pytest.mark.parametrize("form", FORMATS)
def test_damaged_files_are_read_or_refused(tmp_path: Path, form: str) -> None:
    rng = random.Random(5)
    for number in range(25):
        path = tmp_path / f"{number}.{form}"
        path.write_bytes(mutated(form, rng))
        for page in collect_pictures([path])[:2]:
            try:
                assert load_frame(page).pixels.shape[2] == 3
            except PictureError as error:
                assert str(error).startswith(page.name)  # noqa: PT017 - either is fine


@settings(max_examples=300, deadline=None)
@given(st.binary(max_size=400))
def test_headers_of_anything_are_read(data: bytes) -> None:
    for head, read in ((b"\xff\xd8\xff", read_headers), (b"\x89PNG\r\n\x1a\n", is_simple_png)):
        read(head + data)
    found = read_headers(data)
    assert 0 <= found.end <= len(data)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from([b"II*\0", b"MM\0*", b"II+\0", b"MM\0+"]), st.binary(max_size=300))
def test_directories_of_anything_are_counted(tmp_path_factory, head: bytes, data: bytes) -> None:
    assert len(tiff_pages(io.BytesIO(head + data))) <= len(data)
