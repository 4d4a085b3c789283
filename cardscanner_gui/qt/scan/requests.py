"""The one table of the pictures that were asked for: by whom, and how far each is."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum

from cardscanner_gui.core.sessions import Session
from cardscanner_gui.qt.scan.state import PictureState


class Origin(Enum):
    """Who asked for a picture, and who records its cards."""

    FILE = "file"  # a small drop: counted, and recorded by the window
    LIVE = "live"  # a camera: recorded by the window, into its session
    BATCH = "batch"  # counted and recorded by the batch


@dataclass(eq=False)
class PictureRequest:
    """A picture that was asked for.

    Attributes:
        session: of live scanning, which its card goes to.
        content: the hash of the file, where the window records it.
        once: skip it where the same picture is counted already, as another file.
        picture: what is shown of it; None until it was begun.
        read: its answer is here, and the batch that asked for it is recording it.
    """

    id: str
    source: str
    origin: Origin
    session: Session | None = None
    content: str | None = None
    once: bool = False
    picture: PictureState | None = None
    read: bool = False

    @property
    def begun(self) -> bool:
        return self.picture is not None


class PictureRequests:
    """Requests by their id, which their events carry."""

    def __init__(self) -> None:
        self._table: dict[str, PictureRequest] = {}

    @property
    def files(self) -> int:
        """Files that haven't ended."""
        return sum(request.origin is Origin.FILE for request in self._table.values())

    @property
    def unread(self) -> list[str]:
        """The files that have no answer, in the order in which they were asked for."""
        waiting = (r for r in self._table.values() if r.origin is Origin.FILE and not r.read)
        return [request.source for request in waiting]

    @property
    def reading(self) -> bool:
        """One was begun and has no answer yet."""
        return any(request.begun and not request.read for request in self._table.values())

    def expect(self, request: PictureRequest) -> None:
        """Take one in; one that was there under the same id starts over."""
        self._table[request.id] = request

    def open(self, request_id: str) -> PictureRequest | None:
        """One whose answer is awaited; None when it was cancelled, or has its answer."""
        request = self._table.get(request_id)
        return None if request is None or request.read else request

    def end(self, request_id: str) -> PictureRequest | None:
        """Take one out."""
        return self._table.pop(request_id, None)

    def drop_waiting_files(self) -> list[PictureRequest]:
        """Take out the files that weren't begun; gives those that were."""
        files = [r for r in self._table.values() if r.origin is Origin.FILE]
        for request in files:
            if not request.begun:
                del self._table[request.id]
        return [request for request in files if request.begun]
