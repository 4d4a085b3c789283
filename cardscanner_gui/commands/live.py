"""`cardscanner live`: cards laid under a camera, one after the other; one answer a card out."""

from __future__ import annotations

import queue
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from typing import TYPE_CHECKING

import click

from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.commands.keep import Keeper, remembering
from cardscanner_gui.commands.opening import catalogue_or_fetch
from cardscanner_gui.commands.scan_output import json_line, text_lines
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.events import Cancelled, Failed, Finished, RecognitionEvent
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.give_way import give_way
from cardscanner_gui.core.live import CardPresented, LiveEvent, SourceChanged, SourceState
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.scheduler import Scheduler
from cardscanner_gui.core.types import ScanResult
from cardscanner_gui.core.words import said, tr

if TYPE_CHECKING:
    from cardscanner_gui.recognition.inference import InferenceLoop
    from cardscanner_gui.recognition.protocols import Follows, Recognises

_TROUBLE = (SourceState.LOST, SourceState.BUSY, SourceState.DENIED)


@click.command()
@click.option(
    "--camera",
    metavar="NAME|INDEX|PATH|URL",
    default="0",
    show_default=True,
    help="A camera by its name or index, a video file, a folder of pictures, or an address.",
)
@click.option("--list", "only_list", is_flag=True, help="List the cameras and end.")
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line on standard output.")
@click.option(
    "--add",
    is_flag=True,
    help="Put identified cards into the collection; the others wait in the window's Review.",
)
@click.option("--every-frame", is_flag=True, help="Of a video file, however long that takes.")
@click.option("--offline", is_flag=True, help="Fetch nothing, not even a missing catalogue.")
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in ReadingMode]),
    help="Whether an installed model reads too. Without it: as in the settings.",
)
@click.pass_obj
def live(
    context: CommandContext,
    camera: str,
    only_list: bool,
    as_json: bool,
    add: bool,
    every_frame: bool,
    offline: bool,
    mode: str | None,
) -> None:
    """Name cards as they are laid under a camera; Ctrl-C ends.

    Lay a card down, wait for its line, lay down the next. The exit status is 1 when the camera or
    file couldn't be opened.
    """
    if only_list:
        _list()
        return
    from cardscanner_gui.capture.source import CameraSettings, Pace
    from cardscanner_gui.capture.sources import missing_file, open_source

    missing = missing_file(camera)
    if missing is not None:
        raise WorldError(tr("There is no file {missing}.", missing=missing))
    source = open_source(_with_login(camera), CameraSettings(every_frame=every_frame))
    catalogue = catalogue_or_fetch(context, offline=offline or context.offline)
    builder = context.builder.with_mode(mode)
    heard = _Heard(comes_back=source.pace is Pace.LIVE)
    with ExitStack() as stack:
        keeper = None
        if add:
            keeper = stack.enter_context(
                Keeper(builder.open_database(), context.settings, builder.games)
            )
            builder = stack.enter_context(remembering(builder, keeper.database))
        loop = stack.enter_context(_running(partial(builder.make_recogniser, catalogue)))

        from cardscanner_gui.recognition.live.scanner import LiveScanner

        scanner = LiveScanner(loop, _finder, heard.live, heard.event)
        scanner.start(source)
        try:
            for result in heard.results():
                _print(result, builder.games, as_json)
                if keeper is not None:
                    keeper.add(result)
        except KeyboardInterrupt:
            click.echo("", err=True)
        finally:
            scanner.stop()
    if keeper is not None:
        click.echo(
            tr("{kept} kept, {waiting} to review", kept=keeper.kept, waiting=keeper.waiting),
            err=True,
        )
    if heard.failed:
        sys.exit(1)


def _with_login(camera: str) -> str:
    """An address without its login, as the window shows it, is completed from the keyring."""
    from cardscanner_gui.logins import Logins

    address = Logins().complete(camera)
    if address is None:
        raise WorldError(
            tr(
                "The user and password of {camera} are not kept on this system. "
                "Write them into the address, as in "
                "rtsp://user:password@camera/stream.",
                camera=camera,
            )
        )
    return address


def _list() -> None:
    from cardscanner_gui.capture.cameras import list_cameras

    cameras = list_cameras()
    for camera in cameras:
        click.echo(f"{camera.index}  {camera.name}")
    if not cameras:
        click.echo(tr("No camera is plugged in."), err=True)


def _print(result: ScanResult, games: Games, as_json: bool) -> None:
    lines = [json_line(result, games)] if as_json else text_lines(result, games)
    for line in lines:
        click.echo(line)


def _finder() -> Follows:
    from cardscanner_gui.resources import resource_dir
    from cardscanner_gui.vision.finder import CardFinder

    return CardFinder(resource_dir() / "finder", threads=1)


@contextmanager
def _running(make_recogniser: Callable[[], Recognises]) -> Iterator[InferenceLoop]:
    """The inference loop on a thread of its own, once its recogniser is there."""
    from cardscanner_gui.recognition.inference import InferenceLoop

    scheduler, built = Scheduler(), threading.Event()
    problems: list[str] = []

    def unavailable(problem: str) -> None:
        problems.append(problem)
        built.set()

    loop = InferenceLoop(scheduler, make_recogniser, lambda _: None, built.set, unavailable)

    def read() -> None:
        give_way()  # to the thread that looks for cards
        loop.run()

    thread = threading.Thread(target=read, name="inference")
    thread.start()
    try:
        built.wait()
        if problems:
            raise WorldError(problems[0])
        yield loop
    finally:
        scheduler.close()
        thread.join()


class _Heard:
    """Collects what the scanner reports on its threads, for the main thread to print.

    Args:
        comes_back: whether a source that worked and is lost may come back, as a camera may.

    Attributes:
        failed: whether the source broke off or never opened.
    """

    def __init__(self, comes_back: bool) -> None:
        self.failed = False
        self._comes_back = comes_back
        self._was_live = False
        self._results: queue.SimpleQueue[ScanResult | None] = queue.SimpleQueue()
        self._open: set[str] = set()
        self._lock = threading.Lock()
        self._ended = False

    def live(self, event: LiveEvent) -> None:
        if isinstance(event, CardPresented):
            with self._lock:
                self._open.add(event.request_id)
        elif isinstance(event, SourceChanged):
            if event.message:
                click.echo(said(event.message), err=True)
            self.failed = event.state in _TROUBLE
            self._was_live |= event.state is SourceState.LIVE
            lost_for_good = self.failed and not (self._comes_back and self._was_live)
            if event.state is SourceState.ENDED or lost_for_good:
                self._ended = True
                self._results.put(None)

    def event(self, event: RecognitionEvent) -> None:
        if isinstance(event, Finished):
            self._results.put(event.result)
        elif isinstance(event, Failed):
            click.echo(said(event.message), err=True)
        if isinstance(event, Finished | Failed | Cancelled):
            with self._lock:
                self._open.discard(event.request_id)
            self._results.put(None)

    def results(self) -> Iterator[ScanResult]:
        """Answers as they come, until the source has ended and its last card is read."""
        while True:
            try:
                # A limit, so that Ctrl-C is heard on every system.
                result = self._results.get(timeout=0.25)
            except queue.Empty:
                continue
            if result is not None:
                yield result
                continue
            with self._lock:
                if self._ended and not self._open:
                    return
