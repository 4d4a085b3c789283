"""Whether there is a newer version: asked only where the user allows it and a place is named."""

from __future__ import annotations

import json
import urllib.request
from dataclasses import dataclass
from http.client import HTTPException
from urllib.parse import urlsplit

from packaging.version import InvalidVersion, Version

from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.words import tr

_SECONDS = 10.0
_LARGEST = 1 << 16
_HERE = ("127.0.0.1", "::1", "localhost")


class ReleasesError(WorldError):
    """Nobody answers, or not what was asked for."""


@dataclass(frozen=True)
class Release:
    """A version, and the page that tells of it; empty where there is none."""

    version: str
    page: str = ""

    def newer_than(self, version: str) -> bool:
        """Whether it comes after a version; False for what is no version."""
        try:
            return Version(self.version) > Version(version)
        except InvalidVersion:
            return False


def newest_release(address: str) -> Release:
    """Ask an address for `{"version": "1.2.0", "page": "https://…"}`; nothing is sent along.

    Raises:
        ReleasesError: it can't be reached, or answers something else.
    """
    if not _is_allowed(address):
        raise ReleasesError(
            tr("“{address}” is no address to ask for new versions.", address=address)
        )
    place = urlsplit(address).hostname
    request = urllib.request.Request(address, headers={"User-Agent": "cardscanner"})
    try:
        # An opener of our own: the shared one remembers the proxies of its first use.
        with urllib.request.build_opener().open(request, timeout=_SECONDS) as answer:
            values = json.loads(answer.read(_LARGEST))
    except (OSError, HTTPException, ValueError, RecursionError) as error:
        reason = getattr(error, "reason", None) or error
        raise ReleasesError(
            tr(
                "{place} doesn't say which version is the newest: {reason}",
                place=place,
                reason=reason,
            )
        ) from error
    version = values.get("version") if isinstance(values, dict) else None
    if not isinstance(version, str) or len(version) > 40:
        raise ReleasesError(tr("{place} doesn't say which version is the newest.", place=place))
    page = values.get("page")
    return Release(version, page if isinstance(page, str) and _is_allowed(page) else "")


def _is_allowed(address: str) -> bool:
    """Encrypted, or on this machine."""
    try:
        parts = urlsplit(address)
        host = parts.hostname
    except ValueError:
        return False
    return bool(host) and (parts.scheme == "https" or (parts.scheme == "http" and host in _HERE))
