"""The networks that every recogniser has."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from cardscanner_gui.reading.card_reader import CardReader
from cardscanner_gui.reading.picture_reader import PictureReader
from cardscanner_gui.vision.finder import CardFinder


@dataclass(frozen=True)
class Networks:
    """What finds and reads cards. Belongs to one thread."""

    finder: CardFinder
    reader: CardReader
    picture_reader: PictureReader

    def warm_up(self) -> None:
        """Run every network once: its first run is slow, and no card should wait for it."""
        self.finder.find(np.full((240, 320, 3), 128, np.uint8))
        self.reader.warm_up()
