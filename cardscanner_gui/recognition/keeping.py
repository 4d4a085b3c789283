"""Where cards are recorded and kept, and where the user's word about them is taken.

The rule itself is `store.scan_edits.record_picture`, which batches call with the note that their
picture is done. Here it stands beside what else changes scans, so that the memory hears of it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence

from cardscanner_gui.core.collection import Change, ChangeKind
from cardscanner_gui.core.copies import Copy, CopyDefaults
from cardscanner_gui.core.game import Game, Games
from cardscanner_gui.core.generic_game import game_of
from cardscanner_gui.core.look import Look
from cardscanner_gui.core.types import Match, Printing, Reading, Recognition, ScanResult
from cardscanner_gui.recognition.cache.card_memory import CardMemory
from cardscanner_gui.recognition.cache.verdicts import Verdicts
from cardscanner_gui.recognition.details import finish_of, language_of_match
from cardscanner_gui.store.collection import Collection
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.scanned_picture import ScannedPicture
from cardscanner_gui.store.scans import ScanLog
from cardscanner_gui.store.sessions import Sessions
from cardscanner_gui.vision.photo import look_of_photo

Matches = Callable[[Reading, Look | None], Match]
"""Says which printing a reading means, and a look where there is one."""


class Keeping:
    """Records what pictures gave, keeps what is identified, and does what the user says of cards.

    Each method is one transaction, with one `Change`, and so one undo. All raise `StoreError` when
    the file can't be read or written. What the program keeps by itself confirms nothing: the memory
    hears of the user's word only.

    Args:
        database: the collection's.
        games: whose cards there are.
        memory: of recognitions; None where nothing is remembered.
    """

    def __init__(self, database: Database, games: Games, memory: CardMemory | None = None) -> None:
        self._scans = ScanLog(database)
        self._collection = Collection(database)
        self._sessions = Sessions(database)
        self._verdicts = None if memory is None else Verdicts(memory, self._scans, games)
        self._games = games

    def record(
        self,
        result: ScanResult,
        scanned_at: float,
        keep_as: CopyDefaults | None,
        session_id: int | None = None,
        content: str | None = None,
        *,
        once: bool = False,
    ) -> Change:
        """Record every card of a picture, and keep what is identified.

        Args:
            result: what was recognised.
            scanned_at: seconds since the epoch.
            keep_as: what kept cards start as; None keeps none.
            session_id: of live scanning; its cards are kept when it ends.
            content: the hash of the picture's file, if it is one.
            once: skip a picture that is counted already, as another file: saved anew, made smaller.

        Returns:
            The recorded scans, in the picture's order; none of a picture that was skipped.
        """
        picture = ScannedPicture.of(
            result.cards, result.source, scanned_at, session_id, content, result.look, once=once
        )
        return self._scans.record(picture, keep_as)

    def match_again(
        self,
        scan_ids: Iterable[int],
        match: Matches,
        keep_as: CopyDefaults | None,
    ) -> Change:
        """Match the stored readings of a picture's waiting scans, and keep what is identified now.

        How each card looks is seen on its stored photo.

        Args:
            scan_ids: which scans; those that are gone are left out.
            match: finds the printing of a reading and a look.
            keep_as: as for `record`; cards of a session start as its others do.
        """
        readings = {scan_id: self._scans.reading(scan_id) for scan_id in scan_ids}
        answers = {
            scan_id: self._answer(match(reading, self._look(scan_id)), reading)
            for scan_id, reading in readings.items()
            if reading is not None
        }
        return self._scans.rematch(answers, keep_as)

    def accept(self, scan_id: int, printing: Printing, copy: Copy) -> Change:
        """The user says that a scan shows this printing, and that this is their copy of it."""
        change = self._scans.accept(scan_id, printing, copy)
        self._confirm(change, printing)
        return change

    def reject(self, scan_id: int) -> Change:
        """The user doesn't want this card, or it isn't what it was taken for."""
        return self._take_back(self._scans.reject(scan_id))

    def take_back(self, scan_ids: Sequence[int], label: str) -> Change:
        """The user takes back all that these scans added, such as those of a mistaken batch."""
        return self._take_back(self._scans.take_back(scan_ids, label))

    def take_back_session(self, session_id: int) -> Change:
        """The user takes back all that an ended session brought."""
        return self._take_back(self._sessions.take_back(session_id))

    def change_printing(self, entry_id: int, printing: Printing) -> Change:
        """The user says that an entry of the collection is another printing."""
        change = self._collection.change_printing(entry_id, printing)
        self._confirm(change, printing)
        return change

    def next_finish(self, scan_id: int) -> Change:
        """Give a scan's copy the next finish that its printing, or else its game, exists in."""
        return self._scans.next_finish(scan_id, self._finishes)

    def undo(self) -> Change | None:
        """Take back the last change; None when there is none. What a scan is, is in doubt then."""
        change = self._collection.undo()
        return None if change is None else self._take_back(change)

    def redo(self) -> Change | None:
        """Do again what was undone last; None when there is nothing. The memory isn't told: the
        card is read anew when it comes again.
        """
        return self._collection.redo()

    def _finishes(self, printing: Printing) -> tuple[str, ...]:
        return printing.finishes or tuple(game_of(self._games, printing.game).finishes)

    def _confirm(self, change: Change, printing: Printing) -> None:
        if self._verdicts is not None and change.kind is ChangeKind.SCANS:
            for scan_id in change.ids:
                self._verdicts.accepted(scan_id, printing)

    def _take_back(self, change: Change) -> Change:
        if self._verdicts is not None and change.kind is ChangeKind.SCANS:
            self._verdicts.taken_back(change.ids)
        return change

    def _answer(self, match: Match, reading: Reading) -> Recognition:
        """What a recogniser would say of this reading now."""
        printing = match.printing
        return Recognition(
            match,
            reading,
            language=language_of_match(reading, match, self._game),
            finish=finish_of(printing) if printing else None,
        )

    def _look(self, scan_id: int) -> Look | None:
        """How a scanned card looks; None where there is no photo of the straightened card."""
        photo = self._scans.photo(scan_id)
        return None if photo is None else look_of_photo(photo)

    def _game(self, printing: Printing) -> Game:
        return game_of(self._games, printing.game)
