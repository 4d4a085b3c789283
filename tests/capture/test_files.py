"""Reading picture files: every kind that is promised, and every way a file can be bad."""

from __future__ import annotations

import io
import os
import struct
import sys
import zlib
from pathlib import Path

import numpy as np
import numpy.typing as npt
import pillow_heif
import pytest
from PIL import Image, ImageCms, ImageOps

from cardscanner_gui.capture.files import SUPPORTED_SUFFIXES, load_frame, printable
from cardscanner_gui.core.errors import PictureError

WIDTH, HEIGHT = 96, 64
ORIENTATION = 0x0112


def drawing() -> npt.NDArray[np.uint8]:
    """Red at the top left, green at the top right, blue below: shows rotation and colour order."""
    pixels = np.zeros((HEIGHT, WIDTH, 3), np.uint8)
    pixels[: HEIGHT // 2, : WIDTH // 2] = (220, 20, 30)
    pixels[: HEIGHT // 2, WIDTH // 2 :] = (20, 200, 40)
    pixels[HEIGHT // 2 :] = (30, 40, 210)
    return pixels


def assert_is_drawing(pixels: npt.NDArray[np.uint8], tolerance: int = 12) -> None:
    assert pixels.shape == (HEIGHT, WIDTH, 3)
    expected = drawing().astype(int)
    for y, x in [(16, 20), (16, 76), (48, 20), (48, 76)]:
        np.testing.assert_allclose(pixels[y, x].astype(int), expected[y, x], atol=tolerance)


def save(path: Path, **options: object) -> Path:
    pillow_heif.register_heif_opener()
    Image.fromarray(drawing()).save(path, **options)
    return path


def error_of(path: Path) -> str:
    with pytest.raises(PictureError) as caught:
        load_frame(path)
    text = str(caught.value)
    assert text.isprintable(), "one line that any terminal shows"
    return text


@pytest.mark.parametrize(
    "suffix", sorted(SUPPORTED_SUFFIXES - {".gif", ".jpe", ".hif", ".jfif", ".pdf"})
)
def test_every_kind_of_file_gives_the_same_picture(tmp_path: Path, suffix: str) -> None:
    path = save(tmp_path / f"card{suffix}")

    frame = load_frame(path)

    assert_is_drawing(frame.pixels)
    assert (frame.width, frame.height) == (WIDTH, HEIGHT)
    assert frame.source == str(path)
    assert frame.pixels.dtype == np.uint8
    assert not frame.pixels.flags.writeable


def test_frames_of_one_file_have_ids_of_their_own(tmp_path: Path) -> None:
    path = save(tmp_path / "card.png")

    assert load_frame(path).id != load_frame(path).id


def test_the_content_decides_not_the_suffix(tmp_path: Path) -> None:
    save(tmp_path / "card.png").rename(tmp_path / "card.jpg")

    assert_is_drawing(load_frame(tmp_path / "card.jpg").pixels)


TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_90,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_270,
}


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".tif", ".heic"])
@pytest.mark.parametrize("orientation", TURNS)
def test_exif_orientation_is_undone(tmp_path: Path, suffix: str, orientation: int) -> None:
    """The camera stored the picture turned and says so; the frame is upright."""
    pillow_heif.register_heif_opener()
    exif = Image.Exif()
    exif[ORIENTATION] = orientation
    turned = Image.fromarray(drawing()).transpose(TURNS[orientation])
    turned.save(tmp_path / f"turned{suffix}", exif=exif.tobytes())

    assert_is_drawing(load_frame(tmp_path / f"turned{suffix}").pixels)


def test_damaged_exif_does_not_lose_the_picture(tmp_path: Path) -> None:
    path = save(tmp_path / "card.jpg", exif=b"Exif\0\0MM\0\x2a\xff\xff\xff\xf0 nonsense")

    assert_is_drawing(load_frame(path).pixels)


