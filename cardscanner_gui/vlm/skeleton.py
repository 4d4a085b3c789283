"""The fixed frame of an answer: literal tokens between fields, and a cursor that walks it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np

from cardscanner_gui.vlm.constraints import Constraint, Ids, State


@dataclass(frozen=True)
class Literal:
    """Tokens that always stand here; never empty."""

    ids: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class Slot:
    """A field that the model fills; a literal follows it, whose first token ends it."""

    name: str
    constraint: Constraint


@dataclass(frozen=True)
class Skeleton:
    """Literals and slots in turn, a literal first and last."""

    parts: tuple[Literal | Slot, ...]

    def __post_init__(self) -> None:
        for place, part in enumerate(self.parts):
            if isinstance(part, Slot) != bool(place % 2):
                raise ValueError("literals and slots must stand in turn")
        if len(self.parts) % 2 == 0:
            raise ValueError("a skeleton ends with a literal")

    @property
    def fields(self) -> list[str]:
        return [part.name for part in self.parts if isinstance(part, Slot)]

    def start(self) -> Cursor:
        return Cursor(self, 0, 0)


@dataclass(frozen=True, eq=False)
class Cursor:
    """A place in a skeleton: which tokens may come next. Never changes; `advance` makes a new one.

    Attributes:
        part: index of the literal or slot that the next token belongs to.
        state: how much of the literal is written, or the constraint's state in the slot.
    """

    skeleton: Skeleton
    part: int
    state: State

    @property
    def done(self) -> bool:
        return self.part == len(self.skeleton.parts)

    @property
    def field(self) -> str | None:
        """The field that the next token belongs to; its end mark is part of the field's choice."""
        if self.done:
            return None
        part = self.skeleton.parts[self.part]
        return part.name if isinstance(part, Slot) else None

    @property
    def at_field_start(self) -> bool:
        if self.done:
            return False
        part = self.skeleton.parts[self.part]
        return isinstance(part, Slot) and self.state is part.constraint.start

    @cached_property
    def choices(self) -> Ids:
        """The ids that may come next; just one where the skeleton forces it."""
        part = self.skeleton.parts[self.part]
        if isinstance(part, Literal):
            return np.array([part.ids[self.state]], np.int64)
        allowed = part.constraint.allowed(self.state)
        if not part.constraint.may_end(self.state):
            return allowed
        end = self._end_mark()
        return allowed if end in allowed else np.append(allowed, end)

    def advance(self, token: int) -> Cursor:
        part = self.skeleton.parts[self.part]
        if isinstance(part, Literal):
            return self._literal(self.part, self.state + 1)
        if token == self._end_mark() and part.constraint.may_end(self.state):
            return self._literal(self.part + 1, 1)
        return Cursor(self.skeleton, self.part, part.constraint.advance(self.state, token))

    def ends_field(self, token: int) -> bool:
        """Whether this token closes the field the cursor is in."""
        part = self.skeleton.parts[self.part]
        return (
            isinstance(part, Slot)
            and token == self._end_mark()
            and part.constraint.may_end(self.state)
        )

    def follow(self, ids: Sequence[int]) -> list[int]:
        """The longest beginning of `ids` that may be written from here."""
        cursor, fitting = self, []
        for token in ids:
            if cursor.done or token not in cursor.choices:
                break
            fitting.append(token)
            cursor = cursor.advance(token)
        return fitting

    def end_mark(self) -> int:
        """The token that closes the field the cursor is in."""
        return self._end_mark()

    def _end_mark(self) -> int:
        following = self.skeleton.parts[self.part + 1]
        assert isinstance(following, Literal)
        return following.ids[0]

    def _literal(self, part: int, written: int) -> Cursor:
        literal = self.skeleton.parts[part]
        assert isinstance(literal, Literal)
        if written < len(literal.ids):
            return Cursor(self.skeleton, part, written)
        following = part + 1
        if following == len(self.skeleton.parts):
            return Cursor(self.skeleton, following, 0)
        slot = self.skeleton.parts[following]
        assert isinstance(slot, Slot)
        return Cursor(self.skeleton, following, slot.constraint.start)
