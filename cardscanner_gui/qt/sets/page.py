"""The sets page: how complete each set is; a set opens as a grid with its gaps."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFileDialog,
    QLabel,
    QLineEdit,
    QMenu,
    QProgressBar,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.copies import PLAIN_FINISH
from cardscanner_gui.core.errors import ExportError
from cardscanner_gui.core.types import Printing, in_language
from cardscanner_gui.core.words import mark, tr
from cardscanner_gui.qt.frame.header_line import HeaderLine
from cardscanner_gui.qt.frame.opening import open_dialog
from cardscanner_gui.qt.frame.pages import Page, PageWidget
from cardscanner_gui.qt.frame.shell import Shell
from cardscanner_gui.qt.services import WindowCatalogue, WindowServices
from cardscanner_gui.qt.sets.grid import SetGrid, SetPlace
from cardscanner_gui.qt.sets.list import SetLine, SetList, SetOrder, chosen_lines
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.store.catalogue_updates import CatalogueUpdates
from cardscanner_gui.qt.store.lazy_reload import LazyReload
from cardscanner_gui.qt.style.elided_label import ElidedLabel
from cardscanner_gui.qt.style.empty_state import EmptyState
from cardscanner_gui.qt.style.fields import ChoiceField
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.theme import HEADER_HEIGHT, STEP, TITLE_SIZE, scaled_font
from cardscanner_gui.qt.style.words import count, finish_words

if TYPE_CHECKING:
    from cardscanner_gui.store.set_counts import Owned

_Counts = tuple["dict[str, Owned]", dict[str, int], dict[tuple[str, str], int]]
_BLANK, _EMPTY, _NOTHING, _LIST, _GRID = range(5)
_WHY = mark("With it, this page shows how complete each set of your collection is.")


class SetsPage(PageWidget):
    """Counts the collection against the catalogue; both are read off the GUI thread."""

    show_card = Signal(Printing)
    """One of the collection that the user wants to see."""

    def __init__(
        self,
        shell: Shell,
        services: WindowServices,
        store: AsyncStore,
        catalogue: CatalogueUpdates,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._notice = shell.notice
        self._services = services
        self._store = store
        self._catalogue = catalogue
        self._sets: list[SetLine] | None = None
        self._open: SetLine | None = None
        self.counter = ElidedLabel()
        self.title = QLabel(tr("Sets"))
        self.back = QPushButton(tr("All sets"))
        self.bar = QProgressBar()
        self.field = QLineEdit()
        self.begun = QPushButton(tr("Begun"))
        self.every = QPushButton(tr("All"))
        self.order = ChoiceField()
        self.each_finish = QPushButton(tr("Each finish"))
        self.wants = QPushButton(tr("Want list"))
        self._finishes = finish_words(services.games)
        self._printings: list[Printing] = []
        self.list = SetList()
        self.grid = SetGrid()
        self.empty = EmptyState(
            tr("The card catalogue isn't here yet"),
            tr(_WHY),
            tr("Get the catalogue"),
        )
        self.nothing = EmptyState(tr("Nothing found"), "", tr("Show all sets"))
        self._lay_out(shell.icons)
        self._connect()
        shell.pages.offer(Page.SETS, shell.actions.find, self.focus_search)

    def _lay_out(self, icons: IconSet) -> None:
        self.title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.title.setMinimumHeight(HEADER_HEIGHT)
        self.counter.setProperty("role", "muted")
        self.back.setToolTip(tr("Back to all sets (Esc)"))
        icons.give(self.back, "back")
        self.bar.setTextVisible(False)
        self.bar.setFixedWidth(20 * STEP)
        self.field.setPlaceholderText(tr("Search: set or code"))
        self.field.setAccessibleName(tr("Search the sets"))
        self.field.setToolTip(tr("Search the sets (Ctrl+F)"))
        self.field.setClearButtonEnabled(True)
        self.field.setMinimumWidth(100)
        self.field.setMaximumWidth(280)
        self.order.setAccessibleName(tr("Order of the sets"))
        self.order.setToolTip(tr("Order of the sets"))
        self.order.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        for order in SetOrder:
            self.order.addItem(tr(order.value), order)
        self.each_finish.setCheckable(True)
        self.each_finish.setProperty("role", "segment")
        self.each_finish.setToolTip(tr("Count normal, reverse and holo apart"))
        self.wants.setToolTip(tr("What is missing, as a file"))
        menu = QMenu(self.wants)
        menu.addAction(tr("Table (CSV)…")).triggered.connect(partial(self._save_wants, "csv"))
        menu.addAction(tr("Checklist (PDF)…")).triggered.connect(partial(self._save_wants, "pdf"))
        self.wants.setMenu(menu)
        self._choice = QButtonGroup(self)
        for button, tip in (
            (self.begun, tr("Only sets that you have a card of")),
            (self.every, tr("Every set of the catalogue")),
        ):
            button.setCheckable(True)
            button.setProperty("role", "segment")
            button.setToolTip(tip)
            self._choice.addButton(button)
        self.every.setChecked(True)
        header = HeaderLine(2 * STEP)
        header.add(self.back)
        header.add(self.title, gives_way=True)
        header.add(self.bar, gives_way=True)
        header.add(self.counter, 1)
        header.add(self.each_finish)
        header.add(self.wants)
        header.add(self.field, 1)
        header.add(self.order)
        header.add(self.begun)
        header.add(self.every)
        self._stack = QStackedWidget()
        for page in (QWidget(), self.empty, self.nothing, self.list, self.grid):
            self._stack.addWidget(page)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addWidget(header)
        layout.addWidget(self._stack, 1)
        self._show_head()

    def _connect(self) -> None:
        self._lazy = LazyReload(self, self._read)
        self._store.changed.connect(self._lazy.request)
        self._catalogue.opened.connect(self._catalogue_opened)
        self.field.textChanged.connect(self._show_lines)
        self._choice.buttonClicked.connect(self._show_lines)
        self.order.activated.connect(self._show_lines)
        self.each_finish.toggled.connect(self._show_slots)
        self.list.opened.connect(self.open_set)
        self.grid.picked.connect(self.show_card)
        self.back.clicked.connect(self.close_set)
        self.empty.acted.connect(self._catalogue.fetch)
        self.nothing.acted.connect(self._show_all)
        for keys in (QKeySequence("Esc"), QKeySequence.StandardKey.Back):
            shortcut = QShortcut(keys, self.grid)
            shortcut.setContext(Qt.ShortcutContext.WidgetShortcut)
            shortcut.activated.connect(self.close_set)

    @property
    def main_widget(self) -> QWidget:
        """What gets the keyboard when the page is shown."""
        return self.grid if self._open is not None else self.list

    def focus_search(self) -> None:
        """Put the cursor into the search field, in the list of all sets."""
        if self._open is not None:
            self.close_set()
        self.field.setFocus()
        self.field.selectAll()

    def open_set(self, line: SetLine) -> None:
        """Show the grid of one set."""
        self._open = line
        self.grid.cells.show_printings([], {})
        self._show_head()
        self._stack.setCurrentIndex(_GRID)
        self.grid.setFocus()
        self._catalogue.read(
            partial(_printings_of, line.id), partial(self._printings_read, line.id), self._failed
        )

    def close_set(self) -> None:
        """Back to the list, where it was left."""
        self._open = None
        self._show_lines()
        self.list.setFocus()

    def _read(self) -> None:
        if self._sets is None:
            self._catalogue.read(_lines_of, self._lines_read, self._failed)
        else:
            self._count()

    def _catalogue_opened(self) -> None:
        self._sets = None
        self._lazy.request()

    def _lines_read(self, lines: list[SetLine]) -> None:
        first = self._sets is None
        self._sets = lines
        self._count(first=first)

    def _printings_read(self, set_id: str, printings: list[Printing]) -> None:
        if self._open is not None and self._open.id == set_id:
            self._printings = printings
            self._show_slots()

    def _show_slots(self) -> None:
        """Show the open set's printings, or each finish in which they exist."""
        slots = [SetPlace(printing) for printing in self._printings]
        if self.each_finish.isChecked():
            slots = [
                SetPlace(one, finish, self._finishes.get(finish, finish))
                for one in self._printings
                for finish in one.finishes or (PLAIN_FINISH,)
            ]
        self.grid.cells.show_slots(slots, {})
        self._count()

    def _save_wants(self, kind: str, _checked: bool = False) -> None:
        if self._open is None:
            return
        name = tr(
            "{code} want list.{kind}", code=self._open.code or self._open.name, kind=kind
        ).replace("/", "-")
        dialog = QFileDialog(self.window(), tr("Want list"), name)
        dialog.setAcceptMode(QFileDialog.AcceptMode.AcceptSave)
        dialog.setDefaultSuffix(kind)
        dialog.setNameFilter(tr("Table (*.csv)") if kind == "csv" else tr("PDF (*.pdf)"))
        dialog.fileSelected.connect(lambda path: self.write_wants(Path(path)))
        open_dialog(dialog)

    def write_wants(self, path: Path) -> None:
        """Write what the open set lacks; as a checklist where the name ends in `.pdf`."""
        from cardscanner_gui.qt.sets.want_list import Want, write_csv, write_pdf

        if self._open is None:
            return
        title = self._open.name
        wants = [Want(slot.printing, slot.word) for slot in self.grid.cells.gaps()]
        try:
            if path.suffix.lower() == ".pdf":
                write_pdf(title, wants, path)
            else:
                write_csv(wants, path)
        except ExportError as error:
            self._notice.tell_failure(str(error))
            return
        self._notice.tell(tr("“{path}” lists {cards}", path=path, cards=count(len(wants), "card")))

    def _count(self, *, first: bool = False) -> None:
        open_id = self._open.id if self._open is not None else None
        self._store.read(
            partial(self._read_counts, open_id), partial(self._counted, open_id, first)
        )

    def _read_counts(self, open_id: str | None) -> _Counts:
        from cardscanner_gui.store.set_counts import SetCounts

        counts = SetCounts(self._services.database)
        if open_id is None:
            return counts.by_set(), {}, {}
        return counts.by_set(), counts.copies(open_id), counts.finishes(open_id)

    def _counted(
        self,
        open_id: str | None,
        first: bool,
        counts: _Counts,
    ) -> None:
        owned, copies, by_finish = counts
        self._sets = [_with_counts(line, owned.get(line.id)) for line in self._sets or ()]
        if first:  # afterwards it stays as the user chose
            begun = any(line.owned for line in self._sets)
            (self.begun if begun else self.every).setChecked(True)
        if self._open is not None and self._open.id == open_id:
            self._open = next((line for line in self._sets if line.id == open_id), self._open)
            self.grid.cells.show_copies(copies, by_finish)
        self._show_lines()

    def _failed(self, message: str) -> None:
        if self._sets is None:
            self.empty.line.setText(f"{message}. {tr(_WHY)}")
            self._stack.setCurrentIndex(_EMPTY)
            self._show_head()

    def _show_all(self) -> None:
        self.every.setChecked(True)
        self.field.clear()
        self._show_lines()

    def _show_lines(self) -> None:
        text, begun = self.field.text().strip(), self.begun.isChecked()
        lines = chosen_lines(self._sets or (), text, begun=begun, order=self.order.currentData())
        self.list.sets.show_lines(lines)
        self._show_head()
        if self._open is not None:
            return
        what = (
            tr("No set fits “{text}”", text=text) if text else tr("You have no card of any set yet")
        )
        self.nothing.line.setText(
            f"{what}{tr(' among those you have begun') * (begun and bool(text))}."
        )
        waiting = self._stack.currentIndex() == _BLANK
        self._stack.setCurrentIndex(_LIST if lines else _NOTHING)
        if waiting and self.isVisible():
            self.list.setFocus()  # it couldn't have it before it was there

    def _show_head(self) -> None:
        line, sets = self._open, self._sets or ()
        for here in (self.back, self.bar, self.each_finish, self.wants):
            here.setVisible(line is not None)
        for there in (self.field, self.begun, self.every, self.order):
            there.setVisible(line is None)
            there.setEnabled(bool(sets))
        self.title.setText(line.name if line is not None else tr("Sets"))
        if line is not None:
            self.bar.setRange(0, max(1, line.size))
            self.bar.setValue(min(line.owned, line.size))
            self.bar.setAccessibleName(f"{line.name}: {line.words}")
            missing = max(0, line.size - line.owned)
            gaps = tr(" · {missing:,} missing", missing=missing) if missing else ""
            apart = ""
            if self.each_finish.isChecked():
                slots, open_slots = len(self.grid.cells.slots), len(self.grid.cells.gaps())
                apart = tr(
                    " · {slots:,} of {slots2:,} finishes", slots=slots - open_slots, slots2=slots
                )
            self.counter.setText(f"{line.words}{gaps}{apart} · {count(line.copies, 'card')}")
            self.wants.setEnabled(bool(self.grid.cells.gaps()))
        elif sets:
            begun = sum(bool(one.owned) for one in sets)
            complete = sum(one.owned >= one.size for one in sets)
            words = tr("{begun:,} of {sets} begun", begun=begun, sets=count(len(sets), "set"))
            self.counter.setText(
                words + (tr(", {complete:,} complete", complete=complete) if complete else "")
            )
        else:
            self.counter.setText("")


def _lines_of(catalogue: WindowCatalogue) -> list[SetLine]:
    sizes = catalogue.set_sizes()
    return [
        SetLine(
            one.id,
            in_language(one.names) or one.id,
            one.codes[0] if one.codes else "",
            one.released or "",
            sizes.get(one.id, 0),
        )
        for one in catalogue.sets()
    ]


def _printings_of(set_id: str, catalogue: WindowCatalogue) -> list[Printing]:
    return catalogue.set_printings(set_id)


def _with_counts(line: SetLine, owned: Owned | None) -> SetLine:
    if owned is None:
        return replace(line, owned=0, copies=0)
    return replace(line, owned=owned.printings, copies=owned.copies)
