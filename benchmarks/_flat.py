"""Whether a long run leaves memory, open files and threads where they were."""

from __future__ import annotations

from typing import NamedTuple

import psutil

_WARM_UP = 0.1
"""Share of the notes in which caches and pools may still fill."""


class _Note(NamedTuple):
    resident: float
    handles: int
    threads: int


class Flatness:
    """Notes what this process holds, now and again."""

    HEADER = "resident, MB   handles   threads"

    def __init__(self) -> None:
        self._process = psutil.Process()
        self._notes: list[_Note] = []

    def __len__(self) -> int:
        return len(self._notes)

    def note(self) -> str:
        """Take note; the same as a line below `HEADER`."""
        process = self._process
        handles = process.num_handles() if psutil.WINDOWS else process.num_fds()
        note = _Note(process.memory_info().rss / 1e6, handles, process.num_threads())
        self._notes.append(note)
        return f"{note.resident:12.1f} {note.handles:9} {note.threads:9}"

    def figures(self) -> dict[str, float]:
        """What was held after the first tenth, at the end and at most, and what it grew by."""
        warm, end = self._notes[round(_WARM_UP * (len(self) - 1))], self._notes[-1]
        return {
            "resident after the first tenth, MB": round(warm.resident, 1),
            "resident at the end, MB": round(end.resident, 1),
            "largest, MB": round(max(note.resident for note in self._notes), 1),
            "growth, MB": round(end.resident - warm.resident, 1),
            "handles after the first tenth": warm.handles,
            "handles at the end": end.handles,
            "growth, handles": end.handles - warm.handles,
            "threads after the first tenth": warm.threads,
            "threads at the end": end.threads,
        }
