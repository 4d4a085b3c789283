"""Vision features of tiles, kept so that no tile is computed twice."""

from __future__ import annotations

from collections.abc import Hashable
from dataclasses import dataclass
from hashlib import blake2b

import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.types import CardImage, Pixels
from cardscanner_gui.vlm.graphs.session import Graph, Stop
from cardscanner_gui.vlm.layouts import Layout
from cardscanner_gui.vlm.memory import RecentlyUsed
from cardscanner_gui.vlm.tiles import ImageSettings, Tiles, make_tiles, normalise

Floats = npt.NDArray[np.float32]


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
        graph.require(["pixel_values"], ["image_features"])
        self._graph, self.settings = graph, settings
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
        dtype = self._graph.inputs["pixel_values"]
        feeds = {"pixel_values": normalise(tile, self.settings)[None, None].astype(dtype)}
        if "pixel_attention_mask" in self._graph.inputs:
            side = self.settings.tile
            mask_type = self._graph.inputs["pixel_attention_mask"]
            feeds["pixel_attention_mask"] = np.ones((1, 1, side, side), mask_type)
        features: Floats = self._graph.run(feeds, ["image_features"], stop)[0]
        return features.reshape(-1, features.shape[-1]).astype(np.float32, copy=False)


def digest(tile: Pixels) -> bytes:
    """A key that only equal pixels share."""
    return blake2b(np.ascontiguousarray(tile).data, digest_size=16).digest()
