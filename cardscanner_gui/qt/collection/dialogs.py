"""Opens what the collection page shows over itself: adding, details, the log of changes."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from cardscanner_gui.core.collection import Change, Entry
from cardscanner_gui.core.types import Printing
from cardscanner_gui.core.words import language, said, tr
from cardscanner_gui.qt.card.picture_source import PictureSource
from cardscanner_gui.qt.frame.opening import open_dialog
from cardscanner_gui.qt.frame.shell import Shell
from cardscanner_gui.qt.services import WindowCatalogue, WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.store.catalogue_updates import CatalogueUpdates
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.style.words import count

_MOST_OTHERS = 200


class CollectionDialogs(QObject):
    """The dialogs are made when they are asked for; what they show is read off the GUI thread."""

    def __init__(
        self,
        services: WindowServices,
        store: AsyncStore,
        shell: Shell,
        settings: ChosenSettings,
        pictures: PictureSource,
        catalogue: CatalogueUpdates,
        show: Callable[[Printing], None],
        page: QWidget,
    ) -> None:
        super().__init__(page)
        self._services = services
        self._store = store
        self._notice = shell.notice
        self._settings = settings
        self._pictures = pictures
        self._catalogue = catalogue
        self._show = show
        self._page = page

    def add(self) -> None:
        """Add cards by hand."""
        from cardscanner_gui.qt.collection.add_dialog import AddDialog

        dialog = AddDialog(self._catalogue, self._settings.current.defaults, self._page.window())
        dialog.added.connect(lambda entries: self._store.add(entries, self._added))
        open_dialog(dialog)

    def changes(self) -> None:
        """Show who changed what and when."""
        from cardscanner_gui.qt.collection.changes_dialog import LISTED, ChangesDialog
        from cardscanner_gui.store.change_log import ChangeLog

        log = ChangeLog(self._services.database)
        self._store.read(
            partial(log.recent, LISTED),
            lambda found: open_dialog(ChangesDialog(log, self._store, found, self._page.window())),
        )

    def details(self, entry: Entry) -> None:
        """Show all that is known of an entry."""
        from cardscanner_gui.qt.collection.details_dialog import DetailsDialog, Known
        from cardscanner_gui.store.change_log import ChangeLog

        log, scans = ChangeLog(self._services.database), self._services.scans

        def read() -> Known:
            return Known(entry, scans.of_entry(entry.id), log.of_entry(entry.id))

        def show(known: Known) -> None:
            dialog = DetailsDialog(known, self._services.games, self._pictures, self._page.window())
            dialog.shown.connect(self._show)
            dialog.shown.connect(dialog.accept)
            open_dialog(dialog)
            self._catalogue.read(
                partial(_others, entry.printing),
                partial(self._count_others, dialog),
                lambda _: None,
            )

        self._store.read(read, show)

    def _count_others(self, dialog: QObject, printings: Sequence[Printing]) -> None:
        counts = self._services.collection.copies_of

        def show(copies: dict[str, int]) -> None:
            from cardscanner_gui.qt.collection.details_dialog import DetailsDialog

            if isValid(dialog) and isinstance(dialog, DetailsDialog):
                dialog.show_others([(one, copies.get(one.id, 0)) for one in printings])

        self._store.read(lambda: counts([one.id for one in printings]), show)

    def _added(self, change: Change) -> None:
        label = change.label.lower().replace("add ", "added ", 1)
        words = tr(
            "{lines} of your collection: {label}",
            lines=count(len(change.ids), "line"),
            label=label if language() == "en" else said(change.label),
        )
        self._notice.tell(
            words,
            action=tr("Undo"),
            then=partial(self._store.undo_only, change),
        )


def _others(printing: Printing, catalogue: WindowCatalogue) -> list[Printing]:
    return [one for one in catalogue.same_card(printing, _MOST_OTHERS) if one.id != printing.id]
