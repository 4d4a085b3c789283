"""One game's catalogue of printings, read-only."""

from __future__ import annotations

import heapq
import json
import sqlite3
import threading
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any, BinaryIO
from urllib.parse import quote

from cardscanner_gui.catalogue import files, records
from cardscanner_gui.catalogue.fuzzy import FuzzyIndex
from cardscanner_gui.catalogue.kin import Kin
from cardscanner_gui.catalogue.market_ids import MarketIds
from cardscanner_gui.catalogue.schema import APPLICATION_ID, SCHEMA_VERSION
from cardscanner_gui.catalogue.search import search
from cardscanner_gui.core.catalogue import CardSet, MatchRow
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import FIRST_GAME, Printing

_UPDATE = "`cardscanner catalogue update` fetches it."
_MOST_PARAMETERS = 900  # older SQLite takes no more than 999 in one statement


@dataclass(frozen=True)
class CatalogueInfo:
    """What a catalogue is made of.

    Attributes:
        source: name of the source: `TCGdex`.
        version: state of the source's data.
        skipped: files of the source that could not be read.
        digest: names what is in it; two that hold the same sets and printings share it.
        game: id of the game whose printings these are.
        languages: codes of those in which there are names; none where it was built before they
            were noted.
        reduced: its source lacks cards or languages that the game's first source has.
    """

    source: str
    version: str
    built_at: datetime
    printings: int
    sets: int
    path: Path
    where: str = ""
    licence: str = ""
    skipped: tuple[str, ...] = ()
    digest: str = ""
    game: str = FIRST_GAME
    languages: tuple[str, ...] = ()
    reduced: bool = False


