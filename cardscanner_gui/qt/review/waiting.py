"""The scans that wait for a decision, in the order in which they are shown."""

from __future__ import annotations

from collections.abc import Sequence

from cardscanner_gui.core.collection import Scan
from cardscanner_gui.core.game import Games
from cardscanner_gui.qt.card.asked import asked_of_scan


class Waiting:
    """The part of the queue that was read, the shown scan first.

    What the user put off stays last. Of one picture, cards that ask the same question follow each
    other: four of one name on a page are answered one after another, or all at once.
    """

    def __init__(self, games: Games) -> None:
        self._games = games
        self.scans: list[Scan] = []

    def __len__(self) -> int:
        return len(self.scans)

    @property
    def first(self) -> Scan | None:
        return self.scans[0] if self.scans else None

    def renew(self, scans: Sequence[Scan], wanted: int | None = None) -> Scan | None:
        """Take over what the store says; the wanted scan comes first if it is new, and is given."""
        by_id = {scan.id: scan for scan in scans}
        order = [by_id.pop(scan.id) for scan in self.scans if scan.id in by_id]
        back = by_id.pop(wanted, None) if wanted is not None else None
        self.scans = [*([back] if back is not None else []), *order, *by_id.values()]
        return back

    def put_off(self) -> None:
        """The first comes last."""
        self.scans.append(self.scans.pop(0))

    def drop(self, gone: Sequence[Scan]) -> None:
        """These are decided: what asks the same as the last of them comes next."""
        ids = {scan.id for scan in gone}
        alike = self.alike(gone[-1]) if gone else []
        next_ = [scan for scan in alike if scan.id not in ids]
        first = {scan.id for scan in next_}
        left = [scan for scan in self.scans if scan.id not in ids | first]
        self.scans = [*next_, *left]

    def alike(self, scan: Scan) -> list[Scan]:
        """The others of its picture that ask the same question: the same printings may be meant."""
        asked = self._asked(scan)
        if not asked:
            return []
        return [
            other
            for other in self.scans
            if other.id != scan.id and other.source == scan.source and self._asked(other) == asked
        ]

    def _asked(self, scan: Scan) -> frozenset[str]:
        asked = asked_of_scan(scan, self._games)
        return frozenset(one.id for one in asked.printings) if asked is not None else frozenset()
