"""Building a catalogue database out of a source."""

from __future__ import annotations

import hashlib
import json
import logging
import sqlite3
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path

from cardscanner_gui.catalogue import records
from cardscanner_gui.catalogue.schema import APPLICATION_ID, FINISH, SCHEMA_VERSION, TABLES
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import CardSet, Progress, Source
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.game import Game
from cardscanner_gui.core.text import fold
from cardscanner_gui.core.types import FIRST_GAME, Printing

log = logging.getLogger(__name__)


def build_database(
    path: Path, game: Game, source: Source, progress: Progress, token: CancelToken
) -> None:
    """Write everything that `source` gives of a game into a new database at `path`.

    What the source downloads lands beside it.

    Raises:
        CatalogueError: the source can't be read, has no card in it, or the disk is full.
        CancelledError: the token was cancelled; what was written so far is worthless.
    """
    try:
        with closing(sqlite3.connect(path, isolation_level=None)) as connection:
            # Nobody reads it before it is complete, and a failed one is thrown away.
            connection.executescript("PRAGMA journal_mode = OFF; PRAGMA synchronous = OFF;")
            connection.executescript(TABLES)
            connection.execute("BEGIN")
            builder = _Builder(connection, game)
            for card_set, printing in source.read(path.parent, progress, token):
                card_set, printing = _among_games(game, card_set, game.prepare(printing))
                if not builder.add(card_set, printing):
                    log.warning("Skipped a second card %s", printing.id)
                    source.skipped.append(f"{printing.id} (twice)")
            progress("Building the search index", None)
            builder.finish(source)
            connection.execute("COMMIT")
            token.check()
            connection.executescript(FINISH)
            token.check()
            # Written last: without them the file isn't taken for a catalogue.
            connection.execute(f"PRAGMA application_id = {APPLICATION_ID}")
            connection.execute(f"PRAGMA user_version = {SCHEMA_VERSION}")
    except (sqlite3.Error, OSError) as error:
        raise CatalogueError(f"Can't write the catalogue to {path.parent}: {error}.") from error


def _among_games(game: Game, card_set: CardSet, printing: Printing) -> tuple[CardSet, Printing]:
    """The same under ids that no other game has; the first game's are as they always were."""
    mark = "" if game.id == FIRST_GAME else f"{game.id}:"
    if not mark or card_set.id.startswith(mark):
        return card_set, replace(printing, game=game.id)
    set_id = mark + card_set.id
    printing = replace(printing, id=mark + printing.id, set_id=set_id, game=game.id)
    return replace(card_set, id=set_id), printing


class _Builder:
    """Fills the tables; keys count up from 1 in the order of the source."""

    def __init__(self, connection: sqlite3.Connection, game: Game) -> None:
        self._connection = connection
        self._game = game
        self._sets: dict[str, int] = {}
        self._names: dict[str, int] = {}
        self._phrases: dict[str, int] = {}
        self._printings = 0
        self._languages: set[str] = set()
        self._digest = hashlib.blake2b(digest_size=16)
        # Names of cards and phrases recur a dozen times.
        self._fold = lru_cache(maxsize=200_000)(fold)

    def add(self, card_set: CardSet, printing: Printing) -> bool:
        """One printing, and its set when it is the first of it; False if its id is taken."""
        set_key = self._sets.get(card_set.id) or self._add_set(card_set)
        key = self._printings + 1
        execute, executemany = self._connection.execute, self._connection.executemany
        columns = records.printing_columns(key, set_key, printing)
        try:
            execute(_INSERT_PRINTING, columns)
        except sqlite3.IntegrityError:
            return False
        self._digest.update(repr(columns).encode())
        self._languages |= printing.names.keys()
        self._printings = key
        folded = records.Folded.of(printing, self._game, self._fold)
        forms = self._game.number_forms(printing, card_set)
        row = records.match_columns(key, set_key, printing, forms, folded)
        execute(_INSERT_MATCH_ROW, row)
        executemany("INSERT INTO number_form VALUES (?, ?)", [(form, key) for form in forms])
        names = {self._key("name", self._names, name) for name in folded.names}
        executemany("INSERT INTO name_printing VALUES (?, ?)", [(name, key) for name in names])
        phrases = {
            self._key("phrase", self._phrases, form) for phrase in folded.phrases for form in phrase
        }
        executemany("INSERT INTO phrase_printing VALUES (?, ?)", [(p, key) for p in phrases])
        return True

    def finish(self, source: Source) -> None:
        """Write what describes the whole.

        Raises:
            CatalogueError: the source gave no printing at all.
        """
        description = source.describe()
        if self._printings == 0:
            raise CatalogueError(f"There is no card in {description.where}.")
        meta = {
            "game": self._game.id,
            "source": description.name,
            "where": description.where,
            "licence": description.licence,
            "version": source.version,
            "built_at": datetime.now(UTC).isoformat(timespec="seconds"),
            "printings": str(self._printings),
            "sets": str(len(self._sets)),
            "digest": self._digest.hexdigest(),
            "languages": json.dumps(sorted(self._languages)),
            "reduced": json.dumps(description.reduced),
            "skipped": json.dumps(source.skipped, ensure_ascii=False),
        }
        self._connection.executemany("INSERT INTO meta VALUES (?, ?)", meta.items())

    def _add_set(self, card_set: CardSet) -> int:
        self._sets[card_set.id] = key = len(self._sets) + 1
        columns = records.set_columns(key, card_set)
        self._digest.update(repr(columns).encode())
        self._connection.execute(_INSERT_SET, columns)
        self._connection.executemany(
            "INSERT INTO set_code VALUES (?, ?)", [(code, key) for code in set(card_set.codes)]
        )
        return key

    def _key(self, table: str, known: dict[str, int], folded: str) -> int:
        """The key of a name or a phrase, which is added when it is new."""
        key = known.get(folded)
        if key is None:
            known[folded] = key = len(known) + 1
            self._connection.execute(f"INSERT INTO {table} VALUES (?, ?)", (key, folded))
        return key


def _insert(table: str, columns: int) -> str:
    return f"INSERT INTO {table} VALUES ({','.join('?' * columns)})"


_INSERT_SET = _insert("card_set", 12)
_INSERT_PRINTING = _insert("printing", 10)
_INSERT_MATCH_ROW = _insert("match_row", 10)
