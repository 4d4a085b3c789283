"""The dialogs that belong to no page: each is made when it is asked for, and gone when closed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QApplication, QMainWindow, QMessageBox

from cardscanner_gui.core.game import Games
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.frame.actions import Actions, connect
from cardscanner_gui.qt.frame.opening import give_help_key, open_dialog
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.style.plain_text import show_literally
from cardscanner_gui.qt.window.work import BackgroundWork
from cardscanner_gui.settings import Settings

if TYPE_CHECKING:
    from cardscanner_gui.qt.window.guide_dialog import GuideDialog


class Dialogs(QObject):
    """Opens them over the window.

    Args:
        version: for the About box.
        models: where reading models are kept; None offers none.
        data_folder: where everything is kept.
        resources: where the samples and the words of licences lie.
        release_address: whom new versions are asked of; empty for nobody.
    """

    scan_wanted = Signal(list)
    """Paths of pictures."""
    models_changed = Signal()
    """The dialog of models was closed: there may be others now."""

    def __init__(
        self,
        work: BackgroundWork,
        actions: Actions,
        version: str,
        models: Path | None,
        games: Games,
        data_folder: Path,
        resources: Path,
        release_address: str,
        window: QMainWindow,
    ) -> None:
        super().__init__(window)
        self._work = work
        self._version = version
        self._models = models
        self._games = games
        self._data_folder = data_folder
        self._resources = resources
        self._release_address = release_address
        self._actions = actions
        self._window = window
        self.guide: GuideDialog | None = None
        for action, slot in (
            (actions.settings, self.show_settings),
            (actions.models, self.show_models),
            (actions.pictures, self.show_pictures),
            (actions.problems, self.show_problems),
            (actions.welcome, self.show_welcome),
            (actions.keys, self.show_keys),
            (actions.about, self.show_about),
        ):
            connect(action, slot)

    def show_settings(self) -> None:
        """Open the settings dialog."""
        from cardscanner_gui.qt.window.settings_dialog import SettingsDialog

        dialog = SettingsDialog(
            self._work.settings.current,
            self._games,
            self._window,
            data_folder=self._data_folder,
            release_address=self._release_address,
        )
        dialog.changed.connect(self._settings_changed)
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

    def show_pictures(self) -> None:
        """Open the dialog of the printings' pictures."""
        from cardscanner_gui.qt.window.pictures_dialog import PicturesDialog

        work = self._work
        if work.printed.offered:
            offline = work.settings.current.offline
            open_dialog(PicturesDialog(work.printed, offline, self._window))

    def show_problems(self) -> None:
        """List the pictures that couldn't be read."""
        from cardscanner_gui.qt.window.problems_dialog import ProblemsDialog

        open_dialog(ProblemsDialog(self._work.scans.failures, self._window))

    def show_about(self) -> None:
        """Say what this is."""
        box = QMessageBox(self._window)
        box.setWindowTitle(tr("About Cardscanner"))
        box.setText(tr("Cardscanner {version}", version=self._version))
        facts = self._work.catalogue.facts
        source = (
            tr(
                "\nCatalogue: {source}, {printings:,} printings.",
                source=facts.source,
                printings=facts.printings,
            )
            if facts
            else ""
        )
        box.setInformativeText(
            tr("Names the exact printing of a card from a picture, on this machine. MIT licence.")
            + source
        )
        licences = box.addButton(tr("Licences…"), QMessageBox.ButtonRole.ActionRole)
        box.addButton(QMessageBox.StandardButton.Close)
        licences.clicked.connect(self.show_licences)
        open_dialog(box)

    def show_licences(self) -> None:
        """List the libraries that this is made of."""
        from cardscanner_gui.parts import parts
        from cardscanner_gui.qt.window.licences_dialog import LicencesDialog

        open_dialog(LicencesDialog(parts(self._resources / "licences"), self._window))

    def show_welcome(self) -> None:
        """Say what a new user should know; the window can be used meanwhile."""
        from cardscanner_gui.qt.window.welcome_dialog import WelcomeDialog

        samples = sorted((self._resources / "samples").glob("*.jpg"))
        catalogue = self._work.catalogue
        titles = [game.title for game in self._games.values()]
        dialog = WelcomeDialog(samples, catalogue.facts, titles, self._window)
        catalogue.opened.connect(dialog.show_catalogue)
        dialog.try_samples.connect(self.scan_wanted)
        dialog.scan_live.connect(self._actions.live.start.trigger)
        dialog.show_models.connect(self.show_models)
        dialog.show_guide.connect(self._actions.guide.trigger)
        show_literally(dialog)
        give_help_key(dialog)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.show()

    def show_keys(self) -> None:
        """Show every key and what it does."""
        from cardscanner_gui.qt.window.keys_dialog import KeysDialog

        open_dialog(KeysDialog(self._window.menuBar(), self._window))

    def show_guide(self, page: Page) -> None:
        """Open the guide at what is on the screen: a dialog, or this page of the window."""
        from cardscanner_gui.qt.window.guide_dialog import GuideDialog
        from cardscanner_gui.qt.window.guide_pages import ABOUT_DIALOGS, ABOUT_PAGES, LIVE
        from cardscanner_gui.resources import guide_dir

        place = LIVE if page is Page.SCAN and self._work.live.running else ABOUT_PAGES[page]
        dialog = QApplication.activeModalWidget() or QApplication.activeWindow()
        if dialog is not None:
            place = ABOUT_DIALOGS.get(type(dialog).__name__, place)
        if self.guide is None:
            # Not a child of the window: a dialog over the window would keep it from being used.
            self.guide = GuideDialog(guide_dir())
        self.guide.show()
        self.guide.raise_()
        self.guide.activateWindow()
        self.guide.go_to(place)

    def close(self) -> None:
        """Close what stands beside the window."""
        if self.guide is not None:
            self.guide.close()

    def _look_after_models(self) -> None:
        self.models_changed.emit()
        self._work.upkeep.check(self._work.settings.current)

    def _settings_changed(self, settings: Settings) -> None:
        # How long a card may be read is the reader's own.
        other = settings.patience != self._work.settings.current.patience
        self._work.settings.apply(settings, self._work.rebuild if other else None)

    def _models_changed(self, settings: Settings) -> None:
        # The new reader looks into the saved settings, so they must be there first.
        self._work.settings.apply(settings, self._work.rebuild)
