"""Where the program keeps its files. Rooms are handed these paths; they never look them up."""

from __future__ import annotations

import os
import shutil
import tempfile
from dataclasses import dataclass
from pathlib import Path

import platformdirs

from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.private import close_to_others, make_private_folder

DATA_DIR_VARIABLE = "CARDSCANNER_DATA_DIR"


@dataclass(frozen=True)
class DataPaths:
    """The files and folders under one data folder.

    Attributes:
        root: the data folder itself; `default_data_dir()` unless the user names another.
    """

    root: Path

    @property
    def database(self) -> Path:
        """The collection's SQLite file."""
        return self.root / "collection.db"

    @property
    def catalogue(self) -> Path:
        """Folder of the catalogue of printings."""
        return self.root / "catalogue"

    @property
    def artwork(self) -> Path:
        """Folder of the fingerprints of printings' pictures; a desk works without it."""
        return self.root / "artwork"

    @property
    def models(self) -> Path:
        """Folder of models that were fetched, none of which the program needs to start."""
        return self.root / "models"

    @property
    def uploads(self) -> Path:
        """Folder of pictures that a service took in and hasn't finished."""
        return self.root / "uploads"

    @property
    def backups(self) -> Path:
        """Folder of the backups that are made by schedule."""
        return self.root / "backups"

    @property
    def logs(self) -> Path:
        """Folder of the log files."""
        return self.root / "logs"

    @property
    def settings(self) -> Path:
        """The settings, as JSON."""
        return self.root / "settings.json"

    @property
    def layout(self) -> Path:
        """The window's size and columns."""
        return self.root / "window.ini"

    def create(self) -> None:
        """Make the data folder if it isn't there, and make sure that it can be written to.

        Raises:
            WorldError: the folder can't be made, or nothing can be written into it.
        """
        try:
            make_private_folder(self.root)
            if self.root == _own_data_dir():
                close_to_others(self.root)  # nobody else's things lie there
            # Permission bits don't tell: a read-only or full disk shows only when we write.
            with tempfile.TemporaryFile(dir=self.root) as probe:
                probe.write(b"?")
        except OSError as error:
            raise WorldError(
                f"The data folder {self.root} can't be written to ({error.strerror or error}). "
                f"Choose another with --data-dir or {DATA_DIR_VARIABLE}."
            ) from error


@dataclass(frozen=True)
class SafePaths(DataPaths):
    """The same collection and catalogue; choices, models and layout are left aside.

    Whatever a choice or a model broke, the window opens on the user's cards.
    """

    @property
    def models(self) -> Path:
        """An empty folder."""
        return self._aside / "models"

    @property
    def artwork(self) -> Path:
        """An empty folder."""
        return self._aside / "artwork"

    @property
    def settings(self) -> Path:
        """Settings that hold as long as this mode is used."""
        return self._aside / "settings.json"

    @property
    def layout(self) -> Path:
        """The usual layout."""
        return self._aside / "window.ini"

    def create(self) -> None:
        """As `DataPaths.create`, with everything that was set aside here before removed."""
        super().create()
        shutil.rmtree(self._aside, ignore_errors=True)
        make_private_folder(self._aside)
        self.settings.write_text('{"offline": true}', encoding="utf-8")

    @property
    def _aside(self) -> Path:
        return self.root / "safe-mode"


def default_data_dir() -> Path:
    """The user's data folder for this program; the variable `CARDSCANNER_DATA_DIR` overrides it."""
    override = os.environ.get(DATA_DIR_VARIABLE)
    if override:
        return Path(override).expanduser().absolute()
    return _own_data_dir()


def _own_data_dir() -> Path:
    return platformdirs.user_data_path("cardscanner", appauthor=False)
