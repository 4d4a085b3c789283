"""What somebody wants recognised."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.scheduler import Priority
from cardscanner_gui.core.types import Frame

if TYPE_CHECKING:  # only their names: who asks needs no networks
    from cardscanner_gui.vision.debug import DebugPictures
    from cardscanner_gui.vision.finder import FoundCard


@dataclass(frozen=True, eq=False)
class RecogniseRequest:
    """A picture to recognise, and how.

    Attributes:
        frame: the picture, or a draft of it, of which all pixels are decoded where they matter.
        id: what the events carry.
        priority: decides how long models may take.
        mode: whether models read too; None: as the recogniser was made to.
        outline: where the only card lies, when the caller has followed it already: nothing is
            searched for then, and the picture around it isn't read.
        patience: seconds after which nothing more is begun on a picture of one card, and what is
            known is the answer; None: as the recogniser was made to, in a batch without limit.
        together: a card that a model should read is announced by `ModelAwaited` first, so that
            those of several pictures can be read together.
        photos: False when nobody looks at the photos: an answer from memory is quicker without.
        debug: gets a picture of each step of finding.
    """

    frame: Frame
    id: str
    priority: Priority = Priority.QUICK
    mode: ReadingMode | None = None
    outline: FoundCard | None = None
    patience: float | None = None
    together: bool = False
    photos: bool = True
    debug: DebugPictures | None = None
