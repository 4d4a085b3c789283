"""The review page: one doubtful card at a time, big, with its candidates and their evidence."""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QSizePolicy,
    QStackedWidget,
    QVBoxLayout,
    QWidget,
)

from cardscanner_gui.core.collection import Change, ChangeKind, Decision, Scan
from cardscanner_gui.core.copies import Copy, CopyDefaults, changed_alike, starting_copy
from cardscanner_gui.core.text import file_name
from cardscanner_gui.core.types import Printing
from cardscanner_gui.qt.card.candidate_list import MOST_SHOWN, CandidateList, considered
from cardscanner_gui.qt.card.copy_form import CopyForm
from cardscanner_gui.qt.card.evidence import read_text, reasons_of_scan
from cardscanner_gui.qt.card.other_match import PrintingSearch, Search
from cardscanner_gui.qt.card.panel import make_scrolling
from cardscanner_gui.qt.card.picture_source import PictureSource
from cardscanner_gui.qt.frame.actions import Actions, connect
from cardscanner_gui.qt.frame.pages import Page, PageWidget
from cardscanner_gui.qt.frame.shell import Shell
from cardscanner_gui.qt.review.corner_marker import CornerMarker
from cardscanner_gui.qt.review.decision_buttons import TYPING, DecisionButtons
from cardscanner_gui.qt.review.outlining import Outlining
from cardscanner_gui.qt.review.question import Question
from cardscanner_gui.qt.review.rejected import Rejections
from cardscanner_gui.qt.review.typed_keys import KeyCommand, TypedKeys
from cardscanner_gui.qt.review.waiting import Waiting
from cardscanner_gui.qt.services import CatalogueFacts, WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore, StoreState
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.store.lazy_reload import LazyReload
from cardscanner_gui.qt.style.elided_label import ElidedLabel
from cardscanner_gui.qt.style.empty_state import EmptyState
from cardscanner_gui.qt.style.theme import HEADER_HEIGHT, STEP, TITLE_SIZE, scaled_font

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
        self._pictures = pictures
        self._waiting = Waiting(services.games)
        self._scan: Scan | None = None
        self._typed: Printing | None = None
        self._wanted: int | None = None
        self._starts: dict[int, CopyDefaults] = {}
        self._copy = Copy()
        self.photo = CornerMarker()
        self.outlining = Outlining(self.photo, pictures, store, shell.notice, self)
        self.title = QLabel("Review")
        self.title.setFont(scaled_font(self.font(), TITLE_SIZE, bold=True))
        self.counter = QLabel()
        self.counter.setProperty("role", "muted")
        self.question = Question(services.games)
        self.reason = self.question.reason
        self.source = ElidedLabel()
        self.source.setProperty("role", "muted")
        self.candidates = CandidateList()
        self.search = PrintingSearch(search)
        self.form = CopyForm(services.games)
        self._decisions = DecisionButtons(shell.icons)
        self.keep_button = self._decisions.keep
        self.keep_all_button = self._decisions.keep_all
        self.reject_button = self._decisions.reject
        self.later_button = self._decisions.later
        self.rejected_button = QPushButton("Rejected…")
        self.rejected_button.setToolTip("The cards you rejected, and their way back")
        self.empty = EmptyState(
            "Nothing to review",
            "Cards that could be more than one printing wait here until you have looked at them.",
            "Scan some cards",
        )
        self.search.field.setToolTip(TYPING)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._rejections = Rejections(services, store, shell.notice, self)
        self._typed_keys = self._make_typed_keys()
        self._lay_out()
        self._connect()
        self._connect_actions(shell.actions)

    def _make_typed_keys(self) -> TypedKeys:
        commands = {
            "x": KeyCommand(self.reject),
            "a": KeyCommand(self.keep_all),
            "n": KeyCommand(self.later),
            "m": KeyCommand(self.search.field.setFocus),
        }
        for number in range(1, MOST_SHOWN + 1):
            commands[str(number)] = KeyCommand(partial(self.choose, number), at_once=True)
        form = self.form
        return TypedKeys(
            self.search.field, commands, self, (form.finish, form.condition, form.language)
        )

    def _connect(self) -> None:
        self.candidates.chosen.connect(self._marked)
        self.search.picked.connect(self._picked)
        self.search.results_shown.connect(self.candidates.setHidden)  # while the user types
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
        take = self._typed_keys.take
        for action, slot in (
            (actions.keep, self._keep_typed),
            (actions.keep_alike, partial(take, "a")),
            (actions.reject, partial(take, "x")),
            (actions.later, partial(take, "n")),
            (actions.other_match, self.search.field.setFocus),
            (actions.find, self.search.field.setFocus),
        ):
            self._pages.offer(Page.REVIEW, action, slot)
        for number, action in enumerate(actions.candidates, start=1):
            self._pages.offer(Page.REVIEW, action, partial(take, str(number)))

    def _show_waiting(self, state: StoreState) -> None:
        self._pages.show_count(Page.REVIEW, state.pending)

    def _lay_out(self) -> None:
        header = QHBoxLayout()
        header.setSpacing(2 * STEP)
        self.title.setMinimumHeight(HEADER_HEIGHT)
        header.addWidget(self.title)
        header.addWidget(self.counter)
        header.addStretch()
        header.addWidget(self.rejected_button)
        stage = QFrame()
        stage.setProperty("role", "panel")
        stage_layout = QVBoxLayout(stage)
        stage_layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, STEP)
        stage_layout.addWidget(self.photo, 1)
        stage_layout.addWidget(self.outlining.row)
        stage_layout.addWidget(self.source)

        none_of_these = QLabel("None of these?")
        none_of_these.setProperty("role", "muted")
        none_of_these.setBuddy(self.search.field)
        question = QWidget()
        inner = QVBoxLayout(question)
        inner.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, STEP)
        inner.setSpacing(STEP)
        inner.addWidget(self.question)
        inner.addSpacing(STEP)
        inner.addWidget(self.candidates)
        inner.addWidget(none_of_these)
        inner.addWidget(self.search)
        inner.addStretch()
        foot = QVBoxLayout()
        foot.setContentsMargins(2 * STEP, 0, 2 * STEP, 2 * STEP)
        foot.setSpacing(2 * STEP)
        foot.addWidget(self.form)
        foot.addWidget(self._decisions)
        panel = QFrame()
        panel.setProperty("role", "panel")
        panel.setMinimumWidth(440)
        panel.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Expanding)
        panel_layout = QVBoxLayout(panel)
        panel_layout.setContentsMargins(1, 1, 1, 1)
        panel_layout.setSpacing(STEP)
        panel_layout.addWidget(make_scrolling(question), 1)
        panel_layout.addLayout(foot)

        work = QWidget()
        work_layout = QHBoxLayout(work)
        work_layout.setContentsMargins(0, 0, 0, 0)
        work_layout.setSpacing(2 * STEP)
        work_layout.addWidget(stage, 1)
        work_layout.addWidget(panel, 1)
        self._stack = QStackedWidget()
        self._stack.addWidget(self.empty)
        self._stack.addWidget(work)
        self._stack.addWidget(QWidget())  # nothing is claimed before the store was asked
        self._stack.setCurrentIndex(2)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(2 * STEP, 2 * STEP, 2 * STEP, STEP)
        layout.setSpacing(STEP)
        layout.addLayout(header)
        layout.addWidget(self._stack, 1)

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
        return self._typed or self.candidates.current

    def reload(self) -> None:
        """Read the queue anew."""
        self._store.read(self._read, self._show_read)

    def _read(self) -> tuple[list[Scan], dict[int, CopyDefaults]]:
        """The oldest waiting scans, and what the cards of their sessions start as."""
        scans = self._services.scans.pending(limit=_AHEAD)
        wanted = self._wanted
        if wanted is not None and all(scan.id != wanted for scan in scans):
            found = self._services.scans.get(wanted)
            scans += [found] if found and found.decision is Decision.PENDING else []
        ids = {scan.session_id for scan in scans if scan.session_id is not None}
        sessions = (self._services.sessions.get(session_id) for session_id in ids)
        return scans, {session.id: session.defaults for session in sessions if session}

    def _show_read(self, read: tuple[list[Scan], dict[int, CopyDefaults]]) -> None:
        scans, self._starts = read
        self._show_pending(scans)

    def _keep_typed(self) -> None:
        """Enter ends what was typed: a command key that waits is done, and nothing else."""
        if not self._typed_keys.settle():
            self.keep()

    def keep(self) -> None:
        """Keep the shown card as the marked printing and go on."""
        if self._scan is not None:
            self._keep([self._scan])

    def keep_all(self) -> None:
        """The same with all cards of its picture that ask the same question."""
        if self._scan is not None:
            self._keep([self._scan, *self._waiting.alike(self._scan)])

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
        if len(self._waiting) > 1:
            self._waiting.put_off()
            self._show_scan(self._waiting.first)

    def choose(self, number: int) -> None:
        """Mark candidate `number`, counted from 1."""
        self.candidates.choose(number)

    def _go_on(self, decided: list[Scan], answer: Printing | None = None) -> None:
        """Go on at once; the store follows. The same question has the same answer marked."""
        alike = self._waiting.alike(decided[-1])
        self._waiting.drop(decided)
        self._show_scan(self._waiting.first, answer if self._waiting.first in alike else None)

    def _show_pending(self, scans: list[Scan]) -> None:
        back = self._waiting.renew(scans, self._wanted)
        if back is not None:
            self._wanted = None
        elif self._scan is not None and self._scan in self._waiting.scans:
            self._show_counter()
            return
        self._show_scan(self._waiting.first)

    def _show_counter(self) -> None:
        waiting = max(self._store.state.pending, len(self._waiting))
        self.counter.setText(f"{waiting:,} waiting" if waiting else "")

    def _show_scan(self, scan: Scan | None, answer: Printing | None = None) -> None:
        self._scan = scan
        self._typed = None
        self._typed_keys.forget()
        self._show_counter()
        self._stack.setCurrentIndex(0 if scan is None else 1)
        if scan is None:
            return
        self.question.show_scan(scan)
        name = file_name(scan.source)
        read = " · ".join(t for t in (read_text(scan.reading, k) for k in ("name", "number")) if t)
        self.source.setText(f"{name}   read: {read}" if read else f"{name}   nothing could be read")
        candidates = considered(scan, self._services.games)
        if not candidates and scan.printing is not None:
            candidates = [(scan.printing, ())]
        marked = answer or scan.printing
        self.candidates.show_candidates(candidates, marked, scan.language, self.question.count)
        self.search.clear()
        self._show_form()
        self.outlining.show_scan(scan)
        self.photo.show_outlines(())
        if scan.has_photo:
            self._pictures.scan_photo(scan.id, partial(self._photo_loaded, scan))
        else:
            key = f"scan {scan.id}"
            self._pictures.file(
                key, scan.source, partial(self._photo_loaded, scan), self._photo_missing
            )

    def show_catalogue(self, facts: CatalogueFacts) -> None:
        """Say of doubtful cards when the catalogue is a reduced one."""
        self.question.show_catalogue(reduced=facts.reduced)

    def look_at(self, scan_id: int) -> None:
        """Go to this page and show a waiting scan next."""
        self._wanted = scan_id
        self._pages.show_page(Page.REVIEW)
        self._lazy.request()

    def _undone(self, change: Change) -> None:
        """The card whose decision was taken back is what the user looks at next."""
        if change.kind is ChangeKind.SCANS and change.ids:
            self._wanted = change.ids[0]
            self._lazy.request()

    def _show_form(self) -> None:
        scan, printing = self._scan, self.printing
        if scan is None:
            return
        self._copy = self._starting_copy(scan, printing)
        self.form.offer_finishes(printing.finishes if printing else ())
        self.form.show_copy(self._copy)
        self.form.setEnabled(printing is not None)
        self.keep_button.setEnabled(printing is not None)
        self.later_button.setEnabled(len(self._waiting) > 1)
        self._decisions.offer_all(1 + len(self._waiting.alike(scan)))

    def _starting_copy(self, scan: Scan, printing: Printing | None) -> Copy:
        """A card from a session starts as its other cards do."""
        defaults = self._starts.get(scan.session_id or 0, self._settings.current.defaults)
        return starting_copy(printing, scan, defaults)

    def _marked(self, printing: Printing) -> None:
        self._typed = None
        self._show_form()

    def _picked(self, printing: Printing) -> None:
        """What was typed stands first, marked, so that Enter keeps it."""
        if self._scan is None:
            return
        known = considered(self._scan, self._services.games)
        others = [one for one in known if one[0].id != printing.id]
        typed = (printing, reasons_of_scan(self._scan, printing, self._services.games))
        self.candidates.show_candidates([typed, *others], printing, self._scan.language)
        self._marked(printing)
        self.setFocus()

    def _photo_loaded(self, scan: Scan, image: QImage) -> None:
        if self._scan is not None and self._scan.id == scan.id:
            if image.isNull():
                self.photo.show_line("There is no picture of this card")
            else:
                self.photo.show_picture(image)

    def _photo_missing(self, message: str) -> None:
        self.photo.show_line(message)
