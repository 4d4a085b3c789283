"""Ctrl+C, SIGTERM and SIGKILL end the command line and its decoder, whatever is being decoded."""

from __future__ import annotations

import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from cardscanner_gui.commands.batch import _INTERRUPTED
from tests.hostile import documents

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="needs signals")

_START = """
import signal, sys
signal.signal(signal.SIGINT, signal.default_int_handler)
from cardscanner_gui.capture.decoder.pool import decoders
from cardscanner_gui.capture.decoder.process import Limits
from cardscanner_gui.cli import main
decoders().limits = Limits(seconds=600, wall_seconds=600)
main()
"""


@pytest.fixture
def endless(tmp_path: Path) -> Path:
    path = tmp_path / "endless.pdf"
    path.write_bytes(documents.layers())
    return path


@pytest.fixture(params=["scan", "batch"])
def busy(
    request: pytest.FixtureRequest, endless: Path, tmp_path: Path
) -> Iterator[tuple[subprocess.Popen[str], psutil.Process]]:
    """A command line and its decoder, which has begun to decode."""
    options = ["--batch"] if request.param == "batch" else []
    command = [sys.executable, "-c", _START, "--data-dir", str(tmp_path / "data")]
    process = subprocess.Popen(
        [*command, "scan", "--offline", *options, str(endless)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
    )
    try:
        yield process, decoder_of(process)
    finally:
        process.kill()
        process.wait()
        assert process.stdout is not None
        process.stdout.close()


def decoder_of(process: subprocess.Popen[str]) -> psutil.Process:
    """The child that decodes, once it is at it: it is idle while networks are loaded."""
    parent = psutil.Process(process.pid)
    while process.poll() is None:
        for child in parent.children():
            if child.cpu_times().user > 2.0:
                return child
        time.sleep(0.05)
    raise AssertionError(process.communicate()[0])


def has_ended(process: psutil.Process) -> bool:
    gone, _ = psutil.wait_procs([process], timeout=30)
    return bool(gone)


def test_ctrl_c(busy, request: pytest.FixtureRequest) -> None:
    process, decoder = busy
    process.send_signal(signal.SIGINT)
    output, _ = process.communicate(timeout=60)
    assert process.returncode in (1, _INTERRUPTED)
    assert "Aborted!" in output or "batch resume" in output
    assert has_ended(decoder)


@pytest.mark.parametrize("how", [signal.SIGTERM, signal.SIGKILL])
def test_ended_from_outside(busy, how: signal.Signals) -> None:
    process, decoder = busy
    process.send_signal(how)
    process.communicate(timeout=60)
    assert process.returncode == -how
    assert has_ended(decoder)
