"""Whatever JSON a disk or a cache gives back, decoding it fails in ways that callers catch."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from cardscanner_gui.core import codec
from cardscanner_gui.core.codec import encode_recognition
from cardscanner_gui.core.types import Recognition
from tests.store.cards import recognition

CAUGHT = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
PLAIN = st.one_of(
    st.none(),
    st.booleans(),
    st.integers(),
    st.floats(),
    st.text(max_size=8),
    st.sampled_from(["identified", "unsure", "name", "ffff"]),
)
JSON = st.recursive(
    PLAIN,
    lambda inner: st.one_of(
        st.lists(inner, max_size=4), st.dictionaries(st.text(max_size=6), inner, max_size=4)
    ),
    max_leaves=12,
)
WHOLE = json.loads(json.dumps(encode_recognition(recognition())))


def places(value: Any, at: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """The way to each value inside a JSON value."""
    if at:
        yield at
    keys = value if isinstance(value, dict) else range(len(value) if isinstance(value, list) else 0)
    for key in keys:
        yield from places(value[key], (*at, key))


def get(value: Any, way: tuple[Any, ...]) -> Any:
    for key in way:
        value = value[key]
    return value


PLACES = list(places(WHOLE))


@pytest.mark.parametrize(
    "decode",
    [
        codec.decode_printing,
        codec.decode_candidate,
        codec.decode_reading,
        codec.decode_reading_summary,
        codec.decode_match,
        codec.decode_recognition,
    ],
    ids=lambda decode: decode.__name__,
)
@settings(max_examples=100, deadline=None)
@given(value=JSON)
def test_any_json_is_decoded_or_refused(decode: Callable[[Any], object], value: Any) -> None:
    with suppress(*CAUGHT):
        decode(value)


@settings(max_examples=300, deadline=None)
@given(st.sampled_from(PLACES), JSON)
def test_one_spoilt_value_is_seen_or_does_no_harm(way: tuple[Any, ...], value: Any) -> None:
    """What comes back is a whole recognition, which can be encoded again."""
    spoilt = json.loads(json.dumps(WHOLE))
    get(spoilt, way[:-1])[way[-1]] = value
    try:
        decoded = codec.decode_recognition(spoilt)
    except CAUGHT:
        return
    assert isinstance(decoded, Recognition)
    encode_recognition(decoded)
    hash(decoded.match.status)
    assert all(isinstance(line.text, str) for line in decoded.reading.lines)
