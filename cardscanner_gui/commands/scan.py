"""`cardscanner scan`: picture files in, one answer a card out."""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from tqdm import tqdm

from cardscanner_gui.capture.files import collect_pictures, printable
from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.commands.keep import Keeper, remembering
from cardscanner_gui.commands.opening import catalogue_or_fetch
from cardscanner_gui.commands.scan_output import CsvOutput, json_line, text_lines
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.events import Failed, Finished, RecognitionEvent
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.patience import LONGEST_PATIENCE_S
from cardscanner_gui.core.types import Frame, ScanResult
from cardscanner_gui.core.words import tr
from cardscanner_gui.recognition.guard import guarded
from cardscanner_gui.recognition.opening import open_picture
from cardscanner_gui.recognition.request import RecogniseRequest

if TYPE_CHECKING:
    from cardscanner_gui.recognition.recogniser import Recogniser


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--json", "as_json", is_flag=True, help="One JSON object a line on standard output.")
@click.option(
    "--csv",
    "csv_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Also write one row a card to this file.",
)
@click.option(
    "--add",
    is_flag=True,
    help="Put identified cards into the collection; the others wait in the window's Review.",
)
@click.option(
    "--batch",
    "as_batch",
    is_flag=True,
    help="Like --add for many pictures: faster, without printing each answer, and when it is"
    " interrupted, `cardscanner batch resume` goes on.",
)
@click.option(
    "--again",
    is_flag=True,
    help="With --add or --batch: count pictures once more whose cards are counted already; without"
    " it they are skipped.",
)
@click.option("--offline", is_flag=True, help="Fetch nothing, not even a missing catalogue.")
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in ReadingMode]),
    help="Whether an installed model reads too: never, where it is unsure, or always. Without it:"
    " as in the settings.",
)
@click.option(
    "--patience",
    type=click.FloatRange(0, LONGEST_PATIENCE_S, min_open=True),
    metavar="SECONDS",
    help="How long a card may be read before what is known of it is the answer. Without it: as in"
    " the settings, 2 at first.",
)
@click.option(
    "--debug-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write what was found, step by step, as pictures into this folder.",
)
@click.pass_obj
def scan(
    context: CommandContext,
    paths: Sequence[Path],
    as_json: bool,
    csv_file: Path | None,
    add: bool,
    as_batch: bool,
    again: bool,
    offline: bool,
    mode: str | None,
    patience: float | None,
    debug_dir: Path | None,
) -> None:
    """Name the cards in pictures: files, folders (with those below), or patterns such as "*.jpg".

    A PDF or TIFF document is scanned page by page, as album.pdf#1, album.pdf#2 and so on.

    The exit status is 0 when every file could be read, 1 otherwise.
    """
    pictures = collect_pictures(paths)
    if not pictures:
        raise click.ClickException(tr("There are no pictures there."))
    if as_batch:
        if as_json or csv_file or debug_dir or mode or patience:
            raise click.UsageError(tr("--batch prints no answers: leave the other options out."))
        _queue(context, pictures, again=again, offline=offline)
        return
    catalogue = catalogue_or_fetch(context, offline=offline or context.offline)
    builder = context.builder.with_mode(mode).with_patience(patience)
    keeper = None
    unreadable = False
    with ExitStack() as stack:
        take: list[Callable[[ScanResult], object]] = [
            partial(_print, games=builder.games, as_json=as_json)
        ]
        if csv_file:
            take.append(stack.enter_context(CsvOutput(csv_file)).write)
        if add:
            keeper = stack.enter_context(_keeper(context, again=again))
            builder = stack.enter_context(remembering(builder, keeper.database))
            take.append(keeper.add)
        recogniser = builder.make_recogniser(catalogue)
        results = _results(pictures, recogniser, builder.metrics, debug_dir)
        for result in _with_progress(results, len(pictures)):
            unreadable |= result.error is not None
            for one in take:
                one(result)
    if keeper is not None:
        click.echo(keeper.words, err=True)
    if unreadable:
        sys.exit(1)


