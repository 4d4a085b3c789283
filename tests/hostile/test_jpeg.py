"""JPEG files that lack a part are refused; those that only look odd are read."""

from __future__ import annotations

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageOps

from cardscanner_gui.capture.files import frame_from_bytes, load_frame
from cardscanner_gui.core.errors import PictureError
from tests.hostile.pictures import (
    END_OF_IMAGE,
    closed_too_early,
    empty_scans,
    first_scans,
    jpeg,
    noise,
)

WAYS: dict[str, dict[str, object]] = {
    "baseline": {},
    "full colour": {"subsampling": 0},
    "half colour": {"subsampling": 1},
    "progressive": {"progressive": True},
    "optimised": {"optimize": True, "quality": 30},
    "restarts": {"restart_marker_blocks": 3},
    "restarts by row": {"restart_marker_rows": 1, "progressive": True},
    "RGB inside": {"keep_rgb": True},
    "comment": {"comment": b"\xff\xd9\xff\xda %PDF-1.4 \xff\xd8"},
    "best": {"quality": 100, "subsampling": 0, "progressive": True},
}
SIZES = [(1, 1), (7, 9), (16, 16), (33, 65), (257, 130), (90, 3)]


def pillows(data: bytes) -> np.ndarray:
    with Image.open(io.BytesIO(data)) as image:
        return np.asarray(ImageOps.exif_transpose(image).convert("RGB"))


@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("size", SIZES)
def test_every_whole_file_is_read(way: str, mode: str, size: tuple[int, int]) -> None:
    if way == "RGB inside" and mode != "RGB":
        pytest.skip("only colour has it")
    data = jpeg(noise(*size, mode), **WAYS[way])
    thumbnail = jpeg(noise(20, 20))
    oddities = {
        "as it is": data,
        "more behind the end": data + b"\0\xff\xd9 behind" * 50,
        "padding before the end": data[:-2] + bytes(6) + END_OF_IMAGE,
        "another picture behind": data + thumbnail,
        "a thumbnail": data[:2] + app(b"Exif\0\0" + thumbnail) + data[2:],
        "fill bytes": data[:2] + b"\xff\xff\xff" + data[2:],
    }
    for name, odd in oddities.items():
        assert np.array_equal(frame_from_bytes(odd, name).pixels, pillows(data)), name


def app(body: bytes) -> bytes:
    return b"\xff\xe1" + (len(body) + 2).to_bytes(2) + body


def test_several_pictures_in_one_file() -> None:
    file = io.BytesIO()
    noise(60, 40).save(file, "MPO", save_all=True, append_images=[noise(60, 41)])
    assert np.array_equal(frame_from_bytes(file.getvalue(), "x").pixels, pillows(file.getvalue()))


def test_an_oddity_that_is_warned_of_first_hides_nothing() -> None:
    """Of several warnings libjpeg tells the first only, here that of an unknown Adobe block."""
    whole = jpeg(noise(120, 80))
    odd = whole[:2] + b"\xff\xee\0\x0eAdobe\0\x64\0\0\0\0\x07" + whole[2:]
    assert frame_from_bytes(odd, "odd.jpg").width == 120
    with pytest.raises(PictureError, match="cut short"):
        frame_from_bytes(closed_too_early(odd, 0.6), "odd.jpg")


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.99])
@pytest.mark.parametrize("way", WAYS)
@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
def test_one_cut_short_and_closed_is_refused(way: str, mode: str, share: float) -> None:
    if way == "RGB inside" and mode != "RGB":
        pytest.skip("only colour has it")
    data = closed_too_early(jpeg(noise(240, 160, mode), **WAYS[way]), share)
    with pytest.raises(PictureError, match=r"cut\.jpg: the file is damaged or cut short"):
        frame_from_bytes(data, "cut.jpg")


@pytest.mark.parametrize("mode", ["RGB", "CMYK"])
def test_a_progressive_one_without_its_last_scans_is_refused(mode: str) -> None:
    data = jpeg(noise(120, 80, mode), progressive=True)
    scans = data.count(b"\xff\xda")
    assert scans > 3
    for kept in range(1, scans):
        with pytest.raises(PictureError, match="cut short"):
            frame_from_bytes(first_scans(data, kept), "scans.jpg")


@pytest.mark.usefixtures("small_limits")
def test_scans_without_end(tmp_path: Path, refusal) -> None:
    path = tmp_path / "scans.jpg"
    path.write_bytes(empty_scans(9_000, 9_000, 1_500))
    assert refusal(path)


@pytest.mark.usefixtures("small_limits")
def test_segments_without_end(tmp_path: Path, refusal) -> None:
    path = tmp_path / "segments.jpg"
    path.write_bytes(b"\xff\xd8" + b"\xff\xfe\0\2" * 3_000_000 + END_OF_IMAGE)
    assert refusal(path)


def test_the_developers_photographs_are_all_read(shared_dir: Path) -> None:
    for path in sorted((shared_dir / "eval" / "images").iterdir())[::6]:
        assert load_frame(path).width > 100
