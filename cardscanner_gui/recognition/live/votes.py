"""One answer from several frames of the same card.

A value that two frames agree on outweighs what only one of them shows. An answer to the joined
reading counts only for a printing that every frame which could name candidates had among them.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Protocol

from cardscanner_gui.core.look import Look
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import Field, Match, Reading, Recognition, Status


def joined(readings: Sequence[Reading]) -> Reading:
    """All readings as one: of each field what most frames agree on, the most confident first."""
    first = readings[0]
    kinds = dict.fromkeys(kind for reading in readings for kind in reading.fields)
    return Reading(
        reader=first.reader,
        lines=tuple(line for reading in readings for line in reading.lines),
        fields={kind: _voted([reading.of(kind) for reading in readings]) for kind in kinds},
        checked_numbers=_voted([reading.checked_numbers for reading in readings]),
        game=first.game,
    )


class Matches(Protocol):
    """Finds the printing of a reading and of how the card looks."""

    def __call__(self, reading: Reading, look: Look | None = None) -> Match: ...


def decided(recognitions: Sequence[Recognition], match: Matches) -> Recognition:
    """The best answer that several frames of one card give together.

    Its picture is that of the frame which told most: pictures can't be joined as texts can.

    Args:
        recognitions: one for each frame, in their order.
        match: as `Recogniser.match`.
    """
    best = max(recognitions, key=_worth)
    if len(recognitions) < 2 or best.match.status is Status.IDENTIFIED:
        return best
    reading = joined([recognition.reading for recognition in recognitions])
    together = match(reading, best.look)
    printing = together.printing
    if printing is None or not all(_allows(r.match, printing.id) for r in recognitions):
        return best
    reason = f"{together.reason} in {len(recognitions)} pictures"
    return replace(best, match=replace(together, reason=reason), reading=reading)


def _allows(match: Match, printing_id: str) -> bool:
    candidates = match.candidates
    return not candidates or any(c.printing.id == printing_id for c in candidates)


def _worth(recognition: Recognition) -> tuple[int, float]:
    match = recognition.match
    order = (Status.UNREADABLE, Status.UNSURE, Status.IDENTIFIED)
    return order.index(match.status), match.candidates[0].points if match.candidates else 0.0


def _voted(columns: Sequence[tuple[Field, ...]]) -> tuple[Field, ...]:
    """The hypotheses of one field: those of most frames only, each once."""
    votes: dict[str, int] = {}
    best: dict[str, Field] = {}
    for column in columns:
        for text in _texts(column):
            votes[text] = votes.get(text, 0) + 1
        for field in column:
            key = fold(field.text)
            if key not in best or field.confidence > best[key].confidence:
                best[key] = field
    if not votes:
        return ()
    most = max(votes.values())
    kept = [best[key] for key, count in votes.items() if count == most]
    return tuple(sorted(kept, key=lambda field: -field.confidence))


def _texts(fields: Sequence[Field]) -> set[str]:
    return {fold(field.text) for field in fields}
