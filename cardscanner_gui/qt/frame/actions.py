"""Every action of the window, in its menu, with its shortcut."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.frame.live_actions import LiveActions
from cardscanner_gui.qt.frame.opening import GUIDE
from cardscanner_gui.qt.style.icons import IconSet

Shortcut = str | QKeySequence | QKeySequence.StandardKey | list[QKeySequence] | None


class Actions:
    """Makes the menus; the window connects and enables what it holds."""

    def __init__(self, window: QMainWindow, icons: IconSet) -> None:
        self._window = window
        self._icons = icons
        standard = QKeySequence.StandardKey

        menu = self._menu(tr("&File"))
        self.open_pictures = self._add(menu, tr("&Open pictures…"), standard.Open, "open")
        self.open_folder = self._add(menu, tr("Open &folder…"), "Ctrl+Shift+O", "folder")
        self.watch = self._add(menu, tr("&Watch a folder…"))
        menu.addSeparator()
        self.import_cards = self._add(menu, tr("&Import…"), "Ctrl+I")
        self.export = self._add(menu, tr("&Export…"), "Ctrl+E", "export")
        self.back_up = self._add(menu, tr("&Back up…"))
        self.restore = self._add(menu, tr("&Restore a backup…"))
        menu.addSeparator()
        self.settings = self._add(menu, tr("&Settings…"), "Ctrl+,")
        self.settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.models = self._add(menu, tr("Reading &models…"))
        self.quit = self._add(menu, tr("&Quit"), "Ctrl+Q")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)

        menu = self._menu(tr("&Edit"))
        self.undo = self._add(menu, tr("&Undo"), standard.Undo, "undo")
        self.redo = self._add(menu, tr("&Redo"), standard.Redo, "redo")
        # Whatever this desktop's own are, people try both.
        usual = [QKeySequence("Ctrl+Shift+Z"), QKeySequence("Ctrl+Y")]
        own = QKeySequence.keyBindings(standard.Redo)
        self.redo.setShortcuts(list(dict.fromkeys([*own, *usual])))
        menu.addSeparator()
        self.find = self._add(menu, tr("&Find"), standard.Find, "search")
        self.select_all = self._add(menu, tr("Select &all"), standard.SelectAll)
        self.delete = self._add(menu, tr("&Delete"), "Del", "delete")
        self.trash = self._add(menu, tr("&Trash…"))
        menu.addSeparator()
        self.add_cards = self._add(menu, tr("&Add cards…"), "Ctrl+Shift+A", "plus")
        self.changes = self._add(menu, tr("&Changes…"))

        menu = self._menu(tr("&Card"))
        enter = [QKeySequence("Return"), QKeySequence("Enter")]
        self.keep = self._add(menu, tr("&Keep"), enter, "keep")
        self.keep_alike = self._add(menu, tr("Keep &all that ask the same"), "A", "keep")
        self.reject = self._add(menu, tr("Re&ject"), "X", "reject")
        self.other_match = self._add(menu, tr("Other &match…"), "M")
        later = [QKeySequence("N"), QKeySequence("PgDown")]
        self.later = self._add(menu, tr("&Later"), later, "next")
        self.confirm_finish = self._add(menu, tr("&Finish and language are right"), "Y")
        menu.addSeparator()
        self.candidates = [
            self._add(menu, tr("Mark candidate &{number}", number=number), str(number))
            for number in range(1, 9)
        ]
        menu.addSeparator()
        self.stop = self._add(menu, tr("&Stop scanning"), "Ctrl+.", "stop")
        self.pause_batch = self._add(menu, tr("Pa&use the batch"), "Ctrl+Shift+P")
        self.resume_batch = self._add(menu, tr("&Go on with the batch"), "Ctrl+Shift+G")
        self.rejected = self._add(menu, tr("Rejected &cards…"))
        self.problems = self._add(menu, tr("&Pictures that couldn't be read…"))

        self.live = LiveActions(self._menu(tr("&Live")), self._add)

        menu = self._menu(tr("&View"))
        self.pages = [
            self._add(menu, title, f"Ctrl+{number}")
            for number, title in enumerate(
                (tr("&Scan"), tr("&Review"), tr("&Collection"), tr("S&ets"), tr("&Activity")),
                start=1,
            )
        ]
        menu.addSeparator()
        closer = [QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")]
        self.zoom_in = self._add(menu, tr("Picture c&loser"), closer, "zoom_in")
        self.zoom_out = self._add(menu, tr("Picture f&urther away"), "Ctrl+-", "zoom_out")
        self.fit = self._add(menu, tr("&Whole picture"), "Ctrl+0", "fit")
        self.turn = self._add(menu, tr("&Turn the picture"), "R", "turn")
        menu.addSeparator()
        self.themes = self._choices(
            menu.addMenu(tr("C&olours")),
            {"system": tr("As the s&ystem"), "light": tr("&Light"), "dark": tr("&Dark")},
        )

        self.values = self._add(menu, tr("&Values…"), "Ctrl+Shift+V")

        menu = self._menu(tr("C&atalogue"))
        self.update_catalogue = self._add(menu, tr("&Update the card catalogue"), None, "refresh")
        self.stop_update = self._add(menu, tr("&Stop the update"), None, "stop")
        self.rematch = self._add(menu, tr("&Match waiting cards again"))
        menu.addSeparator()
        self.pictures = self._add(menu, tr("&Fetch pictures of the printings…"))

        menu = self._menu(tr("&Help"))
        self.guide = self._add(menu, tr("&Guide"), standard.HelpContents)
        self.guide.setObjectName(GUIDE)
        self.keys = self._add(menu, tr("&Keys"), "?")
        self.welcome = self._add(menu, tr("&Welcome…"))
        menu.addSeparator()
        self.about = self._add(menu, tr("&About Cardscanner"))
        self.about.setMenuRole(QAction.MenuRole.AboutRole)

    def _menu(self, title: str) -> QMenu:
        return self._window.menuBar().addMenu(title)

    def _add(self, menu: QMenu, text: str, shortcut: Shortcut = None, icon: str = "") -> QAction:
        action = QAction(text, self._window)
        if isinstance(shortcut, list):
            action.setShortcuts(shortcut)
        elif shortcut is not None:
            action.setShortcut(shortcut)
        if icon:
            self._icons.give(action, icon)
        menu.addAction(action)
        return action

    def _choices(self, menu: QMenu, words: dict[str, str]) -> dict[str, QAction]:
        group = QActionGroup(self._window)
        found = {}
        for key, text in words.items():
            action = self._add(menu, text)
            action.setCheckable(True)
            group.addAction(action)
            found[key] = action
        return found


def connect(action: QAction, slot: Callable[[], object]) -> None:
    """Connect without the `checked` argument that `triggered` brings."""
    action.triggered.connect(lambda _checked=False: slot())
