"""From an opened picture of any kind to upright 8-bit RGB."""

from __future__ import annotations

import io
import logging
import operator
from collections.abc import Callable, Iterator
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms

from cardscanner_gui.core.types import Pixels, read_only

log = logging.getLogger(__name__)

_BAND_PIXELS = 1 << 20
_ORIENTATION = 0x0112
_TURNS = {
    2: Image.Transpose.FLIP_LEFT_RIGHT,
    3: Image.Transpose.ROTATE_180,
    4: Image.Transpose.FLIP_TOP_BOTTOM,
    5: Image.Transpose.TRANSPOSE,
    6: Image.Transpose.ROTATE_270,
    7: Image.Transpose.TRANSVERSE,
    8: Image.Transpose.ROTATE_90,
}
"""What undoes an EXIF orientation (EXIF 2.32, tag 0x0112)."""

Convert = Callable[[Image.Image], Pixels]


class UprightPicture:
    """A picture that gives its rows a band at a time, so that it is in memory once and not thrice.

    It is turned by its EXIF orientation, and nothing is lost that can be kept: 16-bit values are
    scaled to 8 bits, CMYK goes through its colour profile where that works, and what is transparent
    becomes white.

    Args:
        image: its first frame is decoded, or the one that it was turned to.

    Raises:
        Exception: whatever the decoder raises for a damaged file, most often `OSError`.
    """

    def __init__(self, image: Image.Image) -> None:
        image.load()
        self._image = image
        self._orientation = orientation_of(image)
        self._convert = _conversion(image)
        sideways = self._orientation >= 5
        self.width, self.height = image.size[::-1] if sideways else image.size

    def bands(self) -> Iterator[Pixels]:
        """Bands of rows from top to bottom, each `uint8` rows x width x 3, RGB."""
        step = max(1, _BAND_PIXELS // self.width)
        turn = _TURNS.get(self._orientation)
        for top in range(0, self.height, step):
            part = self._image.crop(self._box(top, min(self.height, top + step)))
            yield self._convert(part if turn is None else part.transpose(turn))

    def _box(self, top: int, bottom: int) -> tuple[int, int, int, int]:
        """Where in the picture as stored these rows of the upright one are."""
        width, height = self._image.size
        if self._orientation in (3, 4):
            return 0, height - bottom, width, height - top
        if self._orientation in (5, 6):
            return top, 0, bottom, height
        if self._orientation in (7, 8):
            return width - bottom, 0, width - top, height
        return 0, top, width, bottom


def to_pixels(image: Image.Image) -> Pixels:
    """All of an `UprightPicture`: read-only `uint8` height x width x 3, RGB."""
    picture = UprightPicture(image)
    pixels = np.empty((picture.height, picture.width, 3), np.uint8)
    top = 0
    for band in picture.bands():
        pixels[top : top + len(band)] = band
        top += len(band)
    return read_only(pixels)


def orientation_of(image: Image.Image) -> int:
    """The EXIF orientation, 1 to 8; 1 where nothing sensible is said."""
    try:
        value = operator.index(image.getexif().get(_ORIENTATION, 1))
    except Exception:
        # EXIF is written by anybody; a damaged block says nothing about the picture itself.
        log.debug("EXIF orientation left alone", exc_info=True)
        return 1
    return value if value in _TURNS else 1


def _conversion(image: Image.Image) -> Convert:
    """How parts of this picture become RGB."""
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        return partial(_eight_bits, full=_full_scale(image))
    if image.mode in {"CMYK", "LAB"}:
        transform = _profile_transform(image)
        if transform is not None:
            return partial(_through_profile, transform)
        if image.mode == "LAB":
            raise ValueError("its colour model isn't supported")
    return _to_rgb


def _to_rgb(part: Image.Image) -> Pixels:
    if part.mode != "RGB" or "transparency" in part.info:
        if part.has_transparency_data:
            layer = part.convert("RGBA")
            white = Image.new("RGBA", layer.size, "white")
            part = Image.alpha_composite(white, layer)
        part = part.convert("RGB")
    return np.asarray(part, np.uint8)


def _through_profile(transform: ImageCms.ImageCmsTransform, part: Image.Image) -> Pixels:
    return np.asarray(ImageCms.applyTransform(part, transform), np.uint8)


def _profile_transform(image: Image.Image) -> ImageCms.ImageCmsTransform | None:
    """Through the embedded colour profile to sRGB; None where there is none that fits."""
    embedded = image.info.get("icc_profile")
    try:
        if image.mode == "LAB":
            source = ImageCms.ImageCmsProfile(ImageCms.createProfile("LAB"))
        elif embedded:
            source = ImageCms.ImageCmsProfile(io.BytesIO(embedded))
        else:
            return None
        if source.profile.xcolor_space.strip() not in {"CMYK", "Lab"}:
            return None
        target = ImageCms.createProfile("sRGB")
        return ImageCms.buildTransform(source, target, image.mode, "RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        log.debug("colour profile not used", exc_info=True)
        return None


def _full_scale(image: Image.Image) -> float:
    """What is white in grey values of 16 or 32 bits: the full 16-bit range where they fit it."""
    step = max(1, _BAND_PIXELS // image.width)
    tops = range(0, image.height, step)
    parts = (image.crop((0, y, image.width, min(image.height, y + step))) for y in tops)
    top = max(float(_finite(np.asarray(part)).max()) for part in parts)
    kind = np.asarray(image.crop((0, 0, 1, 1))).dtype
    if kind.kind == "f" and top <= 1.0:
        return 1.0
    if kind.itemsize > 2 and top <= 255.0:
        return 255.0
    return max(top, 65535.0)


def _eight_bits(part: Image.Image, full: float) -> Pixels:
    values = _finite(np.asarray(part)).astype(np.float32)
    grey = np.rint(np.clip(values * np.float32(255.0 / full), 0.0, 255.0)).astype(np.uint8)
    return np.repeat(grey[:, :, None], 3, axis=2)


def _finite(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    return np.nan_to_num(values, posinf=0.0, neginf=0.0) if values.dtype.kind == "f" else values