def _queue(
    context: CommandContext, pictures: Sequence[Path], *, again: bool, offline: bool
) -> None:
    from cardscanner_gui.commands.batch import queue_and_work_off

    options = replace(context.settings.batch_options(), keep=True, skip_counted=not again)
    queue_and_work_off(context, pictures, options, offline=offline)


def _print(result: ScanResult, *, games: Games, as_json: bool) -> None:
    for line in [json_line(result, games)] if as_json else text_lines(result, games):
        click.echo(line)


def _keeper(context: CommandContext, *, again: bool) -> Keeper:
    builder = context.builder
    return Keeper(builder.open_database(), context.settings, builder.games, again=again)


def _with_progress(results: Iterator[ScanResult], total: int) -> Iterator[ScanResult]:
    """A progress bar on standard error, for several pictures on a terminal."""
    hidden = total < 2 or not sys.stderr.isatty()
    with tqdm(total=total, unit=" pictures", disable=hidden, file=sys.stderr) as bar:
        for result in results:
            bar.update()
            if hidden:
                yield result
                continue
            # Answers on the same terminal go above the bar.
            with tqdm.external_write_mode(file=sys.stdout):
                yield result


def _results(
    pictures: Sequence[Path], recogniser: Recogniser, metrics: Metrics, debug_dir: Path | None
) -> Iterator[ScanResult]:
    """Results in input order; the next picture is decoded while this one is read."""
    token = CancelToken()
    with (
        ThreadPoolExecutor(max_workers=1, thread_name_prefix="decode") as pool,
        _cancelled_after(token),  # before the pool waits for what it runs
    ):
        ahead = pool.submit(_load, pictures[0], metrics, token)
        for index, picture in enumerate(pictures):
            loaded = ahead.result()
            if index + 1 < len(pictures):
                ahead = pool.submit(_load, pictures[index + 1], metrics, token)
            result = _result(picture, loaded, recogniser, debug_dir)
            yield replace(result, elapsed_ms=result.elapsed_ms + loaded.ms)


@contextmanager
def _cancelled_after(token: CancelToken) -> Iterator[None]:
    try:
        yield
    finally:
        token.cancel()


@dataclass(frozen=True)
class _Loaded:
    """A decoded picture, or why there is none; and how long that took in milliseconds."""

    frame: Frame | Exception
    ms: float


def _load(picture: Path, metrics: Metrics, token: CancelToken) -> _Loaded:
    started = time.perf_counter()
    frame: Frame | Exception
    try:
        frame = open_picture(picture, metrics, token=token)
    except Exception as error:  # its guard says what is wrong with this picture
        frame = error
    return _Loaded(frame, (time.perf_counter() - started) * 1000)


def _result(
    picture: Path, loaded: _Loaded, recogniser: Recogniser, debug_dir: Path | None
) -> ScanResult:
    """What a picture gave, or why it gave nothing: a bug must not take the others with it."""
    source = printable(picture)
    result = ScanResult(source)
    if isinstance(loaded.frame, Frame):
        result = replace(result, width=loaded.frame.width, height=loaded.frame.height)
    steps = partial(_steps, picture, loaded, recogniser, debug_dir)
    for event in guarded(source, source, steps, CancelToken()):
        if isinstance(event, Finished):
            result = event.result
        elif isinstance(event, Failed):
            result = replace(result, error=event.message)
    return result


def _steps(
    picture: Path, loaded: _Loaded, recogniser: Recogniser, debug_dir: Path | None
) -> Iterator[RecognitionEvent]:
    if isinstance(loaded.frame, Exception):
        raise loaded.frame
    debug = None
    if debug_dir is not None:
        from cardscanner_gui.vision.debug import DebugPictures

        debug = DebugPictures(debug_dir / picture.stem)
    return recogniser.recognise(RecogniseRequest(loaded.frame, loaded.frame.id, debug=debug))
