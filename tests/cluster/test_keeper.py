"""What a killed driver leaves behind is ended, and nothing else."""

from __future__ import annotations

import subprocess
import sys
import time
from pathlib import Path

import psutil

from tests.service.served import wait_for

DRIVER = """
import subprocess, sys, time
from pathlib import Path
from cardscanner_gui.cluster.keeper import watch_over
import os
folder = Path(sys.argv[1])
sleep = [sys.executable, "-c", "import time; time.sleep(300)"]
nested = "import subprocess, sys, time; p = subprocess.Popen(sys.argv[2:]); time.sleep(300)"
keeper = watch_over(os.getpid(), folder)  # whose end of the pipe stays open
subprocess.Popen([sys.executable, "-c", nested, str(folder), *sleep])
subprocess.Popen(sleep)
time.sleep(300)
"""


def runs(process: psutil.Process) -> bool:
    """One that ended and waits for init to notice doesn't."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_a_killed_drivers_processes_end_and_their_folder_goes(tmp_path: Path) -> None:
    folder = tmp_path / "ray"
    folder.mkdir()
    (folder / "socket").touch()
    driver = subprocess.Popen([sys.executable, "-c", DRIVER, str(folder)])
    seen = psutil.Process(driver.pid)
    wait_for(lambda: len(seen.children(recursive=True)) == 4)
    everyone = seen.children(recursive=True)
    others = [
        one
        for one in everyone
        if one.ppid() == driver.pid and str(folder) not in " ".join(one.cmdline())
    ]
    keeper = next(one for one in everyone if "keeper.py" in " ".join(one.cmdline()))
    ours = [one for one in everyone if one not in others and one != keeper]
    assert len(ours) == 2  # one names the folder, the other is its child
    time.sleep(3.5)  # the keeper has looked since: a process that it never saw isn't known to it

    driver.kill()
    driver.wait()
    try:
        wait_for(lambda: not runs(keeper))
        assert not any(runs(one) for one in ours)
        assert not folder.exists()
        assert all(runs(one) for one in others)
    finally:
        for one in everyone:
            if one.is_running():
                one.kill()
