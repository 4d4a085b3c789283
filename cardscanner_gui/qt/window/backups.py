"""Backups in the window: by the menu, by schedule, restored with a look before."""

from __future__ import annotations

import logging
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QDateTime, QLocale, QObject, QTimer
from PySide6.QtWidgets import QFileDialog, QMessageBox, QWidget

from cardscanner_gui.core.collection import Change, ChangeKind
from cardscanner_gui.core.errors import BackupError, StoreError
from cardscanner_gui.core.words import mark, tr
from cardscanner_gui.qt.frame.actions import connect
from cardscanner_gui.qt.frame.opening import open_dialog
from cardscanner_gui.qt.frame.shell import Shell
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.style.words import count
from cardscanner_gui.qt.window.work import BackgroundWork

if TYPE_CHECKING:
    from cardscanner_gui.store.backup import BackupInfo
    from cardscanner_gui.store.backup_folder import BackupFolder

log = logging.getLogger(__name__)

_LOOK_EVERY_MS = 60 * 60 * 1000
_MATTER = "backup"
_FILTER = mark("Backups (*.zip);;All files (*)")


class Backups(QObject):
    """Makes them in the background; what is restored is asked about, and backed up before."""

    def __init__(
        self, work: BackgroundWork, services: WindowServices, shell: Shell, window: QWidget
    ) -> None:
        super().__init__(window)
        self._work = work
        self._services = services
        self._notice = shell.notice
        self._window = window
        self._clock = QTimer(self)
        self._clock.setInterval(_LOOK_EVERY_MS)
        self._clock.timeout.connect(self.make_if_due)
        connect(shell.actions.back_up, self.back_up)
        connect(shell.actions.restore, self.choose)

    def start(self) -> None:
        """Make today's backup, if it is due, and look again every hour."""
        self.make_if_due()
        self._clock.start()

    def make_if_due(self) -> None:
        """Make today's backup in the background, where there is none and something changed."""
        folder = self.folder()
        if folder is not None and self._work.settings.current.backups:
            self._work.lane.run(folder.make_if_due, None, self._failed)

    def back_up(self) -> None:
        """Ask where to, and write a backup there."""
        from cardscanner_gui.store.backup_folder import suggested_name

        last = Path(self._work.settings.current.backup_folder or Path.home())
        suggested = (last if last.is_dir() else Path.home()) / suggested_name()
        path, _ = QFileDialog.getSaveFileName(
            self._window, tr("Back up to"), str(suggested), tr("Backups (*.zip)")
        )
        if path:
            self.write(path if Path(path).suffix else f"{path}.zip")  # else it isn't offered again

    def write(self, path: str) -> None:
        """Write a backup to this file."""
        from cardscanner_gui.store.backup import write_backup

        self._notice.tell(tr("Backing up…"), stays=True, about=_MATTER)
        database, version = self._services.database.path, self._services.version
        work = partial(write_backup, database, path, version)
        self._work.lane.run(work, self._written, self._failed)

    def _failed(self, words: str) -> None:
        self._notice.tell_failure(words, about=_MATTER)

    def choose(self) -> None:
        """Ask which backup to restore, and show what it holds."""
        folder = self.folder()
        start = self._work.settings.current.backup_folder
        if not start and folder is not None and folder.folder.is_dir():
            start = str(folder.folder)
        path, _ = QFileDialog.getOpenFileName(self._window, tr("Restore from"), start, tr(_FILTER))
        if path:
            self.offer(path)

    def offer(self, path: str | Path) -> None:
        """Show what a backup holds beside what there is, and restore it if the user wants that."""
        from cardscanner_gui.store.backup import describe_collection, read_backup

        database, version = self._services.database.path, self._services.version

        def look() -> tuple[BackupInfo, BackupInfo | None]:
            info = read_backup(path)
            try:
                return info, describe_collection(database, version)
            except StoreError:
                return info, None

        self._work.lane.run(look, self._ask, self._failed)

    def folder(self) -> BackupFolder | None:
        """Where the scheduled ones lie; None where none are made."""
        from cardscanner_gui.store.backup_folder import BackupFolder

        services = self._services
        if services.backups is None:
            return None
        return BackupFolder(services.backups, services.database.path, services.version)

    def _written(self, info: BackupInfo) -> None:
        self._work.settings.change(backup_folder=str(info.path.parent))
        self._notice.tell(
            tr("Backed up {counts} to “{name}”", counts=_counts(info), name=info.path.name),
            about=_MATTER,
        )

    def _ask(self, looked: tuple[BackupInfo, BackupInfo | None]) -> None:
        info, now = looked
        box = QMessageBox(self._window)
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Restore a backup"))
        box.setText(
            tr("Put the backup of {when} in place of your collection?", when=_when(info.made_at))
        )
        lines = [
            tr(
                "The backup holds {counts}; the last card is of {when}.",
                counts=_counts(info),
                when=_when(info.newest),
            )
        ]
        if now is not None:
            lines.append(
                tr(
                    "Your collection holds {counts}, the last of {when}.",
                    counts=_counts(now),
                    when=_when(now.newest),
                )
            )
            lines.append(tr("It is backed up before, so that you can come back to it."))
        box.setInformativeText("\n\n".join(lines))
        sure = box.addButton(tr("Restore"), QMessageBox.ButtonRole.DestructiveRole)
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        sure.clicked.connect(lambda _checked=False: self.restore(info.path))
        open_dialog(box)

    def restore(self, path: Path) -> None:
        """Restore a backup in the background; the window then shows what it holds."""
        self._notice.tell(tr("Restoring…"), stays=True, about=_MATTER)
        work = partial(_restore, self._services, self.folder(), path)
        self._work.store.read(work, self._restored, self._failed)

    def _restored(self, info: BackupInfo) -> None:
        store = self._work.store
        store.tell(Change(ChangeKind.SCANS, ()))
        store.tell(Change(ChangeKind.UPDATED, ()))
        self._notice.tell(
            tr("Restored {counts} of {when}", counts=_counts(info), when=_when(info.made_at)),
            about=_MATTER,
        )


def _restore(services: WindowServices, folder: BackupFolder | None, path: Path) -> BackupInfo:
    from cardscanner_gui.store.backup import restore_backup

    if folder is not None:
        try:
            folder.make()
        except BackupError as error:  # a damaged collection can't be backed up
            log.warning("%s", error)
    return restore_backup(services.database, path)


def _counts(info: BackupInfo) -> str:
    scans, photos = count(info.scans, "scan"), count(info.photos, "photo")
    return tr(
        "{cards}, {scans} and {photos}",
        cards=count(info.copies, "card"),
        scans=scans,
        photos=photos,
    )


def _when(seconds: float) -> str:
    if not seconds:
        return tr("no day")
    moment = QDateTime.fromSecsSinceEpoch(int(seconds))
    return QLocale().toString(moment, QLocale.FormatType.ShortFormat)
