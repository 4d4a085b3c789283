"""Fetching pictures from the asset server: politely, and with patience."""

from __future__ import annotations

import email.utils
import http.client
import ipaddress
import json
import time
import urllib.error
import urllib.request
from collections.abc import Mapping
from datetime import UTC, datetime
from email.message import Message
from typing import Any
from urllib.parse import urlsplit

from cardscanner_gui import __version__
from cardscanner_gui.catalogue.pictures.wanted import Listing, address
from cardscanner_gui.catalogue.sources.download import check_reachable
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import UnreachableError
from cardscanner_gui.core.errors import CancelledError

REQUESTS_PER_SECOND = 3.0
"""No limit is published; it asks to be considerate."""
_SLOWEST = 5.0
"""Seconds between requests when the server asked to go slower again and again."""
_READ_SECONDS = 20.0
_PICTURE_SECONDS = 60.0
"""One picture may take so long altogether."""
_LISTING_SECONDS = 600.0
_ATTEMPTS = 4
_FIRST_PAUSE = 1.0
_LONGEST_PAUSE = 300.0
"""If the server wants us to stay away longer, we stop and say so."""
_LARGEST_PICTURE = 2 << 20
_LARGEST_LISTING = 64 << 20
_CHUNK = 1 << 16
_TOO_MANY, _UNAVAILABLE = 429, 503
_ABSENT = (404, 410)


class RefusedError(Exception):
    """The server didn't give one picture away, or what it gave is none; `str` says why."""


class AssetServer:
    """One connection at a time to a server of small pictures; belongs to one thread."""

    def __init__(
        self,
        url: str,
        token: CancelToken,
        *,
        per_second: float | None = None,
        first_pause: float = _FIRST_PAUSE,
    ) -> None:
        """Touches nothing yet.

        Args:
            url: the server's address.
            token: ends every wait.
            per_second: at most so many requests; by default three, and as many as it takes from a
                server on this very machine.
            first_pause: seconds before a second attempt; they double with every further one.
        """
        self.host = urlsplit(url).hostname or url
        self._url = url.rstrip("/")
        self._token = token
        self._first_pause = first_pause
        if per_second is None:
            per_second = 0.0 if _is_this_machine(self.host) else REQUESTS_PER_SECOND
        self._between = 1 / per_second if per_second else 0.0
        self._next = 0.0
        # An opener of our own: the shared one remembers the proxies of its first use.
        self._opener = urllib.request.build_opener()

    def check(self) -> None:
        """Find out within five seconds whether anybody answers there.

        Raises:
            UnreachableError: nobody does.
            CancelledError: the token was cancelled.
        """
        try:
            check_reachable(self._url, self._token)
        except OSError as error:
            raise UnreachableError(f"{self.host} can't be reached: {error}.") from error

    def listing(self) -> Listing | None:
        """What the server says it has; None when it says nothing that can be used."""
        try:
            content = self._get("datas.json", _LARGEST_LISTING, _LISTING_SECONDS)
            listing = json.loads(content) if content is not None else None
        except (RefusedError, ValueError):
            return None
        return listing if isinstance(listing, dict) and listing else None

    def picture(self, path: str) -> bytes | None:
        """The small picture at `en/sv/sv02/012`; None when there is none.

        Raises:
            RefusedError: it isn't given away, or what comes is no picture.
            UnreachableError: nobody answers any more, or the server wants us to stay away.
            CancelledError: the token was cancelled.
        """
        return self._get(address(path), _LARGEST_PICTURE, _PICTURE_SECONDS)

    def _get(self, path: str, largest: int, seconds: float) -> bytes | None:
        reason = ""
        for attempt in range(_ATTEMPTS):
            if attempt:
                self._pause(self._first_pause * 2 ** (attempt - 1))
            self._wait_for_turn()
            request = urllib.request.Request(
                f"{self._url}/{path}", headers={"User-Agent": f"cardscanner/{__version__}"}
            )
            try:
                with self._opener.open(request, timeout=_READ_SECONDS) as response:
                    return self._read(response, largest, seconds)
            except urllib.error.HTTPError as error:
                with error:
                    if error.code in _ABSENT:
                        return None
                    reason = f"answers {error.code} {error.reason}"
                    if error.code in (_TOO_MANY, _UNAVAILABLE):
                        self._slow_down(error.headers)
                    elif error.code < 500:
                        raise RefusedError(f"{self.host} {reason}") from error
            except (OSError, http.client.HTTPException) as error:
                reason = (
                    f"can't be reached: {getattr(error, 'reason', error) or type(error).__name__}"
                )
        raise UnreachableError(f"{self.host} {reason}.")

    def _read(self, response: http.client.HTTPResponse, largest: int, seconds: float) -> bytes:
        kind = response.headers.get_content_type()
        if kind.startswith("text/"):
            raise RefusedError(f"{self.host} sends a page instead of a picture")
        expected = int(response.headers.get("Content-Length") or 0)
        parts: list[bytes] = []
        received = 0
        until = time.monotonic() + seconds
        while chunk := response.read1(_CHUNK):
            self._token.check()
            parts.append(chunk)
            received += len(chunk)
            if received > largest:
                raise RefusedError(f"what {self.host} sends is far too large for a picture")
            if time.monotonic() > until:
                raise TimeoutError("it sends too slowly")
        if expected and received != expected:
            raise ConnectionError("the connection broke off")
        return b"".join(parts)

    def _slow_down(self, headers: Message[str, str] | Mapping[str, Any]) -> None:
        """Do as a server says that asks for fewer requests, from now on too."""
        self._between = min(_SLOWEST, max(2 * self._between, 0.01))
        asked = _seconds(headers.get("Retry-After"))
        if asked > _LONGEST_PAUSE:
            raise UnreachableError(f"{self.host} asks to come back in {round(asked / 60)} minutes.")
        self._pause(asked)

    def _wait_for_turn(self) -> None:
        now = time.monotonic()
        self._pause(self._next - now)
        self._next = max(now, self._next) + self._between

    def _pause(self, seconds: float) -> None:
        if seconds > 0 and self._token.wait(seconds):
            raise CancelledError
        self._token.check()


def _seconds(retry_after: str | None) -> float:
    """A `Retry-After` header, which is a number of seconds or a date."""
    if not retry_after:
        return 0.0
    if retry_after.strip().isdigit():
        return float(retry_after)
    try:
        date = email.utils.parsedate_to_datetime(retry_after)
    except ValueError:
        return 0.0
    return max(0.0, (date - datetime.now(UTC)).total_seconds()) if date.tzinfo else 0.0


def _is_this_machine(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host == "localhost"
