"""Downloading one file over HTTP."""

from __future__ import annotations

import http.client
import socket
import threading
import urllib.error
import urllib.request
from pathlib import Path
from typing import BinaryIO
from urllib.parse import urlsplit

from cardscanner_gui import __version__
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import Progress, UnreachableError
from cardscanner_gui.core.errors import CatalogueError

_CONNECT_SECONDS = 5.0
_READ_SECONDS = 20.0
_CHUNK = 1 << 16
_LARGEST_DOWNLOAD = 500 << 20


def download(url: str, target: Path, what: str, progress: Progress, token: CancelToken) -> None:
    """Fetch `url` into `target`, through the system's proxies.

    `what` says in `progress` what is being done; how much came is said behind it.

    Raises:
        UnreachableError: no way there within five seconds, refused, cut off, or absurdly large.
        CancelledError: the token was cancelled.
    """
    host = urlsplit(url).hostname or url
    progress(what, None)
    received = 0
    try:
        check_reachable(url, token)
        request = urllib.request.Request(url, headers={"User-Agent": f"cardscanner/{__version__}"})
        # An opener of our own: the shared one remembers the proxies of its first use.
        opener = urllib.request.build_opener()
        with opener.open(request, timeout=_READ_SECONDS) as response, target.open("wb") as file:
            expected = int(response.headers.get("Content-Length") or 0)
            while chunk := response.read(_CHUNK):
                token.check()
                _write(file, chunk)
                received += len(chunk)
                if received > _LARGEST_DOWNLOAD:
                    raise UnreachableError(f"What {host} sends is no card database.")
                size = f"{received / 1e6:.0f}{f' of {expected / 1e6:.0f}' if expected else ''} MB"
                progress(f"{what}: {size}", min(1.0, received / expected) if expected else None)
    except urllib.error.HTTPError as error:
        raise UnreachableError(f"{host} answered {error.code} {error.reason}.") from error
    except (OSError, http.client.HTTPException) as error:
        reason = getattr(error, "reason", error)
        raise UnreachableError(f"{host} can't be reached: {reason}.") from error
    if expected and received != expected:
        raise UnreachableError(f"The connection to {host} broke off.")


def _write(file: BinaryIO, chunk: bytes) -> None:
    """Write, and tell a full disk from a lost connection."""
    try:
        file.write(chunk)
        file.flush()
    except OSError as error:
        raise CatalogueError(f"The download can't be kept: {error}.") from error


def check_reachable(url: str, token: CancelToken) -> None:
    """Raise OSError within five seconds when nothing answers at the host, or at the proxy to it.

    urllib has one time limit for everything, looking up the name not included; connecting must fail
    sooner than a slow answer does.
    """
    host, port = _first_hop(url)
    outcome: list[OSError | None] = []
    done = threading.Event()

    def connect() -> None:
        try:
            socket.create_connection((host, port), timeout=_CONNECT_SECONDS).close()
            outcome.append(None)
        except OSError as error:
            outcome.append(error)
        done.set()

    threading.Thread(target=connect, name="reachable", daemon=True).start()
    token.on_cancel(done.set)
    answered = done.wait(_CONNECT_SECONDS)
    token.check()
    if not answered:
        raise TimeoutError("no answer within five seconds")
    if outcome[0] is not None:
        raise outcome[0]


def _first_hop(url: str) -> tuple[str, int]:
    """Host and port to connect to: the proxy's where one is set for this address."""
    parts = urlsplit(url)
    proxy = urllib.request.getproxies().get(parts.scheme)
    if proxy and not urllib.request.proxy_bypass(parts.netloc):
        parts = urlsplit(proxy if "://" in proxy else f"http://{proxy}")
    return parts.hostname or "", parts.port or (443 if parts.scheme == "https" else 80)
