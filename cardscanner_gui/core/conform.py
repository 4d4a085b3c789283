"""Is a value what its annotation says? For values that came from outside the process."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from functools import cache
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np


def conform(value: Any, kind: Any) -> None:
    """Check a value, and all that it holds, against a type.

    Knows what our frozen dataclasses are made of: plain values, enums, tuples, mappings, unions,
    named tuples, arrays (as arrays only) and other dataclasses. Whole numbers pass as `float`.

    Raises:
        TypeError: it is something else.
    """
    if kind is Any:
        return
    origin = get_origin(kind)
    check = _CHECKS.get(kind if origin is None else origin)
    if check is not None:
        check(value, kind)
        return
    _need(isinstance(kind, type) and isinstance(value, kind), value, kind)
    if dataclasses.is_dataclass(kind) or issubclass(kind, tuple):
        for name, annotation in _hints(kind).items():
            conform(getattr(value, name), annotation)


def _conform_to_one(value: Any, union: Any) -> None:
    _need(any(_conforms(value, one) for one in get_args(union)), value, union)


def _conforms(value: Any, kind: Any) -> bool:
    try:
        conform(value, kind)
    except TypeError:
        return False
    return True


def _conform_items(value: Any, kind: Any) -> None:
    _need(isinstance(value, tuple), value, kind)
    kinds = get_args(kind)
    if len(kinds) == 2 and kinds[1] is Ellipsis:
        kinds = kinds[:1] * len(value)
    _need(len(value) == len(kinds), value, kind)
    for item, one in zip(value, kinds, strict=True):
        conform(item, one)


def _conform_entries(value: Any, kind: Any) -> None:
    _need(isinstance(value, Mapping), value, kind)
    of_keys, of_values = get_args(kind)
    for key, item in value.items():
        conform(key, of_keys)
        conform(item, of_values)


def _need_array(value: Any, kind: Any) -> None:
    _need(isinstance(value, np.ndarray), value, kind)


def _need_number(value: Any, kind: Any) -> None:
    numbers = (float, int) if kind is float else int
    _need(isinstance(value, numbers) and not isinstance(value, bool), value, kind)


_CHECKS: Mapping[Any, Callable[[Any, Any], None]] = {
    Union: _conform_to_one,
    types.UnionType: _conform_to_one,
    tuple: _conform_items,
    Mapping: _conform_entries,
    np.ndarray: _need_array,
    float: _need_number,
    int: _need_number,
}
"""By what a type is made with, or by the plain type itself."""


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _need(fits: bool, value: Any, kind: Any) -> None:
    if not fits:
        raise TypeError(f"{type(value).__name__} where {kind} should be")
