"""The Redis that several desks and services share: answers by key, and one stream of news.

Redis is never needed, and what it says is never trusted. When it is away, slow, or speaks nonsense
the caller goes on at once; it is said once, counted, and tried again after a pause that doubles.
"""

from __future__ import annotations

import json
import logging
import re
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any

import redis
from redis.backoff import NoBackoff
from redis.connection import Connection, parse_url
from redis.exceptions import (
    ConnectionError,
    DataError,
    ResponseError,
    TimeoutError,
)
from redis.retry import Retry

from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.recognition.cache.bounded import Budget, TooMuchError, bounded
from cardscanner_gui.recognition.cache.breaker import Breaker
from cardscanner_gui.recognition.cache.memory import AwayError
from cardscanner_gui.recognition.cache.values import MAX_BYTES, UNUSABLE

log = logging.getLogger(__name__)

_CALL_SECONDS = 0.05
"""Of one call, connecting included, however its bytes arrive."""
_CALL_BYTES = 4 << 20
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_KEEP_SECONDS = 90 * 24 * 3600
_PREFIX = "cardscanner:1:"
_NEWS = f"{_PREFIX}news"
_MOST_NEWS = 20_000
_MOST_AT_ONCE = 500
_FEWER = 16
"""By how much fewer messages are asked for where so many were too much."""
_LARGEST_NEWS = 1 << 16
_ENTRY_ID = re.compile(r"([0-9]{1,20})-[0-9]{1,20}")
_AHEAD_MS = 24 * 3600 * 1000
"""How far another machine's clock may be ahead of ours."""