class Catalogue:
    """Look-ups in one built catalogue. Safe to use from any thread: each has its own connection."""

    def __init__(self, path: Path) -> None:
        """Use this very file; `Catalogue.open` finds the right one in a folder.

        Raises:
            CatalogueError: damaged, or made by another version of the program.
        """
        self._path = path
        self._local = threading.local()
        self._lock = threading.Lock()
        self._kin: dict[str, Kin] = {}
        self._connections: list[sqlite3.Connection] = []
        self._closed = False
        self._held: BinaryIO = files.hold(path)
        try:
            self._check_header()
            self._info = self._read_info()
        except BaseException:
            self.close()
            raise

    @classmethod
    def open(cls, folder: Path) -> Catalogue:
        """The newest catalogue in the folder that is whole.

        Raises:
            CatalogueError: there is none, or each one is damaged or of another version.
        """
        reason = CatalogueError(f"There is no catalogue yet; {_UPDATE}")
        for path in files.catalogue_files(folder):
            try:
                return cls(path)
            except FileNotFoundError:
                continue
            except CatalogueError as error:
                reason = error
        raise reason

    def close(self) -> None:
        """Close it for every thread; look-ups fail from now on."""
        with self._lock:
            self._closed = True
            connections, self._connections = self._connections, []
        for connection in connections:
            connection.close()
        self._held.close()

    def __enter__(self) -> Catalogue:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def info(self) -> CatalogueInfo:
        """What it is made of, and where it lies."""
        return self._info

    def printing(self, printing_id: str) -> Printing | None:
        """The printing with this id, such as `sv02-012`; None when there is none."""
        rows = self._select(f"{records.PRINTING_QUERY} WHERE p.id = ?", (printing_id,))
        return next((records.printing(row, self._info.game) for row in rows), None)

    def printings(self, keys: Sequence[int]) -> list[Printing]:
        """The printings with these keys, in the order of the keys; unknown ones are left out."""
        found: dict[int, Printing] = {}
        query = records.PRINTING_QUERY.replace("SELECT", "SELECT p.key,", 1)
        for row in self._select_in(f"{query} WHERE p.key IN", keys):
            found[row[0]] = records.printing(row[1:], self._info.game)
        return [found[key] for key in keys if key in found]

    def rows(self, keys: Collection[int]) -> list[MatchRow]:
        """What the matcher compares of these printings, in any order."""
        query = f"{records.MATCH_QUERY} WHERE key IN"
        return [records.match_row(row, self._sets) for row in self._select_in(query, keys)]

    def names_like(self, folded: str, limit: int = 20) -> list[str]:
        """Folded card names like this one: itself, names within it, then the most similar."""
        return self._name_index.like(folded, limit)

    def names_containing(self, folded: str) -> list[str]:
        """Folded card names that this is a part of, those that begin with it first."""
        return self._name_index.containing(folded)

    def phrases_like(self, folded: str, limit: int = 20) -> list[str]:
        """Folded phrases like this one, as `names_like`."""
        return self._phrase_index.like(folded, limit)

    def keys_by_name(self, folded: str) -> list[int]:
        """Printings that bear exactly this folded name in some language."""
        return self._keys(
            "SELECT printing FROM name_printing JOIN name ON key = name WHERE folded = ?", folded
        )

    def keys_by_phrase(self, folded: str) -> list[int]:
        """Printings that bear exactly this folded phrase in some language."""
        return self._keys(
            "SELECT printing FROM phrase_printing JOIN phrase ON key = phrase WHERE folded = ?",
            folded,
        )

    def keys_by_number(self, form: str) -> list[int]:
        """Printings whose number is printed like this: `012/193`, `SWSH174`, `TG03/TG30`."""
        return self._keys("SELECT printing FROM number_form WHERE form = ?", form)

    def keys_by_normal_number(self, number: str) -> list[int]:
        """Printings with this number, whatever its total: `12` finds `012/193`."""
        return self._keys("SELECT key FROM match_row WHERE number_norm = ?", number)

    def keys_by_code(self, code: str) -> list[int]:
        """Printings of the sets with this upper-case set code, by number."""
        return self._keys(
            "SELECT p.key FROM set_code c JOIN printing p ON p.card_set = c.card_set"
            " WHERE c.code = ? ORDER BY p.key",
            code,
        )

    def keys_by_set_name(self, folded: str) -> list[int]:
        """Printings of the sets whose folded name in some language contains this."""
        return self._keys(
            "SELECT p.key FROM card_set s JOIN printing p ON p.card_set = s.key"
            " WHERE instr(s.folded, ?) > 0",
            folded,
        )

    def keys_by_market_id(self, market: str, number: int) -> list[int]:
        """Printings with this number at a marketplace, such as `tcgplayer`, in any variant."""
        return self._market_ids.keys(market, number)

    @cached_property
    def set_codes(self) -> frozenset[str]:
        """Every set code, upper case."""
        return frozenset(code for (code,) in self._select("SELECT DISTINCT code FROM set_code"))

    def printed_names(self, language: str = "en") -> list[str]:
        """Every card's name in one language, as printed."""
        query = "SELECT DISTINCT json_extract(names, ?) FROM printing"
        names = self._select(query, (f'$."{language}"',))
        return sorted(name for (name,) in names if name)

    def fact_texts(self, fact: str, language: str = "en") -> list[str]:
        """Every text in one language of a fact that lists texts by language, such as `attacks`."""
        # Many printings share a list, so Python reads fewer than SQLite would.
        query = "SELECT DISTINCT json_extract(facts, ?) FROM printing"
        lists = [text for (text,) in self._select(query, (f'$."{fact}"',)) if text]
        names = {item.get(language) for text in lists for item in json.loads(text)}
        return sorted(name for name in names if name)

    def illustrators(self) -> list[str]:
        """Every illustrator, as printed."""
        names = self._select("SELECT DISTINCT illustrator FROM printing")
        return sorted(name for (name,) in names if name)

    def kin(self, fact: str) -> Kin:
        """What cards are called elsewhere, by this fact; read at the first call, in 0.3 s."""
        with self._lock:
            found = self._kin.get(fact)
        if found is None:
            query = "SELECT DISTINCT names, json_extract(facts, ?) FROM printing"
            found = Kin(self._select(query, (f'$."{fact}"',)))
            with self._lock:
                self._kin[fact] = found
        return found

    def same_card(self, printing: Printing, limit: int) -> list[Printing]:
        """Printings that bear one of its names, newest first, itself among them."""
        keys = {key for name in printing.names.values() for key in self.keys_by_name(fold(name))}
        return self.printings(self.newest_first(dict.fromkeys(keys, (1.0,)), limit))

    def sets(self) -> list[CardSet]:
        """Every set that has a printing."""
        return list(self._sets.values())

    def set_sizes(self) -> dict[str, int]:
        """How many printings each set has, by its id."""
        counted = self._select(
            "SELECT s.id, count(*) FROM printing AS p JOIN card_set AS s ON s.key = p.card_set"
            " GROUP BY p.card_set"
        )
        return dict(counted)

    def set_printings(self, set_id: str) -> list[Printing]:
        """The printings of one set, in the source's order."""
        rows = self._select(f"{records.PRINTING_QUERY} WHERE s.id = ? ORDER BY p.key", (set_id,))
        return [records.printing(row, self._info.game) for row in rows]

    def set_rows(self, set_id: str) -> list[MatchRow]:
        """What the matcher compares of the printings of one set, in the source's order."""
        query = (
            f"{records.MATCH_QUERY} WHERE key IN (SELECT p.key FROM printing p"
            " JOIN card_set s ON s.key = p.card_set WHERE s.id = ?) ORDER BY key"
        )
        return [records.match_row(row, self._sets) for row in self._select(query, (set_id,))]

    def rows_by_id(self, ids: Collection[str]) -> list[MatchRow]:
        """What the matcher compares of the printings with these ids, in any order."""
        keys = [key for (key,) in self._select_in("SELECT key FROM printing WHERE id IN", ids)]
        return self.rows(keys)

    def search(self, text: str, limit: int = 50) -> list[Printing]:
        """Printings for what a person typed: `PAL 12`, `012/193`, `sprigatito pal`; best first."""
        return self.printings(search(self, text, limit))

    def newest_first(self, ranks: Mapping[int, tuple[float, ...]], limit: int) -> list[int]:
        """The keys with the highest ranks; among equals international, then newer ones first."""
        best = heapq.nlargest(max(limit * 4, 200), ranks, key=lambda key: ranks[key])
        query = (
            "SELECT p.key, s.region = 'international', s.released FROM printing p"
            " JOIN card_set s ON s.key = p.card_set WHERE p.key IN"
        )
        order = {
            key: (*ranks[key], international, released or "", -key)
            for key, international, released in self._select_in(query, best)
        }
        return heapq.nlargest(limit, order, key=lambda key: order[key])

    def preload(self) -> None:
        """Load the names that the first `names_like` would otherwise wait for (about 30 ms)."""
        _ = self._name_index, self._phrase_index, self.set_codes

    @cached_property
    def _sets(self) -> dict[int, CardSet]:
        return dict(map(records.card_set, self._select(records.SET_QUERY)))

    @cached_property
    def _name_index(self) -> FuzzyIndex:
        return FuzzyIndex(folded for (folded,) in self._select("SELECT folded FROM name"))

    @cached_property
    def _market_ids(self) -> MarketIds:
        return MarketIds(self._select("SELECT key, variants FROM printing"))

    @cached_property
    def _phrase_index(self) -> FuzzyIndex:
        return FuzzyIndex(folded for (folded,) in self._select("SELECT folded FROM phrase"))

    def _keys(self, query: str, value: str) -> list[int]:
        return [key for (key,) in self._select(query, (value,))]

    def _select_in(self, query: str, keys: Iterable[int | str]) -> Iterator[tuple[Any, ...]]:
        """`query` ends in `IN`; as many statements as it takes."""
        keys = list(keys)
        for start in range(0, len(keys), _MOST_PARAMETERS):
            some = keys[start : start + _MOST_PARAMETERS]
            yield from self._select(f"{query} ({','.join('?' * len(some))})", some)

    def _select(self, query: str, parameters: Sequence[object] = ()) -> list[tuple[Any, ...]]:
        try:
            return self._connection().execute(query, parameters).fetchall()
        except sqlite3.DatabaseError as error:
            if self._closed:
                raise CatalogueError("The catalogue was closed.") from error
            raise self._damaged(error) from error

    def _connection(self) -> sqlite3.Connection:
        connection: sqlite3.Connection | None = getattr(self._local, "connection", None)
        if connection is None:
            # The file never changes, so SQLite need neither lock it nor look for a journal.
            uri = f"file:{quote(str(self._path.absolute()))}?mode=ro&immutable=1"
            connection = sqlite3.connect(uri, uri=True, check_same_thread=False)
            with self._lock:
                if self._closed:
                    connection.close()
                    raise CatalogueError("The catalogue was closed.")
                self._connections.append(connection)
            self._local.connection = connection
        return connection

    def check(self) -> None:
        """Read every page; takes a fraction of a second.

        Raises:
            CatalogueError: something in it is damaged.
        """
        outcome = self._select("PRAGMA quick_check(1)")
        if outcome != [("ok",)]:
            raise self._damaged(outcome[0][0])

    def _check_header(self) -> None:
        """Raise unless this is a whole catalogue of the version that we read."""
        try:
            pragmas = [
                self._connection().execute(f"PRAGMA {name}").fetchone()[0]
                for name in ("application_id", "user_version", "page_count", "page_size")
            ]
        except sqlite3.DatabaseError as error:
            raise self._damaged(error) from error
        application, version, pages, page_size = pragmas
        if application != APPLICATION_ID:
            raise CatalogueError(f"{self._path.name} is not a catalogue; {_UPDATE}")
        if version != SCHEMA_VERSION:
            raise CatalogueError(
                f"The catalogue was made by another version of this program; {_UPDATE}"
            )
        if pages * page_size != self._path.stat().st_size:
            raise self._damaged("its size is wrong")

    def _read_info(self) -> CatalogueInfo:
        meta = dict(self._select("SELECT name, value FROM meta"))
        with suppress(KeyError, ValueError):
            return CatalogueInfo(
                source=meta["source"],
                version=meta["version"],
                built_at=datetime.fromisoformat(meta["built_at"]),
                printings=int(meta["printings"]),
                sets=int(meta["sets"]),
                path=self._path,
                where=meta["where"],
                licence=meta["licence"],
                skipped=tuple(json.loads(meta["skipped"])),
                # Those of older versions have none: they are told apart by when they were built.
                digest=meta.get("digest", self._path.name),
                game=meta["game"],
                languages=tuple(json.loads(meta.get("languages", "[]"))),
                reduced=json.loads(meta.get("reduced", "false")),
            )
        raise self._damaged("it doesn't say what it is")

    def _damaged(self, why: object) -> CatalogueError:
        return CatalogueError(
            f"The catalogue {self._path} is damaged ({why}); `cardscanner catalogue update`"
            " makes it anew."
        )
