"""Builds a service from the folders and settings, and runs it."""

from __future__ import annotations

import logging
import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import replace
from functools import partial

from cardscanner_gui.builder import Builder
from cardscanner_gui.catalogue.catalogues import Catalogues
from cardscanner_gui.recognition.batches import BatchReports, BatchRunner
from cardscanner_gui.recognition.sampler import Sampler
from cardscanner_gui.recognition.totals import TotalsKeeper
from cardscanner_gui.service.app import make_app
from cardscanner_gui.service.batch_intake import BatchIntake
from cardscanner_gui.service.engine import ServiceEngine
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.server import Ending, serve
from cardscanner_gui.service.upload_folder import UploadFolder
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.metrics import MetricTotals
from cardscanner_gui.store.scans import ScanLog

log = logging.getLogger(__name__)

_SWITCH_SECONDS = 0.001
"""How long a reading thread may keep the interpreter from a request; Python's own 5 ms add up."""


def run_service(
    builder: Builder,
    catalogue: Catalogues | None,
    options: ServiceOptions,
    say: Callable[[str], None],
) -> None:
    """Serve until a signal comes. Raises `WorldError`."""
    sys.setswitchinterval(_SWITCH_SECONDS)
    metrics = builder.metrics
    ending = Ending(options.grace_seconds)
    with ExitStack() as stack:
        database = builder.open_database("service")
        stack.callback(database.close)
        memory = builder.open_memory(database)
        stack.callback(memory.close)
        totals = TotalsKeeper(metrics, MetricTotals(database))
        totals.start()
        stack.callback(totals.close)
        builder = replace(builder, memory=memory, waiting=lambda: engine.waiting.accepted)
        # All networks together shouldn't have more threads than there are cores.
        threads = max(1, (os.cpu_count() or 1) // options.workers)
        reading = replace(builder, threads=builder.threads or min(4, threads))
        engine = ServiceEngine(partial(reading.make_recogniser, catalogue), options, metrics)
        store = BatchStore(database)

        def make_runner(reports: BatchReports) -> BatchRunner:
            beside, workers = builder.for_batches()
            return BatchRunner(
                store,
                partial(beside.make_recogniser, catalogue),
                reports,
                workers=workers,
                give_way=lambda: engine.waiting.accepted > 0,
                metrics=metrics,
            )

        uploads = UploadFolder(builder.paths.uploads, store, options)
        intake = BatchIntake(
            store,
            ScanLog(database),
            uploads,
            builder.settings.defaults,
            builder.games,
            make_runner,
        )
        app = make_app(
            engine, options, metrics, lambda: catalogue is not None, intake, builder.games
        )

        def on_stop() -> None:
            ending.begin()
            intake.stop()

        sampler = Sampler(metrics)
        sampler.start()
        stack.callback(sampler.stop)
        serve(app, engine, options, metrics, say, on_stop)
    ending.finish(clean=app.state.stopped)
