"""TCGdex' card database: from its repository, or from a copy on this machine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from cardscanner_gui.catalogue.sources.download import download
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import CardSet, Progress, SourceDescription
from cardscanner_gui.core.types import Printing
from cardscanner_gui.games.pokemon.sources.tcgdex_archive import TcgdexArchive

TCGDEX_ARCHIVE = "https://github.com/tcgdex/cards-database/archive/refs/heads/master.tar.gz"
_NAME = "TCGdex"
_LICENCE = "MIT"


class TcgdexFiles:
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
        archive = TcgdexArchive()
        self.skipped = archive.skipped
        if self._path.is_dir():
            archive.add_folder(self._path, progress, token)
        else:
            archive.add_tar(self._path, progress, token)
        self.version = archive.version
        yield from archive.printings(progress, token)


class TcgdexDownload:
    """The repository's current archive, about 25 MB, fetched when it is read."""

    def __init__(self, url: str = TCGDEX_ARCHIVE) -> None:
        self._url = url
        self.version = ""
        self.skipped: list[str] = []

    def describe(self) -> SourceDescription:
        return SourceDescription(_NAME, self._url, _LICENCE)

    def read(
        self, scratch: Path, progress: Progress, token: CancelToken
    ) -> Iterator[tuple[CardSet, Printing]]:
        path = scratch / "cards-database.tar.gz"
        download(self._url, path, "Downloading the TCGdex card database", progress, token)
        files = TcgdexFiles(path)
        for pair in files.read(scratch, progress, token):
            self.version, self.skipped = files.version, files.skipped
            yield pair
