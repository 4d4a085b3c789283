"""The one command of a fresh clone: it sets up what is missing, then gets out of the way.

A small project stands in for this one, with the same `build_app.py` and a build backend of its own,
so that environments are really made and installed into, with no network.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

import build_app
from cardscanner_gui.cli import cli

ROOT = Path(build_app.__file__).parent

BACKEND = """
import pathlib, zipfile
INFO = "cardscanner-1.0.dist-info"
def build_editable(wheel_directory, config_settings=None, metadata_directory=None):
    files = {
        "cardscanner.pth": str(pathlib.Path.cwd()),
        f"{INFO}/METADATA": "Metadata-Version: 2.1\\nName: cardscanner\\nVersion: 1.0",
        f"{INFO}/WHEEL": "Wheel-Version: 1.0\\nRoot-Is-Purelib: true\\nTag: py3-none-any",
    }
    record = "".join(f"{path},,\\n" for path in [*files, f"{INFO}/RECORD"])
    name = "cardscanner-1.0-py3-none-any.whl"
    with zipfile.ZipFile(pathlib.Path(wheel_directory) / name, "w") as wheel:
        for path, text in (files | {f"{INFO}/RECORD": record}).items():
            wheel.writestr(path, text)
    return name
"""
PROJECT = """
[build-system]
requires = []
build-backend = "backend"
backend-path = ["."]
[project]
name = "cardscanner"
version = "1.0"
"""
COMMAND = """
import json, os, sys
print(json.dumps({"arguments": sys.argv[1:], "folder": os.getcwd()}))
sys.exit(7 if "--fail" in sys.argv else 0)
"""

WINDOW = """
import sys
print('the window', *sys.argv[1:])
"""


@pytest.fixture(scope="module")
def project(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    folder = tmp_path_factory.mktemp("a project")
    (folder / "cardscanner_gui").mkdir()
    shutil.copy(ROOT / "build_app.py", folder)
    (folder / "backend.py").write_text(BACKEND)
    (folder / "pyproject.toml").write_text(PROJECT)
    (folder / "requirements.lock").write_text("# nothing\n")
    (folder / "cardscanner_gui" / "__init__.py").write_text("")
    (folder / "cardscanner_gui" / "cli.py").write_text(COMMAND)
    (folder / "cardscanner_gui" / "app.py").write_text(WINDOW)
    yield folder
    shutil.rmtree(folder / ".venv", ignore_errors=True)


def build(project: Path, *arguments: str, cwd: Path | None = None) -> tuple[int, str, str]:
    environment = os.environ | {"QT_QPA_PLATFORM": "offscreen"}
    environment.pop("PYTHONPATH", None)  # where ours may be found before the small project's
    result = subprocess.run(
        [sys.executable, str(project / "build_app.py"), *arguments],
        cwd=cwd,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    return result.returncode, result.stdout, result.stderr


def test_a_fresh_clone_sets_itself_up_and_again_only_when_something_changed(
    project: Path, tmp_path: Path
) -> None:
    (tmp_path / "json.py").write_text("raise SystemExit('a file of the user was imported')")
    output = {"arguments": ["scan", "--json", "a b.jpg"], "folder": str(tmp_path)}
    command = json.dumps(output) + "\n"

    first = build(project, "run", "scan", "--json", "a b.jpg", cwd=tmp_path)
    second = build(project, "run", "scan", "--json", "a b.jpg", cwd=tmp_path)
    (project / "requirements.lock").write_text("# something else\n")
    third = build(project, "run", "--version")
    shutil.rmtree(project / ".venv" / "lib", ignore_errors=True)
    shutil.rmtree(project / ".venv" / "Lib", ignore_errors=True)
    (project / "requirements.lock").write_text("# a broken environment is made anew\n")
    fourth = build(project, "run", "--version")

    # Standard output is the command's alone, whatever had to be installed.
    assert first[:2] == (0, command), first
    assert "Making the environment" in first[2]
    assert second == (0, command, "")
    assert third[0] == 0, third
    assert "Installing" in third[2]
    assert "Making" not in third[2]
    assert fourth[0] == 0, fourth
    assert "Making the environment" in fourth[2]


def test_the_exit_status_passes_through(project: Path) -> None:
    status, output, _ = build(project, "run", "--fail")

    assert status == 7
    assert '"--fail"' in output


def test_without_arguments_the_window_opens(project: Path) -> None:
    assert build(project, "run")[:2] == (0, "the window\n")


def test_pictures_and_folders_open_in_the_window(project: Path, tmp_path: Path) -> None:
    (tmp_path / "card.jpg").write_text("")
    (tmp_path / "photos").mkdir()
    (tmp_path / "scan").mkdir()

    opened = build(project, "run", "card.jpg", "photos", cwd=tmp_path)
    missing = build(project, "run", "card.jpg", "no.jpg", cwd=tmp_path)
    command = build(project, "run", "scan", "photos", cwd=tmp_path)
    folder = build(project, "run", "./scan", cwd=tmp_path)

    assert opened[:2] == (0, "the window card.jpg photos\n")
    assert '"arguments": ["card.jpg", "no.jpg"]' in missing[1]
    assert '"arguments": ["scan", "photos"]' in command[1]
    assert folder[:2] == (0, "the window ./scan\n")


def test_the_commands_are_those_of_the_command_line() -> None:
    assert set(cli.commands) == build_app.COMMANDS


def test_an_installation_that_fails_is_tried_again_next_time(project: Path) -> None:
    good = (project / "requirements.lock").read_text()
    (project / "requirements.lock").write_text(f"broken @ {(project / 'no such.whl').as_uri()}\n")

    failed = build(project, "run", "--version")
    again = build(project, "run", "--version")
    (project / "requirements.lock").write_text(good)
    mended = build(project, "run", "--version")

    assert failed[0] != 0
    assert failed[1] == ""
    assert "failed with status" in failed[2]
    assert again[0] != 0
    assert mended[0] == 0


def test_an_unknown_command_says_what_there_is() -> None:
    status, output, errors = build(ROOT, "fly")

    assert (status, output) == (2, "")
    for name in ["run", "test", "bench", "package", "smoke"]:
        assert f"build_app.py {name}" in errors


def test_an_unknown_benchmark_says_what_there_is() -> None:
    status, _, errors = build(ROOT, "bench", "nothing")

    assert status == 2
    assert "startup" in errors


def test_an_old_python_is_told_so_in_words() -> None:
    script = (
        "import runpy, sys; sys.version_info = (3, 8, 19, 'final', 0); "
        f"runpy.run_path({str(ROOT / 'build_app.py')!r}, run_name='__main__')"
    )
    result = subprocess.run(
        [sys.executable, "-c", script], capture_output=True, text=True, check=False
    )

    assert result.returncode == 1
    assert "needs Python 3.11 or newer; this is Python 3.8" in result.stderr
    assert "Traceback" not in result.stderr


linux = pytest.mark.skipif(sys.platform != "linux", reason="about Linux packages")
MISSING = {"libnobody-has-this.so.1": "libnobody1", "libc.so.6": "libc6"}


@linux
def test_missing_libraries_are_installed_by_root_and_not_without_a_word(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    apt = tmp_path / "apt-get"
    apt.write_text(
        f'#!/bin/sh\necho "$DEBIAN_FRONTEND: $*" >> "{tmp_path}/calls"\necho "apt-get $1"\n'
    )
    apt.chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(os, "geteuid", lambda: 0)

    build_app.need_libraries(MISSING)

    assert (tmp_path / "calls").read_text().splitlines() == [
        "noninteractive: update -q",
        "noninteractive: install -y -q --no-install-recommends libnobody1",
    ]
    output, said = capfd.readouterr()
    assert output == ""
    assert said.splitlines() == [
        "The system lacks libnobody-has-this.so.1.",
        "Running, since you are root: apt-get install -y libnobody1",
        "apt-get update",
        "apt-get install",
    ]


@linux
def test_others_are_given_the_one_line_to_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "apt-get").write_text("#!/bin/sh\nexit 99\n")
    (tmp_path / "apt-get").chmod(0o755)
    monkeypatch.setenv("PATH", str(tmp_path), prepend=os.pathsep)
    monkeypatch.setattr(os, "geteuid", lambda: 1000)

    with pytest.raises(SystemExit, match=r"sudo apt-get install -y libnobody1$"):
        build_app.need_libraries(MISSING)


@linux
def test_where_there_is_no_apt_the_libraries_are_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))

    with pytest.raises(SystemExit, match="your system's package manager"):
        build_app.need_libraries(MISSING)
    assert "libnobody-has-this.so.1" in capsys.readouterr().err


@linux
def test_the_command_line_needs_no_library_of_the_window(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("QT_QPA_PLATFORM", raising=False)
    monkeypatch.setenv("WAYLAND_DISPLAY", "wayland-0")

    window = build_app.window_libraries()

    assert {"libEGL.so.1", "libxcb-cursor.so.0", "libwayland-cursor.so.0"} <= set(window)
    assert not set(build_app.BASE_LIBRARIES) & set(window)