def test_transparent_parts_become_white(tmp_path: Path) -> None:
    pixels = np.dstack([drawing(), np.full((HEIGHT, WIDTH), 255, np.uint8)])
    pixels[HEIGHT // 2 :, :, 3] = 0
    Image.fromarray(pixels).save(tmp_path / "layer.png")
    Image.fromarray(pixels).convert("LA").save(tmp_path / "grey.png")

    colour, grey = (load_frame(tmp_path / name).pixels for name in ["layer.png", "grey.png"])

    assert colour[5, 5].tolist() == [220, 20, 30]
    assert colour[-5, 5].tolist() == [255, 255, 255]
    assert grey[-5, 5].tolist() == [255, 255, 255]
    assert grey[5, 5].max() < 120


def test_palettes_with_and_without_a_transparent_entry(tmp_path: Path) -> None:
    palette = Image.fromarray(drawing()).quantize(8)
    palette.save(tmp_path / "plain.png")
    blue = palette.getpixel((5, HEIGHT - 5))
    palette.save(tmp_path / "holes.png", transparency=blue)

    assert_is_drawing(load_frame(tmp_path / "plain.png").pixels)
    assert load_frame(tmp_path / "holes.png").pixels[-5, 5].tolist() == [255, 255, 255]


def test_grey_and_black_and_white(tmp_path: Path) -> None:
    Image.fromarray(drawing()).convert("L").save(tmp_path / "grey.jpg")
    Image.fromarray(drawing()).convert("1").save(tmp_path / "fax.tif")

    for name in ["grey.jpg", "fax.tif"]:
        pixels = load_frame(tmp_path / name).pixels
        assert pixels.shape == (HEIGHT, WIDTH, 3)
        assert (pixels[:, :, 0] == pixels[:, :, 2]).all()


def grey_ramp() -> npt.NDArray[np.uint16]:
    return np.repeat(np.linspace(0, 65535, 256).astype(np.uint16)[None, :], 32, axis=0)


@pytest.mark.parametrize("name", ["ramp.png", "ramp.tif"])
def test_sixteen_bit_grey_is_scaled_not_clipped(tmp_path: Path, name: str) -> None:
    Image.fromarray(grey_ramp()).save(tmp_path / name)

    row = load_frame(tmp_path / name).pixels[0, :, 1].astype(int)

    np.testing.assert_allclose(row, np.arange(256), atol=1)


def test_grey_of_thirty_two_bits_and_of_fractions(tmp_path: Path) -> None:
    Image.fromarray(grey_ramp().astype(np.int32)).save(tmp_path / "long.tif")
    fractions = (grey_ramp() / 65535).astype(np.float32)
    fractions[5, 5] = np.nan
    Image.fromarray(fractions).save(tmp_path / "float.tif")

    for name in ["long.tif", "float.tif"]:
        row = load_frame(tmp_path / name).pixels[0, :, 0].astype(int)
        np.testing.assert_allclose(row, np.arange(256), atol=1)


def test_sixteen_bit_colour_is_scaled_not_clipped(tmp_path: Path) -> None:
    """Written by hand: Pillow reads 16-bit colour but doesn't write it."""
    wide = drawing().astype(">u2") * 257
    rows = b"".join(b"\0" + row.tobytes() for row in wide)

    def chunk(kind: bytes, data: bytes) -> bytes:
        return (
            struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
        )

    header = struct.pack(">IIBBBBB", WIDTH, HEIGHT, 16, 2, 0, 0, 0)
    data = chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(rows)) + chunk(b"IEND", b"")
    (tmp_path / "deep.png").write_bytes(b"\x89PNG\r\n\x1a\n" + data)

    assert_is_drawing(load_frame(tmp_path / "deep.png").pixels, tolerance=1)


@pytest.mark.parametrize("suffix", [".jpg", ".tif"])
def test_cmyk_becomes_its_colours(tmp_path: Path, suffix: str) -> None:
    Image.fromarray(drawing()).convert("CMYK").save(tmp_path / f"print{suffix}")

    assert_is_drawing(load_frame(tmp_path / f"print{suffix}").pixels)


def test_cmyk_with_a_profile_that_makes_no_sense(tmp_path: Path) -> None:
    """Screens' profiles and rubbish are found in CMYK files; the plain conversion stands in."""
    screen = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    for name, profile in [("screen.jpg", screen), ("rubbish.jpg", b"not a profile at all")]:
        Image.fromarray(drawing()).convert("CMYK").save(tmp_path / name, icc_profile=profile)
        assert_is_drawing(load_frame(tmp_path / name).pixels)


def test_lab_becomes_its_colours(tmp_path: Path) -> None:
    srgb, lab = ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB")
    converted = ImageCms.profileToProfile(Image.fromarray(drawing()), srgb, lab, outputMode="LAB")
    assert converted is not None
    converted.save(tmp_path / "lab.tif")

    assert_is_drawing(load_frame(tmp_path / "lab.tif").pixels)


@pytest.mark.parametrize("suffix", [".gif", ".png", ".webp", ".tif"])
def test_the_first_of_several_frames_is_taken(tmp_path: Path, suffix: str) -> None:
    black = Image.new("RGB", (WIDTH, HEIGHT))
    save(tmp_path / f"moving{suffix}", save_all=True, append_images=[black, black])

    assert_is_drawing(load_frame(tmp_path / f"moving{suffix}").pixels, tolerance=20)


def test_an_empty_file(tmp_path: Path) -> None:
    (tmp_path / "empty.jpg").touch()

    assert error_of(tmp_path / "empty.jpg") == "empty.jpg: the file is empty"


