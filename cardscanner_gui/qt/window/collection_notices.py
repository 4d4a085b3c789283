"""What is said about the collection's file: rows that were set aside, damage to the whole."""

from __future__ import annotations

import logging
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from cardscanner_gui.core.collection import Change, ChangeKind
from cardscanner_gui.core.words import said, tr
from cardscanner_gui.qt.frame.notice import Notice
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.style.marks import Mark
from cardscanner_gui.qt.window.backups import Backups
from cardscanner_gui.qt.window.work import BackgroundWork

if TYPE_CHECKING:
    from cardscanner_gui.store.backup import BackupInfo
    from cardscanner_gui.store.salvage import Salvaged


log = logging.getLogger(__name__)


class CollectionNotices(QObject):
    """Hears of rows that were set aside, on whichever thread, and has the file checked once.

    Args:
        backups: the last good one is offered where the file is damaged.
    """

    _heard = Signal(str)

    def __init__(
        self,
        work: BackgroundWork,
        services: WindowServices,
        notice: Notice,
        backups: Backups,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._backups = backups
        self._lane = work.lane
        self._store = work.store
        self._path = services.database.path
        self._notice = notice
        self._heard.connect(self._tell)
        services.database.tell_notices(self._heard.emit)

    def check(self, whole: Callable[[], None]) -> None:
        """Read the whole file off the GUI thread; damage is told with what can be done about it.

        Args:
            whole: called when there is none.
        """
        self._whole = whole
        self._lane.run(self._look, self._checked)

    def _look(self) -> tuple[str | None, BackupInfo | None]:
        """What is damaged, and the last good backup."""
        from cardscanner_gui.store.salvage import find_damage

        damage = find_damage(self._path)
        folder = self._backups.folder()
        return damage, folder.last_good() if damage is not None and folder is not None else None

    def _tell(self, words: str) -> None:
        self._store.tell(Change(ChangeKind.SCANS, ()))  # every list may be shorter now
        self._notice.tell_failure(words)

    def _checked(self, looked: tuple[str | None, BackupInfo | None]) -> None:
        damage, backup = looked
        if damage is None:
            self._whole()
            return
        log.error("“%s” is damaged: %s", self._path, damage)  # a later notice may cover this one
        if backup is not None:
            self._notice.tell(
                tr(
                    "“{path}” is damaged ({damage}). There is a good backup of it.",
                    path=self._path,
                    damage=said(damage),
                ),
                action=tr("Restore the backup"),
                then=partial(self._backups.offer, backup.path),
                mark=Mark.FAILED,
                stays=True,
            )
            return
        self._notice.tell(
            tr(
                "“{path}” is damaged ({damage}). What can still be read can be saved "
                "into a new file.",
                path=self._path,
                damage=said(damage),
            ),
            action=tr("Save what can be read"),
            then=self._save,
            mark=Mark.FAILED,
            stays=True,
        )

    def _save(self) -> None:
        from cardscanner_gui.store.salvage import salvage

        self._lane.run(partial(salvage, self._path), self._saved, self._notice.tell_failure)

    def _saved(self, salvaged: Salvaged) -> None:
        self._notice.tell(
            tr(
                "“{path}” holds {salvaged}. Close Cardscanner and run “cardscanner "
                "rescue” to go on with what was saved.",
                path=salvaged.path,
                salvaged=said(str(salvaged)),
            ),
            stays=True,
        )
