"""Lets the model fill a skeleton, with as few forwards as possible and no token changed by it.

Plain decoding would run the decoder once a token. Here tokens that the skeleton or a constraint
forces are appended in chunks, and a draft is appended whole: one forward checks all its tokens, the
longest beginning that the model agrees with stays, and the cache goes back to it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np

from cardscanner_gui.vlm.decoder import Decoder, Floats
from cardscanner_gui.vlm.graphs.session import Stop
from cardscanner_gui.vlm.key_values import Cache
from cardscanner_gui.vlm.skeleton import Cursor

LONGEST_CHUNK = 128


@dataclass(frozen=True)
class WrittenToken:
    """One token that is settled."""

    token: int
    field: str | None


@dataclass(frozen=True)
class WrittenField:
    """One field that is complete.

    Attributes:
        confidence: the probability that the unconstrained model gives to all of its tokens.
        drafted: it is the draft's value; None where there was no draft.
    """

    name: str
    ids: tuple[int, ...]
    confidence: float
    drafted: bool | None = None


Written = WrittenToken | WrittenField


@dataclass(frozen=True, eq=False)
class Chunk:
    """Tokens that are written next.

    Attributes:
        cursors: where each token is written.
        lead: positions of the prompt that are read before the first token.
        fed: how many positions, lead included, the decoder must see now.
        rows: which of them it must return logits of.
    """

    tokens: tuple[int, ...]
    cursors: tuple[Cursor, ...]
    lead: int
    fed: int
    rows: tuple[int, ...]


@dataclass
class Writer:
    """One answer in progress: where the skeleton stands and what the cache has seen.

    `write` does everything for one sequence. Several sequences share steps when somebody else runs
    the decoder between `propose` and `settle`.

    Attributes:
        draft: tokens of each field's expected value.
        use_chunks: append forced tokens together; off only to compare with plain decoding.
        row: logits for the next token, once the prompt was read.
    """

    cursor: Cursor
    cache: Cache
    draft: Mapping[str, Sequence[int]] = field(default_factory=dict)
    use_chunks: bool = True
    row: Floats | None = None
    _ids: list[int] = field(default_factory=list)
    _chance: float = 0.0  # logarithm

    @property
    def done(self) -> bool:
        return self.cursor.done

    def write(self, decoder: Decoder, lead: Floats, stop: Stop) -> Iterator[Written]:
        """Read `lead` (positions x hidden, may be empty), then write to the skeleton's end.

        Closing the iterator leaves the cache at the last complete forward.
        """
        while not self.done:
            chunk = self.propose(len(lead))
            yield from self.settle(chunk, feed(decoder, self.cache, chunk, lead, stop))
            lead = lead[:0]

    def propose(self, lead: int = 0) -> Chunk:
        """What to append next, after `lead` positions of prompt that weren't read yet."""
        tokens: list[int] = []
        cursors: list[Cursor] = []
        cursor, row = self.cursor, self.row
        while not cursor.done and len(tokens) < LONGEST_CHUNK:
            planned = self._plan(cursor, row)
            if not planned:
                break
            row = None
            for token in planned:
                tokens.append(token)
                cursors.append(cursor)
                cursor = cursor.advance(token)
            if not self.use_chunks:
                break
        # Each token of a field is judged by the row before it.
        rows = {
            lead + place - 1
            for place, at in enumerate(cursors)
            if at.field is not None and lead + place > 0
        }
        if not cursor.done:
            rows.add(lead + len(tokens) - 1)
        ordered = tuple(sorted(rows))
        fed = ordered[-1] + 1 if ordered else 0
        return Chunk(tuple(tokens), tuple(cursors), lead, fed, ordered)

    def settle(self, chunk: Chunk, logits: Floats) -> Iterator[Written]:
        """Accept a chunk's tokens in order until the model disagrees with a drafted one."""
        rows = dict(zip(chunk.rows, logits, strict=True))
        if self.row is not None:
            rows[-1] = self.row
        start = self.cache.length - chunk.fed + chunk.lead
        for place, (token, cursor) in enumerate(zip(chunk.tokens, chunk.cursors, strict=True)):
            row = rows.get(chunk.lead + place - 1)
            if cursor.field is not None and row is not None and _best(row, cursor) != token:
                self.cache.truncate(start + place)
                self.row, self.cursor = row, cursor
                return
            self.row, self.cursor = None, cursor.advance(token)
            yield from self._accept(token, cursor, row)
        self.row = rows[max(rows)] if rows else None

    def _plan(self, cursor: Cursor, row: Floats | None) -> list[int]:
        choices = cursor.choices
        if len(choices) == 1:
            return [int(choices[0])]
        best = [] if row is None else [_best(row, cursor)]
        name = cursor.field
        if name is not None and name in self.draft and cursor.at_field_start:
            wanted = [*self.draft[name], cursor.end_mark()]
            if best in ([], wanted[:1]) and cursor.follow(wanted) == wanted:
                return wanted
        return best

    def _accept(self, token: int, cursor: Cursor, row: Floats | None) -> Iterator[Written]:
        name = cursor.field
        yield WrittenToken(token, name)
        if name is None:
            return
        if cursor.at_field_start:
            self._ids, self._chance = [], 0.0
        if row is not None:
            self._chance += _log_chance(row, token)
        if not cursor.ends_field(token):
            self._ids.append(token)
            return
        value = tuple(self._ids)
        drafted = value == tuple(self.draft[name]) if name in self.draft else None
        yield WrittenField(name, value, float(np.exp(self._chance)), drafted)


def feed(decoder: Decoder, cache: Cache, chunk: Chunk, lead: Floats, stop: Stop) -> Floats:
    """Run the decoder over a chunk; logits of its rows."""
    if not chunk.fed:
        return np.zeros((0, decoder.vocabulary), np.float32)
    parts = [lead] if len(lead) else []
    if chunk.fed > chunk.lead:
        parts.append(decoder.embed(chunk.tokens[: chunk.fed - chunk.lead], stop))
    return decoder.forward(cache, np.concatenate(parts), chunk.rows, stop)


def _best(row: Floats, cursor: Cursor) -> int:
    choices = cursor.choices
    return int(choices[np.argmax(row[choices])])


def _log_chance(row: Floats, token: int) -> float:
    """Logarithm of the token's probability among all tokens."""
    highest = float(row.max())
    total = float(np.exp(row - highest).sum(dtype=np.float64))
    return float(row[token]) - highest - float(np.log(total))
