"""From an opened picture of any kind to upright 8-bit RGB."""

from __future__ import annotations

import io
import logging
from typing import Any

import numpy as np
import numpy.typing as npt
from PIL import Image, ImageCms, ImageOps

from cardscanner_gui.core.types import Pixels, read_only

log = logging.getLogger(__name__)


def to_pixels(image: Image.Image) -> Pixels:
    """Decode the first frame and turn it upright by its EXIF orientation.

    Nothing is lost that can be kept: 16-bit values are scaled to 8 bits, CMYK goes through its
    colour profile where that works, and what is transparent becomes white.

    Returns:
        Read-only `uint8` height x width x 3, RGB.

    Raises:
        Exception: whatever the decoder raises for a damaged file, most often `OSError`.
    """
    image.load()
    _turn_upright(image)
    if image.mode in {"I", "F"} or image.mode.startswith("I;16"):
        grey = _eight_bits(np.asarray(image))
        return read_only(np.repeat(grey[:, :, None], 3, axis=2))
    return read_only(np.asarray(_to_rgb(image), dtype=np.uint8))


def _turn_upright(image: Image.Image) -> None:
    try:
        ImageOps.exif_transpose(image, in_place=True)
    except Exception:
        # EXIF is written by anybody; a damaged block says nothing about the picture itself.
        log.debug("EXIF orientation left alone", exc_info=True)


def _to_rgb(image: Image.Image) -> Image.Image:
    if image.mode == "RGB" and "transparency" not in image.info:
        return image
    if image.mode == "CMYK":
        return _from_profile(image) or image.convert("RGB")
    if image.mode == "LAB":
        converted = _from_profile(image)
        if converted is None:
            raise ValueError("its colour model isn't supported")
        return converted
    if image.has_transparency_data:
        layer = image.convert("RGBA")
        white = Image.new("RGBA", layer.size, "white")
        return Image.alpha_composite(white, layer).convert("RGB")
    return image.convert("RGB")


def _from_profile(image: Image.Image) -> Image.Image | None:
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
        return ImageCms.profileToProfile(image, source, target, outputMode="RGB")
    except (ImageCms.PyCMSError, OSError, ValueError):
        log.debug("colour profile not used", exc_info=True)
        return None


def _eight_bits(values: npt.NDArray[Any]) -> Pixels:
    """Scale grey values of 16 or 32 bits to 8: by the full 16-bit range where they fit it."""
    if values.dtype.kind == "f":
        values = np.nan_to_num(values, posinf=0.0, neginf=0.0)
    top = float(values.max())
    if values.dtype.kind == "f" and top <= 1.0:
        full = 1.0
    elif values.dtype.itemsize > 2 and top <= 255.0:
        full = 255.0
    else:
        full = max(top, 65535.0)
    scaled = np.clip(values.astype(np.float32) * np.float32(255.0 / full), 0.0, 255.0)
    return np.asarray(np.rint(scaled), dtype=np.uint8)
