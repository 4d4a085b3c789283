"""The order in which doubtful cards are looked at."""

from __future__ import annotations

from collections.abc import Sequence

from cardscanner_gui.core.collection import Scan
from cardscanner_gui.core.game import Games
from cardscanner_gui.qt.card.asked import asked_of_scan


class ReviewQueue:
    """Waiting scans, the one that is looked at first.

    What the user put off stays last, new ones come after it, and one that was asked for goes first.
    Of one picture, cards that ask the same question follow each other: four of one name on a page
    are answered one after another, or all at once.

    Attributes:
        wanted: the id of a scan to be looked at next, whenever it is there.
    """

    def __init__(self, games: Games) -> None:
        self._games = games
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

    def forget(self, decided: Sequence[Scan]) -> None:
        """These were decided on; what asks the same as the last of them comes next."""
        gone = {scan.id for scan in decided}
        next_ = [scan for scan in self.alike(decided[-1]) if scan.id not in gone]
        gone |= {scan.id for scan in next_}
        self._scans = [*next_, *(scan for scan in self._scans if scan.id not in gone)]

    def alike(self, scan: Scan) -> list[Scan]:
        """The others of its picture that ask the same question: the same printings may be meant."""
        asked = self._asked(scan)
        if not asked:
            return []
        return [
            other
            for other in self._scans
            if other.id != scan.id and other.source == scan.source and self._asked(other) == asked
        ]

    def take_in(self, waiting: Sequence[Scan], current: Scan | None) -> bool:
        """These wait now; whether the current one is still the one to look at."""
        by_id = {scan.id: scan for scan in waiting}
        order = [by_id.pop(scan.id) for scan in self._scans if scan.id in by_id]
        self._scans = order + list(by_id.values())
        back = next((scan for scan in self._scans if scan.id == self.wanted), None)
        if back is not None:
            self.wanted = None
            self._scans.remove(back)
            self._scans.insert(0, back)
            return False
        return current is not None and current in self._scans

    def _asked(self, scan: Scan) -> frozenset[str]:
        asked = asked_of_scan(scan, self._games)
        return frozenset(one.id for one in asked.printings) if asked is not None else frozenset()
