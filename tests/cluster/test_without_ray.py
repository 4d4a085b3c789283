"""Whoever has one machine never loads Ray, and who lacks it is told what to install."""

from __future__ import annotations

import subprocess
import sys


def test_neither_service_nor_window_nor_commands_import_ray() -> None:
    code = (
        "import sys, cardscanner_gui.cli, cardscanner_gui.service.build,"
        " cardscanner_gui.commands.cluster, cardscanner_gui.cluster.serving\n"
        "sys.exit(', '.join(n for n in sys.modules if n.partition('.')[0] == 'ray') or None)"
    )
    ended = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True)
    assert (ended.returncode, ended.stderr) == (0, "")


def test_without_ray_one_line_says_what_to_install(run) -> None:
    hide = "import sys; sys.modules['ray'] = None\nfrom cardscanner_gui.cli import main\nmain()"
    ended = subprocess.run(
        [sys.executable, "-c", hide, "cluster", "serve"], capture_output=True, text=True
    )

    assert ended.returncode == 1
    assert "ray[serve,data]" in ended.stderr
    assert len(ended.stderr.splitlines()) == 1
