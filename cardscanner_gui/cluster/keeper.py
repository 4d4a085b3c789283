"""Ends what a Ray driver left behind: run beside it as a program of its own.

Ray's processes end with their driver where the system sees to that, but some of them start others,
which would go on for good. So this program notes the driver's descendants while it lives. Its
standard input is a pipe that the driver holds: whatever ends the driver, the pipe ends too.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psutil

_LOOK_SECONDS = 3.0
"""Ray's processes live long, and a look at all of a machine's takes a while."""
_GRACE_SECONDS = 2.0
"""How long Ray's own end may take, once the driver is gone."""
_KILL_SECONDS = 5.0


def watch_over(driver: int, folder: Path) -> subprocess.Popen[bytes]:
    """Start the keeper of this process, which removes the folder in the end too.

    Returns:
        It; closing its standard input tells it that the driver is done.
    """
    # By its path: it needs nothing of the package, and so starts quickly.
    command = [sys.executable, "-P", __file__, str(driver), str(folder)]
    return subprocess.Popen(
        command,
        stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        # Ctrl+C in a terminal goes to all of a group; the keeper must outlast the driver.
        start_new_session=True,
    )


class RayProcesses:
    """The processes of a driver's Ray, also those whose parents have ended since.

    Args:
        driver: their parent, which may have other children too.
        folder: what tells Ray's from those: it is named when they are started.
    """

    def __init__(self, driver: psutil.Process, folder: Path) -> None:
        self._driver = driver
        self._folder = str(folder)
        self._known: set[psutil.Process] = set()

    def look(self) -> None:
        """Note who is new; a process is known by its id and its beginning."""
        with suppress(psutil.Error):
            self._known.update(c for c in self._driver.children() if self._is_ours(c))
        for one in list(self._known):
            with suppress(psutil.Error):
                self._known.update(one.children(recursive=True))

    def living(self) -> list[psutil.Process]:
        """Those that still run."""
        return [one for one in self._known if _runs(one)]

    def end(self) -> None:
        """Kill whoever is left after a moment."""
        end = time.monotonic() + _GRACE_SECONDS
        while self.living() and time.monotonic() < end:
            time.sleep(0.1)
        for one in self.living():
            with suppress(psutil.Error):
                one.kill()
        psutil.wait_procs(self.living(), timeout=_KILL_SECONDS)

    def _is_ours(self, process: psutil.Process) -> bool:
        if process.pid == os.getpid():
            return False
        return any(self._folder in word for word in process.cmdline())


def _runs(process: psutil.Process) -> bool:
    try:
        return bool(process.is_running() and process.status() != psutil.STATUS_ZOMBIE)
    except psutil.Error:
        return False


def main(arguments: list[str]) -> None:
    """Wait for the driver's end, then clear up."""
    driver, folder = int(arguments[0]), Path(arguments[1])
    gone = threading.Event()

    def wait_for_the_end() -> None:
        sys.stdin.buffer.read()
        gone.set()

    threading.Thread(target=wait_for_the_end, daemon=True).start()
    try:
        kin = RayProcesses(psutil.Process(driver), folder)
    except psutil.NoSuchProcess:
        shutil.rmtree(folder, ignore_errors=True)
        return
    while not gone.is_set():
        kin.look()
        gone.wait(_LOOK_SECONDS)
    kin.look()
    kin.end()
    shutil.rmtree(folder, ignore_errors=True)


if __name__ == "__main__":
    main(sys.argv[1:])
