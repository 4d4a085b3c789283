"""Sizes of the models that can be built: the two published ones and two small ones."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Shape:
    """Everything that decides the sizes of an Idefics3 model.

    Attributes:
        image_size: side of a square tile in pixels.
        longest_edge: what a picture's longer side is scaled to before it is split into tiles.
        shuffle: patches along each side that become one image token.
    """

    hidden: int
    intermediate: int
    layers: int
    heads: int
    kv_heads: int
    head_dim: int
    vocabulary: int
    vision_hidden: int
    vision_intermediate: int
    vision_layers: int
    vision_heads: int
    image_size: int
    longest_edge: int
    patch: int = 16
    shuffle: int = 4
    positions: int = 8192
    rope_theta: float = 100_000.0
    rms_epsilon: float = 1e-5
    vision_epsilon: float = 1e-6

    @property
    def patches_per_side(self) -> int:
        return self.image_size // self.patch

    @property
    def tokens_per_tile(self) -> int:
        return (self.patches_per_side // self.shuffle) ** 2


def _published(hidden: int, intermediate: int, layers: int, heads: int, kv_heads: int) -> Shape:
    return Shape(
        hidden=hidden,
        intermediate=intermediate,
        layers=layers,
        heads=heads,
        kv_heads=kv_heads,
        head_dim=64,
        vocabulary=49280,
        vision_hidden=768,
        vision_intermediate=3072,
        vision_layers=12,
        vision_heads=12,
        image_size=512,
        longest_edge=2048,
    )


SMOLVLM_500M = _published(960, 2560, 32, 15, 5)
SMOLVLM_256M = _published(576, 1536, 30, 9, 3)
TINY = Shape(
    hidden=64,
    intermediate=160,
    layers=3,
    heads=4,
    kv_heads=2,
    head_dim=16,
    vocabulary=768,
    vision_hidden=48,
    vision_intermediate=96,
    vision_layers=2,
    vision_heads=3,
    image_size=128,
    longest_edge=512,
    positions=2048,
)
"""For tests: every part is there and a forward takes about a millisecond."""
READER = Shape(
    hidden=96,
    intermediate=256,
    layers=3,
    heads=6,
    kv_heads=2,
    head_dim=16,
    vocabulary=640,
    vision_hidden=64,
    vision_intermediate=160,
    vision_layers=2,
    vision_heads=4,
    image_size=128,
    longest_edge=512,
    patch=8,
    positions=2048,
)
"""Small enough to train on a processor and to keep, large enough to read drawn cards."""
