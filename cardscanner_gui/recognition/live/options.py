"""The choices of live scanning."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class LiveOptions:
    """Every choice with its default.

    Attributes:
        auto_capture: a card that lies still is read; otherwise only `capture_now` reads.
        speculate: promising frames are read before the card has settled.
        votes: a card that stays unsure is read from further frames while it lies there.
        settle_frames, settle_s: for how many frames and seconds the corners must keep still; two
            frames are enough if they are twice as far apart.
        min_focus: `steadiness.focus` of a card that counts as sharp.
        patience_s: a card that lies still for so long is read even if it isn't sharp.
        most_frames: of one card that are read, at most.
        vote_s: for how long after it lay still further frames may be read.
        looks_per_second: at most so many frames are searched for a card.
        looks_while_settling: the same while a card that has nearly settled is read ahead.
        looks_while_reading: the same while the card that lies there is read.
    """

    auto_capture: bool = True
    speculate: bool = True
    votes: bool = True
    settle_frames: int = 3
    settle_s: float = 0.15
    min_focus: float = 60.0
    patience_s: float = 0.5
    most_frames: int = 3
    vote_s: float = 2.0
    looks_per_second: float = 30.0
    looks_while_settling: float = 20.0
    looks_while_reading: float = 12.0
