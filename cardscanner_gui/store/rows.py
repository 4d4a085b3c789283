"""Reading rows: what a row holds is checked, so that damage shows here and nowhere else."""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any, TypeVar

from cardscanner_gui.core.conform import conform
from cardscanner_gui.store.errors import DamagedRowError

T = TypeVar("T")
_EARLIEST, _LATEST = -62_000_000_000.0, 253_000_000_000.0
"""Seconds since the epoch that a calendar has a date for."""

# What decoders meet in values that this program never wrote.
_DAMAGE = (
    ArithmeticError,
    AttributeError,
    LookupError,
    RecursionError,
    TypeError,
    ValueError,
)


def checked(
    table: str, kind: Any
) -> Callable[[Callable[[Mapping[str, Any]], T]], Callable[[Mapping[str, Any]], T]]:
    """Make a decoder of rows of `table` check every value that it gives against the type `kind`.

    The decoder then raises `DamagedRowError` for a row that holds anything else.
    """

    def decorate(decode: Callable[[Mapping[str, Any]], T]) -> Callable[[Mapping[str, Any]], T]:
        @wraps(decode)
        def decode_checked(row: Mapping[str, Any]) -> T:
            try:
                value = decode(row)
                conform(value, kind)
            except _DAMAGE as error:
                raise DamagedRowError(table, f"{type(error).__name__}: {error}") from error
            return value

        return decode_checked

    return decorate


def json_value(text: Any) -> Any:
    """The value of a column that holds JSON.

    Raises:
        TypeError, ValueError: it holds something else.
    """
    if not isinstance(text, str):
        raise TypeError(f"{type(text).__name__} where JSON should be")
    return json.loads(text)


def json_object(text: Any) -> dict[str, Any]:
    """The same where it is an object.

    Raises:
        TypeError, ValueError: it holds something else.
    """
    value = json_value(text)
    if not isinstance(value, dict):
        raise TypeError(f"{type(value).__name__} where an object should be")
    return value


def moment(seconds: Any) -> Any:
    """Seconds since the epoch, which have a date.

    Raises:
        TypeError, ValueError: they are no number, or too far away to be shown.
    """
    if not _EARLIEST < seconds < _LATEST:
        raise ValueError(f"{seconds!r} is no time")
    return seconds
