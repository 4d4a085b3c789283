"""Sudden death during import, merge, restore and backup: the old state or the new one."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

# 200 take some minutes; each is another one, so the suite takes fewer.
POINTS = int(os.environ.get("CARDSCANNER_KILL_POINTS", "40"))


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no kill -9 on Windows")
def test_killed_at_any_point_there_is_the_old_state_or_the_new(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "tests.importing.killed", str(tmp_path), str(POINTS), "14"]
    ended = subprocess.run(command, capture_output=True, text=True, check=False, timeout=1200)
    assert ended.returncode == 0, ended.stderr
    found = re.fullmatch(r"\d+ points, (\d+) of them while it ran\n", ended.stdout)
    assert found is not None
    assert int(found[1]) > POINTS // 3, "most of them have to meet it at work"
