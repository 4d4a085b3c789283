"""Builds a service from the folders and settings, and runs it."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, replace
from functools import partial

from fastapi import FastAPI

from cardscanner_gui.builder import Builder
from cardscanner_gui.catalogue.catalogues import Catalogues
from cardscanner_gui.recognition.batches import BatchReports, BatchRunner
from cardscanner_gui.recognition.protocols import ReadsPictures
from cardscanner_gui.recognition.sampler import Sampler
from cardscanner_gui.recognition.totals import Counts, TotalsKeeper
from cardscanner_gui.service.app import make_app
from cardscanner_gui.service.batch_intake import BatchIntake
from cardscanner_gui.service.engine import ServiceEngine
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.protocols import AnswersPictures
from cardscanner_gui.service.server import Ending, serve
from cardscanner_gui.service.upload_folder import UploadFolder
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.metrics import MetricTotals
from cardscanner_gui.store.scans import ScanLog

_SWITCH_SECONDS = 0.001
"""How long a reading thread may keep the interpreter from a request; Python's own 5 ms add up."""


@dataclass(frozen=True)
class WhoReads:
    """Who reads for a service.

    Attributes:
        engine: what clients wait for.
        make_batch_recogniser: makes what reads a batch's pictures; called on each worker's thread.
        batch_workers: how many of a batch's pictures are read at once.
        counts: all that was counted, for the figures of all time.
    """

    engine: AnswersPictures
    make_batch_recogniser: Callable[[], ReadsPictures]
    batch_workers: int
    counts: Counts


@dataclass(frozen=True)
class Service:
    """A service that nobody can reach yet."""

    app: FastAPI
    engine: AnswersPictures
    intake: BatchIntake


def open_service(
    stack: ExitStack,
    builder: Builder,
    catalogue: Catalogues | None,
    options: ServiceOptions,
    make_reading: Callable[[Builder], WhoReads],
) -> Service:
    """Open the collection and build what answers; the stack closes it.

    Args:
        stack: closes collection and memory, and ends the threads.
        builder: of everything else; its metrics are the service's.
        catalogue: None where there is none yet.
        options: limits and addresses.
        make_reading: is given the builder with its memory.

    Raises:
        StoreError: the collection can't be opened.
    """
    sys.setswitchinterval(_SWITCH_SECONDS)
    metrics = builder.metrics
    database = builder.open_database("service")
    stack.callback(database.close)
    memory = builder.open_memory(database)
    stack.callback(memory.close)
    builder = replace(builder, memory=memory, waiting=lambda: engine.waiting.accepted)
    reading = make_reading(builder)
    engine = reading.engine
    totals = TotalsKeeper(reading.counts, MetricTotals(database))
    totals.start()
    stack.callback(totals.close)
    store = BatchStore(database)

    def make_runner(reports: BatchReports) -> BatchRunner:
        return BatchRunner(
            store,
            reading.make_batch_recogniser,
            reports,
            workers=reading.batch_workers,
            give_way=lambda: engine.waiting.accepted > 0,
            metrics=metrics,
        )

    uploads = UploadFolder(builder.paths.uploads, store, options)
    intake = BatchIntake(
        store, ScanLog(database), uploads, builder.settings.defaults, builder.games, make_runner
    )
    app = make_app(engine, options, metrics, lambda: catalogue is not None, intake, builder.games)
    sampler = Sampler(metrics)
    sampler.start()
    stack.callback(sampler.stop)
    return Service(app, engine, intake)


def run_service(
    builder: Builder,
    catalogue: Catalogues | None,
    options: ServiceOptions,
    say: Callable[[str], None],
) -> None:
    """Serve until a signal comes. Raises `WorldError`."""
    ending = Ending(options.grace_seconds)
    with ExitStack() as stack:
        reading = partial(_read_here, catalogue, options)
        service = open_service(stack, builder, catalogue, options, reading)

        def on_stop() -> None:
            ending.begin()
            service.intake.stop()

        serve(service.app, service.engine, options, builder.metrics, say, on_stop)
    ending.finish(clean=service.app.state.stopped)


def _read_here(catalogue: Catalogues | None, options: ServiceOptions, builder: Builder) -> WhoReads:
    # All networks together shouldn't have more threads than there are cores.
    threads = max(1, (os.cpu_count() or 1) // options.workers)
    reading = replace(builder, threads=builder.threads or min(4, threads))
    make = partial(reading.make_recogniser, catalogue)
    beside, workers = builder.for_batches()
    return WhoReads(
        ServiceEngine(make, options, builder.metrics),
        partial(beside.make_recogniser, catalogue),
        workers,
        builder.metrics,
    )
