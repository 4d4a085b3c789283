"""Keeps the most recently used values within a number of bytes."""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable, Hashable
from typing import Generic, TypeVar

Value = TypeVar("Value")


class RecentlyUsed(Generic[Value]):
    """A dictionary that forgets what was used longest ago.

    Args:
        limit: bytes that all values together may take.
        size: a value's bytes.
    """

    def __init__(self, limit: int, size: Callable[[Value], int]) -> None:
        self._limit, self._size = limit, size
        self._values: OrderedDict[Hashable, Value] = OrderedDict()
        self._bytes = 0

    def get(self, key: Hashable) -> Value | None:
        value = self._values.get(key)
        if value is not None:
            self._values.move_to_end(key)
        return value

    def put(self, key: Hashable, value: Value) -> None:
        """Keep a value; one that is larger than the limit isn't kept."""
        if self._size(value) > self._limit:
            return
        old = self._values.pop(key, None)
        if old is not None:
            self._bytes -= self._size(old)
        self._values[key] = value
        self._bytes += self._size(value)
        while self._bytes > self._limit:
            _, gone = self._values.popitem(last=False)
            self._bytes -= self._size(gone)

    def __contains__(self, key: Hashable) -> bool:
        return key in self._values

    def __len__(self) -> int:
        return len(self._values)
