"""Is a value what its annotation says? For values that came from outside the process."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Mapping
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
    origin, arguments = get_origin(kind), get_args(kind)
    if kind is Any:
        return
    if origin in (Union, types.UnionType):
        if value is None and type(None) in arguments:
            return
        conform(value, next(one for one in arguments if one is not type(None)))
    elif origin is tuple:
        _need(isinstance(value, tuple), value, kind)
        for item in value:
            conform(item, arguments[0])
    elif origin is Mapping:
        _need(isinstance(value, Mapping), value, kind)
        for key, item in value.items():
            conform(key, arguments[0])
            conform(item, arguments[1])
    elif origin is np.ndarray:
        _need(isinstance(value, np.ndarray), value, kind)
    elif kind is float:
        _need(isinstance(value, float | int) and not isinstance(value, bool), value, kind)
    elif kind is int:
        _need(isinstance(value, int) and not isinstance(value, bool), value, kind)
    elif isinstance(kind, type) and (dataclasses.is_dataclass(kind) or issubclass(kind, tuple)):
        _need(isinstance(value, kind), value, kind)
        for name, annotation in _hints(kind).items():
            conform(getattr(value, name), annotation)
    else:
        _need(isinstance(kind, type) and isinstance(value, kind), value, kind)


@cache
def _hints(kind: type[Any]) -> dict[str, Any]:
    return get_type_hints(kind)


def _need(fits: bool, value: Any, kind: Any) -> None:
    if not fits:
        raise TypeError(f"{type(value).__name__} where {kind} should be")
