"""`cardscanner batch` and `cardscanner watch`: work that goes on where it was interrupted."""

from __future__ import annotations

import sys
import time
from collections.abc import Collection, Sequence
from contextlib import closing, contextmanager
from datetime import datetime
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import click
from tqdm import tqdm

from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.commands.keep import remembering
from cardscanner_gui.commands.opening import catalogue_or_fetch
from cardscanner_gui.commands.scan_output import text_lines
from cardscanner_gui.core.batches import Batch, BatchOptions, BatchState, ItemState
from cardscanner_gui.core.events import Failed, Finished, RecognitionEvent
from cardscanner_gui.core.game import Games
from cardscanner_gui.core.words import said, tr
from cardscanner_gui.store.batches import BatchStore

if TYPE_CHECKING:
    from collections.abc import Iterator

    from cardscanner_gui.recognition.batches import BatchReports, BatchRunner
    from cardscanner_gui.store.database import Database

_PROGRESS_SECONDS = 0.3
_INTERRUPTED = 130  # as shells have it


@click.group()
def batch() -> None:
    """Pictures that are scanned in the background, also over several runs."""


@batch.command("list")
@click.option("--all", "every", is_flag=True, help="Not only the last twenty.")
@click.pass_obj
def list_batches(context: CommandContext, every: bool) -> None:
    """Show the batches, newest first."""
    with _store(context) as store:
        batches = store.list(-1 if every else 20)
        if not batches:
            click.echo(tr("There are no batches yet: cardscanner scan --batch FOLDER makes one."))
        for one in batches:
            click.echo(batch_line(one))


@batch.command()
@click.argument("numbers", nargs=-1, type=int)
@click.pass_obj
def resume(context: CommandContext, numbers: Sequence[int]) -> None:
    """Go on with these batches, or with all that are unfinished and not paused."""
    with _store(context) as store:
        for number in numbers:
            _check_ours(_existing(store, number))
            store.set_state(number, BatchState.QUEUED)
        wanted = numbers or [one.id for one in store.unfinished()]
    if not wanted:
        click.echo(tr("Every batch is done."), err=True)
        return
    work_off(context, wanted)


@batch.command()
@click.argument("number", type=int)
@click.pass_obj
def pause(context: CommandContext, number: int) -> None:
    """Let a batch wait until `resume`; also one that another program works on."""
    _set_state(context, number, BatchState.PAUSED)


@batch.command()
@click.argument("number", type=int)
@click.pass_obj
def cancel(context: CommandContext, number: int) -> None:
    """Give up what is left of a batch; what was recorded stays."""
    _set_state(context, number, BatchState.CANCELLED)


@batch.command()
@click.argument("number", type=int)
@click.pass_obj
def retry(context: CommandContext, number: int) -> None:
    """Read the pictures of a batch again that couldn't be read."""
    with _store(context) as store:
        _existing(store, number)
        failed = store.retry_failed(number)
    if not failed:
        click.echo(tr("No picture of it has failed."), err=True)
        return
    work_off(context, [number])


@click.command()
@click.argument("folder", type=click.Path(file_okay=False, path_type=Path))
@click.option("--offline", is_flag=True, help="Fetch nothing, not even a missing catalogue.")
@click.pass_obj
def watch(context: CommandContext, folder: Path, offline: bool) -> None:
    """Scan what arrives in FOLDER and below it, until it is interrupted.

    What is there already is scanned first, unless that was done before.
    """
    from cardscanner_gui.recognition.batch_inbox import BatchInbox
    from cardscanner_gui.recognition.batches import BatchReports

    folder = folder.absolute()
    reports = BatchReports(event=partial(_print_answer, context.builder.games), problem=_say)
    with _running(context, None, reports, offline=offline) as (store, runner):
        options = context.settings.batch_options(watched=str(folder))
        inbox = BatchInbox(store, lambda: options, runner.wake, _say)
        inbox.start()
        click.echo(tr("Watching {folder}; Ctrl+C ends it.", folder=folder), err=True)
        try:
            while True:  # until Ctrl+C, which Windows notices between two waits only
                time.sleep(1)
        finally:
            inbox.stop()


def queue_and_work_off(
    context: CommandContext, pictures: Sequence[Path], options: BatchOptions, *, offline: bool
) -> Batch:
    """Make a batch of pictures and scan it; how it ended."""
    with _store(context) as store:
        made = store.create(pictures, options, pictures[0].parent.name)
    work_off(context, [made.id], offline=offline)
    with _store(context) as store:
        return _existing(store, made.id)