class SharedCache:
    """One Redis; safe to use from any thread.

    Args:
        url: such as `redis://desk.local:6379/0`.
        metrics: counts the calls by what became of them.
        clock: of the pauses, in seconds.

    Raises:
        ValueError: the URL can't be understood.
    """

    def __init__(
        self,
        url: str,
        metrics: Metrics | None = None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._budget = Budget()
        kind = parse_url(url).get("connection_class", Connection)  # type: ignore[no-untyped-call]
        self._client = redis.Redis.from_url(
            url,
            connection_class=bounded(kind, self._budget),
            # The older protocol has no messages that come unasked.
            protocol=2,
            socket_timeout=_CALL_SECONDS,
            socket_connect_timeout=_CALL_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        # Without what stands before the @: that may be a password.
        self._name = url.rsplit("@", 1)[-1].removeprefix("redis://")
        self._metrics = metrics or Metrics()
        self._breaker = Breaker(_FIRST_PAUSE, _LONGEST_PAUSE, clock)
        self._lock = threading.Lock()
        self._complained: set[str] = set()
        self._sender = uuid.uuid4().hex
        self._last_news = "0-0"
        self._at_once = _MOST_AT_ONCE
        self._behind = False

    def get(self, key: str) -> bytes | None:
        """The value of a key; never more than `MAX_BYTES` and one, however large it is there.

        Raises:
            AwayError: Redis can't be asked.
        """
        found = self._ask(lambda: self._client.getrange(_PREFIX + key, 0, MAX_BYTES))
        if not isinstance(found, bytes):
            self._odd("another kind of answer than was asked for")
            raise AwayError
        return found or None

    def put(self, key: str, value: bytes) -> None:
        """Keep a value for some months; one that is too large isn't kept."""
        if len(value) <= MAX_BYTES:
            self._ask(lambda: self._client.set(_PREFIX + key, value, ex=_KEEP_SECONDS))

    def drop(self, keys: Sequence[str]) -> None:
        """Remove values."""
        if keys:
            self._ask(lambda: self._client.delete(*(_PREFIX + key for key in keys)))

    def tell(self, news: dict[str, Any]) -> None:
        """Tell the others something, as a JSON object."""
        text = json.dumps({**news, "sender": self._sender})
        self._ask(
            lambda: self._client.xadd(_NEWS, {"news": text}, maxlen=_MOST_NEWS, approximate=True)
        )

    def news(self) -> list[dict[str, Any]]:
        """What the others told since the last time, oldest first; not all of it at once.

        Raises:
            AwayError: Redis can't be asked.
        """
        found = []
        try:
            for entry_id, fields in self._unheard():
                self._last_news = _checked_id(entry_id)
                news = self._news_in(fields)
                if news is not None:
                    found.append(news)
        except UNUSABLE:
            self._odd("a stream of another kind")
        return found

    def _unheard(self) -> Any:
        """The next messages as Redis gives them. Raises `AwayError`."""
        try:
            if self._behind:
                seconds, microseconds = self._ask(self._client.time)
                self._last_news, self._behind = f"{seconds * 1000 + microseconds // 1000}-0", False
            first = f"({self._last_news}"
            most = self._at_once
            entries = self._ask(lambda: self._client.xrange(_NEWS, min=first, count=most))
        except AwayError as error:
            if isinstance(error.__cause__, TooMuchError):
                # Where even one is too much, nothing is heard of what was told until now.
                self._behind = self._at_once == 1
                self._at_once = max(1, self._at_once // _FEWER)
            raise
        self._at_once = min(_MOST_AT_ONCE, 2 * self._at_once)
        return entries

    def _news_in(self, fields: dict[bytes, bytes]) -> dict[str, Any] | None:
        """What was told; None if it came from here, or can't be used."""
        try:
            text = fields[b"news"]
            if len(text) > _LARGEST_NEWS:
                raise ValueError("too large")
            news: dict[str, Any] = json.loads(text)
            return None if news["sender"] == self._sender else news
        except UNUSABLE as error:
            self._metrics.count("redis_calls_total", outcome="odd")
            self.complain(f"A message in Redis was ignored ({type(error).__name__}).")
            return None

    def complain(self, words: str) -> None:
        """Log a warning the first time."""
        with self._lock:
            known = words in self._complained
            self._complained.add(words)
        if not known:
            log.warning("%s", words)

    def close(self) -> None:
        self._client.close()

    def _ask(self, action: Callable[[], Any]) -> Any:
        if not self._breaker.allows():
            self._metrics.count("redis_calls_total", outcome="skipped")
            raise AwayError
        try:
            with self._budget.of(_CALL_SECONDS, _CALL_BYTES):
                answer = action()
        except TimeoutError as error:
            self._went_away("slow", "is too slow")
            raise AwayError from error
        except TooMuchError as error:
            self._went_away("odd", "says too much")
            raise AwayError from error
        except ConnectionError as error:
            self._went_away("down", "can't be reached")
            raise AwayError from error
        except (ResponseError, DataError) as error:
            # It answers, and doesn't do what we ask: a key of another type, no memory, no rights.
            self._works("refused")
            self.complain(f"Redis at {self._name} refused something ({error}).")
            raise AwayError from error
        except Exception as error:  # whatever the library makes of an answer that is none
            log.debug("an answer of Redis can't be understood", exc_info=True)
            self._client.connection_pool.disconnect()
            self._went_away("odd", "speaks nonsense")
            raise AwayError from error
        self._works("ok")
        return answer

    def _works(self, outcome: str) -> None:
        self._metrics.count("redis_calls_total", outcome=outcome)
        if self._breaker.worked():
            self._metrics.gauge("redis_away", 0)
            log.info("Redis at %s answers again.", self._name)

    def _went_away(self, outcome: str, words: str) -> None:
        self._metrics.count("redis_calls_total", outcome=outcome)
        if self._breaker.failed():
            self._metrics.gauge("redis_away", 1)
            log.warning("Redis at %s %s; scanning goes on without it.", self._name, words)

    def _odd(self, what: str) -> None:
        self._metrics.count("redis_calls_total", outcome="odd")
        self.complain(f"Redis at {self._name} gave {what}; it was ignored.")


def _checked_id(entry_id: bytes) -> str:
    """The id of a message; an invented one could make us deaf for all that comes after it."""
    found = _ENTRY_ID.fullmatch(entry_id.decode())
    if found is None or int(found[1]) > time.time() * 1000 + _AHEAD_MS:
        raise ValueError("no id of a message of today")
    return found[0]
