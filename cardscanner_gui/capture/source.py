"""What every source of moving pictures has in common, whatever it is: see `capture.sources`.

All are read the same way, on a thread of their own (`capture.reader`).
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum
from typing import Protocol

from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.live import SourceState
from cardscanner_gui.core.types import Frame


class Pace(Enum):
    """Who decides when the next frame comes."""

    LIVE = "live"  # a camera: it may hang, break off and come back
    REAL_TIME = "real time"  # a recording at its own speed; frames nobody took in time are gone
    ASKED = "asked"  # a recording that waits until its last frame was looked at


class SourceError(WorldError):
    """A source can't be opened or broke off.

    Attributes:
        state: what a user would call it: lost, busy or denied.
    """

    def __init__(self, state: SourceState, message: str) -> None:
        super().__init__(message)
        self.state = state


class CaptureSource(Protocol):
    """Gives frames, one after the other. Used from one thread at a time.

    Attributes:
        name: for the user and for `Frame.source`.
        pace: who decides when the next frame comes.
    """

    @property
    def name(self) -> str: ...

    @property
    def pace(self) -> Pace: ...

    def open(self) -> None:
        """Get ready to read; may be called again after `close`. Raises `SourceError`."""

    def read(self) -> Frame | None:
        """The next frame, RGB and read-only; None after the last. Raises `SourceError`."""

    def close(self) -> None:
        """Let go of the device; calling it again does nothing."""


@dataclass(frozen=True)
class CameraSettings:
    """How a source's pictures are taken and turned.

    Attributes:
        width, height: wished for from a camera, which takes the nearest it has; 0 leaves it.
        exposure: in the camera driver's own unit; None lets the camera decide.
        quarter_turns: clockwise, for a camera that is mounted on its side.
        mirror: for a camera that delivers mirrored pictures.
        every_frame: of a recording, instead of its own speed.
        timeout_s: how long a network stream may take to open and for each frame.
    """

    width: int = 1920
    height: int = 1080
    exposure: float | None = None
    quarter_turns: int = 0
    mirror: bool = False
    every_frame: bool = False
    timeout_s: float = 5.0
