"""Where the files lie that come with the program: networks, icons, sounds, styles."""

from __future__ import annotations

from pathlib import Path


def resource_dir() -> Path:
    """The folder of resources, in a checkout and in an installed program alike."""
    package = Path(__file__).resolve().parent
    installed = package / "_resources"
    return installed if installed.is_dir() else package.parent / "resources"


def guide_dir() -> Path:
    """The folder of the user guide's pages; its pictures lie in `../screenshots`."""
    package = Path(__file__).resolve().parent
    installed = package / "_resources" / "guide" / "guide"
    return installed if installed.is_dir() else package.parent / "docs" / "guide"


def release_address() -> str:
    """Where this build asks for new versions; empty where whoever packaged it named no place."""
    try:
        return (resource_dir() / "release-address").read_text(encoding="utf-8").strip()
    except OSError:
        return ""
