"""Which process works on something, in words that still tell when it is dead."""

from __future__ import annotations

import os

import psutil

_CLOCK_SECONDS = 5.0
"""Processes reckon the time at which one began from the clock, which may be set meanwhile."""


def this_worker() -> str:
    """This process: its number, and when it began, since numbers are used again."""
    process = psutil.Process(os.getpid())
    return f"{process.pid}:{process.create_time():.2f}"


def is_working(worker: str) -> bool:
    """Whether the process of that name still runs on this machine."""
    number, _, began = worker.partition(":")
    try:
        process = psutil.Process(int(number))
        same = abs(process.create_time() - float(began)) < _CLOCK_SECONDS
        return bool(same and process.status() != psutil.STATUS_ZOMBIE)
    except (psutil.Error, AttributeError, OverflowError, TypeError, ValueError):
        return False
