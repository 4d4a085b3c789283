"""The pictures of the printings in the window: planned, fetched by consent, handed on, shown."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cached_property, partial
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.qt.style.images import decoded

if TYPE_CHECKING:  # they bring libraries that the first paint doesn't wait for
    from cardscanner_gui.catalogue.pictures.desk import DeskPictures, FetchedPictures
    from cardscanner_gui.catalogue.pictures.gathering import Report
    from cardscanner_gui.catalogue.pictures.update import FetchPlan
    from cardscanner_gui.catalogue.pictures.wanted import Wanted

T = TypeVar("T")
_SHOWN_SIDE = 400
"""Pixels of a picture beside a candidate, enough for 200 %."""


class PictureUpdates(QObject):
    """Fetches on a thread of its own, so that planning and showing needn't wait for that."""

    progress = Signal(str, float)
    """What is being done, and how far from 0 to 1; negative when nobody knows."""
    ended = Signal(object)
    """The `Report` of what was fetched or taken in: the recogniser should take that up."""
    stopped = Signal()
    """The user stopped it; what came so far is kept, and it goes on where it stopped."""
    failed = Signal(str)
    """One line for the user."""

    def __init__(self, services: WindowServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._fetch_lane = Lane("printed pictures", 1, self)
        self._lane = Lane("printed", 1, self)
        self._token: CancelToken | None = None
        self._again: Callable[[], None] | None = None
        self.agreed = False
        """Whether the user agreed to fetching single pictures, since the program started."""

    @property
    def offered(self) -> bool:
        """Whether there is anything of this."""
        return self._services.make_pictures is not None

    @property
    def busy(self) -> bool:
        """Whether something is fetched or taken in."""
        return self._token is not None

    @cached_property
    def _desk(self) -> DeskPictures:
        """Made on a lane's thread."""
        assert self._services.make_pictures is not None
        return self._services.make_pictures()

    @property
    def host(self) -> str:
        """Who is asked for pictures; for a lane's thread, or once something was planned."""
        return self._desk.host

    def read_standing(
        self, then: Callable[[FetchedPictures], None], failed: Callable[[str], None]
    ) -> None:
        """What there is, for showing it."""
        self._lane.run(lambda: self._desk.standing(), then, failed)

    def plan(
        self,
        wanted: Wanted,
        keep_pictures: bool,
        then: Callable[[FetchPlan], None],
        failed: Callable[[str], None],
    ) -> None:
        """What fetching would take."""
        self._lane.run(lambda: self._desk.plan(wanted, keep_pictures=keep_pictures), then, failed)

    def plan_of_choice(self, then: Callable[[FetchPlan | None], None]) -> None:
        """What is new among what the user wanted last; in silence where nobody can say."""
        if self.offered and not self.busy:
            self._lane.run(lambda: self._desk.plan_of_choice(), then, lambda _: None)

    def without(self, ids: Sequence[str], then: Callable[[tuple[str, ...]], None]) -> None:
        """Those printings of which nobody knows yet what they look like."""
        if self.offered and not self.busy:
            self._lane.run(lambda: self._desk.without(tuple(ids)), then, lambda _: None)

    def picture(self, printing_id: str, then: Callable[[QImage], None]) -> None:
        """The picture of a printing, where the user had it kept."""

        def load() -> QImage:
            content = self._desk.picture(printing_id)
            return QImage() if content is None else decoded(content, _SHOWN_SIDE)

        if self.offered:
            self._lane.run(load, then, lambda _: None)

    def fetch(self, wanted: Wanted, keep_pictures: bool = False) -> None:
        """Fetch what the user agreed to."""
        self._start(
            tr("Fetching pictures"),
            lambda token: self._desk.fetch(
                wanted, self._report, token, keep_pictures=keep_pictures
            ),
            partial(self.fetch, wanted, keep_pictures),
        )

    def fetch_choice(self) -> None:
        """Fetch what is new among what the user wanted last."""

        def go_on(standing: FetchedPictures) -> None:
            if standing.chosen is not None:
                self.fetch(standing.chosen, standing.keeps)

        self.read_standing(go_on, self.failed.emit)

    def take_from(self, origin: Path) -> None:
        """Take in what is in a file or folder."""
        self._start(
            tr("Reading fingerprints"),
            lambda token: self._desk.take_from(origin, self._report, token),
            partial(self.take_from, origin),
        )

    def export(
        self, target: Path, then: Callable[[int], None], failed: Callable[[str], None]
    ) -> None:
        """Write all fingerprints into a file for another desk."""
        self._lane.run(lambda: self._desk.export(target), then, failed)

    def stop(self) -> None:
        """Stop; what came so far is kept."""
        if self._token is not None:
            self._token.cancel()

    def go_on(self) -> None:
        """Take up what was stopped or failed last."""
        if self._again is not None:
            self._again()

    def close(self) -> None:
        """Stop and wait until nothing is written any more."""
        self.stop()
        self._fetch_lane.close()
        self._lane.close()

    def _start(
        self, words: str, work: Callable[[CancelToken], Report], again: Callable[[], None]
    ) -> None:
        if self._token is not None:
            return
        token = self._token = CancelToken()
        self._again = again
        self.progress.emit(words, -1.0)

        def guarded() -> Report | None:
            try:
                return work(token)
            except CancelledError:
                return None

        self._fetch_lane.run(guarded, self._finished, self._broke_off)

    def _finished(self, report: Report | None) -> None:
        self._token = None
        if report is None:
            self.stopped.emit()
        else:
            self.ended.emit(report)

    def _broke_off(self, message: str) -> None:
        self._token = None
        self.failed.emit(message)

    def _report(self, words: str, part: float | None) -> None:
        self.progress.emit(words, -1.0 if part is None else part)
