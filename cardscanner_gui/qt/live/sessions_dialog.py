"""The list of sessions: what each brought, its cards, and its own export."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import (
    QDialog,
    QDialogButtonBox,
    QHBoxLayout,
    QHeaderView,
    QLabel,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QTableWidget,
    QTableWidgetItem,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.collection import Change, EntryQuery, Scan
from cardscanner_gui.core.copies import PLAIN_FINISH
from cardscanner_gui.core.sessions import Session, SessionState
from cardscanner_gui.core.words import amount, mark, tr
from cardscanner_gui.qt.frame.notice import Notice
from cardscanner_gui.qt.frame.opening import open_dialog
from cardscanner_gui.qt.live.scan import LiveScan
from cardscanner_gui.qt.live.words import SESSION_STATES
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.qt.style.theme import STEP, TITLE_SIZE, scaled_font
from cardscanner_gui.qt.style.words import count, finish_words, one_line

_COLUMNS = (
    mark("Started"),
    mark("From"),
    mark("Cards"),
    mark("Copies"),
    mark("Unsure"),
    mark("State"),
)


class SessionsDialog(QDialog):
    """The last sessions on the left, the cards of the chosen one on the right."""

    def __init__(
        self,
        services: WindowServices,
        store: AsyncStore,
        live: LiveScan,
        settings: ChosenSettings,
        lane: Lane,
        notice: Notice,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._notice = notice
        self._services = services
        self._finishes = finish_words(services.games)
        self._store = store
        self._live = live
        self._settings = settings
        self._lane = lane
        self._sessions: list[Session] = []
        self._open = True
        self.setWindowTitle(tr("Sessions"))
        self.resize(920, 520)
        self.table = QTableWidget(0, len(_COLUMNS))
        self.table.setHorizontalHeaderLabels([tr(title) for title in _COLUMNS])
        self.table.setAccessibleName(tr("Sessions"))
        self.table.verticalHeader().hide()
        self.table.setSelectionBehavior(QTableWidget.SelectionBehavior.SelectRows)
        self.table.setSelectionMode(QTableWidget.SelectionMode.SingleSelection)
        self.table.setEditTriggers(QTableWidget.EditTrigger.NoEditTriggers)
        self.table.setAlternatingRowColors(True)
        self.table.setShowGrid(False)
        header = self.table.horizontalHeader()
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setHighlightSections(False)
        header.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        header.setSectionResizeMode(1, QHeaderView.ResizeMode.Stretch)
        self.title = QLabel()
        self.title.setProperty("role", "muted")
        self.cards = QListWidget()
        self.cards.setAccessibleName(tr("Cards of the session"))
        self.cards.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.end = QPushButton(tr("End session"))
        self.end.setToolTip(tr("Put its cards into the collection"))
        self.discard = QPushButton(tr("Discard"))
        self.discard.setToolTip(tr("Keep nothing of this session"))
        self.take_back = QPushButton(tr("Take back"))
        self.take_back.setToolTip(tr("Take all its cards back, out of your collection and Review"))
        self.export_button = QPushButton(tr("Export…"))
        self.export_button.setToolTip(tr("Write the cards of this session to a file"))
        self._lay_out()
        self.table.itemSelectionChanged.connect(self._chosen)
        self.end.clicked.connect(self._end)
        self.discard.clicked.connect(self._discard)
        self.take_back.clicked.connect(self._take_back)
        self.export_button.clicked.connect(self._export)
        store.changed.connect(self._store_changed)
        self.reload()

    def _lay_out(self) -> None:
        title = QLabel(tr("Sessions"))
        title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        right = QVBoxLayout()
        right.setSpacing(STEP)
        right.addWidget(self.title)
        right.addWidget(self.cards, 1)
        body = QHBoxLayout()
        body.setSpacing(2 * STEP)
        body.addWidget(self.table, 3)
        body.addLayout(right, 2)
        buttons = QDialogButtonBox(QDialogButtonBox.StandardButton.Close)
        for button in (self.export_button, self.take_back, self.end, self.discard):
            buttons.addButton(button, QDialogButtonBox.ButtonRole.ActionRole)
        buttons.rejected.connect(self.reject)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(3 * STEP, 3 * STEP, 3 * STEP, 2 * STEP)
        layout.setSpacing(2 * STEP)
        layout.addWidget(title)
        layout.addLayout(body, 1)
        layout.addWidget(buttons)

    @property
    def session(self) -> Session | None:
        """The chosen one."""
        row = self.table.currentRow()
        return self._sessions[row] if 0 <= row < len(self._sessions) else None

    def reload(self) -> None:
        """Read the list anew."""
        self._store.read(self._services.sessions.recent, self._show)

    def done(self, result: int) -> None:
        """Close; what is still being read comes too late."""
        self._open = False
        super().done(result)

    def _store_changed(self, _: Change) -> None:
        self.reload()

    def _show(self, sessions: list[Session]) -> None:
        if not self._open:
            return
        chosen = self.session
        self._sessions = sessions
        self.table.blockSignals(True)
        self.table.setRowCount(len(sessions))
        for row, session in enumerate(sessions):
            started = datetime.fromtimestamp(session.started_at)
            words = (
                f"{started:%d %b %Y %H:%M}",
                session.source,
                amount(session.cards),
                amount(session.copies),
                amount(session.unsure),
                SESSION_STATES[session.state],
            )
            for column, text in enumerate(words):
                item = QTableWidgetItem(text)
                if column in (2, 3, 4):
                    right = Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter
                    item.setTextAlignment(right)
                self.table.setItem(row, column, item)
        ids = [session.id for session in sessions]
        row = ids.index(chosen.id) if chosen is not None and chosen.id in ids else 0
        if sessions:
            self.table.setCurrentCell(row, 0)
        self.table.blockSignals(False)
        self._chosen()

    def _chosen(self) -> None:
        session = self.session
        self.end.setEnabled(session is not None and session.unfinished)
        self.discard.setEnabled(session is not None and session.unfinished)
        ended = session is not None and session.state is SessionState.ENDED
        self.take_back.setEnabled(ended and session is not None and session.cards > 0)
        self.export_button.setEnabled(session is not None and session.identified > 0)
        if session is None:
            self.cards.clear()
            self.title.setText(tr("No session yet: start one with Live → Scan live"))
            return
        self._store.read(
            partial(self._services.sessions.scans, session.id), partial(self._show_cards, session)
        )

    def _show_cards(self, session: Session, scans: list[Scan]) -> None:
        if not self._open or session != self.session:
            return
        self.title.setText(count(len(scans), "card"))
        self.cards.clear()
        for scan in reversed(scans):
            self.cards.addItem(
                QListWidgetItem(_card_words(scan, finish_words(self._services.games)))
            )

    def _end(self) -> None:
        self._finish(self._live.end, self._store.end_session)

    def _discard(self) -> None:
        self._finish(self._live.discard, self._store.discard_session)

    def _take_back(self) -> None:
        if self.session is not None:
            self._store.take_back_session(self.session.id, self._taken_back)

    def _taken_back(self, change: Change) -> None:
        self._notice.tell(
            tr("Took back {cards} of this session", cards=count(len(change.ids), "card")),
            action=tr("Undo"),
            then=partial(self._store.undo_only, change),
        )

    def _finish(self, current, other) -> None:  # type: ignore[no-untyped-def]
        """The session that is being scanned has to be stopped first."""
        session, scanning = self.session, self._live.session
        if session is not None and scanning is not None and session.id == scanning.id:
            current()
        elif session is not None:
            other(session.id, lambda _: None)

    def _export(self) -> None:
        from cardscanner_gui.qt.collection.export_dialog import ExportDialog

        session = self.session
        if session is None:
            return
        dialog = ExportDialog(
            self._services,
            self._lane,
            self._settings,
            EntryQuery(),
            0,
            lambda then: then([]),
            self.parentWidget(),
            only=(tr("This session"), partial(self._services.sessions.entries, session.id)),
        )
        open_dialog(dialog)


def _card_words(scan: Scan, finishes: Mapping[str, str]) -> str:
    planned = scan.planned
    printing = planned.printing if planned is not None else scan.printing
    if printing is None:
        return f"{str(scan.status).capitalize()}: {scan.reason}"
    words = one_line(printing)
    if planned is not None and planned.finish != PLAIN_FINISH:
        words += f" · {finishes.get(planned.finish, planned.finish)}"
    copies = planned.quantity if planned is not None else scan.copies
    return words + (tr(" · {copies} copies", copies=copies) if copies > 1 else "")
