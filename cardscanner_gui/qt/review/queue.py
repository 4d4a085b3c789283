"""The order in which doubtful cards are looked at."""

from __future__ import annotations

from collections.abc import Sequence

from cardscanner_gui.core.collection import Scan


class ReviewQueue:
    """Waiting scans, the one that is looked at first.

    What the user put off stays last, new ones come after it, and one that was asked for goes first.

    Attributes:
        wanted: the id of a scan to be looked at next, whenever it is there.
    """

    def __init__(self) -> None:
        self._scans: list[Scan] = []
        self.wanted: int | None = None

    def __len__(self) -> int:
        return len(self._scans)

    @property
    def first(self) -> Scan | None:
        """The one to look at; None when nothing waits."""
        return self._scans[0] if self._scans else None

    def put_off(self) -> None:
        """The first goes last."""
        self._scans.append(self._scans.pop(0))

    def forget(self, scan: Scan) -> None:
        """It was decided on."""
        self._scans = [one for one in self._scans if one.id != scan.id]

    def take_in(self, waiting: Sequence[Scan], current: Scan | None) -> bool:
        """These wait now; whether the current one is still the one to look at."""
        by_id = {scan.id: scan for scan in waiting}
        order = [by_id.pop(scan.id) for scan in self._scans if scan.id in by_id]
        self._scans = order + list(by_id.values())
        back = next((scan for scan in self._scans if scan.id == self.wanted), None)
        if back is not None:
            self.wanted = None
            self.forget(back)
            self._scans.insert(0, back)
            return False
        return current is not None and current in self._scans
