"""What the user has on this machine: an archive, a folder, a wheel, or a catalogue of ours."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from pathlib import Path

from cardscanner_gui.catalogue.sources.built import SQLITE_HEADER, BuiltCatalogue
from cardscanner_gui.core.catalogue import Source
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.games.pokemon.sources.tcgdex import TcgdexFiles
from cardscanner_gui.games.pokemon.sources.wheel import WheelFile


def local_source(path: Path) -> Source:
    """The source for a file or folder, told by what is in it, not by its name.

    Raises:
        CatalogueError: it isn't there, can't be read, or is none of the kinds that we know.
    """
    try:
        if path.is_dir():
            return TcgdexFiles(_repository_in(path))
        with path.open("rb") as file:
            if file.read(len(SQLITE_HEADER)) == SQLITE_HEADER:
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


def _repository_in(folder: Path) -> Path:
    """The folder itself, or the only one in it, that looks like the unpacked repository."""
    candidates = [folder, *sorted(path for path in folder.iterdir() if path.is_dir())]
    found = [path for path in candidates if (path / "data").is_dir()]
    if not found:
        raise CatalogueError(f"The folder {folder} holds no TCGdex `data` folder.")
    return found[0]
