"""Log lines reach the file and, when asked for, standard error; also where there is none."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

SCRIPT = """
import logging, sys, threading
from pathlib import Path
if {windowed}:
    sys.stdout = sys.stderr = None
from cardscanner_gui import environment, logs
environment.prepare()
logs.set_up_logging({folder}, verbosity={verbosity})
logs.log_uncaught_errors()
room = logging.getLogger("cardscanner_gui.room")
room.debug("a detail")
room.info("a step")
room.warning("a warning about caf\\udce9.jpg")
print("something a library prints")
thread = threading.Thread(target=lambda: 1 / 0, name="capture")
thread.start()
thread.join()
raise RuntimeError("the end")
"""


def run(
    folder: Path | None, *, verbosity: int = 0, windowed: bool = False
) -> subprocess.CompletedProcess[str]:
    text = f"Path({str(folder)!r})" if folder else "None"
    script = SCRIPT.format(folder=text, verbosity=verbosity, windowed=windowed)
    return subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False
    )


def test_the_file_holds_steps_warnings_and_uncaught_errors(tmp_path: Path) -> None:
    result = run(tmp_path / "logs")

    text = (tmp_path / "logs" / "cardscanner.log").read_text(encoding="utf-8")
    assert "a step" in text
    assert "a detail" not in text
    assert r"caf\udce9.jpg" in text
    assert "capture CRITICAL" in text
    assert "ZeroDivisionError" in text
    assert "RuntimeError: the end" in text
    assert result.returncode == 1


def test_standard_error_shows_more_the_more_it_is_asked_for(tmp_path: Path) -> None:
    quiet, some, all_of_it = (run(None, verbosity=n).stderr for n in range(3))

    assert "a warning" in quiet
    assert "a step" not in quiet
    assert "a step" in some
    assert "a detail" not in some
    assert "a detail" in all_of_it


def test_log_lines_stay_out_of_standard_output(tmp_path: Path) -> None:
    assert run(tmp_path, verbosity=2).stdout == "something a library prints\n"


def test_a_windowed_build_without_streams_still_logs(tmp_path: Path) -> None:
    result = run(tmp_path, windowed=True)

    text = (tmp_path / "cardscanner.log").read_text(encoding="utf-8")
    assert "a step" in text
    assert "RuntimeError: the end" in text
    assert (result.stdout, result.stderr) == ("", "")


def test_a_folder_that_cannot_be_made_costs_only_the_file(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("in the way")

    result = run(tmp_path / "logs")

    assert "No log is written" in result.stderr
    assert "RuntimeError: the end" in result.stderr
