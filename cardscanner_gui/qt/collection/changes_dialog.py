"""The log of changes: who changed what and when."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from PySide6.QtCore import QDateTime, QLocale
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QTreeWidget,
    QTreeWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.words import Words, tr
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.style.theme import STEP, TITLE_SIZE, scaled_font
from cardscanner_gui.store.change_log import ChangeLog
from cardscanner_gui.store.change_rows import ChangeDetail, LoggedChange

LISTED = 1_000
_FIELDS = Words(
    {
        "quantity": "copies",
        "purchase_price": "price",
        "purchase_currency": "currency",
        "purchased_on": "bought on",
        "printing": "card",
        "finish_sure": "finish confirmed",
        "language_sure": "language confirmed",
        "finish": "finish",
        "condition": "condition",
        "language": "language",
        "note": "note",
        "tags": "tags",
        "folder": "folder",
        "position": "position",
        "grader": "graded by",
        "grade": "grade",
        "certificate": "certificate",
        "stamp": "stamp",
    }
)


class ChangesDialog(QDialog):
    """The last changes; opening one shows what became what."""

    def __init__(
        self,
        log: ChangeLog,
        store: AsyncStore,
        changes: Sequence[LoggedChange],
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._log = log
        self._store = store
        self._changes = {change.id: change for change in changes}
        self.setWindowTitle(tr("Changes"))
        title = QLabel(tr("Changes"))
        title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        line = QLabel(
            tr(
                "What was done to your collection, the last first. Edit → Undo takes "
                "back what was done since the program started."
            )
            if changes
            else tr("Nothing was changed yet.")
        )
        line.setProperty("role", "muted")
        line.setWordWrap(True)
        self.tree = QTreeWidget()
        self.tree.setAccessibleName(tr("Changes"))
        self.tree.setHeaderLabels([tr("When"), tr("What"), tr("Where")])
        self.tree.setUniformRowHeights(True)
        for change in changes:
            words = change.what or tr("Scans")
            item = QTreeWidgetItem([moment_words(change.at), words, change.who])
            item.setData(0, 0x0100, change.id)
            if change.entries:
                item.addChild(QTreeWidgetItem(["…"]))
            self.tree.addTopLevelItem(item)
        self.tree.setColumnWidth(0, 150)
        self.tree.setColumnWidth(1, 330)
        self.tree.itemExpanded.connect(self._expanded)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 2 * STEP)
        layout.setSpacing(STEP)
        layout.addWidget(title)
        layout.addWidget(line)
        layout.addWidget(self.tree, 1)
        layout.addWidget(buttons)
        self.resize(640, 480)

    def _expanded(self, item: QTreeWidgetItem) -> None:
        change_id = item.data(0, 0x0100)
        first = item.child(0)
        if first is not None and first.text(0) == "…":
            self._store.read(partial(self._log.details, change_id), partial(self._show, change_id))

    def _show(self, change_id: int, details: list[ChangeDetail]) -> None:
        for number in range(self.tree.topLevelItemCount()):
            item = self.tree.topLevelItem(number)
            if item is not None and item.data(0, 0x0100) == change_id:
                item.takeChildren()
                for detail in details:
                    item.addChild(QTreeWidgetItem(["", detail_words(detail)]))


def moment_words(seconds: float) -> str:
    """A moment as the user's system writes it."""
    when = QDateTime.fromSecsSinceEpoch(int(seconds))
    return QLocale().toString(when, QLocale.FormatType.ShortFormat)


def detail_words(detail: ChangeDetail) -> str:
    """`condition: NM → EX`."""
    field = _FIELDS.get(detail.field, detail.field)
    if detail.before is None and detail.after is None:
        return tr("line {field}", field=field)
    return f"{field}: {detail.before or '–'} → {detail.after or '–'}"
