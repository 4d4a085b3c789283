"""`cardscanner scan`: picture files in, one answer a card out."""

from __future__ import annotations

import logging
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from tqdm import tqdm

from cardscanner_gui.capture.files import collect_pictures, printable
from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.commands.keep import Keeper, remembering
from cardscanner_gui.commands.opening import catalogue_or_fetch
from cardscanner_gui.commands.scan_output import CsvOutput, json_line, text_lines
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.events import Finished
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.types import Frame, ScanResult
from cardscanner_gui.recognition.opening import open_picture

if TYPE_CHECKING:
    from cardscanner_gui.recognition.recogniser import Recogniser

log = logging.getLogger(__name__)


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
@click.option("--offline", is_flag=True, help="Fetch nothing, not even a missing catalogue.")
@click.option(
    "--mode",
    type=click.Choice([mode.value for mode in ReadingMode]),
    help="Whether an installed model reads too: never, where it is unsure, or always. Without it:"
    " as in the settings.",
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
    offline: bool,
    mode: str | None,
    debug_dir: Path | None,
) -> None:
    """Name the cards in pictures: files, folders (with those below), or patterns such as "*.jpg".

    A PDF or TIFF document is scanned page by page, as album.pdf#1, album.pdf#2 and so on.

    The exit status is 0 when every file could be read, 1 otherwise.
    """
    pictures = collect_pictures(paths)
    if not pictures:
        raise click.ClickException("There are no pictures there.")
    if as_batch:
        if as_json or csv_file or debug_dir or mode:
            raise click.UsageError("--batch prints no answers: leave the other options out.")
        from cardscanner_gui.commands.batch import queue_and_work_off

        options = replace(context.settings.batch_options(), keep=True)
        queue_and_work_off(context, pictures, options, offline=offline)
        return
    catalogue = catalogue_or_fetch(context, offline=offline or context.offline)
    builder = context.builder.with_mode(mode)
    unreadable = False
    with ExitStack() as stack:
        table = stack.enter_context(CsvOutput(csv_file)) if csv_file else None
        keeper = stack.enter_context(_keeper(context)) if add else None
        if keeper is not None:
            builder = stack.enter_context(remembering(builder, keeper.database))
        recogniser = builder.make_recogniser(catalogue)
        results = _results(pictures, recogniser, builder.metrics, debug_dir)
        for result in _with_progress(results, len(pictures)):
            unreadable |= result.error is not None
            if as_json:
                click.echo(json_line(result))
            else:
                for line in text_lines(result):
                    click.echo(line)
            if table is not None:
                table.write(result)
            if keeper is not None:
                keeper.add(result)
    if keeper is not None:
        click.echo(f"{keeper.kept} kept, {keeper.waiting} to review", err=True)
    if unreadable:
        sys.exit(1)


def _keeper(context: CommandContext) -> Keeper:
    return Keeper(context.builder.open_database(), context.settings)


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
    with ThreadPoolExecutor(max_workers=1, thread_name_prefix="decode") as pool:
        ahead: Future[tuple[Frame | str, float]] = pool.submit(_load, pictures[0], metrics)
        for index, picture in enumerate(pictures):
            loaded, load_ms = ahead.result()
            if index + 1 < len(pictures):
                ahead = pool.submit(_load, pictures[index + 1], metrics)
            if isinstance(loaded, str):
                yield ScanResult(printable(picture), elapsed_ms=load_ms, error=loaded)
                continue
            result = _recognise(recogniser, loaded, picture, debug_dir)
            yield replace(result, elapsed_ms=result.elapsed_ms + load_ms)


def _load(picture: Path, metrics: Metrics) -> tuple[Frame | str, float]:
    """The frame, or why there is none, and how long that took in milliseconds."""
    started = time.perf_counter()
    loaded: Frame | str
    try:
        loaded = open_picture(picture, metrics)
    except WorldError as error:
        loaded = str(error)
    return loaded, (time.perf_counter() - started) * 1000


def _recognise(
    recogniser: Recogniser, frame: Frame, picture: Path, debug_dir: Path | None
) -> ScanResult:
    debug = None
    if debug_dir is not None:
        from cardscanner_gui.vision.debug import DebugPictures

        debug = DebugPictures(debug_dir / picture.stem)
    try:
        for event in recogniser.recognise(frame, frame.id, debug=debug):
            if isinstance(event, Finished):
                return event.result
    except WorldError as error:
        return ScanResult(frame.source, frame.width, frame.height, error=str(error))
    except Exception:
        # A bug must not take the other files with it.
        log.exception("%s: recognition failed", frame.source)
    message = f"{printable(picture.name)}: this picture made the program stumble; see the log"
    return ScanResult(frame.source, frame.width, frame.height, error=message)
