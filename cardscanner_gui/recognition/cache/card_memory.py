"""The three tiers as one memory: in this process, in a shared Redis, in the store."""

from __future__ import annotations

import logging
import threading
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from cardscanner_gui.core.codec import OtherVersionError
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.generic_game import game_of
from cardscanner_gui.core.types import Printing, ScanResult
from cardscanner_gui.recognition.cache.confirmed import as_confirmed, shows
from cardscanner_gui.recognition.cache.exchange import Exchange, Kind, News
from cardscanner_gui.recognition.cache.memory import (
    AwayError,
    Confirmed,
    NearView,
    Outcome,
    PictureLookup,
    Tier,
    ViewLookup,
)
from cardscanner_gui.recognition.cache.shelf import Shelf, ViewShelf
from cardscanner_gui.recognition.cache.stored_views import StoredViews
from cardscanner_gui.recognition.cache.values import UNUSABLE, pack, unpack
from cardscanner_gui.recognition.cache.writer import CacheWriter
from cardscanner_gui.store.recognitions import CardView, RecognitionStore

if TYPE_CHECKING:  # brings redis, which few have
    from cardscanner_gui.recognition.cache.shared import SharedCache

log = logging.getLogger(__name__)

L1_SIZE = 1_000
NEAR_BITS = 160
"""Two pictures of one printing differ in about 90 bits of 512, in poor light in 150; other cards in
about 240. Generous, since looking alike is no answer yet."""
_MOST_NEAR = 48
_SHARED_VIEWS = 20_000


