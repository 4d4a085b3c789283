"""The window's dialogs: each is made when it is asked for, and gone when it is closed."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QDialog, QFileDialog, QMessageBox

from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.core.sessions import Session
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.settings import Settings

if TYPE_CHECKING:
    from cardscanner_gui.qt.window.main_window import MainWindow


class Dialogs(QObject):
    """Opens them over the window, and hands what the user chose there back to it.

    Args:
        lane: where exports are written and models are fetched.
    """

    def __init__(self, window: MainWindow, lane: Lane) -> None:
        super().__init__(window)
        self._window = window
        self._lane = lane

    def show_sessions(self) -> None:
        """Open the list of sessions."""
        from cardscanner_gui.qt.live.sessions_dialog import SessionsDialog

        dialog = SessionsDialog(
            self._window.services, self._window.store, self._window.live, self._window
        )
        dialog.export.connect(self._export_session)
        _open(dialog)

    def _export_session(self, session: Session) -> None:
        from cardscanner_gui.qt.collection.export_dialog import ExportDialog

        dialog = ExportDialog(
            self._window.services,
            self._lane,
            self._window.settings,
            EntryQuery(),
            0,
            lambda then: then([]),
            self._window,
            only=("This session", partial(self._window.services.sessions.entries, session.id)),
        )
        dialog.exported.connect(self._exported)
        _open(dialog)

    def open_pictures(self) -> None:
        """Let the user choose picture files."""
        from cardscanner_gui.capture.collect import SUPPORTED_SUFFIXES

        patterns = " ".join(sorted(f"*{s}" for s in SUPPORTED_SUFFIXES))
        paths, _ = QFileDialog.getOpenFileNames(
            self._window, "Open pictures", "", f"Pictures ({patterns});;All files (*)"
        )
        self._window.scan(paths)

    def open_folder(self) -> None:
        """Let the user choose a folder of pictures."""
        folder = QFileDialog.getExistingDirectory(self._window, "Open a folder of pictures")
        self._window.scan([folder] if folder else [])

    def export(self) -> None:
        """Open the export dialog."""
        from cardscanner_gui.qt.collection.export_dialog import ExportDialog

        page = self._window.collection_page
        on_page = self._window.pages.currentWidget() is page
        dialog = ExportDialog(
            self._window.services,
            self._lane,
            self._window.settings,
            page.model.query,
            len(page.selected_rows()) if on_page else 0,
            page.with_selected_ids,
            self._window,
        )
        dialog.exported.connect(self._exported)
        _open(dialog)

    def show_settings(self) -> None:
        """Open the settings dialog."""
        from cardscanner_gui.qt.window.settings_dialog import SettingsDialog

        dialog = SettingsDialog(self._window.settings, self._window)
        dialog.changed.connect(self._window.apply_settings)
        _open(dialog)

    def show_models(self) -> None:
        """Open the dialog of reading models."""
        from cardscanner_gui.qt.window.models_dialog import ModelsDialog

        if self._window.services.models is None:
            return
        dialog = ModelsDialog(self._window.settings, self._window.services.models, self._window)
        dialog.changed.connect(self._models_changed)
        dialog.installed.connect(self._window.rebuild)
        dialog.finished.connect(self._look_after_models)
        self._window.upkeep.stop()  # the dialog prepares models too
        _open(dialog)

    def _look_after_models(self) -> None:
        self._window.upkeep.check(self._window.settings)

    def show_problems(self) -> None:
        """List the pictures that couldn't be read."""
        from cardscanner_gui.qt.window.problems_dialog import ProblemsDialog

        _open(ProblemsDialog(self._window.scans.failures, self._window))

    def show_about(self) -> None:
        box = QMessageBox(self._window)
        box.setWindowTitle("About Cardscanner")
        box.setText(f"Cardscanner {self._window.services.version}")
        facts = self._window.catalogue.facts
        source = f"\nCatalogue: {facts.source}, {facts.printings:,} printings." if facts else ""
        box.setInformativeText(
            "Names the exact printing of a card from a picture, on this machine." + source
        )
        _open(box)

    def _models_changed(self, settings: Settings) -> None:
        # The new reader looks into the saved settings, so they must be there first.
        self._window.apply_settings(settings, self._window.rebuild)

    def _exported(self, key: str, folder: str) -> None:
        self._window.apply_settings(
            replace(self._window.settings, export_format=key, export_folder=folder)
        )


def _open(dialog: QDialog) -> None:
    """Show a dialog over its window; it is gone when it is closed."""
    dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
    dialog.open()
