"""The collection page: search field on top, table, inspector on the right."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import QItemSelectionModel, QPoint, Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractItemView,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.collection import Change, ChangeKind, Entry
from cardscanner_gui.core.types import Printing
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.card.other_match_dialog import OtherMatchDialog
from cardscanner_gui.qt.card.panel import PANEL_WIDTH
from cardscanner_gui.qt.card.picture_source import PictureSource
from cardscanner_gui.qt.collection.deleting import Deleting
from cardscanner_gui.qt.collection.dialogs import CollectionDialogs
from cardscanner_gui.qt.collection.entry_model import EntryModel
from cardscanner_gui.qt.collection.finding import SearchAsTyped
from cardscanner_gui.qt.collection.grid_view import EntryGrid
from cardscanner_gui.qt.collection.inspector import Inspector
from cardscanner_gui.qt.collection.row_menu import row_menu
from cardscanner_gui.qt.collection.search_field import SearchField
from cardscanner_gui.qt.collection.searches import SavedSearches, ViewChoice
from cardscanner_gui.qt.collection.table import EntryTable
from cardscanner_gui.qt.frame.actions import connect
from cardscanner_gui.qt.frame.header_line import HeaderLine
from cardscanner_gui.qt.frame.opening import open_dialog
from cardscanner_gui.qt.frame.pages import Page, PageWidget
from cardscanner_gui.qt.frame.panes import Panes
from cardscanner_gui.qt.frame.shell import Shell
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.store.catalogue_updates import CatalogueUpdates
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.qt.store.lazy_reload import LazyReload
from cardscanner_gui.qt.style.empty_state import EmptyState
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.theme import HEADER_HEIGHT, STEP, TITLE_SIZE, scaled_font
from cardscanner_gui.qt.style.words import count
from cardscanner_gui.store.search.language import quoted


class CollectionPage(PageWidget):
    """Every card the user keeps; sorting, searching and paging happen in SQL.

    Args:
        lane: where exports are written.
    """

    def __init__(
        self,
        shell: Shell,
        services: WindowServices,
        store: AsyncStore,
        settings: ChosenSettings,
        pictures: PictureSource,
        catalogue: CatalogueUpdates,
        lane: Lane,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pages = shell.pages
        self._notice = shell.notice
        self._services = services
        self._store = store
        self._settings = settings
        self._catalogue = catalogue
        self._lane = lane
        self.model = EntryModel(services, store, self)
        self.table = EntryTable(self.model, services.games)
        self.grid = EntryGrid(self.model, pictures)
        self.grid.setSelectionModel(self.table.selectionModel())
        self.field = SearchField()
        self.mistake = QLabel()
        self.counter = QLabel()
        self.inspector = Inspector(services.games, pictures, store, services.scans, shell.icons)
        self.export_button = QPushButton(tr("Export…"))
        self.empty = EmptyState(
            tr("Your collection is empty"),
            tr("Cards you keep are listed here, to sort, search, edit and export."),
            tr("Scan some cards"),
        )
        self.nothing = EmptyState(tr("Nothing found"), "", tr("Clear the search"))
        SearchAsTyped(self.field, self.mistake, self.model, store, catalogue, services.database)
        self._selected: set[int] = set()
        self._deleting = Deleting(services, store, shell.notice, self)
        self.saved = SavedSearches(settings, self.field)
        self.views = ViewChoice(settings)
        self.more = QPushButton(tr("Add…"))
        self.dialogs = CollectionDialogs(
            services, store, shell, settings, pictures, catalogue, self.show_printing, self
        )
        self._lay_out(shell.icons)
        self._connect()
        self._connect_actions(shell)

    def _lay_out(self, icons: IconSet) -> None:
        self._title = title = QLabel(tr("Collection"))
        title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.counter.setProperty("role", "muted")
        self.field.setMinimumWidth(120)
        self.field.setMaximumWidth(360)
        self.export_button.setEnabled(False)
        self.export_button.setToolTip(tr("Write cards to a file for another program (Ctrl+E)"))
        icons.give(self.export_button, "export")
        header = HeaderLine(2 * STEP)
        title.setMinimumHeight(HEADER_HEIGHT)
        header.add_stretch()
        header.add(self.field, 1)
        header.add(self.saved)
        header.add(self.views)
        # The menu and keys have both too.
        header.add(self.more, gives_way=True)
        header.add(self.export_button, gives_way=True)
        header.put_first(self.counter)
        header.put_first(title)
        self.more.setToolTip(tr("Add cards by hand, or a list of their numbers"))
        self._tables = QStackedWidget()
        for view in (self.table, self.nothing, self.grid):
            self._tables.addWidget(view)
        titles = (tr("Cards"), tr("The selected card"))
        self.panes = work = Panes(self._tables, self.inspector, titles, PANEL_WIDTH)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(work)
        self._stack.addWidget(QWidget())  # nothing is claimed before the store was asked
        self._stack.setCurrentIndex(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(header)
        layout.addWidget(self.mistake)
        layout.addWidget(self._stack, 1)

    def _connect(self) -> None:
        header = self.table.horizontalHeader()
        header.sortIndicatorChanged.connect(self.model.sort)
        self.table.selectionModel().selectionChanged.connect(self._selection_changed)
        self.model.counted.connect(self._show_count)
        self.model.edited.connect(self._cell_edited)
        self.model.refused.connect(self._notice.tell_failure)
        self.table.opened.connect(self._open_row)
        self.grid.doubleClicked.connect(lambda index: self._open_row(index.row()))
        for view in (self.table, self.grid):
            view.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
            view.customContextMenuRequested.connect(partial(self._row_menu, view))
            for key in ("Return", "Enter"):
                shortcut = QShortcut(QKeySequence(key), view)
                shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
                shortcut.activated.connect(self.details)
        self.views.chosen.connect(self._show_view)
        self.more.clicked.connect(self.dialogs.add)
        self.inspector.own.refused.connect(self._notice.tell_failure)
        self.inspector.details.connect(self.details)
        self.model.refreshed.connect(self._restore_selection)
        self.model.dataChanged.connect(self._rows_arrived)
        self.export_button.clicked.connect(self.export)
        self.empty.acted.connect(partial(self._pages.show_page, Page.SCAN))
        self.nothing.acted.connect(self.field.clear)
        self.inspector.edited.connect(self._edited)
        self.inspector.count_more.connect(self.count_more)
        self.inspector.delete.connect(self.delete)
        self.inspector.other_match.connect(self.other_match)
        self._lazy = LazyReload(self, self.model.reload)
        self._store.changed.connect(self._store_changed)

    def _connect_actions(self, shell: Shell) -> None:
        actions, pages = shell.actions, shell.pages
        connect(actions.export, self.export)
        connect(actions.trash, self._deleting.show_trash)
        connect(actions.changes, self.dialogs.changes)
        connect(actions.add_cards, self.dialogs.add)
        pages.offer(Page.COLLECTION, actions.select_all, self.select_all)
        pages.offer(Page.COLLECTION, actions.delete, self.delete)
        pages.offer(Page.COLLECTION, actions.confirm_finish, self.inspector.form.confirm_all)
        pages.offer(Page.COLLECTION, actions.other_match, self.other_match)
        for page in (Page.SCAN, Page.COLLECTION, Page.ACTIVITY):  # the others have their own
            pages.offer(page, actions.find, self.search)

    @property
    def main_widget(self) -> QWidget:
        return self.grid if self.views.grid else self.table

    def selected_rows(self) -> list[int]:
        """Rows that are selected, from the top."""
        # By ranges: a list of 50,000 indexes would take too long.
        ranges = self.table.selectionModel().selection().toList()
        rows = {row for part in ranges for row in range(part.top(), part.bottom() + 1)}
        return sorted(rows)

    def selected_entries(self) -> list[Entry]:
        """The selected entries that are here; those of rows never looked at are not."""
        found = (self.model.entry(row) for row in self.selected_rows())
        return [entry for entry in found if entry is not None]

    def search(self) -> None:
        """Go to this page and put the cursor into the search field."""
        self._pages.show_page(Page.COLLECTION)
        self.field.setFocus()
        self.field.selectAll()

    def show_printing(self, printing: Printing) -> None:
        """Go to this page and search for a printing."""
        self.field.setText(f"id:{quoted(printing.id)}")
        self._pages.show_page(Page.COLLECTION)

    def select_all(self) -> None:
        self.table.selectAll()

    def export(self) -> None:
        """Open the export dialog: everything, what the search found, or what is selected."""
        from cardscanner_gui.qt.collection.export_dialog import ExportDialog

        here = self._pages.current is Page.COLLECTION
        dialog = ExportDialog(
            self._services,
            self._lane,
            self._settings,
            self.model.query,
            len(self.selected_rows()) if here else 0,
            self.with_selected_ids,
            self.window(),
        )
        open_dialog(dialog)

    def with_selected_ids(self, then: Callable[[list[int]], None]) -> None:
        """Call `then` with the ids of everything selected, reading those that aren't here."""
        rows = self.selected_rows()
        entries = self.selected_entries()
        if len(entries) == len(rows):
            then([entry.id for entry in entries])
            return
        query = self.model.query

        def read() -> list[int]:
            ids = self._services.collection.ids(query)
            return [ids[row] for row in rows if row < len(ids)]

        self._store.read(read, then)

    def delete(self) -> None:
        """Delete the selected entries; it can be undone."""
        lines = len(self.selected_rows())
        if lines:
            self._deleting.delete(lines, self.with_selected_ids)

    def other_match(self) -> None:
        """Ask which printing the selected entry is."""
        entries = self.selected_entries()
        if len(entries) != 1:
            return
        entry = entries[0]
        dialog = OtherMatchDialog(
            [(entry.printing, ())],
            entry.printing,
            self._catalogue.search,
            self,
            language=entry.language,
        )
        dialog.finished.connect(partial(self._other_chosen, entry.id, dialog))
        open_dialog(dialog)

    def _other_chosen(self, entry_id: int, dialog: OtherMatchDialog, _: int) -> None:
        if dialog.printing is not None:
            self._store.change_printing(entry_id, dialog.printing)

    def _edited(self, field: str, value: object) -> None:
        self.with_selected_ids(lambda ids: self._store.update(ids, {field: value}, self._updated))

    def _updated(self, change: Change) -> None:
        if change.kind is ChangeKind.MERGED:
            self._selected = set(change.ids)
            self._notice.tell(
                tr("Lines that became the same are one line now"),
                action=tr("Undo"),
                then=partial(self._store.undo_only, change),
            )

    def count_more(self, by: int) -> None:
        """Add so many copies to each selected entry, or take them; one is always left."""
        self.with_selected_ids(lambda ids: self._store.count_more(ids, by))

    def _cell_edited(self, entry_id: int, field: str, value: object) -> None:
        self._store.update([entry_id], {field: value}, self._updated)

    def details(self) -> None:
        """Show all that is known of the selected card."""
        entries = self.selected_entries()
        if len(entries) == 1:
            self.dialogs.details(entries[0])

    def _open_row(self, row: int) -> None:
        entry = self.model.entry(row)
        if entry is not None:
            self.dialogs.details(entry)

    def _row_menu(self, view: QAbstractItemView, place: QPoint) -> None:
        if self.selected_rows():
            menu = row_menu(self, self.selected_entries())
            menu.popup(view.viewport().mapToGlobal(place))

    def tag(self, *, add: Sequence[str] = (), drop: Sequence[str] = ()) -> None:
        """Give the selected entries tags, or take some."""
        self.with_selected_ids(
            lambda ids: self._store.tag(ids, add=add, drop=drop, then=self._updated)
        )

    def edit_selected(self, field: str, value: object) -> None:
        """Set a field of `Copy` in every selected entry."""
        self._edited(field, value)

    def _show_view(self) -> None:
        if self._tables.currentWidget() is not self.nothing:
            self._tables.setCurrentWidget(self.main_widget)
            self.main_widget.setFocus()

    def _show_count(self, entries: int, copies: int) -> None:
        searching = bool(self.model.query.text)
        self._stack.setCurrentIndex(0 if entries == 0 and not searching else 1)
        self.nothing.line.setText(
            tr("No card in your collection fits “{text}”.", text=self.model.query.text)
        )
        self._tables.setCurrentWidget(self.nothing if entries == 0 else self.main_widget)
        words = count(entries, "line") if copies < 0 else count(copies, "card")
        if copies not in (-1, entries):
            words += tr(" in {lines}", lines=count(entries, "line"))
        if copies >= 0 or not entries:  # not for the moment between the two
            self.counter.setText(words if entries else "")
        self.export_button.setEnabled(entries > 0 or searching)
        self.field.setEnabled(entries > 0 or searching)

    def _selection_changed(self) -> None:
        entries = self.selected_entries()
        self._selected = {entry.id for entry in entries}
        self.inspector.show_entries(entries, len(self.selected_rows()))

    def _restore_selection(self) -> None:
        """After a change, the same entries are selected wherever they stand now."""
        selection = self.table.selectionModel()
        wanted, found = self._selected, []
        for row in range(min(self.model.rowCount(), 1000)):
            entry = self.model.entry(row)
            if entry is not None and entry.id in wanted:
                found.append(row)
        if found and found != self.selected_rows() and len(found) == len(wanted):
            selection.clearSelection()
            flags = QItemSelectionModel.SelectionFlag
            for row in found:
                selection.select(self.model.index(row, 0), flags.Select | flags.Rows)
        elif self.model.rowCount() and not self.selected_rows():
            self.table.selectRow(0)
        else:
            self._selection_changed()

    def _rows_arrived(self) -> None:
        if len(self.inspector.entries) != len(self.selected_rows()):
            self._selection_changed()

    def _store_changed(self, change: Change) -> None:
        if change.kind is ChangeKind.DELETED:
            self._selected -= set(change.ids)
        self.field.know(None)
        self.grid.photos.forget()
        self._lazy.request()
