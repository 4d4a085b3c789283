"""Vision features of tiles, kept so that no tile is computed twice."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.types import CardImage, Pixels
from cardscanner_gui.vlm.decoder_interface import sole
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.graphs.session import Array, Graph, Stop
from cardscanner_gui.vlm.layouts import Layout
from cardscanner_gui.vlm.memory import RecentlyUsed
from cardscanner_gui.vlm.tiles import ImageSettings, Tiles, make_tiles, normalise

Floats = npt.NDArray[np.float32]

PIXELS, MASK = "pixel_values", "pixel_attention_mask"


@dataclass(frozen=True, eq=False)
class Picture:
    """A card's tiles and a key for each.

    Two pictures with the same keys are the same to the model. Without a fingerprint from the caller
    the keys are digests of the pixels: a perceptual hash would take two printings of one artwork
    for the same card.
    """

    tiles: Tiles
    keys: tuple[Hashable, ...]


class Vision:
    """The vision tower, with a memory. Not for two threads at once."""

    def __init__(self, graph: Graph, settings: ImageSettings, limit: int) -> None:
        self._graph, self.settings = graph, settings
        self._pixels, self._features = vision_names(graph, settings.tile)
        self._known = RecentlyUsed[Floats](limit, lambda features: features.nbytes)

    def picture(
        self, card: CardImage, layout: Layout, fingerprint: Hashable | None = None
    ) -> Picture:
        """Cut a card's tiles. `fingerprint` vouches that equal ones are the same picture."""
        tiles = make_tiles(card, layout, self.settings)
        if fingerprint is None or layout.split:
            return Picture(tiles, tuple(digest(tile) for tile in tiles.pixels))
        return Picture(tiles, tuple((fingerprint, patches) for patches in layout.tiles))

    def features(self, picture: Picture, place: int, stop: Stop) -> Floats:
        """Image tokens of one tile: tokens x hidden."""
        key = picture.keys[place]
        known = self._known.get(key)
        if known is None:
            known = self.compute(picture.tiles.pixels[place], stop)
            self._known.put(key, known)
        return known

    def knows(self, picture: Picture, place: int) -> bool:
        return picture.keys[place] in self._known

    def compute(self, tile: Pixels, stop: Stop) -> Floats:
        """Image tokens of a tile that isn't remembered: tokens x hidden."""
        values = normalise(tile, self.settings)
        feeds = tile_feeds(self._graph, values)
        features: Floats = self._graph.run(feeds, [self._features], stop)[0]
        return features.reshape(-1, features.shape[-1]).astype(np.float32, copy=False)


def vision_names(graph: Graph, tile: int) -> tuple[str, str]:
    """What a vision tower calls its pixels and its features.

    Raises:
        ModelError: it isn't a vision tower for tiles of this side.
    """
    pixels, features = PIXELS, sole(graph.outputs, "image_features")
    graph.require([pixels], [features])
    unknown = [name for name in graph.inputs if name not in (PIXELS, MASK)]
    if unknown:
        raise ModelError(
            f"{graph.path} wants {', '.join(unknown)}, which this program doesn't know. "
            "Choose another variant of the model."
        )
    side = graph.input_shape(pixels)[-1]
    if isinstance(side, int) and side != tile:
        raise ModelError(
            f"{graph.path} wants other tiles than the model's processor makes. "
            "Download the model again."
        )
    return pixels, features


def tile_feeds(graph: Graph, values: Floats) -> dict[str, Array]:
    """What a vision tower is given for one full tile of 3 x side x side."""
    side = values.shape[-1]
    rank = len(graph.input_shape(PIXELS))
    feeds: dict[str, Array] = {
        PIXELS: values.reshape((1,) * (rank - 3) + values.shape).astype(graph.inputs[PIXELS])
    }
    if MASK in graph.inputs:
        shape = (1,) * (len(graph.input_shape(MASK)) - 2) + (side, side)
        feeds[MASK] = np.ones(shape, graph.inputs[MASK])
    return feeds


def digest(tile: Pixels) -> bytes:
    """A key that only equal pixels share."""
    return blake2b(np.ascontiguousarray(tile).data, digest_size=16).digest()
