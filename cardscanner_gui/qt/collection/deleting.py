"""Deleting lines, with a question before many, and the Trash, from which they come back."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import QDateTime, QLocale, QObject
from PySide6.QtWidgets import QMessageBox, QWidget

from cardscanner_gui.core.collection import Change, Entry
from cardscanner_gui.core.words import mark, said, tr
from cardscanner_gui.qt.card.return_dialog import PutAway, ReturnDialog, ReturnWords
from cardscanner_gui.qt.frame.notice import Notice
from cardscanner_gui.qt.frame.opening import open_dialog
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.style.words import count, number_line, set_line

ASKED_FROM = 21
"""So many lines are deleted only after a question."""

_LISTED = 5_000
_WORDS = ReturnWords(
    mark("Trash"),
    mark("The last ones first. What was deleted stays here for 30 days."),
    mark("Put back"),
    mark("The Trash is empty."),
)


class Deleting(QObject):
    """Deletes with a notice that takes it back, and lists what was deleted."""

    def __init__(
        self, services: WindowServices, store: AsyncStore, notice: Notice, page: QWidget
    ) -> None:
        super().__init__(page)
        self._collection = services.collection
        self._store = store
        self._notice = notice
        self._page = page

    def delete(self, lines: int, with_ids: Callable[[Callable[[list[int]], None]], None]) -> None:
        """Delete lines of the collection.

        Args:
            lines: how many there are.
            with_ids: calls back with their ids.
        """
        if lines < ASKED_FROM:
            with_ids(self._delete)
            return
        box = QMessageBox(self._page.window())
        box.setIcon(QMessageBox.Icon.Question)
        box.setWindowTitle(tr("Delete"))
        box.setText(tr("Delete {lines} of your collection?", lines=count(lines, "line")))
        box.setInformativeText(tr("They stay in the Trash for 30 days."))
        sure = box.addButton(
            tr("Delete {lines:,}", lines=lines), QMessageBox.ButtonRole.DestructiveRole
        )
        cancel = box.addButton(QMessageBox.StandardButton.Cancel)
        box.setDefaultButton(cancel)
        sure.clicked.connect(lambda _checked=False: with_ids(self._delete))
        open_dialog(box)

    def show_trash(self) -> None:
        """List what was deleted."""
        self._store.read(partial(self._collection.trash, _LISTED), self._open_trash)

    def _delete(self, ids: list[int]) -> None:
        self._store.delete(ids, self._deleted)

    def _deleted(self, change: Change) -> None:
        words = said(change.label.replace("Delete", "Deleted", 1))
        self._notice.tell(words, action=tr("Undo"), then=partial(self._store.undo_only, change))

    def _open_trash(self, found: list[tuple[Entry, float]]) -> None:
        things = [_put_away(entry, deleted_at) for entry, deleted_at in found]
        dialog = ReturnDialog(_WORDS, things, self._page.window())
        dialog.brought_back.connect(self._put_back)
        open_dialog(dialog)

    def _put_back(self, ids: list[int]) -> None:
        self._store.restore(ids, self._restored)

    def _restored(self, change: Change) -> None:
        words = tr("{lines} back in your collection", lines=count(len(change.ids), "line"))
        self._notice.tell(words, action=tr("Undo"), then=partial(self._store.undo_only, change))


def _put_away(entry: Entry, deleted_at: float) -> PutAway:
    when = QDateTime.fromSecsSinceEpoch(int(deleted_at))
    words = QLocale().toString(when, QLocale.FormatType.ShortFormat)
    copies = f"{entry.quantity} × " if entry.quantity > 1 else ""
    place = tr(
        "{set_line} · {number_line} · deleted {words}",
        set_line=set_line(entry.printing),
        number_line=number_line(entry.printing),
        words=words,
    )
    return PutAway(entry.id, f"{copies}{entry.printing.name}", place)
