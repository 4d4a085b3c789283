"""Cards that come from files of other programs."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from cardscanner_gui.core.collection import Change
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.frame.actions import connect
from cardscanner_gui.qt.frame.opening import open_dialog
from cardscanner_gui.qt.frame.shell import Shell
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.window.work import BackgroundWork


class Importing(QObject):
    """Opens the import dialog, and says what it brought, with the way back."""

    def __init__(
        self, work: BackgroundWork, services: WindowServices, shell: Shell, window: QWidget
    ) -> None:
        super().__init__(window)
        self._work = work
        self._services = services
        self._notice = shell.notice
        self._window = window
        connect(shell.actions.import_cards, self.show_import)

    def show_import(self) -> None:
        """Open the import dialog."""
        from cardscanner_gui.qt.collection.import_dialog import ImportDialog

        work = self._work
        dialog = ImportDialog(self._services, work.lane, work.settings, self._window)
        dialog.imported.connect(self._imported)
        open_dialog(dialog)

    def _imported(self, change: Change, words: str) -> None:
        store = self._work.store
        store.tell(change)
        self._notice.tell(words, action=tr("Undo"), then=partial(store.undo_only, change))
