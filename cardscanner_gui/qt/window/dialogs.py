"""The dialogs that belong to no page: each is made when it is asked for, and gone when closed."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from cardscanner_gui.core.game import Games
from cardscanner_gui.qt.frame.actions import Actions, connect
from cardscanner_gui.qt.frame.opening import open_dialog
from cardscanner_gui.qt.window.work import BackgroundWork
from cardscanner_gui.settings import Settings


class Dialogs(QObject):
    """Opens them over the window.

    Args:
        version: for the About box.
        models: where reading models are kept; None offers none.
        data_folder: where everything is kept.
    """

    def __init__(
        self,
        work: BackgroundWork,
        actions: Actions,
        version: str,
        models: Path | None,
        games: Games,
        data_folder: Path,
        window: QWidget,
    ) -> None:
        super().__init__(window)
        self._work = work
        self._version = version
        self._models = models
        self._games = games
        self._data_folder = data_folder
        self._window = window
        for action, slot in (
            (actions.settings, self.show_settings),
            (actions.models, self.show_models),
            (actions.problems, self.show_problems),
            (actions.about, self.show_about),
        ):
            connect(action, slot)

    def show_settings(self) -> None:
        """Open the settings dialog."""
        from cardscanner_gui.qt.window.settings_dialog import SettingsDialog

        dialog = SettingsDialog(
            self._work.settings.current, self._games, self._window, data_folder=self._data_folder
        )
        dialog.changed.connect(self._work.settings.apply)
        open_dialog(dialog)

    def show_models(self) -> None:
        """Open the dialog of reading models."""
        from cardscanner_gui.qt.window.models_dialog import ModelsDialog

        if self._models is None:
            return
        work = self._work
        dialog = ModelsDialog(work.settings.current, self._models, self._window)
        dialog.changed.connect(self._models_changed)
        dialog.installed.connect(work.rebuild)
        dialog.finished.connect(self._look_after_models)
        work.upkeep.stop()  # the dialog prepares models too
        open_dialog(dialog)

    def show_problems(self) -> None:
        """List the pictures that couldn't be read."""
        from cardscanner_gui.qt.window.problems_dialog import ProblemsDialog

        open_dialog(ProblemsDialog(self._work.scans.failures, self._window))

    def show_about(self) -> None:
        """Say what this is."""
        box = QMessageBox(self._window)
        box.setWindowTitle("About Cardscanner")
        box.setText(f"Cardscanner {self._version}")
        facts = self._work.catalogue.facts
        source = f"\nCatalogue: {facts.source}, {facts.printings:,} printings." if facts else ""
        box.setInformativeText(
            "Names the exact printing of a card from a picture, on this machine." + source
        )
        open_dialog(box)

    def _look_after_models(self) -> None:
        self._work.upkeep.check(self._work.settings.current)

    def _models_changed(self, settings: Settings) -> None:
        # The new reader looks into the saved settings, so they must be there first.
        self._work.settings.apply(settings, self._work.rebuild)
