"""Fingerprints of drawn cards: how cards vary in general, for indexes that hold few of them.

    python -m training.typical_cards

Writes `catalogue/artwork/drawn_cards.npy`, 600 x 64 bytes. None of the faces is a real card's.
"""

from __future__ import annotations

from pathlib import Path

import numpy as np

from cardscanner_gui.catalogue.artwork import whitening
from cardscanner_gui.vision.artwork import fingerprint_of
from training.drawing.faces import any_face

_COUNT = 600
_SEED = 2


def main() -> None:
    """Draw the cards and write their fingerprints."""
    rng = np.random.default_rng(_SEED)
    faces = (np.ascontiguousarray(any_face(rng)[..., :3]) for _ in range(_COUNT))
    packed = np.stack([np.frombuffer(fingerprint_of(face), np.uint8) for face in faces])
    np.save(Path(whitening.__file__).with_name(whitening.TYPICAL), packed)


if __name__ == "__main__":
    main()
