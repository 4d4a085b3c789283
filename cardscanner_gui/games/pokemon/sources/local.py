"""What the user has on this machine: an archive, a folder, a wheel, or a catalogue of ours."""

from __future__ import annotations

import tarfile
import zipfile
import zlib
from pathlib import Path, PurePosixPath

from cardscanner_gui.catalogue.sources.built import SQLITE_HEADER, BuiltCatalogue
from cardscanner_gui.core.catalogue import Source
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.games.pokemon.sources.ptcg_database import FOLDERS, PtcgFiles
from cardscanner_gui.games.pokemon.sources.tcgdex import TcgdexFiles
from cardscanner_gui.games.pokemon.sources.wheel import WheelFile

_LISTS = "data_"  # a folder a list: data_en, data_jp
_LOOKED_AT = 2000
"""So many files of an archive at most are looked at; both repositories show what they are."""


def local_source(path: Path) -> Source:
    """The source for a file or folder, told by what is in it, not by its name.

    Raises:
        CatalogueError: it isn't there, can't be read, or is none of the kinds that we know.
    """
    try:
        if path.is_dir():
            return _folder_source(path)
        with path.open("rb") as file:
            if file.read(len(SQLITE_HEADER)) == SQLITE_HEADER:
                return BuiltCatalogue(path)
        if zipfile.is_zipfile(path):
            return WheelFile(path)
        if tarfile.is_tarfile(path):
            return PtcgFiles(path) if _holds_lists(path) else TcgdexFiles(path)
    except FileNotFoundError as error:
        raise CatalogueError(f"There is no file or folder {path}.") from error
    except OSError as error:
        raise CatalogueError(f"{path} can't be read: {error}.") from error
    except (EOFError, zlib.error):  # begins as a packed file does, and breaks off
        pass
    raise CatalogueError(
        f"{path} holds no card data. A TCGdex or PTCG-database archive or folder, the registry's"
        " wheel or a catalogue built before is needed."
    )


def _folder_source(folder: Path) -> Source:
    """The folder itself, or the only one in it, that looks like an unpacked repository."""
    for one in (folder, *sorted(path for path in folder.iterdir() if path.is_dir())):
        if (one / "data").is_dir():
            return TcgdexFiles(one)
        if any((one / top).is_dir() for top in FOLDERS):
            return PtcgFiles(one)
    raise CatalogueError(f"The folder {folder} holds no TCGdex `data` folder.")


def _holds_lists(path: Path) -> bool:
    """Whether it is PTCG-database's archive: one of its folders comes before any of TCGdex'."""
    try:
        with tarfile.open(path, "r|*") as tar:
            for count, member in enumerate(tar):
                top = PurePosixPath(member.name).parts[1:2]
                if top and top[0].startswith(_LISTS):
                    return True
                if (top and top[0] in ("data", "data-asia")) or count > _LOOKED_AT:
                    return False
    except tarfile.TarError:  # reading it says what is wrong
        pass
    return False
