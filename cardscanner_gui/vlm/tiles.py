"""From a card to the pixel values that the vision tower wants.

`whole_tile` and `grid_tiles` do what the model's own image processor does, pixel for pixel.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PIL import Image

from cardscanner_gui.core.types import CARD_ASPECT, WHOLE_CARD, CardImage, CropSource, Pixels
from cardscanner_gui.vlm.layouts import Layout, Patch

Floats = npt.NDArray[np.float32]

LARGEST_SIDE = 4096
TALLEST_CROP = 2112


@dataclass(frozen=True)
class ImageSettings:
    """The image processor's parameters.

    Attributes:
        tile: side of a tile in pixels.
        longest_edge: what a picture's longer side is scaled to before anything else.
        resample: Pillow's number of the filter.
        factor: from 0..255 to 0..1.
    """

    tile: int
    longest_edge: int
    resample: int
    factor: float
    mean: tuple[float, float, float]
    std: tuple[float, float, float]


@dataclass(frozen=True, eq=False)
class Tiles:
    """What one card gives to the model.

    Attributes:
        pixels: tiles x tile x tile x 3, uint8.
        rows, columns: the grid, the whole picture last; 0 where every tile stands for itself.
    """

    pixels: Pixels
    rows: int = 0
    columns: int = 0

    def __len__(self) -> int:
        return len(self.pixels)


def make_tiles(card: CardImage, layout: Layout, settings: ImageSettings) -> Tiles:
    """The tiles of a layout, cut straight from the full-size picture."""
    if layout.split:
        height = min(settings.longest_edge, TALLEST_CROP)
        return grid_tiles(card.crop(WHOLE_CARD, height), settings)
    drawn = [_compose(card.crop, patches, settings) for patches in layout.tiles]
    return Tiles(np.stack(drawn))


def whole_tile(pixels: Pixels, settings: ImageSettings) -> Tiles:
    """A picture squeezed into one tile, by way of `longest_edge` as the processor goes."""
    image = _to_longest_edge(Image.fromarray(pixels), settings)
    return Tiles(_squeeze(image, settings)[None])


def grid_tiles(pixels: Pixels, settings: ImageSettings) -> Tiles:
    """A picture cut into tiles row by row, and the whole squeezed into one more at the end."""
    image = _to_longest_edge(Image.fromarray(pixels), settings)
    tile = settings.tile
    width, height = _whole_tiles(*image.size, tile)
    image = image.resize((width, height), settings.resample)
    if width <= tile and height <= tile:
        return Tiles(np.asarray(image)[None])
    rows, columns = height // tile, width // tile
    full = np.asarray(image)
    cut = [
        full[r * tile : (r + 1) * tile, c * tile : (c + 1) * tile]
        for r in range(rows)
        for c in range(columns)
    ]
    return Tiles(np.stack([*cut, _squeeze(image, settings)]), rows, columns)


def normalise(tile: Pixels, settings: ImageSettings) -> Floats:
    """One tile as 3 x tile x tile float32 around zero."""
    values = (tile.astype(np.float64) * settings.factor).astype(np.float32)
    mean, std = np.array(settings.mean, np.float32), np.array(settings.std, np.float32)
    scaled: Floats = np.ascontiguousarray(((values - mean) / std).transpose(2, 0, 1))
    return scaled


def _compose(crop: CropSource, patches: tuple[Patch, ...], settings: ImageSettings) -> Pixels:
    tile = np.zeros((settings.tile, settings.tile, 3), np.uint8)
    for patch in patches:
        left, top, right, bottom = (round(edge * settings.tile) for edge in patch.target)
        source = patch.source
        needed = max(
            (bottom - top) / (source.bottom - source.top),
            (right - left) / ((source.right - source.left) * CARD_ASPECT),
        )
        piece = crop(source, min(math.ceil(needed), TALLEST_CROP))
        scaled = Image.fromarray(piece).resize((right - left, bottom - top), settings.resample)
        tile[top:bottom, left:right] = np.asarray(scaled)
    return tile


def _squeeze(image: Image.Image, settings: ImageSettings) -> Pixels:
    small = image.resize((settings.tile, settings.tile), settings.resample)
    return np.asarray(small)


def _to_longest_edge(image: Image.Image, settings: ImageSettings) -> Image.Image:
    """The longer side becomes `longest_edge`, the shorter keeps the shape and is made even."""
    width, height = image.size
    aspect, longest = width / height, settings.longest_edge
    if width >= height:
        width, height = longest, _even(int(longest / aspect))
    else:
        width, height = _even(int(longest * aspect)), longest
    width, height = max(width, 1), max(height, 1)
    if max(width, height) > LARGEST_SIDE:
        aspect = width / height
        if width >= height:
            width, height = LARGEST_SIDE, max(1, int(LARGEST_SIDE / aspect))
        else:
            width, height = max(1, int(LARGEST_SIDE * aspect)), LARGEST_SIDE
    return image.resize((width, height), settings.resample)


def _whole_tiles(width: int, height: int, tile: int) -> tuple[int, int]:
    """The size grown to whole tiles, the shorter side following the longer one first."""
    aspect = width / height
    if width >= height:
        width = math.ceil(width / tile) * tile
        height = math.ceil(int(width / aspect) / tile) * tile
    else:
        height = math.ceil(height / tile) * tile
        width = math.ceil(int(height * aspect) / tile) * tile
    return width, height


def _even(length: int) -> int:
    return length + length % 2
