"""What processes that share a Redis tell each other, checked and without ever raising."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import TYPE_CHECKING, Any

from cardscanner_gui.core.types import Printing, ScanResult
from cardscanner_gui.recognition.cache.memory import AwayError
from cardscanner_gui.recognition.cache.values import (
    UNUSABLE,
    decode_view,
    encode_view,
    pack,
    pack_printing,
    unpack_printing,
)
from cardscanner_gui.store.recognitions import CardView

if TYPE_CHECKING:  # brings redis, which few have
    from cardscanner_gui.recognition.cache.shared import SharedCache


class Kind(StrEnum):
    """What is told of a look."""

    SEEN = "seen"
    CONFIRMED = "confirmed"
    FORGOTTEN = "forgotten"


@dataclass(frozen=True)
class News:
    """Something that another process told; the printing is there when a user confirmed it."""

    kind: Kind
    view: CardView
    printing: Printing | None = None


class Exchange:
    """Safe to use from any thread.

    Args:
        shared: the Redis.
        complain: called with one line when something there can't be used.
    """

    def __init__(self, shared: SharedCache, complain: Callable[[str], None]) -> None:
        self._shared = shared
        self._complain = complain
        self._hearing = threading.Lock()

    def value(self, key: str) -> bytes | None:
        """The value of a key. Raises `AwayError`."""
        return self._shared.get(key)

    def share(self, key: str, result: ScanResult | None) -> None:
        """Put an answer there, or take it out."""
        try:
            if result is None:
                self._shared.drop([key])
            else:
                self._shared.put(key, pack(key, result))
        except AwayError:
            return

    def tell(self, news: News) -> None:
        """Tell the other processes."""
        values: dict[str, Any] = {"kind": str(news.kind), "view": encode_view(news.view)}
        if news.printing is not None:
            values["printing"] = pack_printing(news.printing)
        try:
            self._shared.tell(values)
        except AwayError:
            return

    def hear(self, take_in: Callable[[News], None]) -> bool:
        """Hand over what the others told since the last time; whether there may be more.

        While another thread does so, nothing is handed over here.
        """
        if not self._hearing.acquire(blocking=False):
            return False
        try:
            told = self._shared.news()
            for values in told:
                try:
                    news = _checked(values)
                except UNUSABLE as error:
                    self._complain(f"A message in Redis was ignored ({error}).")
                else:
                    take_in(news)
        except AwayError:
            return False
        finally:
            self._hearing.release()
        return len(told) > 0

    def close(self) -> None:
        self._shared.close()


def _checked(values: dict[str, Any]) -> News:
    kind, view = Kind(values["kind"]), decode_view(values["view"])
    if kind is Kind.SEEN:
        # In passing nobody says that a user confirmed something.
        return News(kind, replace(view, confirmed=False))
    if kind is Kind.FORGOTTEN:
        return News(kind, view)
    printing = unpack_printing(values["printing"])
    if printing.id != view.printing_id:
        raise ValueError("another printing")
    return News(kind, view, printing)
