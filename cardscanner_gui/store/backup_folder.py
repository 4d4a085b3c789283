"""The backups that are made by schedule: seven of the last days, four of the last weeks."""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from cardscanner_gui.core.errors import BackupError
from cardscanner_gui.core.private import make_private_folder
from cardscanner_gui.store.backup import BackupInfo, read_backup, write_backup

log = logging.getLogger(__name__)

DAYS, WEEKS = 7, 4
_NAME = re.compile(r"cardscanner-(\d{8}-\d{6})\.zip")
_LAYOUT = "%Y%m%d-%H%M%S"


class BackupFolder:
    """Where scheduled backups lie; what else is in the folder is left alone.

    Args:
        folder: made when the first backup is.
        database: the collection's file.
        version: of this program.
    """

    def __init__(self, folder: Path, database: Path, version: str) -> None:
        self.folder = folder
        self._database = database
        self._version = version

    def files(self) -> list[Path]:
        """The scheduled backups, the newest first."""
        return sorted((p for p in self.folder.glob("cardscanner-*.zip") if _made(p)), reverse=True)

    def last_good(self) -> BackupInfo | None:
        """The newest backup that can be read; None where there is none."""
        for path in self.files():
            try:
                return read_backup(path)
            except BackupError as error:
                log.warning("%s", error)
        return None

    def due(self, now: datetime | None = None) -> bool:
        """Whether today has none yet, and the collection was changed since the last one."""
        now = now or datetime.now()
        newest = next(iter(self.files()), None)
        if newest is None:
            return self._database.exists()
        made = _made(newest)
        return made is not None and made.date() != now.date() and self._changed_since(newest)

    def make(self, now: datetime | None = None) -> BackupInfo:
        """Make one, and remove those that no day or week needs any more. Raises `BackupError`."""
        now = now or datetime.now()
        try:
            make_private_folder(self.folder)
        except OSError as error:
            raise BackupError(f"“{self.folder}” can't be made: {error.strerror}.") from error
        target = self.folder / f"cardscanner-{now.strftime(_LAYOUT)}.zip"
        info = write_backup(self._database, target, self._version)
        self._remove_old()
        return info

    def make_if_due(self) -> BackupInfo | None:
        """Make today's, where it is due. Raises `BackupError`."""
        return self.make() if self.due() else None

    def _changed_since(self, backup: Path) -> bool:
        since = backup.stat().st_mtime
        files = (self._database.with_name(self._database.name + end) for end in ("", "-wal"))
        return any(file.exists() and file.stat().st_mtime > since for file in files)

    def _remove_old(self) -> None:
        files = self.files()
        for path in set(files) - set(kept(files)):
            try:
                path.unlink()
            except OSError as error:
                log.warning("“%s” can't be removed: %s", path, error)


def kept(files: Sequence[Path]) -> list[Path]:
    """Which of these stay: the newest of each of the last days that have one, and of the weeks."""
    chosen: dict[Path, None] = {}
    for layout, most in (("%Y-%m-%d", DAYS), ("%G-%V", WEEKS)):
        periods: dict[str, Path] = {}
        for path in sorted(files, reverse=True):
            made = _made(path)
            if made is not None and len(periods) < most:
                periods.setdefault(made.strftime(layout), path)
        chosen |= dict.fromkeys(periods.values())
    return list(chosen)


def suggested_name() -> str:
    """A backup's name as of now, for the user's own."""
    return f"cardscanner-backup-{time.strftime('%Y-%m-%d')}.zip"


def _made(path: Path) -> datetime | None:
    found = _NAME.fullmatch(path.name)
    if found is None:
        return None
    try:
        return datetime.strptime(found[1], _LAYOUT)
    except ValueError:
        return None
