"""A folder whose new pictures are noticed when they are completely written.

The system's events make that quick, where it sends any: network drives often send none. So the
folder is looked through every few seconds as well, and what the look finds is what counts.
"""

from __future__ import annotations

import logging
import os
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from watchdog.events import FileSystemEvent, FileSystemEventHandler
from watchdog.observers import Observer
from watchdog.observers.api import BaseObserver

from cardscanner_gui.capture.collect import pictures_below
from cardscanner_gui.core.errors import WorldError

log = logging.getLogger(__name__)

LOOK_SECONDS = 5.0
"""How often the folder is looked through when no event comes."""
SETTLED_SECONDS = 1.0
"""A file that hasn't changed for so long is written completely."""


@dataclass(frozen=True)
class _Seen:
    version: str
    since: float  # by the monotonic clock


class WatchedFolder:
    """Tells of each picture in a folder and below it, once for each version of the file.

    What is there at the start is told too: who listens knows which of it is done.

    Args:
        folder: is waited for where it isn't there, or not there any more.
        arrived: called on the folder's own thread with a file and its version (size and time of
            change), when it is completely written. Where that raises a `WorldError`, the file is
            told again at the next look.
        problem: called there with one line for the user when something keeps it from working, and
            with an empty one when it works again.
    """

    def __init__(
        self,
        folder: Path,
        arrived: Callable[[Path, str], None],
        problem: Callable[[str], None] = lambda _: None,
        *,
        look_seconds: float = LOOK_SECONDS,
        settled_seconds: float = SETTLED_SECONDS,
    ) -> None:
        self.folder = folder
        self._arrived = arrived
        self._problem = problem
        self._look_seconds = look_seconds
        self._settled_seconds = settled_seconds
        self._seen: dict[Path, _Seen] = {}
        self._told: dict[Path, str] = {}
        self._unsettled = False
        self._trouble = ""
        self._look_now = threading.Event()
        self._stopped = threading.Event()
        self._thread = threading.Thread(target=self._run, name="watched-folder")

    def start(self) -> None:
        """Begin to look; returns at once."""
        self._thread.start()

    def stop(self) -> None:
        """Stop looking; nothing is told once this returns."""
        self._stopped.set()
        self._look_now.set()
        if self._thread.ident is not None:
            self._thread.join()

    def _run(self) -> None:
        events = _Events(self.folder, self._look_now)
        try:
            while not self._stopped.is_set():
                self._look_now.clear()
                self._say(self._look())
                if not self._trouble:
                    events.listen()
                pause = self._settled_seconds if self._unsettled else self._look_seconds
                # After an event, wait all the same: copying a file sends hundreds of them.
                self._look_now.wait(pause)
                self._stopped.wait(min(pause, self._settled_seconds / 4))
        finally:
            events.close()

    def _look(self) -> str:
        """Tell of what is new and settled; what went wrong, in one line."""
        try:
            os.listdir(self.folder)  # noqa: PTH208 - a folder that has gone raises here
        except OSError as error:
            return f"The folder {self.folder} can't be watched ({error.strerror or error})."
        self._unsettled = False
        now = time.monotonic()
        found = set()
        trouble = ""
        for path in pictures_below(self.folder):
            version = _version(path)
            if version is None or self._stopped.is_set():
                continue
            found.add(path)
            try:
                if self._told.get(path) != version:
                    self._consider(path, version, now)
            except WorldError as error:
                trouble = str(error)
        for gone in self._seen.keys() - found:
            del self._seen[gone]
        for gone in self._told.keys() - found:
            del self._told[gone]
        return trouble

    def _consider(self, path: Path, version: str, now: float) -> None:
        seen = self._seen.get(path)
        if seen is None or seen.version != version:
            self._seen[path] = _Seen(version, now)
            self._unsettled = True
        elif now - seen.since < self._settled_seconds:
            self._unsettled = True
        else:
            self._arrived(path, version)
            self._told[path] = version
            del self._seen[path]

    def _say(self, trouble: str) -> None:
        if trouble != self._trouble:
            self._trouble = trouble
            self._problem(trouble)


class _Events(FileSystemEventHandler):
    """Sets an event whenever something happens in a folder, as far as the system tells."""

    def __init__(self, folder: Path, happened: threading.Event) -> None:
        self._folder = folder
        self._happened = happened
        self._observer: BaseObserver | None = None
        self._inode: int | None = None

    def on_any_event(self, event: FileSystemEvent) -> None:
        """Called on the observer's thread."""
        if event.event_type not in {"opened", "closed_no_write"}:  # which we do ourselves
            self._happened.set()

    def listen(self) -> None:
        """Begin, or begin anew with a folder that was away."""
        try:
            inode = self._folder.stat().st_ino
            if self._observer is not None and inode == self._inode:
                return
            self.close()
            observer = Observer()
            observer.schedule(self, str(self._folder), recursive=True)
            observer.start()
        except (OSError, RuntimeError) as error:
            # Too many folders for the system, or no events on this drive: looking must do.
            log.debug("no events from %s: %s", self._folder, error)
            return
        self._observer, self._inode = observer, inode
        self._happened.set()  # what came since the last look, before anybody listened

    def close(self) -> None:
        if self._observer is not None:
            self._observer.stop()
            self._observer.join()
            self._observer = None


def _version(path: Path) -> str | None:
    """Size and time of change; None for a file that is empty still, or has gone."""
    try:
        status = path.stat()
    except OSError:
        return None
    return f"{status.st_size}:{status.st_mtime_ns}" if status.st_size else None