@pytest.mark.parametrize("suffix", [".jpg", ".png", ".webp", ".heic", ".tif", ".bmp", ".gif"])
@pytest.mark.parametrize("share", [0.5, 0.9])
def test_a_file_cut_short_is_refused(tmp_path: Path, suffix: str, share: float) -> None:
    """Half a picture may show half a card, which must not be taken for one."""
    pillow_heif.register_heif_opener()
    noise = np.random.default_rng(7).integers(0, 255, (256, 256, 3), np.uint8)
    path = tmp_path / f"half{suffix}"
    Image.fromarray(noise).save(path)
    path.write_bytes(path.read_bytes()[: int(path.stat().st_size * share)])

    message = error_of(path)

    assert message.startswith(f"half{suffix}: ")
    assert "damaged or cut short" in message or "isn't a picture" in message


def test_what_is_no_picture(tmp_path: Path) -> None:
    (tmp_path / "text.jpg").write_text("This is a text, not a picture. " * 50)

    assert error_of(tmp_path / "text.jpg").startswith("text.jpg: it isn't a picture")


def test_formats_we_did_not_promise_are_left_alone(tmp_path: Path) -> None:
    Image.fromarray(drawing()).save(tmp_path / "print.jpg", format="EPS")

    assert "isn't a picture of a kind" in error_of(tmp_path / "print.jpg")


@pytest.mark.parametrize("side", [10_100, 16_000, 60_000])
def test_a_decompression_bomb_is_not_decoded(tmp_path: Path, side: int) -> None:
    """A few kilobytes that would fill the memory when decoded."""
    header = struct.pack(">IIBBBBB", side, side, 8, 2, 0, 0, 0)
    data = b"".join(
        struct.pack(">I", len(body)) + kind + body + struct.pack(">I", zlib.crc32(kind + body))
        for kind, body in [(b"IHDR", header), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    )
    (tmp_path / "bomb.png").write_bytes(b"\x89PNG\r\n\x1a\n" + data)

    assert error_of(tmp_path / "bomb.png") == "bomb.png: the picture has more than 100 megapixels"


def test_a_folder_is_not_a_picture(tmp_path: Path) -> None:
    (tmp_path / "album.jpg").mkdir()

    assert error_of(tmp_path / "album.jpg") == "album.jpg: this is a folder, not a picture"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_is_refused_rather_than_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.jpg")

    assert error_of(tmp_path / "pipe.jpg") == "pipe.jpg: this isn't a file"


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_file_nobody_may_read(tmp_path: Path) -> None:
    path = save(tmp_path / "mine.png")
    path.chmod(0)

    assert error_of(path) == "mine.png: no permission to read it"


@pytest.mark.skipif(sys.platform != "linux", reason="needs file names of any bytes")
@pytest.mark.parametrize(
    "name",
    [
        "ピカチュウ ★ é̈ 🃏.jpg".encode(),
        b"caf\xe9 \xff.jpg",
        b"two\nlines\x1b[31m.jpg",
        b" -rf $(touch x); 'q\".jpg",
    ],
)
def test_any_name_works_and_any_message_is_printable(tmp_path: Path, name: bytes) -> None:
    path = tmp_path / os.fsdecode(name)
    save(tmp_path / "card.jpg").rename(path)

    frame = load_frame(path)
    path.write_bytes(b"")

    assert_is_drawing(frame.pixels)
    assert frame.source.encode() == printable(path).encode()
    assert error_of(path).endswith(": the file is empty")


def test_a_file_that_goes_away_in_the_middle_of_a_batch(tmp_path: Path) -> None:
    good, gone = save(tmp_path / "good.jpg"), tmp_path / "gone.jpg"

    assert error_of(gone) == "gone.jpg: there is no such file"
    assert_is_drawing(load_frame(good).pixels)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("mode", ["RGB", "L"])
def test_plain_jpeg_gives_pillow_s_pixels_in_every_orientation(tmp_path, orientation, mode):
    """JPEG goes through another decoder, which must not be noticed."""
    noise = np.random.default_rng(orientation).integers(0, 256, (48, 80, 3), dtype=np.uint8)
    image = Image.fromarray(noise).convert(mode)
    exif = Image.Exif()
    exif[0x0112] = orientation
    path = tmp_path / "noise.jpg"
    image.save(path, exif=exif, quality=80)
    with Image.open(path) as opened:
        expected = np.asarray(ImageOps.exif_transpose(opened).convert("RGB"))
    assert np.array_equal(load_frame(path).pixels, expected)


def test_a_whole_thumbnail_does_not_make_up_for_a_cut_picture(tmp_path):
    thumbnail = io.BytesIO()
    Image.new("RGB", (16, 16), "red").save(thumbnail, "JPEG")
    noise = np.random.default_rng(1).integers(0, 256, (200, 200, 3), dtype=np.uint8)
    path = tmp_path / "cut.jpg"
    Image.fromarray(noise).save(path, quality=90, comment=thumbnail.getvalue())
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    with pytest.raises(PictureError, match="damaged or cut short"):
        load_frame(path)
