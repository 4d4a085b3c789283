"""The Redis that several desks and services share: answers by key, and one stream of news.

Redis is never needed. When it is away or slow the caller goes on at once; it is said once, and
tried again after a pause that doubles.
"""

from __future__ import annotations

import json
import logging
import threading
import time
import uuid
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

import redis
from redis.backoff import NoBackoff
from redis.exceptions import ConnectionError, RedisError, TimeoutError
from redis.retry import Retry

from cardscanner_gui.recognition.cache.memory import AwayError
from cardscanner_gui.recognition.cache.values import MAX_BYTES, UNUSABLE

log = logging.getLogger(__name__)

T = TypeVar("T")

_TIMEOUT_SECONDS = 0.05
_FIRST_PAUSE, _LONGEST_PAUSE = 1.0, 60.0
_KEEP_SECONDS = 90 * 24 * 3600
_PREFIX = "cardscanner:1:"
_NEWS = f"{_PREFIX}news"
_MOST_NEWS = 20_000
_LARGEST_NEWS = 1 << 16


class SharedCache:
    """One Redis; safe to use from any thread.

    Args:
        url: such as `redis://desk.local:6379/0`.

    Raises:
        ValueError: the URL can't be understood.
    """

    def __init__(self, url: str, clock: Callable[[], float] = time.monotonic) -> None:
        self._client = redis.Redis.from_url(
            url,
            socket_timeout=_TIMEOUT_SECONDS,
            socket_connect_timeout=_TIMEOUT_SECONDS,
            retry=Retry(NoBackoff(), 0),
        )
        # Without what stands before the @: that may be a password.
        self._name = url.rsplit("@", 1)[-1].removeprefix("redis://")
        self._clock = clock
        self._lock = threading.Lock()
        self._pause = 0.0
        self._ask_again = 0.0
        self._complained: set[str] = set()
        self._sender = uuid.uuid4().hex
        self._last_news = "0-0"

    def get(self, key: str) -> bytes | None:
        """The value of a key; never more than `MAX_BYTES` and one, however large it is there.

        Raises:
            AwayError: Redis can't be asked.
        """
        found: bytes = self._ask(lambda: self._client.getrange(_PREFIX + key, 0, MAX_BYTES))
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

    def news(self, most: int) -> list[dict[str, Any]]:
        """What the others told since the last time, oldest first; at most so many of it.

        Raises:
            AwayError: Redis can't be asked.
        """
        entries = self._ask(
            lambda: self._client.xrange(_NEWS, min=f"({self._last_news}", count=most)
        )
        found = []
        for entry_id, fields in entries:
            self._last_news = entry_id.decode()
            try:
                text = fields[b"news"]
                if len(text) > _LARGEST_NEWS:
                    raise ValueError("too large")
                news = json.loads(text)
                if news["sender"] != self._sender:
                    found.append(news)
            except UNUSABLE as error:
                self.complain(f"A message in Redis was ignored ({type(error).__name__}).")
        return found

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
        if self._clock() < self._ask_again:
            raise AwayError
        try:
            answer = action()
        except (ConnectionError, TimeoutError) as error:
            self._went_away(error)
            raise AwayError from error
        except RedisError as error:
            # It answers, and doesn't do what we ask: a key of another type, no memory, no rights.
            self.complain(f"Redis at {self._name} refused something ({error}).")
            raise AwayError from error
        if self._pause:
            log.info("Redis at %s answers again.", self._name)
            self._pause = 0.0
        return answer

    def _went_away(self, error: Exception) -> None:
        with self._lock:
            first = not self._pause
            self._pause = min(_LONGEST_PAUSE, 2 * self._pause or _FIRST_PAUSE)
            self._ask_again = self._clock() + self._pause
        if first:
            reason = "is too slow" if isinstance(error, TimeoutError) else "can't be reached"
            log.warning("Redis at %s %s; scanning goes on without it.", self._name, reason)
