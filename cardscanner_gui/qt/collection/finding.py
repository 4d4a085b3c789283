"""Searching while one types: what fits, then what is called so in other languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from functools import partial

from PySide6.QtCore import QObject, QTimer
from PySide6.QtWidgets import QLabel

from cardscanner_gui.qt.collection.entry_model import EntryModel
from cardscanner_gui.qt.collection.search_field import SearchField
from cardscanner_gui.qt.services import WindowCatalogue
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.store.catalogue_updates import CatalogueUpdates
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.search.completion import SearchValues
from cardscanner_gui.store.search.language import parse
from cardscanner_gui.store.words import plain_text

_TYPING_PAUSE_MS = 120
Aliases = tuple[tuple[str, tuple[str, ...]], ...]


class Finding(QObject):
    """Asks the model for what stands in the field, and says under it what is wrong there."""

    def __init__(
        self,
        field: SearchField,
        mistake: QLabel,
        model: EntryModel,
        store: AsyncStore,
        catalogue: CatalogueUpdates,
        database: Database,
    ) -> None:
        super().__init__(model)
        self._field = field
        self._mistake = mistake
        self._model = model
        self._store = store
        self._catalogue = catalogue
        self._values = SearchValues(database)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_TYPING_PAUSE_MS)
        self._pause.timeout.connect(self._find)
        mistake.setProperty("role", "muted")
        mistake.setWordWrap(True)
        mistake.hide()
        field.textChanged.connect(self._pause.start)
        field.values_wanted.connect(self._read_values)
        model.mistaken.connect(self._show_mistake)
        model.counted.connect(mistake.hide)

    @property
    def text(self) -> str:
        """What is searched for."""
        return self._field.text().strip()

    def _find(self) -> None:
        text = self.text
        self._model.show_query(replace(self._model.query, text=text, aliases=()))
        words = tuple(" ".join(term.values) for term in parse(text) if not term.field)
        if words:
            self._catalogue.read(
                partial(_called, words), partial(self._aliases_found, text), lambda _: None
            )

    def _aliases_found(self, text: str, aliases: Aliases) -> None:
        if aliases and text == self.text:
            self._model.show_query(replace(self._model.query, text=text, aliases=aliases))

    def _read_values(self) -> None:
        self._store.read(self._values.read, self._field.know)

    def _show_mistake(self, message: str) -> None:
        self._mistake.setText(message)
        self._mistake.show()


def _called(words: Sequence[str], catalogue: WindowCatalogue) -> Aliases:
    found = ((word, catalogue.called(word)) for word in words)
    return tuple((word, tuple(map(plain_text, names))) for word, names in found if names)
