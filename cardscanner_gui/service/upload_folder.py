"""Where uploaded pictures of batches lie until they are done: bounded, and gone once they are."""

from __future__ import annotations

import logging
import os
import re
import shutil
import threading
import time
import uuid
from collections.abc import Sequence
from contextlib import suppress
from http import HTTPStatus
from pathlib import Path
from typing import BinaryIO

from cardscanner_gui.core.text import file_name
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.refusals import Refusal
from cardscanner_gui.store.batches import BatchStore

log = logging.getLogger(__name__)

_UNSAFE = re.compile(r"[^\w .()\-]+")
_LONGEST_NAME = 80
_LEFT_BEHIND_SECONDS = 3600.0
"""A folder that no batch waits for and that is younger may be one that is being written."""
_TRY_AGAIN_SECONDS = 60.0
_DAY = 24 * 3600.0


class UploadFolder:
    """Safe to use from any thread, and with several services on one data folder.

    Args:
        root: the folder; made with the first upload.
        store: knows which pictures still wait.
        options: how many bytes and pictures there may be.
    """

    def __init__(self, root: Path, store: BatchStore, options: ServiceOptions) -> None:
        self._root = root
        self._store = store
        self._options = options
        self._saving = threading.Lock()

    def save(self, files: Sequence[tuple[str, BinaryIO]]) -> list[Path]:
        """Write uploads, given by name and content, into a folder of their own; their paths.

        Raises:
            Refusal: no more of them are taken now.
            OSError: they can't be written; nothing of them is left.
        """
        size = sum(_size(file) for _, file in files)
        with self._saving:
            self._check_bytes(size)
            self.check_pictures(len(files))
            self._root.mkdir(parents=True, exist_ok=True, mode=0o700)
            folder = self._root / uuid.uuid4().hex
            folder.mkdir(mode=0o700)
            try:
                return [_write(folder, *numbered) for numbered in enumerate(files, 1)]
            except BaseException:
                shutil.rmtree(folder, ignore_errors=True)
                raise

    def check_pictures(self, number: int) -> None:
        """Raise a `Refusal` when so many pictures more would be too many."""
        most = self._options.stored_pictures
        if len(self._store.waiting_under(self._root)) + number > most:
            raise _full(f"more than {most:,} pictures")

    def holds(self, path: Path) -> bool:
        """Whether this is one of the uploads."""
        return path.is_relative_to(self._root)

    def remove(self, path: Path) -> None:
        """Remove an upload with all that came in together with it; nothing else."""
        if self.holds(path) and path != self._root:
            folder = self._root / path.relative_to(self._root).parts[0]
            shutil.rmtree(folder, ignore_errors=True)

    def tidy(self) -> None:
        """Remove what an earlier process left and no batch needs any more. Raises `StoreError`."""
        if not self._root.is_dir():
            return
        needed = {
            path.relative_to(self._root).parts[0] for path in self._store.waiting_under(self._root)
        }
        for folder in self._root.iterdir():
            age = time.time() - folder.stat().st_mtime
            if folder.name not in needed and age > _LEFT_BEHIND_SECONDS:
                shutil.rmtree(folder, ignore_errors=True)
                log.info("removed uploads that no batch needs any more")

    def forget_old_batches(self) -> None:
        """Forget batches that ended long ago. Raises `StoreError`."""
        before = time.time() - self._options.batch_days * _DAY
        forgotten = self._store.forget_ended(self._root, before)
        if forgotten:
            log.info("forgot %d batches that ended long ago", forgotten)

    def _check_bytes(self, size: int) -> None:
        most = self._options.stored_bytes
        if self._bytes() + size > most:
            self.tidy()
            if self._bytes() + size > most:
                raise _full(f"more than {most / 1e6:g} MB of pictures")

    def _bytes(self) -> int:
        total = 0
        # Batches that end remove their folders meanwhile: what is gone takes no room, and `walk`
        # passes over folders that it can't open.
        for folder, _, names in os.walk(self._root):
            for name in names:
                with suppress(FileNotFoundError):
                    total += (Path(folder) / name).stat().st_size
        return total


def safe_name(name: str) -> str:
    """A file name that means the same to people and can't lead anywhere."""
    return _UNSAFE.sub("_", file_name(name)).strip(". ")[-_LONGEST_NAME:] or "picture"


def shown_name(path: Path) -> str:
    """What the client called a file that `save` wrote."""
    return path.name.partition(" ")[2] or path.name


def _write(folder: Path, place: int, upload: tuple[str, BinaryIO]) -> Path:
    name, file = upload
    path = folder / f"{place:04d} {safe_name(name)}"
    with path.open("wb") as target:
        shutil.copyfileobj(file, target)
    return path


def _size(file: BinaryIO) -> int:
    place = file.tell()
    size = file.seek(0, 2)
    file.seek(place)
    return size


def _full(what: str) -> Refusal:
    line = f"Batches that wait would have {what}; try again when some of them are done."
    return Refusal(HTTPStatus.TOO_MANY_REQUESTS, "uploads_full", line, _TRY_AGAIN_SECONDS)
