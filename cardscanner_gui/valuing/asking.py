"""Asking a price server for the prices of the collection's cards, one after the other."""

from __future__ import annotations

import json
import time
import urllib.error
import urllib.request
from collections.abc import Callable, Mapping
from http.client import HTTPException
from typing import Any

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import ValuesError
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.types import Printing
from cardscanner_gui.core.values import SOURCES, PriceServer
from cardscanner_gui.store.quotes import QuoteStore

ONCE_IN = 20 * 3600.0
"""Seconds after which a card's price is asked for again."""

_AT_ONCE = 200
_SECONDS = 15.0
_LARGEST = 1 << 20
_PAUSE = 0.05
Told = Callable[[int], None]
"""Called with how many cards were asked for so far."""


class Asking:
    """Asks for what is due, and keeps the answers.

    Args:
        store: where they are kept.
        games: each says where its prices are.
        server: asked in place of the games' own; empty for those.
    """

    def __init__(self, store: QuoteStore, games: Games, server: str = "") -> None:
        self._store = store
        self._games = games
        self._server = server.rstrip("/")

    def run(self, token: CancelToken, told: Told = lambda _: None) -> int:
        """Ask for every card that wasn't asked for lately; how many that were.

        Raises:
            ValuesError: the server can't be reached; what was answered before is kept.
            CancelledError: by the token; the same.
        """
        since, asked = time.time() - ONCE_IN, 0
        try:
            while cards := self._store.due(since, _AT_ONCE):
                for printing in cards:
                    token.check()
                    self._ask(printing)
                    asked += 1
                    told(asked)
                    time.sleep(_PAUSE)  # nobody's server is to be kept busy
        finally:
            if asked:
                for source in SOURCES:
                    self._store.note_day(source)
        return asked

    def _ask(self, printing: Printing) -> None:
        game = self._games.get(printing.game)
        server = game.prices if game is not None else None
        if server is None:
            self._store.put(printing, ())
            return
        answer = self._fetch(server, printing)
        self._store.put(printing, tuple(server.read(answer, printing)) if answer else ())

    def _fetch(self, server: PriceServer, printing: Printing) -> Mapping[str, Any] | None:
        """The server's answer; None where it doesn't know the card."""
        base = self._server or server.address
        address = base + server.path(printing)
        if not address.startswith(("https://", "http://")):
            raise ValuesError(f"“{base}” is no address of a price server.")
        request = urllib.request.Request(address, headers={"User-Agent": "cardscanner"})
        try:
            with urllib.request.urlopen(request, timeout=_SECONDS) as answer:
                values = json.loads(answer.read(_LARGEST))
        except urllib.error.HTTPError as error:
            if error.code == 404:
                return None
            raise ValuesError(f"{base} refuses to give prices ({error.code}).") from error
        except (OSError, HTTPException, ValueError) as error:
            reason = getattr(error, "reason", None) or error
            raise ValuesError(f"Prices can't be had from {base}: {reason}.") from error
        return values if isinstance(values, dict) else None
