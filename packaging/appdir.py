"""An AppDir: what `appimagetool` makes one file of, and what can be started as it is."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from pathlib import Path

LINUX = Path(__file__).resolve().parent / "linux"
ICON = Path(__file__).resolve().parents[1] / "resources" / "icons" / "cardscanner.svg"
ID = "app.cardscanner.cardscanner"
"""What software centres call it."""
DESKTOP = "cardscanner"
"""What the desktop calls the window (`QGuiApplication::setDesktopFileName`)."""
_START = """#!/bin/sh
# Starts the window; as `AppRun scan card.jpg` the command line.
here=$(dirname "$(readlink -f "$0")")/usr/lib/cardscanner
case "${1:-}" in
    {commands}) exec "$here/cardscanner" "$@" ;;
    *) exec "$here/cardscanner-gui" "$@" ;;
esac
"""


def make(folder: Path, target: Path, version: str) -> None:
    """Lay a packaged folder out as an AppDir, without taking the room twice.

    Args:
        folder: the packaged program.
        target: the AppDir; what was there is replaced.
        version: the program's.

    Raises:
        CalledProcessError: a description isn't valid, as far as this machine can tell.
    """
    shutil.rmtree(target, ignore_errors=True)
    shutil.copytree(folder, target / "usr/lib/cardscanner", symlinks=True, copy_function=_link)
    share = target / "usr/share"
    for place in ("applications", "metainfo", "icons/hicolor/scalable/apps"):
        (share / place).mkdir(parents=True)
    desktop = share / "applications" / f"{DESKTOP}.desktop"
    shutil.copy(LINUX / "cardscanner.desktop", desktop)
    metainfo = share / "metainfo" / f"{ID}.metainfo.xml"
    text = (LINUX / "cardscanner.metainfo.xml").read_text(encoding="utf-8")
    metainfo.write_text(text.replace("@VERSION@", version), encoding="utf-8")
    shutil.copy(ICON, share / "icons/hicolor/scalable/apps/cardscanner.svg")
    shutil.copy(ICON, target / "cardscanner.svg")
    (target / ".DirIcon").symlink_to("cardscanner.svg")
    (target / desktop.name).symlink_to(desktop.relative_to(target))
    start = target / "AppRun"
    start.write_text(_START.replace("{commands}", "|".join(_commands())), encoding="utf-8")
    start.chmod(0o755)
    check(desktop, metainfo)


def check(desktop: Path, metainfo: Path) -> None:
    """Let this machine's own programs look at the descriptions, where it has them."""
    checks = {
        "desktop-file-validate": [desktop],
        "appstreamcli": ["validate", "--no-net", metainfo],
    }
    for program, arguments in checks.items():
        if shutil.which(program) is None:
            print(f"{program} isn't installed, so {arguments[-1].name} wasn't checked by it.")
        else:
            subprocess.run([program, *map(str, arguments)], check=True, stdout=sys.stderr)


def _commands() -> list[str]:
    from cardscanner_gui.cli import cli

    return sorted(cli.commands)


def _link(source: str, target: str) -> str:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
    return target
