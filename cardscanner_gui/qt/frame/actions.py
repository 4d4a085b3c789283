"""Every action of the window, in its menu, with its shortcut."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtGui import QAction, QActionGroup, QKeySequence
from PySide6.QtWidgets import QMainWindow, QMenu

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

        menu = self._menu("&File")
        self.open_pictures = self._add(menu, "&Open pictures…", standard.Open, "open")
        self.open_folder = self._add(menu, "Open &folder…", "Ctrl+Shift+O", "folder")
        self.watch = self._add(menu, "&Watch a folder…")
        menu.addSeparator()
        self.import_cards = self._add(menu, "&Import…", "Ctrl+I")
        self.export = self._add(menu, "&Export…", "Ctrl+E", "export")
        self.back_up = self._add(menu, "&Back up…")
        self.restore = self._add(menu, "&Restore a backup…")
        menu.addSeparator()
        self.settings = self._add(menu, "&Settings…", "Ctrl+,")
        self.settings.setMenuRole(QAction.MenuRole.PreferencesRole)
        self.models = self._add(menu, "Reading &models…")
        self.quit = self._add(menu, "&Quit", "Ctrl+Q")
        self.quit.setMenuRole(QAction.MenuRole.QuitRole)

        menu = self._menu("&Edit")
        self.undo = self._add(menu, "&Undo", standard.Undo, "undo")
        self.redo = self._add(menu, "&Redo", standard.Redo, "redo")
        menu.addSeparator()
        self.find = self._add(menu, "&Find", standard.Find, "search")
        self.select_all = self._add(menu, "Select &all", standard.SelectAll)
        self.delete = self._add(menu, "&Delete", "Del", "delete")
        self.trash = self._add(menu, "&Trash…")
        menu.addSeparator()
        self.add_cards = self._add(menu, "&Add cards…", "Ctrl+Shift+A", "plus")
        self.changes = self._add(menu, "&Changes…")

        menu = self._menu("&Card")
        enter = [QKeySequence("Return"), QKeySequence("Enter")]
        self.keep = self._add(menu, "&Keep", enter, "keep")
        self.keep_alike = self._add(menu, "Keep &all that ask the same", "A", "keep")
        self.reject = self._add(menu, "Re&ject", "X", "reject")
        self.other_match = self._add(menu, "Other &match…", "M")
        later = [QKeySequence("N"), QKeySequence("PgDown")]
        self.later = self._add(menu, "&Later", later, "next")
        self.confirm_finish = self._add(menu, "The &finish is right", "Y")
        menu.addSeparator()
        self.candidates = [
            self._add(menu, f"Mark candidate &{number}", str(number)) for number in range(1, 9)
        ]
        menu.addSeparator()
        self.stop = self._add(menu, "&Stop scanning", "Ctrl+.", "stop")
        self.pause_batch = self._add(menu, "Pa&use the batch", "Ctrl+Shift+P")
        self.resume_batch = self._add(menu, "&Go on with the batch", "Ctrl+Shift+G")
        self.rejected = self._add(menu, "Rejected &cards…")
        self.problems = self._add(menu, "&Pictures that couldn't be read…")

        self.live = LiveActions(self._menu("&Live"), self._add)

        menu = self._menu("&View")
        self.pages = [
            self._add(menu, title, f"Ctrl+{number}")
            for number, title in enumerate(
                ("&Scan", "&Review", "&Collection", "S&ets", "&Activity"), start=1
            )
        ]
        menu.addSeparator()
        closer = [QKeySequence("Ctrl++"), QKeySequence("Ctrl+=")]
        self.zoom_in = self._add(menu, "Picture c&loser", closer, "zoom_in")
        self.zoom_out = self._add(menu, "Picture f&urther away", "Ctrl+-", "zoom_out")
        self.fit = self._add(menu, "&Whole picture", "Ctrl+0", "fit")
        self.turn = self._add(menu, "&Turn the picture", "R", "turn")
        menu.addSeparator()
        self.themes = self._choices(
            menu.addMenu("C&olours"),
            {"system": "As the s&ystem", "light": "&Light", "dark": "&Dark"},
        )

        self.values = self._add(menu, "&Values…", "Ctrl+Shift+V")

        menu = self._menu("C&atalogue")
        self.update_catalogue = self._add(menu, "&Update the card catalogue", None, "refresh")
        self.stop_update = self._add(menu, "&Stop the update", None, "stop")
        self.rematch = self._add(menu, "&Match waiting cards again")
        menu.addSeparator()
        self.pictures = self._add(menu, "&Fetch pictures of the printings…")

        menu = self._menu("&Help")
        self.guide = self._add(menu, "&Guide", standard.HelpContents)
        self.guide.setObjectName(GUIDE)
        self.keys = self._add(menu, "&Keys", "?")
        self.welcome = self._add(menu, "&Welcome…")
        menu.addSeparator()
        self.about = self._add(menu, "&About Cardscanner")
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
