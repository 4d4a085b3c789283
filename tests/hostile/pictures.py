"""Picture files that were made to harm, or that harm came to."""

from __future__ import annotations

import io
import struct
import zlib
from pathlib import Path

import numpy as np
from PIL import Image, ImageFile

ImageFile.MAXBLOCK = 1 << 22  # what Pillow needs to write progressive JPEG files of small pictures

END_OF_IMAGE = b"\xff\xd9"


def noise(width: int, height: int, mode: str = "RGB") -> Image.Image:
    """A picture of which every part takes bytes."""
    rng = np.random.default_rng(width * height)
    size = (height // 4 + 1, width // 4 + 1, 3)
    clouds = Image.fromarray(rng.integers(40, 215, size, np.uint8)).resize((width, height))
    grain = rng.integers(0, 24, (height, width, 3), np.uint8)
    return Image.fromarray(np.asarray(clouds) + grain).convert(mode)


def jpeg(image: Image.Image, **options: object) -> bytes:
    """The picture as a JPEG file."""
    file = io.BytesIO()
    image.save(file, "JPEG", **options)
    return file.getvalue()


def closed_too_early(data: bytes, share: float) -> bytes:
    """A JPEG file whose picture is cut, with an end mark put behind."""
    start = data.index(b"\xff\xda", data.index(b"\xff\xc4")) + 14  # there are tables before it
    return data[: start + int((len(data) - start) * share)] + END_OF_IMAGE


def first_scans(data: bytes, number: int) -> bytes:
    """Only the first scans of a progressive file, closed properly."""
    place = 0
    for _ in range(number + 1):
        place = data.index(b"\xff\xda", place + 2)
    # The tables for the next scan come before it.
    return data[:place] + END_OF_IMAGE


def empty_scans(width: int, height: int, number: int) -> bytes:
    """A progressive JPEG whose every scan is a walk through the whole picture for nothing."""
    whole = jpeg(Image.new("L", (64, 64)), progressive=True)
    size = whole.index(b"\xff\xc2") + 5
    whole = whole[:size] + struct.pack(">HH", height, width) + whole[size + 4 :]
    last = whole.rindex(b"\xff\xda")
    return whole[:last] + whole[last:-2] * number + END_OF_IMAGE


def png_header(width: int, height: int, more: bytes = b"") -> bytes:
    """A PNG file that says it is this large, with next to no data."""
    header = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    data = zlib.compress(bytes(1000))
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", header)
        + more
        + chunk(b"IDAT", data)
        + chunk(b"IEND", b"")
    )


def chunk(kind: bytes, body: bytes) -> bytes:
    """A part of a PNG file."""
    end = struct.pack(">I", zlib.crc32(kind + body))
    return struct.pack(">I", len(body)) + kind + body + end


def gif_header(width: int, height: int) -> bytes:
    """A GIF file that says it is this large."""
    size = struct.pack("<HH", width, height)
    image = b"\x2c\0\0\0\0" + size + b"\0\x02\x02\x4c\x01\0"
    return b"GIF89a" + size + b"\x80\0\0\0\0\0\xff\xff\xff" + image + b"\x3b"


def bmp_header(width: int, height: int, compression: int = 0) -> bytes:
    """A BMP file that says it is this large."""
    info = struct.pack("<IiiHHIIiiII", 40, width, height, 1, 8, compression, 0, 0, 0, 256, 0)
    palette = bytes(1024)
    start = 14 + len(info) + len(palette)
    return struct.pack("<2sIHHI", b"BM", start + 64, 0, 0, start) + info + palette + bytes(64)


def tiff_of(pages: int, *, looped: bool = False) -> bytes:
    """A TIFF document of small grey pages that all show the same few bytes."""
    pixels = bytes(range(64))
    data = b"II*\0" + struct.pack("<I", 8 + len(pixels)) + pixels
    tags = [
        (256, 4, 8), (257, 4, 8), (258, 3, 8), (259, 3, 1),
        (262, 3, 1), (273, 4, 8), (278, 4, 8), (279, 4, 64),
    ]  # fmt: skip
    table = b"".join(struct.pack("<HHII", tag, kind, 1, value) for tag, kind, value in tags)
    size = 2 + len(table) + 4
    first = len(data)
    parts = [data]
    for page in range(pages):
        following = first + (page + 1) * size
        if page == pages - 1:
            following = first if looped else 0
        parts.append(struct.pack("<H", len(tags)) + table + struct.pack("<I", following))
    return b"".join(parts)


def sparse(path: Path, size: int, head: bytes = b"") -> Path:
    """A file that says it is this large and takes no place on the disk."""
    with path.open("wb") as file:
        file.write(head)
        file.truncate(size)
    return path
