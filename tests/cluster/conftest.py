"""A cluster as a shop starts it: a process of its own, with Ray, on loopback."""

from __future__ import annotations

import importlib.util
import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import httpx
import psutil
import pytest

from tests.commands.conftest import data_dir, pictures, run, shared_catalogue
from tests.service.served import wait_for as wait_for_service

__all__ = ["PATIENCE", "data_dir", "pictures", "run", "shared_catalogue", "wait_for"]

PATIENCE = 480.0
"""Seconds; ten processes must start, each of which loads Ray, on whatever else the machine does."""
wait_for = partial(wait_for_service, patience=PATIENCE)


class Cluster:
    """The driver's process and what it says on standard error."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = ""
        self.kin: set[psutil.Process] = set()
        self.listening = threading.Thread(target=self._listen)
        self.listening.start()

    @property
    def url(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+", self.said)
        return found.group() if found else ""

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=PATIENCE, trust_env=False)

    def family(self) -> set[psutil.Process]:
        """All that belong to it and run, also what it left."""
        driver = psutil.Process(self.process.pid)
        self.kin |= {driver, *driver.children(recursive=True)}
        return {one for one in self.kin if one.is_running()}

    def named(self, name: str) -> list[psutil.Process]:
        """Ray names its processes after what they do."""
        return [one for one in self.family() if name in " ".join(one.cmdline())]

    def stop(self) -> int:
        self.process.send_signal(signal.SIGTERM)
        return self.process.wait(PATIENCE)

    def _listen(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.said += line


@contextmanager
def clustered(data_dir: Path, *arguments: str) -> Iterator[Cluster]:
    """A running cluster, ready to answer; skips with a reason where there is no Ray."""
    if importlib.util.find_spec("ray") is None:
        pytest.skip("needs the extra `cluster`: there is no Ray here")
    process = subprocess.Popen(
        [
            *(sys.executable, "-m", "cardscanner_gui.cli", "--data-dir", str(data_dir)),
            *("cluster", "serve", "--port", "0", "--offline", *arguments),
        ],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUTF8": "1"},
    )
    cluster = Cluster(process)
    try:
        wait_for(lambda: cluster.url or process.poll() is not None, every=0.1)
        assert cluster.url, cluster.said
        with cluster.client() as client:
            wait_for(lambda: client.get("/readyz").status_code == 200, every=0.2)
        yield cluster
    finally:
        process.kill()  # the keeper ends the rest
        cluster.listening.join()
        process.stderr.close()  # type: ignore[union-attr]
        process.wait()
