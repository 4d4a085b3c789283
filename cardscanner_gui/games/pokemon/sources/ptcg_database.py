"""PTCG-database: Japanese and Traditional Chinese cards as their makers' own lists have them."""

from __future__ import annotations

import json
import logging
import tarfile
import zlib
from collections import defaultdict
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePosixPath

from cardscanner_gui.catalogue.sources.download import download
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import CardSet, Progress, SourceDescription
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.types import Printing
from cardscanner_gui.games.pokemon.sources.archives import archive_version, date_of, open_tar
from cardscanner_gui.games.pokemon.sources.ptcg_cards import (
    CHINESE,
    JAPANESE,
    ListedCard,
    listed_card,
)
from cardscanner_gui.games.pokemon.sources.ptcg_sets import sets_of

log = logging.getLogger(__name__)

PTCG_ARCHIVE = "https://github.com/type-null/PTCG-database/archive/refs/heads/main.tar.gz"
FOLDERS = {"data_jp": JAPANESE, "data_tc": CHINESE}
_NAME = "PTCG-database"
_LICENCE = "MIT"
_LARGEST_FILE = 1 << 18
_MOST_CARDS = 300_000


class PtcgFiles:
    """The repository's archive or its unpacked folder, on this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.version = ""
        self.skipped: list[str] = []

    def describe(self) -> SourceDescription:
        return SourceDescription(_NAME, str(self._path), _LICENCE)

    def read(
        self, scratch: Path, progress: Progress, token: CancelToken
    ) -> Iterator[tuple[CardSet, Printing]]:
        files = self._folder(progress, token) if self._path.is_dir() else self._tar(progress, token)
        cards: dict[str, list[ListedCard]] = defaultdict(list)
        for name, content in files:
            language = FOLDERS[name.parts[0]]
            try:
                cards[language].append(listed_card(json.loads(content), name.stem, language))
            except (ValueError, TypeError, AttributeError) as error:
                self.skipped.append(str(name))
                log.warning("Skipped %s: %s", name, str(error)[:120])
            if sum(map(len, cards.values())) > _MOST_CARDS:
                raise CatalogueError(f"{self._path.name} is far larger than a real one; not read.")
        if not cards:
            raise CatalogueError(f"There is no PTCG-database card data in {self._path.name}.")
        token.check()
        yield from sets_of(cards[JAPANESE], cards[CHINESE])

    def _tar(self, progress: Progress, token: CancelToken) -> Iterable[tuple[PurePosixPath, bytes]]:
        size = self._path.stat().st_size or 1
        try:
            with self._path.open("rb") as raw, open_tar(raw) as tar:
                for count, member in enumerate(tar):
                    if count % 500 == 0:
                        token.check()
                        progress("Reading the Japanese and Chinese cards", raw.tell() / size)
                    if count == 0:
                        self.version = archive_version(tar, member)
                    name = PurePosixPath(*PurePosixPath(member.name).parts[1:])
                    if member.isfile() and member.size <= _LARGEST_FILE and _wanted(name):
                        content = tar.extractfile(member)
                        if content is not None:
                            yield name, content.read()
        except (tarfile.TarError, EOFError, zlib.error, OSError) as error:
            raise CatalogueError(
                f"The archive {self._path.name} is damaged or not PTCG-database ({error})."
            ) from error

    def _folder(
        self, progress: Progress, token: CancelToken
    ) -> Iterable[tuple[PurePosixPath, bytes]]:
        try:
            for top in FOLDERS:
                progress("Reading the Japanese and Chinese cards", None)
                paths = sorted((self._path / top).rglob("*.json"))
                for count, path in enumerate(paths):
                    if count % 500 == 0:
                        token.check()
                    yield PurePosixPath(*path.relative_to(self._path).parts), path.read_bytes()
                if paths:
                    self.version = date_of((self._path / top).stat().st_mtime)
        except OSError as error:
            raise CatalogueError(f"The folder {self._path} can't be read: {error}.") from error


class PtcgDownload:
    """The repository's current archive, fetched when it is read."""

    def __init__(self, url: str = PTCG_ARCHIVE) -> None:
        self._url = url
        self.version = ""
        self.skipped: list[str] = []

    def describe(self) -> SourceDescription:
        return SourceDescription(_NAME, self._url, _LICENCE)

    def read(
        self, scratch: Path, progress: Progress, token: CancelToken
    ) -> Iterator[tuple[CardSet, Printing]]:
        path = scratch / "ptcg-database.tar.gz"
        what = "Downloading the Japanese and Chinese cards"
        download(self._url, path, what, progress, token)
        files = PtcgFiles(path)
        for pair in files.read(scratch, progress, token):
            self.version, self.skipped = files.version, files.skipped
            yield pair


def _wanted(name: PurePosixPath) -> bool:
    return len(name.parts) >= 2 and name.parts[0] in FOLDERS and name.suffix == ".json"
