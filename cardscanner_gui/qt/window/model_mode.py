"""The reading mode follows what is installed: it is offered once, and chosen in Scan's bar."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from PySide6.QtCore import QObject

from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.words import tr
from cardscanner_gui.qt.frame.notice import Notice
from cardscanner_gui.qt.scan.mode_choice import ModeChoice
from cardscanner_gui.qt.window.work import BackgroundWork
from cardscanner_gui.settings import Settings


@dataclass(frozen=True)
class _Ready:
    id: str
    title: str


class ModelMode(QObject):
    """Shows the mode where a model is ready, and offers to use one that is new.

    Args:
        models: where models are kept; None has none.
    """

    def __init__(
        self,
        work: BackgroundWork,
        choice: ModeChoice,
        notice: Notice,
        models: Path | None,
        parent: QObject,
    ) -> None:
        super().__init__(parent)
        self._work = work
        self._choice = choice
        self._notice = notice
        self._models = models
        choice.chosen.connect(self._choose)
        work.settings.changed.connect(self._show)
        work.upkeep.prepared.connect(self.check)
        self._show(work.settings.current)

    def check(self) -> None:
        """Look which models are ready; once the window is on the screen, and after each change."""
        if self._models is not None:
            wanted = self._work.settings.current.model
            self._work.lane.run(partial(_ready, self._models, wanted), self._found)

    def _found(self, ready: _Ready | None) -> None:
        self._choice.setVisible(ready is not None)
        settings = self._work.settings
        if ready is None or settings.current.reading_mode is not ReadingMode.FAST:
            return
        if settings.current.model_offered == ready.id:
            return
        settings.change(model_offered=ready.id)
        self._notice.tell(
            tr(
                "{title} is ready. It can read the cards that text recognition is unsure of.",
                title=ready.title,
            ),
            action=tr("Ask it then"),
            then=partial(self._choose, ReadingMode.BALANCED, ready.id),
            stays=True,
            about="model",
        )

    def _choose(self, mode: ReadingMode, model: str | None = None) -> None:
        settings = self._work.settings
        chosen = replace(settings.current, reading_mode=mode, model=model or settings.current.model)
        # The new reader looks into the saved settings, so they must be there first.
        settings.apply(chosen, self._work.rebuild)

    def _show(self, settings: Settings) -> None:
        self._choice.show_mode(settings.reading_mode)


def _ready(models: Path, wanted: str) -> _Ready | None:
    """The model that would be used: the chosen one, else the largest that is ready."""
    from cardscanner_gui.vlm.installed import is_prepared
    from cardscanner_gui.vlm.models import MODELS

    largest_first = sorted(MODELS.values(), key=lambda model: -model.memory)
    for model in sorted(largest_first, key=lambda model: model.id != wanted):
        if is_prepared(models, model):
            return _Ready(model.id, model.title)
    return None