def work_off(context: CommandContext, numbers: Collection[int], *, offline: bool = False) -> None:
    """Scan these batches with progress on standard error, then say what failed.

    The exit status is 1 when a picture couldn't be read or the work couldn't go on, 130 when it was
    interrupted.
    """
    from cardscanner_gui.recognition.batches import BatchReports

    with _store(context) as store:
        for number in numbers:
            _check_ours(_existing(store, number))
    going_on = True
    reports = BatchReports(problem=_say)
    with _running(context, numbers, reports, offline=offline) as (store, runner):
        total = sum(_existing(store, number).waiting for number in numbers)
        with tqdm(total=total, unit=" pictures", disable=None, file=sys.stderr) as bar:
            while going_on and not runner.wait(_PROGRESS_SECONDS):
                going_on = not runner.halted
                _show(bar, store, numbers)
            _show(bar, store, numbers)
        ended = [_existing(store, number) for number in numbers]
        for one in ended:
            click.echo(batch_line(one), err=True)
            for item in store.items(one.id, ItemState.FAILED):
                click.echo(f"✕ {item.error}", err=True)
    if not going_on or any(one.failed for one in ended):
        sys.exit(1)


@contextmanager
def _running(
    context: CommandContext,
    numbers: Collection[int] | None,
    reports: BatchReports,
    *,
    offline: bool,
) -> Iterator[tuple[BatchStore, BatchRunner]]:
    """A runner at work on these batches, None for all that a watched folder makes."""
    from cardscanner_gui.recognition.batches import BatchRunner

    catalogue = catalogue_or_fetch(context, offline=offline or context.offline)
    alone, workers = context.builder.for_batches()
    with (
        closing(context.builder.open_database()) as database,
        remembering(alone, database) as builder,
    ):
        store = BatchStore(database)
        make = partial(builder.make_recogniser, catalogue)
        runner = BatchRunner(
            store, make, reports, workers=workers, only=numbers, metrics=builder.metrics
        )
        runner.start()
        try:
            yield store, runner
        except KeyboardInterrupt:
            click.echo(tr("\nStopped; `cardscanner batch resume` goes on."), err=True)
            sys.exit(_INTERRUPTED)
        finally:
            runner.close()


@contextmanager
def _store(context: CommandContext) -> Iterator[BatchStore]:
    database: Database
    with closing(context.builder.open_database()) as database:
        yield BatchStore(database)


def _set_state(context: CommandContext, number: int, state: BatchState) -> None:
    with _store(context) as store:
        _existing(store, number)
        store.set_state(number, state)
        click.echo(batch_line(_existing(store, number)))


def _existing(store: BatchStore, number: int) -> Batch:
    found = store.get(number)
    if found is None:
        raise click.ClickException(
            tr("There is no batch {number}; cardscanner batch list shows all.", number=number)
        )
    return found


def _check_ours(one: Batch) -> None:
    if one.source:
        raise click.ClickException(
            tr(
                "A cluster reads batch {id}: `cardscanner cluster batch` goes on with it.",
                id=one.id,
            )
        )


def _show(bar: tqdm[None], store: BatchStore, numbers: Collection[int]) -> None:
    waiting = sum(_existing(store, number).waiting for number in numbers)
    bar.update(bar.total - waiting - bar.n)


def batch_line(one: Batch) -> str:
    """A batch on one line: number, state, how far it is."""
    made = datetime.fromtimestamp(one.created_at)
    parts = [tr("{done} of {total} done", done=one.done, total=one.total)]
    if one.failed:
        parts.append(tr("{failed} failed", failed=one.failed))
    same = one.repeated - one.counted_before
    if same:
        parts.append(tr("{same} the same as another", same=same))
    if one.counted_before:
        parts.append(tr("{counted_before} scanned before", counted_before=one.counted_before))
    left = one.seconds_left
    if one.waiting and left is not None:
        parts.append(tr("about {value} min to go", value=max(1, round(left / 60))))
    return f"{one.id:>4}  {one.state:<9}  {made:%Y-%m-%d %H:%M}  {one.name}: {', '.join(parts)}"


def _print_answer(games: Games, event: RecognitionEvent) -> None:
    if isinstance(event, Finished):
        for line in text_lines(event.result, games):
            click.echo(line)
    elif isinstance(event, Failed):
        click.echo(f"✕ {said(event.message)}")


def _say(words: str) -> None:
    if words:
        click.echo(words, err=True)
