"""The `QApplication`, and a way to say that the program can't start."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from PySide6.QtCore import (
    QCoreApplication,
    QLibraryInfo,
    QLocale,
    QMessageLogContext,
    Qt,
    QtMsgType,
    QTranslator,
    qInstallMessageHandler,
)
from PySide6.QtWidgets import QApplication, QMessageBox

from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.words import mark, tr
from cardscanner_gui.qt.style.icons import app_icon

log = logging.getLogger(__name__)

_SWITCH_SECONDS = 0.0005
_NO_SCREEN = mark(
    "Error: no window can be opened here: there is no screen, or it "
    "can't be reached. On a machine without one use the command line: "
    "cardscanner --help"
)


def make_application(arguments: Sequence[str], resources: Path) -> QApplication:
    """The one application object; its look is `theme.Appearance`'s, which the window makes."""
    QCoreApplication.setApplicationName("cardscanner")
    QCoreApplication.setOrganizationName("cardscanner")
    # Painting from Python gives up the interpreter at nearly every call and has to get it back from
    # the thread that recognises: with the usual 5 ms a repaint of twenty calls could take 100 ms.
    sys.setswitchinterval(_SWITCH_SECONDS)
    with _one_line_without_a_screen():
        app = QApplication(list(arguments))
    app.setApplicationDisplayName("Cardscanner")
    app.setDesktopFileName("cardscanner")
    if sys.platform != "darwin":  # there the bundle has it
        app.setWindowIcon(app_icon(resources))
    return app


def speak(app: QApplication, language: str) -> None:
    """Have Qt's own buttons and menus, numbers and dates in the window's language."""
    # The system's own way of writing dates, where the program speaks the system's language.
    system = QLocale.system()
    own = QLocale(language)
    QLocale.setDefault(system if system.language() == own.language() else own)
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    for name in ("qtbase", "qt"):
        translator = QTranslator(app)
        if translator.load(f"{name}_{language}", folder):
            app.installTranslator(translator)
            return


@contextmanager
def _one_line_without_a_screen() -> Iterator[None]:
    """Where Qt finds no screen it aborts the process; end with one line and status 1 instead."""
    said: list[str] = []

    def hear(kind: QtMsgType, _where: QMessageLogContext, message: str) -> None:
        if kind is QtMsgType.QtFatalMsg:
            print(tr(_NO_SCREEN), file=sys.stderr, flush=True)
            # Nothing is open yet, and returning to Qt is the abort.
            os._exit(1)
        said.append(message)

    before = qInstallMessageHandler(hear)
    try:
        yield
    finally:
        qInstallMessageHandler(before)
        for message in said:
            log.warning("%s", message)


def offer_rescue(
    message: str,
    rescue: Callable[[], str],
    backup: tuple[str, Callable[[], str]] | None = None,
) -> None:
    """Tell the user that the collection is damaged, and mend it as they want.

    Args:
        message: what is wrong.
        rescue: saves what can be read and says what that was; may raise `WorldError`.
        backup: the day of the last good backup, and what restores it as `rescue` does.
    """
    box = _failure_box(message)
    ways = {box.addButton("Save what can be read", QMessageBox.ButtonRole.AcceptRole): rescue}
    if backup is not None:
        day, restore = backup
        ways[box.addButton(f"Restore the backup of {day}", QMessageBox.ButtonRole.AcceptRole)] = (
            restore
        )
    box.addButton(QMessageBox.StandardButton.Close)
    box.exec()
    mend = next((way for button, way in ways.items() if button is box.clickedButton()), None)
    if mend is None:
        return
    try:
        outcome = mend()
    except WorldError as error:
        show_failure(str(error))
        return
    done = QMessageBox()
    done.setWindowTitle("Cardscanner")
    done.setTextFormat(Qt.TextFormat.PlainText)
    done.setText(outcome)
    done.exec()


def show_failure(message: str) -> None:
    """Tell the user why the program can't start; returns when they have read it."""
    _failure_box(message).exec()


def show_crash(report: str) -> None:
    """Show the report of an error of ours that keeps the program from starting."""
    from cardscanner_gui.qt.window.crash_notice import CrashDialog

    CrashDialog(report).exec()


def _failure_box(message: str) -> QMessageBox:
    box = QMessageBox()
    box.setIcon(QMessageBox.Icon.Critical)
    box.setWindowTitle("Cardscanner")
    box.setTextFormat(Qt.TextFormat.PlainText)
    box.setText(tr("Cardscanner can't start."))
    box.setInformativeText(message)
    return box
