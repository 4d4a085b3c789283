"""The real program, killed and broken: what it knew is there at the next start."""

from __future__ import annotations

import shutil
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from cardscanner_gui.resources import resource_dir

BEGIN = """
import os, signal, sys
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from cardscanner_gui import app
from cardscanner_gui.qt.frame.pages import Page

def when(condition, then):
    clock = QTimer(QApplication.instance())
    def look():
        if condition():
            clock.stop()
            then()
    clock.timeout.connect(look)
    clock.start(50)
"""
KILLED = """
def act(close):
    window = close.__self__
    window.resize(711, 533)
    table = window.collection_page.table
    table.setColumnWidth(0, 177)
    window.scan([sys.argv[2]])
    def kept():
        layout = window.services.layout_file
        return window.pages.count(Page.REVIEW) and layout.exists() and window.idle
    when(kept, lambda: QTimer.singleShot(1500, lambda: os.kill(os.getpid(), signal.SIGKILL)))
"""
AFTER = """
def act(close):
    window = close.__self__
    def tell():
        width = window.collection_page.table.columnWidth(0)
        print(window.width(), window.height(), width, window.pages.count(Page.REVIEW))
        close()
    when(lambda: window.pages.count(Page.REVIEW), tell)
"""
BROKEN = """
def build(*_, **__):
    raise ValueError("a bug in " + sys.argv[1])

app._build_window = build
def tell():
    from cardscanner_gui.qt.window.crash_notice import CrashDialog
    def look():
        for dialog in QApplication.topLevelWidgets():
            if isinstance(dialog, CrashDialog):
                print(dialog.text.toPlainText())
                dialog.reject()
    QTimer.singleShot(300, look)

from cardscanner_gui.qt.window import application
make = application.make_application
def made(*arguments):
    application_object = make(*arguments)
    tell()
    return application_object

application.make_application = made
act = None
"""
END = """
app._say_and_close = act
sys.exit(app.main(["--data-dir", sys.argv[1], "--measure-first-paint"]))
"""


def run(script: str, data: Path, *more: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-c", BEGIN + script + END, str(data), *more],
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="there is no kill -9 on Windows")
def test_layout_and_what_was_scanned_survive_a_kill(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    (data / "settings.json").write_text('{"offline": true}')
    picture = tmp_path / "card.jpg"
    shutil.copy(resource_dir() / "samples" / "sample-1.jpg", picture)

    killed = run(KILLED, data, str(picture))
    after = run(AFTER, data)

    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert (after.returncode, after.stdout) == (0, "711 533 177 1\n"), after.stderr


def test_an_error_before_there_is_a_window_is_told_too(tmp_path: Path) -> None:
    ended = run(BROKEN, tmp_path)

    assert ended.returncode == 1
    assert "ValueError: a bug in <data>" in ended.stdout, ended.stderr
    assert str(tmp_path) not in ended.stdout
    assert "Nobody caught this" in (tmp_path / "logs" / "cardscanner.log").read_text()
