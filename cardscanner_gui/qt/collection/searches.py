"""Searches that the user saved, and the choice between table and photos."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QHBoxLayout,
    QInputDialog,
    QLineEdit,
    QMenu,
    QPushButton,
    QWidget,
)

from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.style.theme import STEP


class SavedSearches(QPushButton):
    """A menu of saved searches; the one that is typed can be saved under a name."""

    def __init__(
        self, settings: ChosenSettings, field: QLineEdit, parent: QWidget | None = None
    ) -> None:
        super().__init__(tr("Filters"), parent)
        self._settings = settings
        self._field = field
        self.setToolTip(tr("Searches that you saved"))
        menu = QMenu(self)
        menu.aboutToShow.connect(self._fill)
        self.setMenu(menu)

    def save(self, name: str) -> None:
        """Keep the search that is typed under this name."""
        text = self._field.text().strip()
        if name.strip() and text:
            searches = {**self._settings.current.searches, name.strip(): text}
            self._settings.change(searches=searches)

    def forget(self, name: str) -> None:
        """Keep it no more."""
        left = {n: text for n, text in self._settings.current.searches.items() if n != name}
        self._settings.change(searches=left)

    def _fill(self) -> None:
        menu = self.menu()
        assert menu is not None
        menu.clear()
        searches = self._settings.current.searches
        for name, text in sorted(searches.items(), key=lambda item: item[0].lower()):
            action = menu.addAction(name.replace("&", "&&"))
            action.setToolTip(text)
            action.triggered.connect(partial(self._use, text))
        if not searches:
            menu.addAction(tr("No filter is saved yet")).setEnabled(False)
        menu.addSeparator()
        save = menu.addAction(tr("Save this search…"))
        save.setEnabled(bool(self._field.text().strip()))
        save.triggered.connect(self._ask_name)
        if searches:
            forget = menu.addMenu(tr("Forget"))
            for name in searches:
                forget.addAction(name.replace("&", "&&")).triggered.connect(
                    partial(self._forget, name)
                )

    def _use(self, text: str, _checked: bool = False) -> None:
        self._field.setText(text)

    def _forget(self, name: str, _checked: bool = False) -> None:
        self.forget(name)

    def _ask_name(self) -> None:
        dialog = QInputDialog(self.window())
        dialog.setWindowTitle(tr("Save this search"))
        dialog.setLabelText(tr("Name:"))
        dialog.setTextValue(self._field.text().strip())
        dialog.textValueSelected.connect(self.save)
        dialog.open()


class ViewChoice(QWidget):
    """Two buttons: a table, or the user's photos; the choice is kept."""

    chosen = Signal()

    def __init__(self, settings: ChosenSettings, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._settings = settings
        self.table_button, self.photos_button = QPushButton(tr("Table")), QPushButton(tr("Photos"))
        group = QButtonGroup(self)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(STEP // 2)
        for button in (self.table_button, self.photos_button):
            button.setCheckable(True)
            button.setProperty("role", "segment")
            group.addButton(button)
            layout.addWidget(button)
        (self.photos_button if settings.current.collection_grid else self.table_button).setChecked(
            True
        )
        self.table_button.setToolTip(tr("One line for each card"))
        self.photos_button.setToolTip(tr("Your photos of the cards"))
        group.buttonClicked.connect(self._clicked)

    @property
    def grid(self) -> bool:
        """Whether photos are shown."""
        return self.photos_button.isChecked()

    def _clicked(self) -> None:
        self._settings.change(collection_grid=self.grid)
        self.chosen.emit()
