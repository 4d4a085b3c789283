"""How one card looks, as the artwork of printings is compared with it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float32]
Bits = npt.NDArray[np.uint8]

SIDE = 16
"""Cells along one side of a fingerprint; two grids of 16 x 16 make 512 bits."""
SHORT_SIDE = 8
"""The same of the short fingerprints that other programs keep: 128 bits."""
FINGERPRINT_BYTES = 2 * SIDE * SIDE // 8


def as_number(fingerprint: bytes) -> int:
    """A fingerprint as the number by which a card's look is remembered."""
    return int.from_bytes(fingerprint, "big")


def as_bytes(number: int) -> bytes:
    """The fingerprint of a number. Raises `OverflowError` where it is none."""
    return number.to_bytes(FINGERPRINT_BYTES, "big")


@dataclass(frozen=True, eq=False)
class CutViews:
    """A card of which the picture's edge cut a part off, supposed larger than its outline.

    Attributes:
        gradients: C x 256, the first half of a descriptor, for one supposed size each.
        seen: C x 256, True where the cell lies on the part that is in the picture.
    """

    gradients: Floats
    seen: npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Look:
    """A card's picture in numbers: what a fingerprint is made of, before it is cut down to bits.

    Attributes:
        views: by side (`SIDE`, `SHORT_SIDE`), V x 2 * side * side: descriptors of the card with its
            outline shifted and stretched a little. The first view is the outline as it was found;
            the second half of them shows the card upside down.
        cut: views of a card that the picture's edge cuts; None where it doesn't.
    """

    views: Mapping[int, Floats]
    cut: CutViews | None = None

    @property
    def fingerprint(self) -> bytes:
        """Of the card as it lies in its outline: what a confirmed card is kept as."""
        return np.packbits(self.views[SIDE][0] > 0).tobytes()
