"""Values from outside the process are what their annotations say, or they are refused."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

import numpy as np
import numpy.typing as npt
import pytest

from cardscanner_gui.core.conform import conform


class Place(NamedTuple):
    left: float
    top: float


@dataclass(frozen=True)
class Word:
    text: str
    place: Place | None = None


@dataclass(frozen=True)
class Page:
    words: tuple[Word, ...]
    title: int | str | None = None
    size: tuple[int, str] = (1, "cm")
    notes: Mapping[str, float] | None = None
    pixels: npt.NDArray[np.uint8] | None = None
    extra: Any = None


WORDS = (Word("Leafkit", Place(0.5, 1)),)


@pytest.mark.parametrize(
    "page",
    [
        Page(()),
        Page(WORDS, 7),
        Page(WORDS, "seven"),
        Page(WORDS, None, (3, "in"), {"a": 1, "b": 0.5}, np.zeros(2, np.uint8), object()),
    ],
)
def test_any_member_of_a_union_will_do(page: Page) -> None:
    conform(page, Page)


@pytest.mark.parametrize(
    "page",
    [
        Page(WORDS, 7.5),  # type: ignore[arg-type]
        Page(WORDS, True),
        Page((Word(7),)),  # type: ignore[arg-type]
        Page((Word("a", Place("left", 1.0)),)),  # type: ignore[arg-type]
        Page([Word("a")]),  # type: ignore[arg-type]
        Page((), size=("cm", 1)),  # type: ignore[arg-type]
        Page((), size=(1, "cm", 2)),  # type: ignore[arg-type]
        Page((), notes={"a": "b"}),  # type: ignore[dict-item]
        Page((), pixels=[0, 0]),  # type: ignore[arg-type]
        Word("another class"),
    ],
)
def test_anything_else_is_refused(page: Page) -> None:
    with pytest.raises(TypeError, match="should be"):
        conform(page, Page)
