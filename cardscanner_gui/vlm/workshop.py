"""What the steps of a preparation share: where they work, what they decided, who may stop them."""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeVar

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.graphs.session import Graph, Stop
from cardscanner_gui.vlm.plan import Trial
from cardscanner_gui.vlm.tuning import Tuning

log = logging.getLogger(__name__)

Found = TypeVar("Found")
FAILED = "it failed: "
Progress = Callable[[str, float], None]
"""What is being done, and how much of all is done, 0 to 1."""

EXACT, QUANTISED = 1e-3, 0.03
"""How far a rewritten graph may be from the original, as a part of the largest value. Quantised
graphs scale their activations by what they see, so fewer rows give slightly other values."""


@dataclass
class Workshop:
    """A preparation in progress.

    Attributes:
        folder: the model's.
        staging: where new graphs are written.
        decisions: the report so far.
    """

    folder: Path
    staging: Path
    progress: Progress
    token: CancelToken
    tuning: Tuning
    decisions: list[Trial] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.stop = Stop(self.token)

    def step(self, what: str, share: float) -> None:
        """Tell how far the preparation is; raises `CancelledError` if it was cancelled."""
        self.token.check()
        self.progress(what, share)

    def decide(self, what: str, adopted: bool, reason: str) -> None:
        """A line in the report."""
        log.info("%s: %s (%s)", what, "adopted" if adopted else "left out", reason)
        self.decisions.append(Trial(what, adopted, reason))

    def better(self, what: str, off: float, tolerance: float, old: float, new: float) -> bool:
        """Decide for a candidate that agrees and is quicker; both in seconds."""
        adopted = off <= tolerance and new < old
        timing = f"{1000 * old:.0f} -> {1000 * new:.0f} ms"
        self.decide(what, adopted, f"differs by {off:.1e}, {timing}")
        return adopted

    def attempt(self, what: str, task: Callable[[], Found], otherwise: Found) -> Found:
        """What a candidate's trial finds; one that fails in any way is left out, with the reason.

        Raises:
            CancelledError, MemoryError, OSError: these are no fault of the candidate's.
        """
        try:
            return task()
        except (CancelledError, MemoryError, OSError):
            raise
        except Exception as error:
            reason = (str(error).strip().splitlines() or [""])[0]
            name = "" if isinstance(error, ModelError) else f"{type(error).__name__}: "
            self.decide(what, False, f"{FAILED}{name}{reason}")
            return otherwise

    def open(self, path: Path) -> Graph:
        return Graph(path, self.tuning)

    def relative(self, path: Path) -> str:
        return path.relative_to(self.folder).as_posix()


def tolerance(variant: str) -> float:
    """How far a rewrite of this variant may be from it."""
    return EXACT if variant == "fp32" else QUANTISED
