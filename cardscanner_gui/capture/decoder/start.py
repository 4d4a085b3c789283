"""Starting the decoding process: lean, apart from the terminal's Ctrl+C, on every system."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import cardscanner_gui

START_ARGUMENT = "decode-pictures"
"""What makes the packaged command line a decoding process; the memory's limit follows."""

_CODE = "import sys; from cardscanner_gui.capture.decoder.child import main; main(int(sys.argv[1]))"


def start(memory: int) -> subprocess.Popen[bytes]:
    """Start a process with pipes for its standard input and output.

    Not through `multiprocessing`: that imports the program's own main module in the child, and with
    it all that decoding doesn't need.

    Args:
        memory: how many bytes decoding may take.

    Raises:
        OSError: the system doesn't start it.
    """
    environment = dict(os.environ)
    if getattr(sys, "frozen", False):
        command = [str(packaged_program()), START_ARGUMENT, str(memory)]
    else:
        root = str(Path(cardscanner_gui.__file__).parents[1])
        environment["PYTHONPATH"] = os.pathsep.join(
            filter(None, [root, environment.get("PYTHONPATH")])
        )
        # -P: a folder full of pictures may hold a `PIL.py` too.
        command = [_interpreter(environment), "-P", "-c", _CODE, str(memory)]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
        **_apart(),
    )


def packaged_program() -> Path:
    """The packaged command line, which holds all code; the window beside it has no streams."""
    suffix = Path(sys.executable).suffix if sys.platform == "win32" else ""
    return Path(sys.executable).with_name(f"cardscanner{suffix}")


def _interpreter(environment: dict[str, str]) -> str:
    """This one; a Windows venv's only starts another, whose memory nobody would watch."""
    base = getattr(sys, "_base_executable", sys.executable)
    if sys.platform == "win32" and base != sys.executable:
        environment["__PYVENV_LAUNCHER__"] = sys.executable
        return str(base)
    return sys.executable


def _apart() -> dict[str, Any]:
    if sys.platform == "win32":
        flags = subprocess.CREATE_NO_WINDOW | subprocess.CREATE_NEW_PROCESS_GROUP
        return {"creationflags": flags}
    return {"start_new_session": True}
