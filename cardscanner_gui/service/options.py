"""What a service is started with."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass, field

from cardscanner_gui.core.modes import ReadingMode

MEGABYTE = 1_000_000


@dataclass(frozen=True)
class ServiceOptions:
    """Limits and addresses; each limit bounds what strangers can make the process hold.

    Attributes:
        port: 0 lets the system choose a free one.
        mode: how thoroughly cards are read where a request doesn't say.
        workers: threads that read cards, each with networks of its own.
        queue: pictures that may be read or wait at a time; one more is refused with 429.
        picture_bytes: largest picture file.
        batch_bytes: all files of one batch together.
        held_bytes: all complete uploads that wait, together; those that are being received may take
            as much again, and the ones that stall the longest make room.
        stored_bytes: all files of unfinished batches together.
        stored_pictures: all pictures of unfinished batches together, each page of a document one.
        batch_days: how long a batch that has ended is told of; what it recorded stays.
        connections: open ones; one more takes the place of the one that is idle the longest, or of
            the upload that stalled the longest.
        header_seconds: how long a connection may be silent before its first request, and how long a
            request's headers may take.
        upload_seconds: how long a request's body may take to arrive.
        unread_seconds: how long a client may take nothing of its answer.
        answer_seconds: how long a picture may wait and be read, together.
        stuck_seconds: after how long without any step a reader counts as stuck and is replaced.
        grace_seconds: how long accepted pictures are still worked on after the service was told to
            stop; what is left then is given back with 503.
        api_key: what clients must present; None without one.
        host_names: what else than the address clients may call the service by.
        keep_without_key: whether clients may put cards into the collection without a key.
    """

    host: str = "127.0.0.1"
    port: int = 8765
    mode: ReadingMode = ReadingMode.FAST
    workers: int = 1
    queue: int = 64
    picture_bytes: int = 25 * MEGABYTE
    batch_bytes: int = 200 * MEGABYTE
    held_bytes: int = 400 * MEGABYTE
    stored_bytes: int = 2000 * MEGABYTE
    stored_pictures: int = 10_000
    batch_days: float = 30.0
    connections: int = 2000
    header_seconds: float = 10.0
    upload_seconds: float = 30.0
    unread_seconds: float = 30.0
    answer_seconds: float = 60.0
    stuck_seconds: float = 30.0
    grace_seconds: float = 20.0
    # Never in a log line or a traceback.
    api_key: str | None = field(default=None, repr=False)
    host_names: tuple[str, ...] = ()
    keep_without_key: bool = False


def is_loopback(host: str) -> bool:
    """Whether only this machine can reach an address or name."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False
