"""Highlights that wander over a card while it is laid down, as they do on foil.

Print has its bright places always at the same spot of the card. A sleeve shines too, so this never
says more than which of a printing's foil finishes it might be.
"""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt

from cardscanner_gui.core.types import Pixels, Printing

_SIZE = (64, 88)
_BRIGHT = 245
_WANDERED = 0.03
"""Share of the card that must have shone in some frames and not in others."""
_FEWEST_FRAMES = 4
_ART = (slice(10, 44), slice(6, 58))
"""Rows and columns of the picture on a card of the usual layout."""
_FOILS = ("holo", "reverse", "firstEditionHolo", "unlimitedHolo")

Counts = npt.NDArray[np.int32]


class Glare:
    """Collects one presentation's frames, the moving ones too."""

    def __init__(self) -> None:
        self._frames = 0
        self._bright: Counts = np.zeros((_SIZE[1], _SIZE[0]), np.int32)

    def see(self, card: Pixels) -> None:
        """Take an upright card of any size."""
        small = cv2.resize(card, _SIZE, interpolation=cv2.INTER_AREA)
        self._bright += small.min(axis=2) >= _BRIGHT
        self._frames += 1

    def finish_of(self, printing: Printing) -> str | None:
        """The foil finish that the highlights suggest; None when they suggest nothing.

        On a reverse foil everything but the picture shines, on a holo the picture.
        """
        foils = [finish for finish in printing.finishes if finish in _FOILS]
        wandering = self._wandering()
        if not foils or float(wandering.mean()) < _WANDERED:
            return None
        if len(foils) == 1:
            return foils[0]
        art = float(wandering[_ART].mean())
        rest = (float(wandering.sum()) - float(wandering[_ART].sum())) / (
            wandering.size - wandering[_ART].size
        )
        reverse = [finish for finish in foils if finish == "reverse"]
        others = [finish for finish in foils if finish != "reverse"]
        likelier = reverse if rest > art else others
        return likelier[0] if likelier else None

    def _wandering(self) -> npt.NDArray[np.bool_]:
        """Where it shone in some frames and not in others."""
        if self._frames < _FEWEST_FRAMES:
            return np.zeros(self._bright.shape, np.bool_)
        share = self._bright / self._frames
        return np.asarray((share > 0.1) & (share < 0.7), np.bool_)
