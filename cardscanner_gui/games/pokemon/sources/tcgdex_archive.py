"""Reading a whole TCGdex archive or folder, set by set."""

from __future__ import annotations

import logging
import tarfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path, PurePosixPath
from typing import Any, NamedTuple
from urllib.parse import unquote

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import CardSet, Progress
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.types import ASIA, INTERNATIONAL, Printing
from cardscanner_gui.games.pokemon.numbers import printed_totals
from cardscanner_gui.games.pokemon.sources import tcgdex_files
from cardscanner_gui.games.pokemon.sources.archives import archive_version, date_of, open_tar

log = logging.getLogger(__name__)

_REGIONS = {"data": INTERNATIONAL, "data-asia": ASIA}
_DIGITAL = "Pokémon TCG Pocket"  # a game on the phone: none of its cards was ever printed
_LARGEST_FILE = 1 << 20
_MOST_BYTES = 1 << 30


class _Folder(NamedTuple):
    """Where a set lies: `data`, `Scarlet & Violet`, `Paldea Evolved`."""

    top: str
    series: str
    name: str


class _Series(NamedTuple):
    title: str
    id: str | None


class TcgdexArchive:
    """The `.ts` files of one state of the repository, in memory (about 60 MB)."""

    def __init__(self) -> None:
        self.version = ""
        self.skipped: list[str] = []
        self._series: dict[tuple[str, str], bytes] = {}
        self._sets: dict[_Folder, bytes] = {}
        self._cards: dict[_Folder, dict[str, bytes]] = defaultdict(dict)
        self._bytes = 0

    def add_tar(self, path: Path, progress: Progress, token: CancelToken) -> None:
        """Take in a `.tar.gz` as the repository's host serves it.

        Raises:
            CatalogueError: damaged, or not an archive.
        """
        size = path.stat().st_size or 1
        try:
            with path.open("rb") as raw, open_tar(raw) as tar:
                for count, member in enumerate(tar):
                    if count % 500 == 0:
                        token.check()
                        progress("Reading the archive", min(1.0, raw.tell() / size))
                    if count == 0:
                        self.version = archive_version(tar, member)
                    parts = PurePosixPath(member.name).parts[1:]
                    if member.isfile() and member.size <= _LARGEST_FILE and _wanted(parts):
                        content = tar.extractfile(member)
                        if content is not None:
                            self._add(parts, content.read())
        except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
            raise CatalogueError(
                f"The catalogue archive {path.name} is damaged or not a TCGdex archive ({error})."
            ) from error

    def add_folder(self, folder: Path, progress: Progress, token: CancelToken) -> None:
        """Take in an unpacked copy of the repository.

        Raises:
            CatalogueError: something in it can't be read.
        """
        try:
            self.version = date_of((folder / "data").stat().st_mtime)
            for top in _REGIONS:
                progress(f"Reading the folder: {top}", None)
                for path in sorted((folder / top).rglob("*.ts")):
                    token.check()
                    parts = path.relative_to(folder).parts
                    if _wanted(parts):
                        self._add(parts, path.read_bytes())
        except OSError as error:
            raise CatalogueError(f"The folder {folder} can't be read: {error}.") from error

    def _add(self, parts: tuple[str, ...], content: bytes) -> None:
        self._bytes += len(content)
        if self._bytes > _MOST_BYTES:
            raise CatalogueError("The catalogue archive is far larger than a real one; not read.")
        top, names = parts[0], [part.removesuffix(".ts") for part in parts[1:]]
        if len(names) == 1:
            self._series[top, names[0]] = content
        elif len(names) == 2:
            self._sets[_Folder(top, names[0], names[1])] = content
        elif len(names) == 3:
            self._cards[_Folder(top, names[0], names[1])][unquote(names[2])] = content

    def printings(
        self, progress: Progress, token: CancelToken
    ) -> Iterator[tuple[CardSet, Printing]]:
        """Parse everything: international sets first, then the Asian ones.

        Raises:
            CatalogueError: there isn't one card in it.
        """
        sets = self._parse_sets()
        if not sets:
            raise CatalogueError("There is no TCGdex card data in it.")
        total = sum(len(files) for files in self._cards.values())
        done = 0
        for folder, card_set in sets.items():
            token.check()
            progress(f"Reading cards: {folder.name}", done / total)
            done += len(self._cards[folder])
            for printing in self._parse_cards(folder, card_set):
                yield card_set, printing

    def _parse_sets(self) -> dict[_Folder, CardSet]:
        """The sets that have cards, under ids of their own.

        Some files repeat another set's id, and Asian sets repeat international ones; the set whose
        file bears the id's name keeps it.
        """
        series = self._parse_series()
        parsed: dict[_Folder, dict[str, Any]] = {}
        for folder in sorted(self._cards):
            data = self._parse("/".join(folder) + ".ts", self._sets.get(folder, b""))
            if data is not None:
                parsed[folder] = data
        order = sorted(parsed, key=lambda f: (f.top, parsed[f].get("id") != f.name))
        taken: dict[_Folder, str] = {}
        places: dict[_Folder, str | None] = {}
        for folder in order:
            own = str(parsed[folder].get("id") or folder.name)
            place = _asset_path(series.get(folder[:2]), own)
            # Two sets that give one id would share one place, and their numbers meet there.
            places[folder] = None if place in _of_top(places, folder.top) else place
            free = (i for i in (own, folder.name, f"asia-{own}") if i not in taken.values())
            taken[folder] = next(free, "/".join(folder))
        return {
            folder: tcgdex_files.card_set(
                data,
                taken[folder],
                _REGIONS[folder.top],
                series[folder[:2]].title if folder[:2] in series else folder.series,
                places[folder],
            )
            for folder, data in parsed.items()
        }

    def _parse_series(self) -> dict[tuple[str, ...], _Series]:
        """The series that have a file; Asian ones go by their folder's name."""
        found: dict[tuple[str, ...], _Series] = {}
        for (top, name), content in self._series.items():
            data = self._parse(f"{top}/{name}.ts", content) or {}
            names = data.get("name") if top == "data" else None
            title = str(names.get("en") or name) if isinstance(names, dict) else name
            own_id = str(data.get("id") or "null")
            found[top, name] = _Series(title, None if own_id == "null" else own_id)
        return found

    def _parse_cards(self, folder: _Folder, card_set: CardSet) -> Iterable[Printing]:
        files = self._cards[folder]
        totals = printed_totals(files, card_set)
        for number in sorted(files):
            name = "/".join((*folder, number)) + ".ts"
            data = self._parse(name, files[number])
            if data is not None:
                try:
                    yield tcgdex_files.printing(data, number, totals[number], card_set)
                except (AttributeError, TypeError, ValueError) as error:
                    self._skip(name, error)

    def _parse(self, name: str, content: bytes) -> dict[str, Any] | None:
        """One file's literal; None, and a warning that names it, when it doesn't parse."""
        try:
            return tcgdex_files.parse_literal(content.decode("utf-8"))
        except ValueError as error:
            self._skip(name, error)
            return None

    def _skip(self, name: str, error: Exception) -> None:
        self.skipped.append(name)
        log.warning("Skipped %s: %s", name, str(error)[:120])


def _asset_path(series: _Series | None, set_id: str) -> str | None:
    """Where the asset server keeps a set's pictures: by the ids in the files of series and set."""
    return None if series is None or series.id is None else f"{series.id}/{set_id}"


def _of_top(places: Mapping[_Folder, str | None], top: str) -> set[str | None]:
    return {place for folder, place in places.items() if folder.top == top}


def _wanted(parts: tuple[str, ...]) -> bool:
    return (
        2 <= len(parts) <= 4
        and parts[0] in _REGIONS
        and parts[-1].endswith(".ts")
        and parts[1].removesuffix(".ts") != _DIGITAL
    )
