"""How much room everything takes on the disk, by what it is."""

from __future__ import annotations

import os
from pathlib import Path

from cardscanner_gui.core.words import mark, tr

_KINDS = {
    "catalogue": mark("catalogue"),
    "artwork": mark("catalogue"),
    "backups": mark("backups"),
    "models": mark("models"),
    "logs": mark("logs"),
}
"""What the folders within the data folder hold; files beside them are the collection."""

COLLECTION = mark("collection and photos")
OTHER = mark("other")


def space_used(folder: Path) -> dict[str, int]:
    """Bytes by kind, the largest first. Takes as long as listing all files; never fails.

    Args:
        folder: the data folder.
    """
    sizes: dict[str, int] = {}
    for path in _entries(folder):
        if path.is_dir(follow_symlinks=False):
            kind = _KINDS.get(path.name, tr(OTHER))
            size = _folder_size(path.path)
        else:
            kind = tr(COLLECTION) if path.name.startswith("collection") else tr(OTHER)
            size = _file_size(path)
        if size:
            sizes[kind] = sizes.get(kind, 0) + size
    return dict(sorted(sizes.items(), key=lambda one: -one[1]))


def _folder_size(folder: str) -> int:
    size = 0
    for entry in _entries(folder):
        deeper = entry.is_dir(follow_symlinks=False)
        size += _folder_size(entry.path) if deeper else _file_size(entry)
    return size


def _entries(folder: str | Path) -> list[os.DirEntry[str]]:
    try:
        with os.scandir(folder) as entries:
            return list(entries)
    except OSError:  # gone meanwhile, or nobody's business
        return []


def _file_size(entry: os.DirEntry[str]) -> int:
    try:
        return entry.stat(follow_symlinks=False).st_size
    except OSError:
        return 0
