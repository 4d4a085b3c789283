"""Drawn pictures in every format that is promised, and damaged copies of them."""

from __future__ import annotations

import io
import random
from collections.abc import Callable
from functools import cache

import numpy as np
from PIL import Image, ImageDraw

FORMATS = ("jpg", "png", "webp", "heic", "tif", "bmp", "gif", "pdf")
_EXTREMES = (
    b"\0",
    b"\xff",
    b"\x7f",
    b"\x80",
    b"\xff\xff\xff\xff",
    b"\0\0\0\0",
    b"\x7f\xff\xff\xff",
)


@cache
def originals(form: str) -> tuple[bytes, ...]:
    """Small whole files of one format, as different encoders would write them."""
    import pillow_heif

    pillow_heif.register_heif_opener()
    colour, second = _drawn(3), _drawn(4)
    grey, layer, print_ = colour.convert("L"), colour.convert("RGBA"), colour.convert("CMYK")
    layer.putalpha(grey)
    several = {"save_all": True, "append_images": [second]}
    match form:
        case "jpg":
            return (
                _saved(colour, "JPEG", quality=85),
                _saved(colour, "JPEG", quality=80, progressive=True, subsampling=0),
                _saved(colour, "JPEG", restart_marker_blocks=5, exif=_exif()),
                _saved(grey, "JPEG"),
                _saved(print_, "JPEG"),
                _saved(colour, "MPO", **several),
            )
        case "png":
            deep = Image.fromarray(np.asarray(grey).astype(np.uint16) * 257)
            pictures = (colour, grey, layer, colour.quantize(16), deep)
            animated = _saved(colour, "PNG", **several)
            return (*(_saved(picture, "PNG") for picture in pictures), animated)
        case "webp":
            return (
                _saved(colour, "WEBP"),
                _saved(layer, "WEBP", lossless=True),
                _saved(colour, "WEBP", exif=_exif(), **several),
            )
        case "heic":
            return _saved(colour, "HEIF", quality=50), _saved(layer, "HEIF", **several)
        case "tif":
            ways = (None, "tiff_lzw", "tiff_adobe_deflate", "jpeg", "packbits")
            pages = _saved(colour, "TIFF", compression="tiff_lzw", **several)
            return (
                *(_saved(colour, "TIFF", compression=way) for way in ways),
                _saved(print_, "TIFF"),
                _saved(colour.convert("1"), "TIFF", compression="group4"),
                pages,
            )
        case "bmp":
            return tuple(_saved(picture, "BMP") for picture in (colour, grey, colour.quantize(16)))
        case "gif":
            return _saved(colour, "GIF"), _saved(colour, "GIF", **several)
        case _:
            return _saved(colour, "PDF", **several), _written_pdf()


def mutated(form: str, rng: random.Random) -> bytes:
    """A damaged file: one to three of the ways a file goes bad, one after the other."""
    data = bytearray(rng.choice(originals(form)))
    for _ in range(rng.choice((1, 1, 1, 2, 3))):
        rng.choice(_WAYS)(data, rng)
    return bytes(data)


def _flip(data: bytearray, rng: random.Random) -> None:
    for _ in range(rng.choice((1, 2, 4, 16, 64))):
        data[_place(data, rng)] ^= 1 << rng.randrange(8)


def _overwrite(data: bytearray, rng: random.Random) -> None:
    """Sizes and counts become extreme."""
    for _ in range(rng.choice((1, 2, 4))):
        place, value = _place(data, rng), rng.choice(_EXTREMES)
        data[place : place + len(value)] = value


def _cut(data: bytearray, rng: random.Random) -> None:
    del data[rng.randrange(1, len(data)) :]


def _cut_out(data: bytearray, rng: random.Random) -> None:
    place = _place(data, rng)
    del data[place : place + rng.choice((1, 3, 50, 1000))]
    data += b"\0" * (not data)


def _splice(data: bytearray, rng: random.Random) -> None:
    other = rng.choice(originals(rng.choice(FORMATS)))
    start = rng.randrange(len(other))
    data[_place(data, rng) :] = other[start:]
    data += b"\0" * (not data)


def _double(data: bytearray, rng: random.Random) -> None:
    start, length = _place(data, rng), rng.choice((2, 12, 200, 5000))
    part = data[start : start + length] * rng.choice((1, 2, 50))
    data[start:start] = part


def _grow(data: bytearray, rng: random.Random) -> None:
    place = _place(data, rng)
    data[place:place] = rng.randbytes(rng.choice((1, 4, 100, 5000)))


_WAYS: tuple[Callable[[bytearray, random.Random], None], ...] = (
    _flip,
    _flip,
    _overwrite,
    _overwrite,
    _cut,
    _cut_out,
    _splice,
    _double,
    _grow,
)


def _place(data: bytearray, rng: random.Random) -> int:
    """Half of all damage is done to the headers, where it matters most."""
    return rng.randrange(min(len(data), 700 if rng.random() < 0.5 else len(data)))


def _drawn(seed: int) -> Image.Image:
    """Something like a card: colours, edges and a grain."""
    rng = np.random.default_rng(seed)
    picture = Image.new("RGB", (126, 176), (30, 60, 90))
    draw = ImageDraw.Draw(picture)
    for _ in range(12):
        x, y = rng.integers(0, 100, 2)
        fill = tuple(int(value) for value in rng.integers(0, 255, 3))
        draw.rectangle((x, y, x + 40, y + 50), fill=fill, outline="white")
    draw.text((10, 150), "049/094 HP 120", fill="white")
    grain = rng.integers(0, 12, (176, 126, 3))
    return Image.fromarray((np.asarray(picture) // 2 + grain).astype(np.uint8))


def _saved(picture: Image.Image, form: str, **options: object) -> bytes:
    file = io.BytesIO()
    picture.save(file, form, **options)
    return file.getvalue()


def _exif() -> Image.Exif:
    exif = Image.Exif()
    exif[0x0112] = 6
    exif[0x010F] = "Camera"
    return exif


def _written_pdf() -> bytes:
    from tests.hostile.documents import pdf

    content = b"q 0.2 0.4 0.9 rg 10 10 80 120 re f Q BT /F1 18 Tf 20 70 Td (049/094) Tj ET"
    return pdf(
        content, resources=b"/Font << /F1 << /Type /Font /Subtype /Type1 /BaseFont /Times >> >>"
    )
