"""An error that nobody caught is told, on whatever thread it happened, and the window goes on."""

from __future__ import annotations

import logging
import subprocess
import sys
import threading
from pathlib import Path

import pytest
from PySide6.QtCore import QTimer
from PySide6.QtGui import QGuiApplication

from cardscanner_gui.app import _tell_of_crashes
from cardscanner_gui.paths import DataPaths, SafePaths
from cardscanner_gui.qt.window.crash_notice import CrashNotice
from tests.qt.conftest import Harness

pytestmark = pytest.mark.usefixtures("kept_catalogue")


@pytest.fixture
def _hooks_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "excepthook", sys.excepthook)
    monkeypatch.setattr(threading, "excepthook", threading.excepthook)


@pytest.mark.usefixtures("_hooks_again")
@pytest.mark.qt_no_exception_capture
def test_it_can_be_copied_and_the_next_is_added(
    harness: Harness, caplog: pytest.LogCaptureFixture
) -> None:
    window = harness.open_window()
    _tell_of_crashes(window, DataPaths(harness.folder))
    (notice,) = window.findChildren(CrashNotice)

    QTimer.singleShot(0, lambda: [][1])
    thread = threading.Thread(target=lambda: {}["no such key"])
    thread.start()
    thread.join()
    harness.wait(lambda: notice.dialog and "KeyError" in notice.dialog.text.toPlainText())
    dialog = notice.dialog
    harness.wait(lambda: "IndexError" in dialog.text.toPlainText())
    dialog.copy.click()

    copied = QGuiApplication.clipboard().text()
    assert "IndexError" in copied
    assert str(harness.folder) not in copied
    dialog.reject()
    assert notice.dialog is None
    logged = [record for record in caplog.records if record.levelno == logging.CRITICAL]
    assert len(logged) == 2
    caplog.clear()


def test_safe_mode_leaves_choices_and_models_aside(tmp_path: Path) -> None:
    usual = DataPaths(tmp_path)
    usual.create()
    usual.settings.write_text('{"theme": "dark"}')
    usual.layout.write_text("[General]\n")
    safe = SafePaths(tmp_path)
    safe.create()

    result = subprocess.run(
        [
            sys.executable,
            "-m",
            "cardscanner_gui.app",
            "--safe",
            "--data-dir",
            str(tmp_path),
            "--measure-first-paint",
        ],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )

    assert (result.returncode, result.stdout) == (0, "first paint\n"), result.stderr
    assert safe.database == usual.database
    assert safe.catalogue == usual.catalogue
    assert usual.settings.read_text() == '{"theme": "dark"}'
    assert usual.layout.read_text() == "[General]\n"
    assert safe.layout.exists()
