"""What the user has on this machine: an archive, a folder, a wheel, or a catalogue of ours."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from collections.abc import Iterator
from pathlib import Path

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.sources.source import CardSet, Progress, Source, SourceDescription
from cardscanner_gui.catalogue.sources.tcgdex import TcgdexFiles
from cardscanner_gui.catalogue.sources.wheel import WheelFile
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.types import Printing

_SQLITE_HEADER = b"SQLite format 3\0"


def local_source(path: Path) -> Source:
    """The source for a file or folder, told by what is in it, not by its name.

    Raises:
        CatalogueError: it isn't there, can't be read, or is none of the kinds that we know.
    """
    try:
        if path.is_dir():
            return TcgdexFiles(_repository_in(path))
        with path.open("rb") as file:
            if file.read(len(_SQLITE_HEADER)) == _SQLITE_HEADER:
                return BuiltCatalogue(path)
        if zipfile.is_zipfile(path):
            return WheelFile(path)
        if tarfile.is_tarfile(path):
            return TcgdexFiles(path)
    except FileNotFoundError as error:
        raise CatalogueError(f"There is no file or folder {path}.") from error
    except OSError as error:
        raise CatalogueError(f"{path} can't be read: {error}.") from error
    except (EOFError, zlib.error):  # begins as a packed file does, and breaks off
        pass
    raise CatalogueError(
        f"{path} holds no card data. A TCGdex archive or folder, the registry's wheel or a"
        " catalogue built before is needed."
    )


class BuiltCatalogue:
    """A catalogue that this program built, here or on another machine."""

    def __init__(self, path: Path) -> None:
        """Raise CatalogueError when it is damaged or of another version."""
        self._path = path
        with Catalogue(path) as catalogue:
            self._info = catalogue.info()
        self.version = self._info.version
        self.skipped = list(self._info.skipped)

    def describe(self) -> SourceDescription:
        return SourceDescription(self._info.source, self._info.where, self._info.licence)

    def read(
        self, scratch: Path, progress: Progress, token: CancelToken
    ) -> Iterator[tuple[CardSet, Printing]]:
        with Catalogue(self._path) as catalogue:
            sets = catalogue.sets()
            for done, card_set in enumerate(sets):
                token.check()
                progress(f"Reading cards: {card_set.id}", done / len(sets))
                for printing in catalogue.set_printings(card_set.id):
                    yield card_set, printing


def _repository_in(folder: Path) -> Path:
    """The folder itself, or the only one in it, that looks like the unpacked repository."""
    candidates = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    found = [path for path in candidates if (path / "data").is_dir()]
    if not found:
        raise CatalogueError(f"The folder {folder} holds no TCGdex `data` folder.")
    return found[0]
