"""Fetching one wheel with pip, under pip's own settings, without installing it."""

from __future__ import annotations

import importlib.util
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import UnreachableError

_MOST_SECONDS = 600.0
_POLL_SECONDS = 0.1


def download_wheel(requirement: str, folder: Path, token: CancelToken) -> Path:
    """Fetch the wheel of a requirement such as `name==1.0` into `folder`.

    Raises:
        UnreachableError: there is no pip, or pip can't find or fetch it.
        CancelledError: the token was cancelled; pip is ended.
    """
    command = [
        *_pip(),
        "download",
        "--no-deps",
        "--only-binary=:all:",  # a source package would run code of its own
        "--ignore-requires-python",  # it is read, never run
        "--no-input",
        "--quiet",
        "--disable-pip-version-check",
        f"--dest={folder}",
        requirement,
    ]
    with tempfile.TemporaryFile() as errors:
        process = subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=errors,
            creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
        )
        try:
            _wait(process, token)
        finally:
            if process.poll() is None:
                process.kill()
                process.wait()
        errors.seek(0)
        complaint = errors.read().decode("utf-8", "replace").strip().splitlines()
    wheels = sorted(folder.glob("*.whl"))
    if process.returncode != 0 or not wheels:
        errors_told = [
            line.partition("ERROR:")[2].strip() for line in complaint if "ERROR:" in line
        ]
        reason = errors_told[-1] if errors_told else "it gave no reason"
        raise UnreachableError(f"pip couldn't fetch {requirement}: {reason[:200]}")
    return wheels[0]


def _wait(process: subprocess.Popen[bytes], token: CancelToken) -> None:
    waited = 0.0
    while process.poll() is None:
        token.wait(_POLL_SECONDS)
        token.check()
        waited += _POLL_SECONDS
        if waited > _MOST_SECONDS:
            raise UnreachableError("pip took more than ten minutes; given up.")


def _pip() -> list[str]:
    """The command that starts pip: this interpreter's, else one on the path.

    A packaged program has no interpreter of its own that could run pip.
    """
    if not getattr(sys, "frozen", False) and importlib.util.find_spec("pip") is not None:
        return [sys.executable, "-m", "pip"]
    for name in ("python3", "python", "py"):
        python = shutil.which(name)
        if python and _has_pip(python):
            return [python, "-m", "pip"]
    raise UnreachableError("There is no pip on this machine to reach the package registry with.")


def _has_pip(python: str) -> bool:
    environment = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    try:
        return (
            subprocess.run(
                [python, "-m", "pip", "--version"],
                capture_output=True,
                timeout=20,
                check=False,
                env=environment,
                creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
            ).returncode
            == 0
        )
    except (OSError, subprocess.TimeoutExpired):
        return False