class CardMemory:
    """A `Memory` of up to three tiers, safe to use from any thread; nothing that it does raises.

    What is looked up is taken from the quickest tier that has it, and kept in the quicker ones.
    What is remembered goes to all of them, to the slow ones on a thread of its own.

    Args:
        games: whose cards there are.
        store: the tier that lasts; None for none.
        shared: Redis; None for none. Closed together with the memory.
    """

    def __init__(
        self,
        games: Games,
        store: RecognitionStore | None = None,
        shared: SharedCache | None = None,
    ) -> None:
        self._games = games
        self._store = store
        self._exchange = Exchange(shared, self._complain) if shared is not None else None
        self._lock = threading.RLock()
        self._pictures: Shelf[str, ScanResult] = Shelf(L1_SIZE)
        self._views = ViewShelf(L1_SIZE)
        self._shared_views = ViewShelf(_SHARED_VIEWS)
        self._stored = StoredViews(store) if store is not None else None
        self._complained: set[str] = set()
        # What users said that isn't in every tier yet, by fingerprint; None is "not that".
        self._said: dict[int, Printing | None] = {}
        self._confirmed: Confirmed | None = None
        self._writer = CacheWriter()

    def warm_up(self) -> None:
        """Load what near look-ups compare: fingerprints from the store, views from Redis."""
        self.views(0)
        while self._hear_news():
            pass

    def flush(self) -> None:
        """Wait until everything that was to be remembered is."""
        self._writer.flush()

    def close(self) -> None:
        """Write what waits, and end; before the store is closed."""
        self._writer.close()
        if self._exchange is not None:
            self._exchange.close()

    # --- whole pictures ---------------------------------------------------------------------------

    def picture(self, key: str) -> PictureLookup:
        self._hear_news()
        asked = {}
        with self._lock:
            result = self._pictures.get(key)
        asked[Tier.L1] = Outcome.HIT if result else Outcome.MISS
        if result is None and self._exchange is not None:
            result, asked[Tier.REDIS] = self._picture_in(self._exchange.value, key, "Redis")
        if result is None and self._store is not None:
            result, asked[Tier.SQLITE] = self._picture_in(self._store.picture, key, "the store")
            if result is not None and self._exchange is not None:
                found = result
                self._writer.write(lambda: self._share(key, found))
        if result is not None:
            with self._lock:
                self._pictures.put(key, result)
        return PictureLookup(result, asked)

    def keep_picture(self, key: str, result: ScanResult) -> None:
        cards = tuple(replace(card, photo=None, cached=False) for card in result.cards)
        result = replace(result, cards=cards)
        with self._lock:
            self._pictures.put(key, result)
        self._writer.write(lambda: self._write_picture(key, result))

    # --- how cards look ---------------------------------------------------------------------------

    def views(self, fingerprint: int) -> ViewLookup:
        self._hear_news()
        asked = {Tier.L1: Outcome.MISS}
        near = self._near_in(self._views, fingerprint, Tier.L1)
        if self._exchange is not None:
            asked[Tier.REDIS] = Outcome.MISS
            near += self._near_in(self._shared_views, fingerprint, Tier.REDIS)
        if self._store is not None:
            try:
                near += self._near_stored(fingerprint)
                asked[Tier.SQLITE] = Outcome.MISS
            except StoreError as error:
                self._complain(f"{error} What was recognised before can't be looked up.")
                asked[Tier.SQLITE] = Outcome.ERROR
        unique: dict[tuple[int, str], NearView] = {}
        for one in near:
            unique.setdefault((one.view.fingerprint, one.view.printing_id), one)
        return ViewLookup(tuple(sorted(unique.values(), key=lambda n: n.distance)), asked)

    def keep_view(self, view: CardView) -> None:
        with self._lock:
            self._views.put([view])
        self._writer.write(lambda: self._write_view(view))

    # --- what the user says -----------------------------------------------------------------------

    def confirm(self, view: CardView, printing: Printing) -> None:
        """The user says that the card of this fingerprint is this printing, in every tier.

        What the same fingerprint was taken for before is forgotten, and pictures that show the card
        are answered by the user's word from now on.
        """
        view = replace(view, printing_id=printing.id, confirmed=True)
        self._heed(view, printing, own=True)
        with self._lock:
            self._views.put([view])

    def forget(self, fingerprint: int) -> None:
        """The user says that a card of this fingerprint isn't what it was taken for."""
        self._heed(CardView(fingerprint, ""), None, own=True)

    def confirmed(self) -> Confirmed:
        """The users' own cards as references for artwork: printing ids with fingerprints.

        The same object as long as they are the same. Not those of which the word isn't written yet.
        """
        known = self._confirmed
        if known is None:
            try:
                found = self._store.confirmed() if self._store is not None else ()
            except StoreError as error:
                self._complain(f"{error} Cards aren't compared with those that you confirmed.")
                found = ()
            known = self._confirmed = tuple(found)
        return known

    def _heed(self, view: CardView, printing: Printing | None, *, own: bool) -> None:
        """Bring everything in line with what a user said, here or at another desk."""
        fingerprint = view.fingerprint
        changed: dict[str, ScanResult | None] = {}
        with self._lock:
            self._said[fingerprint] = printing
            self._views.forget(fingerprint)
            self._shared_views.forget(fingerprint)
            for key, result in self._pictures.items():
                if shows(result, fingerprint):
                    changed[key] = self._by_word(result, fingerprint, printing)
            for key, corrected in changed.items():
                if corrected is None:
                    self._pictures.drop(key)
                else:
                    self._pictures.put(key, corrected)
        write = partial(self._write_verdict, view, printing, changed, own=own)
        self._writer.write(write, needed=True)

    # --- the other processes ----------------------------------------------------------------------

    def _hear_news(self) -> bool:
        """Take in what other processes remember; whether there may be more.

        Not while their last words aren't written yet: whoever looks something up would wait.
        """
        if self._exchange is None or self._writer.crowded:
            return False
        return self._exchange.hear(self._take_in)

    def _take_in(self, news: News) -> None:
        if news.kind is not Kind.SEEN:
            self._heed(news.view, news.printing, own=False)
        if news.kind is not Kind.FORGOTTEN:
            with self._lock:
                self._shared_views.put([news.view])

    def _share(self, key: str, result: ScanResult | None) -> None:
        if self._exchange is not None:
            self._exchange.share(key, result)

    def _tell(self, kind: Kind, view: CardView, printing: Printing | None = None) -> None:
        if self._exchange is not None:
            self._exchange.tell(News(kind, view, printing))

    # --- on the writer's thread -------------------------------------------------------------------

    def _write_picture(self, key: str, result: ScanResult) -> None:
        with self._lock:
            # A user may have said more about it while this waited.
            current = self._pictures.get(key)
        result = current or result
        self._share(key, result)
        if self._store is not None:
            fingerprints = [c.fingerprint for c in result.cards if c.fingerprint is not None]
            self._store.keep_pictures([(key, pack(key, result), fingerprints)])

    def _write_view(self, view: CardView) -> None:
        self._tell(Kind.SEEN, view)
        if self._store is not None:
            self._store.keep_views([view])

    def _write_verdict(
        self,
        view: CardView,
        printing: Printing | None,
        changed: dict[str, ScanResult | None],
        *,
        own: bool,
    ) -> None:
        try:
            if self._store is not None:
                changed |= self._store_verdict(self._store, view, printing)
            for key, result in changed.items():
                self._share(key, result)
            if own:
                # After Redis was corrected: who hears it will look there.
                self._tell(Kind.CONFIRMED if printing else Kind.FORGOTTEN, view, printing)
        finally:
            self._confirmed = None
            with self._lock:
                if self._said.get(view.fingerprint) is printing:
                    self._said.pop(view.fingerprint, None)

    def _store_verdict(
        self, store: RecognitionStore, view: CardView, printing: Printing | None
    ) -> dict[str, ScanResult | None]:
        """Bring the store in line; returns its pictures as they are now, None for dropped ones."""
        store.forget_views(view.fingerprint)
        if printing is not None:
            store.keep_views([view])
        changed: dict[str, ScanResult | None] = {}
        for key, value in store.pictures_showing(view.fingerprint):
            try:
                changed[key] = self._by_word(unpack(key, value), view.fingerprint, printing)
            except UNUSABLE:
                changed[key] = None
        for key, result in changed.items():
            if result is None:
                store.forget_picture(key)
            else:
                store.keep_pictures([(key, pack(key, result), ())])
        return changed

    def _complain(self, words: str) -> None:
        """Log a warning the first time: a damaged tier would say the same with every card."""
        with self._lock:
            known = words in self._complained
            self._complained.add(words)
        if not known:
            log.warning("%s", words)

    # --- looking up -------------------------------------------------------------------------------

    def _picture_in(
        self, get: Callable[[str], bytes | None], key: str, where: str
    ) -> tuple[ScanResult | None, Outcome]:
        try:
            value = get(key)
            result = None if value is None else self._as_said(unpack(key, value))
        except AwayError:
            return None, Outcome.ERROR
        except OtherVersionError:
            return None, Outcome.MISS  # left by a program that was updated: read anew, and replaced
        except StoreError as error:
            self._complain(f"{error} What was recognised before can't be looked up.")
            return None, Outcome.ERROR
        except UNUSABLE as error:
            self._complain(f"An answer in {where} can't be used and is read anew ({error}).")
            return None, Outcome.ERROR
        return result, Outcome.MISS if result is None else Outcome.HIT

    def _as_said(self, result: ScanResult) -> ScanResult | None:
        """In line with what users said that hasn't reached every tier."""
        with self._lock:
            said = dict(self._said) if self._said else {}
        for fingerprint, printing in said.items():
            if shows(result, fingerprint):
                corrected = self._by_word(result, fingerprint, printing)
                if corrected is None:
                    return None
                result = corrected
        return result

    def _near_in(self, shelf: ViewShelf, fingerprint: int, tier: Tier) -> list[NearView]:
        with self._lock:
            found = shelf.near(fingerprint, NEAR_BITS, _MOST_NEAR)
        return [NearView(view, distance, tier) for view, distance in found]

    def _near_stored(self, fingerprint: int) -> list[NearView]:
        if self._stored is None:
            return []
        near = self._stored.near(fingerprint, NEAR_BITS, _MOST_NEAR)
        found = [NearView(view, distance, Tier.SQLITE) for view, distance in near]
        with self._lock:  # what was said about a look is in memory before it is in the store
            found = [one for one in found if one.view.fingerprint not in self._said]
        return found[:_MOST_NEAR]

    def _by_word(
        self, result: ScanResult, fingerprint: int, printing: Printing | None
    ) -> ScanResult | None:
        """The result by the user's word; None when it is to be forgotten."""
        if printing is None:
            return None
        game = game_of(self._games, printing.game)
        return as_confirmed(result, fingerprint, printing, game)
