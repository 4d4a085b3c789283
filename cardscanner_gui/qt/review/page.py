"""The review page: one doubtful card at a time, big, with its candidates and their evidence."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.collection import Change, ChangeKind, Decision, Scan
from cardscanner_gui.core.copies import Copy, CopyDefaults, changed_alike
from cardscanner_gui.core.text import file_name
from cardscanner_gui.core.types import Printing
from cardscanner_gui.core.words import mark, tr
from cardscanner_gui.qt.card.candidate_list import MOST_SHOWN, considered
from cardscanner_gui.qt.card.evidence import read_text, reasons_of_scan
from cardscanner_gui.qt.card.other_match import Search, TypedCommand
from cardscanner_gui.qt.card.picture_source import PictureSource
from cardscanner_gui.qt.card.zoom_view import ZoomButtons
from cardscanner_gui.qt.frame.actions import Actions, connect
from cardscanner_gui.qt.frame.pages import Page, PageWidget
from cardscanner_gui.qt.frame.panes import LOW, Panes
from cardscanner_gui.qt.frame.shell import Shell
from cardscanner_gui.qt.review.corner_marker import CornerMarker
from cardscanner_gui.qt.review.outlining import Outlining
from cardscanner_gui.qt.review.question import QuestionPanel
from cardscanner_gui.qt.review.queue import ReviewQueue
from cardscanner_gui.qt.review.rejected import Rejections
from cardscanner_gui.qt.review.shown_card import ShownCard
from cardscanner_gui.qt.review.typed_keys import KeyCommand, TypedKeys
from cardscanner_gui.qt.services import CatalogueFacts, WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore, StoreState
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.store.lazy_reload import LazyReload
from cardscanner_gui.qt.style.elided_label import ElidedLabel
from cardscanner_gui.qt.style.empty_state import EmptyState
from cardscanner_gui.qt.style.icons import IconSet
from cardscanner_gui.qt.style.theme import HEADER_HEIGHT, STEP, TITLE_SIZE, scaled_font

_TYPE_ON = mark("What you type on is a search.")
_WAIT_HERE = mark(
    "Cards that could be more than one printing wait here until you have looked at them."
)
_AHEAD = 50
"""Scans read at a time; the queue itself may be any length."""


class ReviewPage(PageWidget):
    """Shows the oldest undecided scan; deciding it brings the next."""

    def __init__(
        self,
        shell: Shell,
        services: WindowServices,
        store: AsyncStore,
        settings: ChosenSettings,
        pictures: PictureSource,
        search: Search,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pages = shell.pages
        self._settings = settings
        self._services = services
        self._store = store
        self._queue = ReviewQueue(services.games)
        self._scan: Scan | None = None
        self._starts: dict[int, CopyDefaults] = {}
        self._copy = Copy()
        self._marked_first: Printing | None = None
        self.photo = CornerMarker()
        self.outlining = Outlining(self.photo, pictures, store, shell.notice, self)
        self._shown = ShownCard(self.photo, pictures, self)
        self.title = QLabel(tr("Review"))
        self.title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.counter = QLabel()
        self.counter.setProperty("role", "muted")
        self.source = ElidedLabel()
        self.source.setProperty("role", "muted")
        self.question = QuestionPanel(search, services.games, shell.icons)
        self.state = self.question.state
        self.reason = self.question.reason
        self.reduced = self.question.reduced
        self.candidates = self.question.candidates
        self.search = self.question.search
        self.form = self.question.form
        self.keep_button = self.question.decisions.keep
        self.keep_all_button = self.question.decisions.keep_all
        self.reject_button = self.question.decisions.reject
        self.later_button = self.question.decisions.later
        self.rejected_button = QPushButton(tr("Rejected…"))
        self.rejected_button.setToolTip(tr("The cards you rejected, and their way back"))
        self.empty = EmptyState(tr("Nothing to review"), tr(_WAIT_HERE), tr("Scan some cards"))
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._rejections = Rejections(services, store, shell.notice, self)
        self._typed_keys = self._make_typed_keys()
        self._lay_out(shell.icons)
        self._connect()
        self._connect_actions(shell.actions)

    def _make_typed_keys(self) -> TypedKeys:
        on = tr(_TYPE_ON)
        keep_all = tr("Enter keeps all of the picture so. {type_on}", type_on=on)
        self.search.commands = {
            "x": TypedCommand(tr("Enter rejects this card. {type_on}", type_on=on), self.reject),
            "a": TypedCommand(keep_all, self.keep_all),
            "n": TypedCommand(tr("Enter shows the next card. {type_on}", type_on=on), self.later),
        }
        commands = {
            "y": KeyCommand(self._confirm, self._doubt_again),
            "r": KeyCommand(self.photo.turn, partial(self.photo.turn, 3)),
        }
        for number in range(1, MOST_SHOWN + 1):
            commands[str(number)] = KeyCommand(partial(self.choose, number), self._mark_first)
        form = self.form
        return TypedKeys(
            self.search.field,
            commands,
            self,
            self.search.commands,
            (form.finish, form.condition, form.language),
        )

    def _connect(self) -> None:
        self.candidates.chosen.connect(self._show_form)
        self.search.picked.connect(self._picked)
        # What is found takes the candidates' place while the user types.
        self.search.results_shown.connect(self.candidates.setHidden)
        self.search.field.textChanged.connect(self._typing)
        self.keep_button.clicked.connect(self.keep)
        self.keep_all_button.clicked.connect(self.keep_all)
        self.reject_button.clicked.connect(self.reject)
        self.later_button.clicked.connect(self.later)
        self.rejected_button.clicked.connect(self._rejections.show_list)
        self.empty.acted.connect(partial(self._pages.show_page, Page.SCAN))
        self._lazy = LazyReload(self, self.reload)
        self._store.changed.connect(self._lazy.request)
        self._store.undone.connect(self._undone)
        self._store.state_changed.connect(self._show_waiting)

    def _connect_actions(self, actions: Actions) -> None:
        connect(actions.rejected, self._rejections.show_list)
        for action, slot in (
            (actions.keep, self._keep_by_key),
            (actions.keep_alike, self.keep_all),
            (actions.reject, self.reject),
            (actions.delete, self.reject),
            (actions.later, self.later),
            (actions.confirm_finish, self._confirm),
            (actions.other_match, self.search.field.setFocus),
            (actions.find, self.search.field.setFocus),
            (actions.zoom_in, self.photo.zoom_in),
            (actions.zoom_out, self.photo.zoom_out),
            (actions.fit, self.photo.fit),
            (actions.turn, self.photo.turn),
        ):
            self._pages.offer(Page.REVIEW, action, slot)
        for number, action in enumerate(actions.candidates, start=1):
            self._pages.offer(Page.REVIEW, action, partial(self.choose, number))

    def _show_waiting(self, state: StoreState) -> None:
        self._pages.show_count(Page.REVIEW, state.pending)

    def _lay_out(self, icons: IconSet) -> None:
        self._header = QWidget()
        header = QHBoxLayout(self._header)
        header.setContentsMargins(0, 0, 0, 0)
        header.setSpacing(2 * STEP)
        self.title.setMinimumHeight(HEADER_HEIGHT)
        header.addWidget(self.title)
        header.addWidget(self.counter)
        header.addStretch()
        header.addWidget(self.rejected_button)
        below = QHBoxLayout()
        below.addWidget(self.source, 1)
        below.addWidget(ZoomButtons(self.photo, icons))
        stage = QFrame()
        stage.setProperty("role", "panel")
        stage_layout = QVBoxLayout(stage)
        stage_layout.setContentsMargins(STEP, STEP, STEP, STEP // 2)
        stage_layout.setSpacing(STEP // 2)
        stage_layout.addWidget(self.photo, 1)
        stage_layout.addWidget(self.outlining.row)
        stage_layout.addLayout(below)
        self.panes = Panes(stage, self.question, (tr("Picture"), tr("Which card is it?")))
        self.panes.show_panel()  # where one of the two is seen, it is the one that is answered
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(self.panes)
        self._stack.addWidget(QWidget())  # nothing is claimed before the store was asked
        self._stack.setCurrentIndex(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, STEP, 2 * STEP, STEP // 2)
        layout.setSpacing(STEP)
        layout.addWidget(self._header)
        layout.addWidget(self._stack, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """What the rail and the menu have too makes room in a low window."""
        super().resizeEvent(event)
        self._header.setVisible(event.size().height() >= LOW)

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._typed_keys.watch_window()

    @property
    def main_widget(self) -> QWidget:
        return self  # what is typed is for the page, not for one of its buttons

    @property
    def scan(self) -> Scan | None:
        """The scan the page shows."""
        return self._scan

    @property
    def printing(self) -> Printing | None:
        """What Keep would keep it as."""
        return self.candidates.current

    def reload(self) -> None:
        """Read the queue anew."""
        self._store.read(self._read, self._show_read)

    def _read(self) -> tuple[list[Scan], dict[int, CopyDefaults]]:
        """The oldest waiting scans, and what the cards of their sessions start as."""
        scans = self._services.scans.pending(limit=_AHEAD)
        wanted = self._queue.wanted
        if wanted is not None and all(scan.id != wanted for scan in scans):
            found = self._services.scans.get(wanted)
            scans += [found] if found and found.decision is Decision.PENDING else []
        ids = {scan.session_id for scan in scans if scan.session_id is not None}
        sessions = (self._services.sessions.get(session_id) for session_id in ids)
        return scans, {session.id: session.defaults for session in sessions if session}

    def _show_read(self, read: tuple[list[Scan], dict[int, CopyDefaults]]) -> None:
        scans, self._starts = read
        if self._queue.take_in(scans, self._scan):
            self._show_counter()
        else:
            self._show_scan(self._queue.first)

    def _keep_by_key(self) -> None:
        """While the search field holds text, no key decides anything; nor what isn't seen."""
        if self.panes.narrow and not self.question.isVisible():
            self.panes.show_panel()
        elif not self.search.field.text():
            self.keep()

    def keep(self) -> None:
        """Keep the shown card as the marked printing and go on."""
        if self._scan is not None:
            self._keep([self._scan])

    def keep_all(self) -> None:
        """The same with all cards of its picture that ask the same question."""
        if self._scan is not None:
            self._keep([self._scan, *self._queue.alike(self._scan)])

    def _keep(self, scans: list[Scan]) -> None:
        printing, edited = self.printing, self.form.copy(self._copy)
        if printing is None:
            return
        copies = [
            (scan.id, changed_alike(self._starting_copy(scan, printing), self._copy, edited))
            for scan in scans
        ]
        self._go_on(scans, printing)
        for scan_id, copy in copies:
            self._store.accept(scan_id, printing, copy)

    def reject(self) -> None:
        """Don't keep the shown card and go on."""
        scan = self._scan
        if scan is not None:
            self._go_on([scan])
            self._rejections.reject(scan)

    def later(self) -> None:
        """Put the shown card last and go on."""
        if len(self._queue) > 1:
            self._queue.put_off()
            self._show_scan(self._queue.first)

    def choose(self, number: int) -> None:
        """Mark candidate `number`, counted from 1."""
        self.candidates.choose(number)

    def _go_on(self, decided: list[Scan], answer: Printing | None = None) -> None:
        """Go on at once; the store follows. The same question has the same answer marked."""
        alike = self._queue.alike(decided[-1])
        self._queue.forget(decided)
        first = self._queue.first
        self._show_scan(first, answer if first in alike else None)

    def _show_counter(self) -> None:
        waiting = max(self._store.state.pending, len(self._queue))
        self.counter.setText(tr("{waiting:,} waiting", waiting=waiting) if waiting else "")

    def _show_scan(self, scan: Scan | None, answer: Printing | None = None) -> None:
        focused = self.isVisible() and self.search.field.hasFocus()
        self._scan = scan
        self._typed_keys.forget()
        self._show_counter()
        self._stack.setCurrentIndex(0 if scan is None else 1)
        if scan is None:
            return
        self.question.show_scan(scan)
        name = file_name(scan.source)
        read = " · ".join(filter(None, (read_text(scan.reading, k) for k in ("name", "number"))))
        nothing = tr("{name}   nothing could be read", name=name)
        self.source.setText(tr("{name}   read: {read}", name=name, read=read) if read else nothing)
        candidates = considered(scan, self._services.games)
        if not candidates and scan.printing is not None:
            candidates = [(scan.printing, ())]
        marked = answer or scan.printing
        self.candidates.show_candidates(candidates, marked, scan.language, self.question.asked)
        self._marked_first = self.candidates.current
        self.search.clear()
        self._show_form()
        self.outlining.show_scan(scan)
        self._shown.show_scan(scan)
        if focused:
            self.setFocus()  # the keys are for the next card

    def show_catalogue(self, facts: CatalogueFacts) -> None:
        """Say of doubtful cards when the catalogue is a reduced one."""
        self.question.show_reduced(self._scan, facts.reduced)

    def look_at(self, scan_id: int) -> None:
        """Go to this page and show a waiting scan next."""
        self._queue.wanted = scan_id
        self._pages.show_page(Page.REVIEW)
        self._lazy.request()

    def _undone(self, change: Change) -> None:
        """The card whose decision was taken back is what the user looks at next."""
        if change.kind is ChangeKind.SCANS and change.ids:
            self._queue.wanted = change.ids[0]
            self._lazy.request()

    def _confirm(self) -> None:
        self.form.confirm_all()

    def _doubt_again(self) -> None:
        """The key that confirmed turned out to begin a search."""
        self.form.doubt_again(self._copy)

    def _mark_first(self) -> None:
        """What was marked before a digit that turned out to begin a search."""
        if self._marked_first is not None and self._scan is not None:
            printings = [printing.id for printing in self.candidates.printings]
            if self._marked_first.id in printings:
                self.candidates.choose(printings.index(self._marked_first.id) + 1)

    def _typing(self, text: str) -> None:
        """What is found is on the panel."""
        if text:
            self.panes.show_panel()

    def _show_form(self) -> None:
        scan, printing = self._scan, self.printing
        if scan is None:
            return
        self._copy = self._starting_copy(scan, printing)
        self.form.offer_finishes(printing.finishes if printing else (), self._copy.finish)
        self.form.show_copy(self._copy, suggested=scan.finish == self._copy.finish)
        self.form.setEnabled(printing is not None)
        self.keep_button.setEnabled(printing is not None)
        self.later_button.setEnabled(len(self._queue) > 1)
        self.question.decisions.offer_all(1 + len(self._queue.alike(scan)))

    def _starting_copy(self, scan: Scan, printing: Printing | None) -> Copy:
        """A card from a session starts as its other cards do."""
        defaults = self._starts.get(scan.session_id or 0, self._settings.current.defaults)
        return scan.starting_copy(printing, defaults)

    def _picked(self, printing: Printing) -> None:
        """What was typed stands first, marked, so that Enter keeps it."""
        if self._scan is None:
            return
        known = considered(self._scan, self._services.games)
        others = [one for one in known if one[0].id != printing.id]
        typed = (printing, reasons_of_scan(self._scan, printing, self._services.games))
        self.candidates.show_candidates([typed, *others], printing, self._scan.language)
        self._marked_first = printing
        self._show_form()
        self.setFocus()
