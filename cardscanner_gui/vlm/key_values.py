"""The decoder's key/value cache: what was read so far, and how to go back.

A `InPlaceCache` is written in place: past and present are one buffer, and going back is forgetting
the length. Graphs with spelled-out attention return a longer cache each time (`GrownCache`).
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

Array = npt.NDArray[Any]


@dataclass(frozen=True)
class CacheShape:
    """Sizes of one position: `layers` pairs of `kv_heads` x `head_dim` values of `dtype`.

    Attributes:
        names: what the graph calls the input and the output of each buffer, a layer's key and then
            its value.
    """

    layers: int
    kv_heads: int
    head_dim: int
    dtype: str
    names: tuple[tuple[str, str], ...]

    @property
    def bytes_per_position(self) -> int:
        return 2 * self.layers * self.kv_heads * self.head_dim * np.dtype(self.dtype).itemsize


@dataclass(frozen=True, eq=False)
class SavedCache:
    """A copy of the first positions: 2·layers x kv_heads x length x head_dim.

    Attributes:
        inputs: their embeddings, length x hidden, where the cache keeps them.
    """

    values: Array
    inputs: Array | None = None

    @property
    def length(self) -> int:
        return int(self.values.shape[2])


class Cache(ABC):
    """The keys and values of one sequence; `length` positions are valid."""

    def __init__(self) -> None:
        self.length = 0

    def truncate(self, length: int) -> None:
        """Forget everything after the first `length` positions."""
        if not 0 <= length <= self.length:
            raise ValueError(f"can't go back to {length} of {self.length} positions")
        self.length = length

    capacity: int

    @abstractmethod
    def save(self, length: int | None = None) -> SavedCache:
        """Copy the first positions, all that are valid by default."""

    @abstractmethod
    def load(self, saved: SavedCache) -> None:
        """Start again from saved positions."""

    @abstractmethod
    def binding(self, session: ort.InferenceSession) -> ort.IOBinding:
        """Keys and values bound for the next run of the one session that it is used with."""

    @abstractmethod
    def ran(self, binding: ort.IOBinding, added: int) -> None:
        """A run with this binding added positions."""


class InPlaceCache(Cache):
    """Fixed buffers which `GroupQueryAttention` reads and extends in place.

    Args:
        buffers: one 1 x kv_heads x capacity x head_dim array a key or value, contiguous.
    """

    def __init__(self, shape: CacheShape, buffers: Sequence[Array]) -> None:
        super().__init__()
        self._shape = shape
        self._buffers = list(buffers)
        self._values = [ort.OrtValue.ortvalue_from_numpy(b) for b in self._buffers]
        self._binding: ort.IOBinding | None = None
        self.capacity = int(self._buffers[0].shape[2])

    @classmethod
    def allocate(cls, shape: CacheShape, capacity: int) -> InPlaceCache:
        return cls(shape, allocate_buffers(shape, 1, capacity))

    def save(self, length: int | None = None) -> SavedCache:
        end = self.length if length is None else length
        return SavedCache(np.stack([b[0, :, :end] for b in self._buffers]))

    def load(self, saved: SavedCache) -> None:
        if saved.length > self.capacity:
            raise ValueError("the saved cache is longer than this one can hold")
        for buffer, values in zip(self._buffers, saved.values, strict=True):
            buffer[0, :, : saved.length] = values
        self.length = saved.length

    def binding(self, session: ort.InferenceSession) -> ort.IOBinding:
        if self._binding is None:
            self._binding = bind_in_place(session, self._shape, self._values)
        return self._binding

    def ran(self, binding: ort.IOBinding, added: int) -> None:
        self.length += added


class GrownCache(Cache):
    """Arrays as long as the sequence, replaced by the outputs of each run.

    Attributes:
        inputs: the embeddings of the valid positions, for graphs that may have to read them again.
    """

    capacity = 1 << 30

    def __init__(self, shape: CacheShape) -> None:
        super().__init__()
        self.inputs: Array | None = None
        self._shape = shape
        empty = np.zeros((1, shape.kv_heads, 0, shape.head_dim), shape.dtype)
        self._arrays: list[Array] = [empty] * (2 * shape.layers)
        self._bound: list[ort.OrtValue] = []  # the binding doesn't keep them alive

    def save(self, length: int | None = None) -> SavedCache:
        end = self.length if length is None else length
        inputs = None if self.inputs is None else self.inputs[:end].copy()
        return SavedCache(np.stack([a[0, :, :end] for a in self._arrays]), inputs)

    def load(self, saved: SavedCache) -> None:
        self.inputs = saved.inputs
        self._arrays = [values[None].copy() for values in saved.values]
        self.length = saved.length

    def binding(self, session: ort.InferenceSession) -> ort.IOBinding:
        binding = session.io_binding()
        for (past, present), array in zip(self._shape.names, self._arrays, strict=True):
            valid = np.ascontiguousarray(array[:, :, : self.length])
            value = ort.OrtValue.ortvalue_from_numpy(valid)
            self._bound.append(value)
            binding.bind_ortvalue_input(past, value)
            binding.bind_output(present, "cpu")
        return binding

    def ran(self, binding: ort.IOBinding, added: int) -> None:
        # The rest of the outputs, the logits, was bound last.
        self._arrays = [value.numpy() for value in binding.get_outputs()[:-1]]
        self._bound.clear()
        self.length += added


def bind_in_place(
    session: ort.InferenceSession, shape: CacheShape, values: Sequence[ort.OrtValue]
) -> ort.IOBinding:
    """Each buffer bound as past and as present."""
    binding = session.io_binding()
    for (past, present), value in zip(shape.names, values, strict=True):
        binding.bind_ortvalue_input(past, value)
        binding.bind_ortvalue_output(present, value)
    return binding


def allocate_buffers(shape: CacheShape, rows: int, capacity: int) -> list[Array]:
    """Zeroed buffers; the system hands out their pages only as they are written."""
    size = (rows, shape.kv_heads, capacity, shape.head_dim)
    return [np.zeros(size, shape.dtype) for _ in range(2 * shape.layers)]
