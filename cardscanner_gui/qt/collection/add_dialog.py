"""Adding cards without a picture: one by searching, or a whole list of numbers."""

from __future__ import annotations

from dataclasses import asdict, replace
from functools import partial

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHeaderView,
    QLabel,
    QPlainTextEdit,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.card_list import (
    MOST_COPIES,
    FoundLine,
    ListLine,
    find_lines,
    read_lines,
)
from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.copies import CopyDefaults, starting_copy
from cardscanner_gui.core.types import Printing
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.card.other_match import PrintingSearch
from cardscanner_gui.qt.services import WindowCatalogue
from cardscanner_gui.qt.store.catalogue_updates import CatalogueUpdates
from cardscanner_gui.qt.style.fields import ChoiceField
from cardscanner_gui.qt.style.theme import STEP, TITLE_SIZE, scaled_font
from cardscanner_gui.qt.style.words import count, one_line

_PAUSE_MS = 250
_MOST_LINES = 500


class AddDialog(QDialog):
    """Each line of the list is looked up while one types; unclear ones ask which they mean."""

    added = Signal(list)
    """The `Entry`s that the user wants."""

    def __init__(
        self,
        catalogue: CatalogueUpdates,
        defaults: CopyDefaults,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._catalogue = catalogue
        self._defaults = defaults
        self._found: list[FoundLine] = []
        self._picks: dict[str, str | None] = {}
        self._turn = 0
        self.setWindowTitle(tr("Add cards"))
        title = QLabel(tr("Add cards"))
        title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.search = PrintingSearch(catalogue.search)
        self.search.picked.connect(self._picked)
        self.list = QPlainTextEdit()
        self.list.setAccessibleName(tr("List of cards"))
        self.list.setPlaceholderText(tr("One card a line, such as\nPAL 12 x2\n3 Sprigatito SVI 13"))
        self.list.setTabChangesFocus(True)
        self.list.setMinimumHeight(10 * STEP)
        self.lines = QTableWidget(0, 3)
        self.lines.setAccessibleName(tr("What the lines mean"))
        self.lines.setHorizontalHeaderLabels([tr("You wrote"), tr("Card"), tr("Copies")])
        self.lines.verticalHeader().hide()
        self.lines.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.lines.setSelectionMode(QTableWidget.SelectionMode.NoSelection)
        self.lines.setMinimumHeight(12 * STEP)
        header = self.lines.horizontalHeader()
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        header.resizeSection(0, 150)
        header.resizeSection(2, 64)
        self.state = QLabel()
        self.state.setProperty("role", "muted")
        self.state.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Cancel)
        self.button = buttons.addButton(tr("Add"), QDialogButtonBox.ButtonRole.AcceptRole)
        self.button.setProperty("role", "primary")
        buttons.accepted.connect(self._add)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.addWidget(title)
        layout.addWidget(self.search)
        layout.addWidget(self.list, 1)
        layout.addWidget(self.lines, 2)
        layout.addWidget(self.state)
        layout.addWidget(buttons)
        self.resize(640, 560)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(self._look_up)
        self.list.textChanged.connect(self._pause.start)
        self._show_state()
        self.list.setFocus()

    def _picked(self, printing: Printing) -> None:
        line = f"{printing.set_code or printing.set_id} {printing.number}"
        self.list.appendPlainText(line)
        self.search.clear()

    def _look_up(self) -> None:
        lines = read_lines(self.list.toPlainText())[:_MOST_LINES]
        self._turn += 1
        self._catalogue.read(
            partial(_find, lines), partial(self._show, self._turn), self.state.setText
        )

    def _show(self, turn: int, found: list[FoundLine]) -> None:
        if turn != self._turn:
            return
        self._found = found
        self.lines.setRowCount(len(found))
        for row, one in enumerate(found):
            self.lines.setItem(row, 0, QTableWidgetItem(one.line.text))
            copies = QTableWidgetItem(str(one.line.copies or "?"))
            copies.setTextAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
            self.lines.setItem(row, 2, copies)
            if not one.printings or not one.line.copies:
                many = tr("1 to {most:,} copies, please", most=MOST_COPIES)
                self.lines.removeCellWidget(row, 1)
                self.lines.setItem(
                    row, 1, QTableWidgetItem(tr("Not found") if not one.printings else many)
                )
                continue
            choice = ChoiceField()
            if not one.sure:
                choice.addItem(tr("Which one?"), None)
            for printing in one.printings:
                choice.addItem(one_line(printing), printing)
            choice.setCurrentIndex(self._picked_index(one, choice))
            choice.activated.connect(partial(self._pick, one.line.text, choice))
            choice.currentIndexChanged.connect(self._show_state)
            self.lines.setCellWidget(row, 1, choice)
        self._show_state()

    def _pick(self, text: str, choice: ChoiceField, _: int) -> None:
        printing = choice.currentData()
        self._picks[text] = printing.id if printing is not None else None

    def _picked_index(self, one: FoundLine, choice: ChoiceField) -> int:
        """What the user chose for this line before it was looked up again, else the first."""
        ids = [printing.id for printing in one.printings]
        picked = self._picks.get(one.line.text, "")
        if picked is None:
            return max(0, choice.findData(None))
        return ids.index(picked) + choice.count() - len(ids) if picked in ids else 0

    def _chosen(self) -> list[tuple[Printing, int]]:
        chosen = []
        for row, one in enumerate(self._found):
            choice = self.lines.cellWidget(row, 1)
            if isinstance(choice, ChoiceField) and choice.currentData() is not None:
                chosen.append((choice.currentData(), one.line.copies))
        return chosen

    def _show_state(self) -> None:
        chosen = self._chosen()
        cards = sum(copies for _, copies in chosen)
        self.button.setEnabled(bool(chosen))
        self.button.setText(tr("Add {cards}", cards=count(cards, "card")) if chosen else tr("Add"))
        open_lines = len(self._found) - len(chosen)
        self.state.setText(
            tr("{lines} without a card: they are left out.", lines=count(open_lines, "line"))
            if open_lines
            else ""
        )

    def _add(self) -> None:
        entries = []
        for printing, copies in self._chosen():
            copy = replace(starting_copy(printing, None, self._defaults), quantity=copies)
            entries.append(Entry(printing, **asdict(copy)))
        self.accept()
        if entries:
            self.added.emit(entries)


def _find(lines: list[ListLine], catalogue: WindowCatalogue) -> list[FoundLine]:
    return find_lines(lines, catalogue.search)
