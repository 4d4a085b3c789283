"""A dialog for an error that nobody caught, on whatever thread; the window goes on."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QLabel,
    QPlainTextEdit,
    QPushButton,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.words import mark, tr
from cardscanner_gui.qt.frame.opening import open_dialog
from cardscanner_gui.qt.style.theme import STEP

_WORDS = mark(
    "Something went wrong that shouldn't have. What you scanned and "
    "changed is saved. If the window behaves oddly now, close it and "
    "start it again; if it doesn't start, “cardscanner-gui --safe” does."
)


class CrashNotice(QObject):
    """Shows one dialog at a time; what fails meanwhile is added to it.

    Args:
        report: makes the text to copy out of an error.
        window: over which the dialog stands.
    """

    _happened = Signal(str)

    def __init__(self, report: Callable[[BaseException], str], window: QWidget) -> None:
        super().__init__(window)
        self._report = report
        self._window = window
        self.dialog: CrashDialog | None = None
        # Queued: an error in painting or in another thread must not open a dialog from there.
        self._happened.connect(self._show, Qt.ConnectionType.QueuedConnection)

    def tell(self, error: BaseException) -> None:
        """Show this error; may be called on any thread, and doesn't wait."""
        self._happened.emit(self._report(error))

    def _show(self, text: str) -> None:
        if self.dialog is not None:
            self.dialog.add(text)
            return
        self.dialog = CrashDialog(text, self._window)
        self.dialog.finished.connect(self._closed)
        open_dialog(self.dialog)

    def _closed(self) -> None:
        self.dialog = None


class CrashDialog(QDialog):
    """The report, which can be looked at before it is copied; nothing is sent anywhere."""

    _MOST = 5

    def __init__(self, text: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setWindowTitle(tr("Cardscanner met an error"))
        self.resize(680, 420)
        words = QLabel(tr(_WORDS))
        words.setWordWrap(True)
        self._reports = [text]
        self.text = QPlainTextEdit(text)
        self.text.setReadOnly(True)
        self.text.setLineWrapMode(QPlainTextEdit.LineWrapMode.NoWrap)
        self.text.setAccessibleName(tr("Report"))
        hint = QLabel(tr("The report names no folder of yours and no user. Nothing is sent."))
        hint.setWordWrap(True)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        self.copy = QPushButton(tr("Copy the report"))
        buttons.addButton(self.copy, QDialogButtonBox.ButtonRole.ActionRole)
        self.copy.clicked.connect(self._copy)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 2 * STEP)
        layout.setSpacing(2 * STEP)
        layout.addWidget(words)
        layout.addWidget(self.text, 1)
        layout.addWidget(hint)
        layout.addWidget(buttons)

    def add(self, text: str) -> None:
        """One more error; the first ones are the ones that tell."""
        if len(self._reports) < self._MOST and text not in self._reports:
            self._reports.append(text)
            self.text.setPlainText("\n".join(self._reports))

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.text.toPlainText())
        self.copy.setText(tr("Copied"))
