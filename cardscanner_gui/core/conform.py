"""Is a value what its annotation says? For values that came from outside the process."""

from __future__ import annotations

import dataclasses
import types
from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import Any, Union, get_args, get_origin, get_type_hints

import numpy as np

_Check = Callable[[Any], None]


def conform(value: Any, kind: Any) -> None:
    """Check a value, and all that it holds, against a type.

    Knows what our frozen dataclasses are made of: plain values, enums, tuples, mappings, unions,
    named tuples, arrays (as arrays only) and other dataclasses. Whole numbers pass as `float`.

    Raises:
        TypeError: it is something else.
    """
    _check_of(kind)(value)


@cache
def _check_of(kind: Any) -> _Check:
    """What checks values of a type; put together once, since whole collections pass through."""
    if kind is Any:
        return _pass
    origin = get_origin(kind)
    make = _MAKERS.get(kind if origin is None else origin)
    if make is not None:
        return make(kind)
    if isinstance(kind, type) and (dataclasses.is_dataclass(kind) or issubclass(kind, tuple)):
        return partial(_check_parts, kind)
    return partial(_check_instance, kind)


def _pass(value: Any) -> None:
    """Nothing to check."""


def _check_instance(kind: Any, value: Any) -> None:
    if not (isinstance(kind, type) and isinstance(value, kind)):
        raise _unfit(value, kind)


def _check_parts(kind: Any, value: Any) -> None:
    _check_instance(kind, value)
    for name, check in _parts_of(kind):
        check(getattr(value, name))


@cache
def _parts_of(kind: Any) -> tuple[tuple[str, _Check], ...]:
    return tuple((name, _check_of(hint)) for name, hint in get_type_hints(kind).items())


def _make_union(kind: Any) -> _Check:
    checks = tuple(map(_check_of, get_args(kind)))

    def check(value: Any) -> None:
        for one in checks:
            try:
                return one(value)
            except TypeError:
                continue
        raise _unfit(value, kind)

    return check


def _make_tuple(kind: Any) -> _Check:
    kinds = get_args(kind)
    endless = len(kinds) == 2 and kinds[1] is Ellipsis
    checks = tuple(map(_check_of, kinds[:1] if endless else kinds))

    def check(value: Any) -> None:
        if not isinstance(value, tuple) or (not endless and len(value) != len(checks)):
            raise _unfit(value, kind)
        for item, one in zip(value, checks * len(value) if endless else checks, strict=True):
            one(item)

    return check


def _make_mapping(kind: Any) -> _Check:
    check_key, check_value = map(_check_of, get_args(kind))

    def check(value: Any) -> None:
        if not isinstance(value, Mapping):
            raise _unfit(value, kind)
        for key, item in value.items():
            check_key(key)
            check_value(item)

    return check


def _make_array(kind: Any) -> _Check:
    return partial(_check_instance, np.ndarray)


def _make_number(kind: Any) -> _Check:
    numbers = (float, int) if kind is float else int

    def check(value: Any) -> None:
        if not isinstance(value, numbers) or isinstance(value, bool):
            raise _unfit(value, kind)

    return check


_MAKERS: Mapping[Any, Callable[[Any], _Check]] = {
    Union: _make_union,
    types.UnionType: _make_union,
    tuple: _make_tuple,
    Mapping: _make_mapping,
    np.ndarray: _make_array,
    float: _make_number,
    int: _make_number,
}
"""By what a type is made with, or by the plain type itself."""


def _unfit(value: Any, kind: Any) -> TypeError:
    return TypeError(f"{type(value).__name__} where {kind} should be")
