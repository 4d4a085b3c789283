"""The cards that were rejected, and their way back."""

from __future__ import annotations

from PySide6.QtCore import QDateTime, QLocale, QObject
from PySide6.QtWidgets import QWidget

from cardscanner_gui.core.collection import Change, Scan
from cardscanner_gui.core.text import file_name
from cardscanner_gui.core.words import mark, tr
from cardscanner_gui.qt.card.evidence import read_text
from cardscanner_gui.qt.card.return_dialog import PutAway, ReturnDialog, ReturnWords
from cardscanner_gui.qt.frame.notice import Notice
from cardscanner_gui.qt.frame.opening import open_dialog
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.style.words import count

_LISTED = 500
_WORDS = ReturnWords(
    mark("Rejected cards"),
    mark("The last ones first. What you bring back waits in Review again."),
    mark("Bring back"),
    mark("No card was rejected."),
)


class Rejections(QObject):
    """Rejects with a notice that takes it back, and lists what was rejected."""

    def __init__(
        self, services: WindowServices, store: AsyncStore, notice: Notice, window: QWidget
    ) -> None:
        super().__init__(window)
        self._scans = services.scans
        self._store = store
        self._notice = notice
        self._window = window

    def reject(self, scan: Scan) -> None:
        """Don't keep a card; a notice says which, and takes it back."""

        def tell(change: Change) -> None:
            self._notice.tell(
                tr("Rejected {card_words}", card_words=card_words(scan)),
                action=tr("Undo"),
                then=lambda: self._store.undo_only(change),
            )

        self._store.reject(scan.id, tell)

    def show_list(self) -> None:
        """List the rejected cards."""
        self._store.read(lambda: self._scans.rejected(_LISTED), self._open)

    def _open(self, scans: list[Scan]) -> None:
        dialog = ReturnDialog(_WORDS, [_put_away(scan) for scan in scans], self._window.window())
        dialog.brought_back.connect(self._bring_back)
        open_dialog(dialog)

    def _bring_back(self, ids: list[int]) -> None:
        self._store.reconsider(ids, self._tell_back)

    def _tell_back(self, change: Change) -> None:
        self._notice.tell(tr("{cards} in Review again", cards=count(len(change.ids), "card")))


def card_words(scan: Scan) -> str:
    """What to call a scanned card: its name if one is known or was read, else its file."""
    if scan.printing is not None:
        return scan.printing.name
    return read_text(scan.reading, "name") or file_name(scan.source)


def _put_away(scan: Scan) -> PutAway:
    when = QDateTime.fromSecsSinceEpoch(int(scan.scanned_at))
    words = QLocale().toString(when, QLocale.FormatType.ShortFormat)
    return PutAway(scan.id, card_words(scan), f"{file_name(scan.source)} · {words}")
