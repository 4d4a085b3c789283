"""What the user decides about scans, told to the memory."""

from __future__ import annotations

from collections.abc import Iterable

from cardscanner_gui.core.game import Games
from cardscanner_gui.core.generic_game import game_of
from cardscanner_gui.core.types import Printing
from cardscanner_gui.recognition.cache.card_memory import CardMemory
from cardscanner_gui.recognition.cache.confirmed import places_of
from cardscanner_gui.store.recognitions import CardView
from cardscanner_gui.store.scans import ScanLog


class Verdicts:
    """Passes on what the user says of a scan; cards that had no outline can't be remembered.

    Only what a user decided belongs here: what the program keeps by itself confirms nothing.
    """

    def __init__(self, memory: CardMemory, scans: ScanLog, games: Games) -> None:
        self._memory = memory
        self._scans = scans
        self._games = games

    def accepted(self, scan_id: int, printing: Printing) -> None:
        """The user says that the scan shows this printing. Raises `StoreError`."""
        fingerprint, reading = self._scans.fingerprint(scan_id), self._scans.reading(scan_id)
        if fingerprint is not None and reading is not None:
            places = places_of(reading, printing, game_of(self._games, printing.game))
            self._memory.confirm(CardView(fingerprint, printing.id, places), printing)

    def taken_back(self, scan_ids: Iterable[int]) -> None:
        """The user says that these scans aren't what they were taken for. Raises `StoreError`."""
        for scan_id in scan_ids:
            fingerprint = self._scans.fingerprint(scan_id)
            if fingerprint is not None:
                self._memory.forget(fingerprint)
