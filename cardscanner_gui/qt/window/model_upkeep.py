"""Prepares installed models again where a new version of the program or another processor asks it.

Until that is done the old preparation serves, or text recognition alone.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject, Signal

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.words import said, tr
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.settings import Settings


class ModelUpkeep(QObject):
    """Looks after the models on a thread of its own.

    Args:
        models: the folder where models are kept; None looks after none.
    """

    progressed = Signal(str, float)
    """What is being done, and how much of it is done, 0 to 1."""
    prepared = Signal()
    """A model was prepared: the reader should be built anew."""
    ended = Signal()
    """Nothing is being prepared any more: done, stopped, or failed."""
    failed = Signal(str)

    def __init__(self, models: Path | None, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._models = models
        self._lane = Lane("model-upkeep", 1, self)
        self._token: CancelToken | None = None

    @property
    def busy(self) -> bool:
        return self._token is not None

    def check(self, settings: Settings) -> None:
        """Prepare what has to be; nothing to do while no model reads."""
        if self._models is None or self.busy or settings.reading_mode is ReadingMode.FAST:
            return
        self._token = token = CancelToken()
        work = partial(_prepare_all, self._models, self.progressed.emit, token)
        self._lane.run(work, self._done, self._fail)

    def stop(self) -> None:
        """Leave the old preparation in use until the next check."""
        if self._token is not None:
            self._token.cancel()

    def close(self) -> None:
        self.stop()
        self._lane.close()

    def _done(self, anything: bool) -> None:
        self._token = None
        self.ended.emit()
        if anything:
            self.prepared.emit()

    def _fail(self, message: str) -> None:
        self._token = None
        self.ended.emit()
        self.failed.emit(message)


def _prepare_all(models: Path, report: Callable[[str, float], None], token: CancelToken) -> bool:
    """Whether a model was prepared; being stopped is an end like any other."""
    from cardscanner_gui.core.errors import CancelledError
    from cardscanner_gui.vlm.upkeep import to_prepare

    waiting, done = to_prepare(models), False
    if not waiting:
        return False
    from cardscanner_gui.vlm.prepare import prepare_installed  # takes a second to import

    try:
        for model, reason in waiting:
            report(
                tr("Preparing {title}, since {reason}", title=model.title, reason=said(reason)), 0.0
            )

            def progress(what: str, share: float, title: str = model.title) -> None:
                report(tr("Preparing {title}: {what}", title=title, what=what), share)

            prepare_installed(models, model, progress, token)
            done = True
    except CancelledError:
        return done
    return done
