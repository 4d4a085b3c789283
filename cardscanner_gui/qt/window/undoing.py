"""Undo and redo in the menu, and the line that says what was taken back."""

from __future__ import annotations

from PySide6.QtCore import QObject

from cardscanner_gui.core.collection import Change
from cardscanner_gui.core.words import said, tr
from cardscanner_gui.qt.frame.actions import connect
from cardscanner_gui.qt.frame.shell import Shell
from cardscanner_gui.qt.store.async_store import AsyncStore, StoreState


class Undoing(QObject):
    """Keeps the actions in step with what the store can take back."""

    def __init__(self, store: AsyncStore, shell: Shell, parent: QObject) -> None:
        super().__init__(parent)
        self._store = store
        self._actions = shell.actions
        self._notice = shell.notice
        connect(shell.actions.undo, store.undo)
        connect(shell.actions.redo, store.redo)
        store.state_changed.connect(self._show)
        store.undone.connect(self._undone)
        self._show(store.state)

    def _show(self, state: StoreState) -> None:
        undo, redo = self._actions.undo, self._actions.redo
        undo.setText(
            tr("&Undo: {undo_label}", undo_label=said(state.undo_label))
            if state.undo_label
            else tr("&Undo")
        )
        redo.setText(
            tr("&Redo: {redo_label}", redo_label=said(state.redo_label))
            if state.redo_label
            else tr("&Redo")
        )
        undo.setEnabled(state.undo_label is not None)
        redo.setEnabled(state.redo_label is not None)

    def _undone(self, change: Change) -> None:
        self._notice.tell(
            tr("Undone: {label}", label=said(change.label)),
            action=tr("Redo"),
            then=self._store.redo,
        )
