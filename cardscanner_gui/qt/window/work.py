"""Everything that works behind the pages: begun after the first paint, ended in stages."""

from __future__ import annotations

from PySide6.QtCore import QObject, Signal

from cardscanner_gui.qt.card.picture_source import PictureSource
from cardscanner_gui.qt.live.scan import LiveScan
from cardscanner_gui.qt.review.rematch import Rematch
from cardscanner_gui.qt.scan.picture_scans import PictureScans
from cardscanner_gui.qt.services import WindowServices
from cardscanner_gui.qt.store.async_store import AsyncStore
from cardscanner_gui.qt.store.batch_queue import BatchQueue
from cardscanner_gui.qt.store.catalogue_updates import CatalogueUpdates
from cardscanner_gui.qt.store.chosen_settings import ChosenSettings
from cardscanner_gui.qt.store.inference_thread import InferenceThread
from cardscanner_gui.qt.store.lane import Lane
from cardscanner_gui.qt.store.picture_updates import PictureUpdates
from cardscanner_gui.qt.store.value_updates import ValueUpdates
from cardscanner_gui.qt.window.model_upkeep import ModelUpkeep
from cardscanner_gui.qt.window.shutdown import Stage
from cardscanner_gui.recognition.sampler import Sampler

_JOIN_SECONDS = 3.0
"""For a network that runs, or a camera's driver; who waits for one inside has a second more."""
_WAIT_SECONDS = 10.0
"""For what ends by itself, such as the last writes."""


class BackgroundWork(QObject):
    """Makes the parts and knows how they end; the window hands them to its pages.

    Attributes:
        lane: for pictures and files.
    """

    failed = Signal(str)
    """One line for the user, of any part that has nobody else to tell."""

    def __init__(self, services: WindowServices, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._services = services
        self._store_lane = Lane("store", 1, self)
        self.lane = Lane("pictures", 2, self)
        self.settings = ChosenSettings(
            services.settings, services.save_settings, self._store_lane, self
        )
        self.store = AsyncStore(services, self._store_lane, self)
        self.inference = InferenceThread(
            services.scheduler, services.make_recogniser, services.metrics
        )
        self.batches = BatchQueue(services, self.settings, self)
        self.scans = PictureScans(
            services.scheduler,
            self.inference,
            self.store,
            self.batches,
            self.lane,
            self.settings,
            services.scans,
            self,
        )
        self.live = LiveScan(services, self.inference, self.scans, self.store, self.settings, self)
        self.catalogue = CatalogueUpdates(services, self)
        self.printed = PictureUpdates(services, self)
        self.rematch = Rematch(services, self.store, self._store_lane, self)
        self.pictures = PictureSource(services, self.lane, self._store_lane, self)
        self.upkeep = ModelUpkeep(services.models, self)
        self.values = ValueUpdates(services, self.settings, self)
        self.sampler = Sampler(services.metrics)
        for part in (self._store_lane, self.lane, self.live, self.upkeep):
            part.failed.connect(self.failed)
        self.batches.problem.connect(self.failed)
        self.upkeep.prepared.connect(self.rebuild)

    @property
    def idle(self) -> bool:
        """Nothing is being scanned, stored or loaded."""
        parts = (self.batches, self.live, self._store_lane, self.lane)
        scanning = self.scans.busy or self.scans.reading
        return not scanning and all(part.idle for part in parts)

    def start(self) -> None:
        """Begin, once the window is on the screen."""
        self.inference.start()
        self.batches.start()
        self.store.refresh()
        self.live.sessions.refresh()
        self.live.forget_old_logins()
        self.catalogue.open()
        self.sampler.start()
        self.upkeep.check(self.settings.current)
        self.values.start()

    def rebuild(self) -> None:
        """Read on with the catalogue and the models that are there now."""
        self.inference.rebuild()
        self.batches.rebuild()

    def stages(self) -> tuple[Stage, ...]:
        """How it ends: first what asks for work, then what works, then what is written to."""
        services = self._services
        return (
            Stage("stop live scanning", self.live.close, _JOIN_SECONDS + 1),
            Stage("cancel what waits", self._cancel),
            Stage("stop the batches", self.batches.close, _JOIN_SECONDS + 1),
            Stage("stop recognising", lambda: self.inference.stop(_JOIN_SECONDS)),
            Stage("stop counting", self.sampler.stop, _JOIN_SECONDS),
            Stage("close the catalogue", self.catalogue.close, _WAIT_SECONDS),
            Stage("stop fetching pictures", self.printed.close, _WAIT_SECONDS),
            Stage("stop asking for prices", self.values.close, _WAIT_SECONDS + 10),
            Stage("stop preparing models", self.upkeep.close, _WAIT_SECONDS),
            Stage("finish with pictures and files", self.lane.close, _WAIT_SECONDS),
            Stage("finish writing", self._store_lane.drain, _WAIT_SECONDS),
            Stage("let go of the memory", services.release, _WAIT_SECONDS),
            Stage("close the database", services.database.close, _WAIT_SECONDS),
        )

    def _cancel(self) -> None:
        self.scans.cancel_files()
        self.catalogue.cancel()
        self.printed.stop()
        self.upkeep.stop()
        self.values.stop()
