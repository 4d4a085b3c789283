"""The collection's table: columns that the user chooses, and cells that are edited in place."""

from __future__ import annotations

from collections.abc import Mapping

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, Qt, Signal
from PySide6.QtGui import QMouseEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QLineEdit,
    QMenu,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from cardscanner_gui.core.game import Games
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.collection.columns import ALL
from cardscanner_gui.qt.collection.entry_model import EntryModel
from cardscanner_gui.qt.collection.group_headings import GroupHeadings
from cardscanner_gui.qt.style.fields import ChoiceField, NumberField
from cardscanner_gui.qt.style.theme import STEP
from cardscanner_gui.qt.style.words import CONDITIONS, LANGUAGE_NAMES, finish_words

Index = QModelIndex | QPersistentModelIndex
_MOST_COPIES = 9_999
_SORTED_AT_FIRST = next(n for n, column in enumerate(ALL) if column.title == "Added")


class EntryTable(QTableView):
    """F2, or a double click into a cell that can be edited, edits it; Enter shows the card."""

    opened = Signal(int)
    """The row whose card is to be shown."""

    def __init__(self, model: EntryModel, games: Games, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(model)
        self.headings = GroupHeadings(self, model)
        self.setItemDelegate(CellEditors(games, self.headings, self))
        self.setAccessibleName(tr("Collection"))
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.ExtendedSelection)
        self.setEditTriggers(
            QAbstractItemView.EditTrigger.DoubleClicked
            | QAbstractItemView.EditTrigger.EditKeyPressed
        )
        self.setAlternatingRowColors(True)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        self.verticalHeader().setDefaultSectionSize(4 * STEP)
        header = self.horizontalHeader()
        header.setHighlightSections(False)
        header.setSectionsMovable(True)
        header.setMinimumSectionSize(7 * STEP)
        header.setSortIndicator(_SORTED_AT_FIRST, Qt.SortOrder.DescendingOrder)
        header.setSortIndicatorShown(True)
        header.setSectionsClickable(True)
        header.setContextMenuPolicy(Qt.ContextMenuPolicy.CustomContextMenu)
        header.customContextMenuRequested.connect(self._offer_columns)
        for number, column in enumerate(ALL):
            needed = self.horizontalHeader().sectionSizeHint(number)
            self.setColumnWidth(number, max(column.width, needed))
            self.setColumnHidden(number, not column.shown)
        header.sectionResized.connect(self._give_name_the_rest)
        self.doubleClicked.connect(self._double_clicked)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._give_name_the_rest()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        self.headings.paint(QPainter(self.viewport()))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        place = event.position().toPoint()
        if self.headings.is_at(place):
            self.headings.select_group_at(place)
        else:
            super().mousePressEvent(event)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        if not self.headings.is_at(event.position().toPoint()):  # no cell lies there
            super().mouseDoubleClickEvent(event)

    def _give_name_the_rest(self, resized: int = -1) -> None:
        """The name takes what the other columns leave, and always enough to be read.

        Qt's own stretching squeezes it to next to nothing where the others take all the room.
        """
        if resized == 0:
            return
        # Layouts that were kept before have it stretched.
        self.horizontalHeader().setSectionResizeMode(0, QHeaderView.ResizeMode.Fixed)
        others = self.horizontalHeader().length() - self.columnWidth(0)
        self.setColumnWidth(0, max(ALL[0].width, self.viewport().width() - others))

    def columns_menu(self, parent: QWidget) -> QMenu:
        """A menu in which the user chooses columns; the first always stays."""
        menu = QMenu(parent)
        for number, column in enumerate(ALL[1:], start=1):
            action = menu.addAction(tr(column.title))
            action.setCheckable(True)
            action.setChecked(not self.isColumnHidden(number))
            action.toggled.connect(lambda on, n=number: self.setColumnHidden(n, not on))
        return menu

    def _offer_columns(self, place: QPoint) -> None:
        menu = self.columns_menu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        menu.popup(self.horizontalHeader().mapToGlobal(place))

    def _double_clicked(self, index: Index) -> None:
        if not ALL[index.column()].field:
            self.opened.emit(index.row())


class CellEditors(QStyledItemDelegate):
    """A field for each kind of cell; cells lie below the heading in their row, if there is one."""

    def __init__(
        self, games: Games, headings: GroupHeadings, parent: QWidget | None = None
    ) -> None:
        super().__init__(parent)
        self._headings = headings
        self._choices: Mapping[str, Mapping[str, str]] = {
            "finish": finish_words(games),
            "condition": CONDITIONS,
            "language": LANGUAGE_NAMES,
        }

    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        field = ALL[index.column()].field
        if field in self._choices:
            choice = ChoiceField(parent)
            for key, words in self._choices[field].items():
                choice.addItem(words, key)
            choice.activated.connect(lambda _: self._done(choice))
            return choice
        if field == "quantity":
            number = NumberField(parent)
            number.setRange(1, _MOST_COPIES)
            return number
        return QLineEdit(parent)

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        super().paint(painter, self._below_heading(option, index), index)

    def updateEditorGeometry(
        self, editor: QWidget, option: QStyleOptionViewItem, index: Index
    ) -> None:
        super().updateEditorGeometry(editor, self._below_heading(option, index), index)

    def _below_heading(self, option: QStyleOptionViewItem, index: Index) -> QStyleOptionViewItem:
        lower = QStyleOptionViewItem(option)
        lower.rect = option.rect.adjusted(0, self._headings.height(index.row()), 0, 0)
        return lower

    def setEditorData(self, editor: QWidget, index: Index) -> None:
        value = index.data(Qt.ItemDataRole.EditRole)
        if isinstance(editor, ChoiceField):
            editor.setCurrentIndex(editor.findData(value))
        elif isinstance(editor, NumberField):
            editor.show_number(int(value or 1))
            editor.selectAll()
        elif isinstance(editor, QLineEdit):
            editor.setText(str(value or ""))
            editor.selectAll()

    def setModelData(self, editor: QWidget, model: object, index: Index) -> None:
        assert isinstance(model, EntryModel)
        if isinstance(editor, ChoiceField):
            if editor.currentData() is not None:
                model.setData(index, editor.currentData())
        elif isinstance(editor, NumberField):
            editor.interpretText()
            model.setData(index, editor.value())
        elif isinstance(editor, QLineEdit):
            model.setData(index, editor.text())

    def _done(self, editor: QWidget) -> None:
        self.commitData.emit(editor)
        self.closeEditor.emit(editor)
