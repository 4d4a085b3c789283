"""`cardscanner cluster batch` and `results`: many pictures, read by a cluster, recorded here."""

from __future__ import annotations

import os
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import AbstractContextManager, closing, contextmanager
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click
from tqdm import tqdm

from cardscanner_gui.commands.batch import batch_line
from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.commands.opening import catalogue_or_fetch
from cardscanner_gui.core.batches import Batch, BatchOptions, BatchState, ItemState
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.words import tr
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.cluster_batches import ClusterBatches

if TYPE_CHECKING:
    from cardscanner_gui.cluster.batch_reader import BatchSpec
    from cardscanner_gui.cluster.batch_source import BatchSource
    from cardscanner_gui.store.database import Database

_INTERRUPTED = 130  # as shells have it
_LINE_SECONDS = 30.0
"""How often a line says how far it is where nobody looks at a bar."""

_json_option = click.option(
    "--json",
    "json_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the answers to this file, one JSON object a line, as `scan --json` prints them.",
)
_parquet_option = click.option(
    "--parquet",
    "parquet_file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the answers to this file, one row a picture.",
)


@click.command("batch")
@click.argument("paths", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--s3",
    "store",
    metavar="URL",
    help="Read an object store: s3://bucket/folder, or http://host:9000/bucket/folder for one of"
    " your own. Its keys come from AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, on every node.",
)
@click.option(
    "--list",
    "list_file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A file with one path on a line, or with --s3 one key.",
)
@click.option(
    "--add",
    is_flag=True,
    help="Put identified cards into the collection; the others wait in the window's Review.",
)
@click.option("--again", is_flag=True, help="With --add: count cards once more that were counted.")
@_json_option
@_parquet_option
@click.option(
    "--readers",
    type=click.IntRange(1, 1000),
    help="How many read side by side. Without it: as many as there are processor cores.",
)
@click.option("--address", help="Join this Ray cluster instead of starting one on this machine.")
@click.option(
    "--token-file",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="With --address: the file with the cluster's token.",
)
@click.option(
    "--node-data-dir",
    help="With --address: where the nodes have the catalogue. Without it: where it is here.",
)
@click.option("--offline", is_flag=True, help="Fetch nothing, not even a missing catalogue.")
@click.pass_obj
def cluster_batch(
    context: CommandContext,
    paths: Sequence[Path],
    store: str | None,
    list_file: Path | None,
    add: bool,
    again: bool,
    json_file: Path | None,
    parquet_file: Path | None,
    readers: int | None,
    address: str | None,
    token_file: Path | None,
    node_data_dir: str | None,
    offline: bool,
) -> None:
    """Read many pictures on a cluster: files, folders, patterns, a list, or an object store.

    Each answer is recorded once, in the data folder here. When it is interrupted, or this machine
    loses its power, the same command goes on where it was.

    The exit status is 0 when every picture could be read, 1 otherwise.
    """
    from cardscanner_gui.cluster.ray_start import need_ray

    need_ray()
    source = _source(paths, store, list_file)
    options = replace(context.settings.batch_options(), keep=add, skip_counted=not again)
    options = replace(options, record=add)
    catalogue = catalogue_or_fetch(context, offline=offline or context.offline)
    with closing(context.builder.open_database()) as database:
        batch = _claimed(database, source, options)
        try:
            from cardscanner_gui.cluster.batch_reader import BatchSpec
            from cardscanner_gui.cluster.content import content_of
            from cardscanner_gui.cluster.hot_reader import ReaderSpec

            content = content_of(context.builder, catalogue)
            settings = context.settings
            data_dir = node_data_dir or str(context.paths.root)
            spec = ReaderSpec(data_dir, settings.reading_mode, settings.patience, content)
            told = BatchSpec(spec, source.place, batch.options.record)
            cluster = _cluster(readers, address, token_file)
            _work_off(database, batch, told, cluster, readers)
        finally:
            BatchStore(database).release(batch.id)
            _write(database, batch, json_file, parquet_file)
        _end(database, batch.id)


@click.command("results")
@click.argument("number", type=int)
@_json_option
@_parquet_option
@click.pass_obj
def cluster_results(
    context: CommandContext, number: int, json_file: Path | None, parquet_file: Path | None
) -> None:
    """Write the answers of a batch that a cluster read, also of one that isn't done yet."""
    if json_file is None and parquet_file is None:
        raise click.UsageError(tr("Say where to: --json FILE, --parquet FILE, or both."))
    with closing(context.builder.open_database()) as database:
        batch = BatchStore(database).get(number)
        if batch is None or not batch.source:
            raise click.ClickException(
                tr("There is no batch {number} that a cluster read.", number=number)
            )
        _write(database, batch, json_file, parquet_file)


def _source(paths: Sequence[Path], store: str | None, list_file: Path | None) -> BatchSource:
    from cardscanner_gui.cluster.batch_source import BatchSource
    from cardscanner_gui.cluster.object_store import StorePlace

    if store is not None and paths:
        raise click.UsageError(tr("Either paths here or --s3: they are read in different ways."))
    if not paths and store is None and list_file is None:
        raise click.UsageError(tr("What to read: paths, --list or --s3."))
    return BatchSource(tuple(paths), list_file, StorePlace.of(store) if store is not None else None)


def _claimed(database: Database, source: BatchSource, options: BatchOptions) -> Batch:
    """The batch of the source, which this process alone works on from now on."""
    store = BatchStore(database)
    batch, new = ClusterBatches(database).open(
        source.words, source.pictures, options, f"{source.name} (cluster)"
    )
    if new and not batch.total:
        store.delete(batch.id)
        raise click.ClickException(tr("There are no pictures there."))
    if batch.state is BatchState.PAUSED:
        store.set_state(batch.id, BatchState.QUEUED)
    if not store.claim(batch.id):
        raise click.ClickException(
            tr(
                "Another program works on batch {id}, which reads the same pictures; "
                "one is enough. `cardscanner batch pause {id}` stops it.",
                id=batch.id,
            )
        )
    if not new:
        click.echo(
            tr(
                "Going on with batch {id}: {waiting} pictures wait.",
                id=batch.id,
                waiting=batch.waiting,
            ),
            err=True,
        )
        if batch.options.record != options.record:
            into = tr("It was begun into the collection, and goes on like that.")
            without = tr("It was begun without the collection, and goes on like that.")
            click.echo(into if batch.options.record else without, err=True)
    return batch


def _cluster(
    readers: int | None, address: str | None, token_file: Path | None
) -> AbstractContextManager[object]:
    from cardscanner_gui.cluster.ray_start import joined, local_cluster

    if address is not None:
        return joined(address, token_file)
    return local_cluster(readers or os.cpu_count() or 1)


def _work_off(
    database: Database,
    batch: Batch,
    spec: BatchSpec,
    cluster: AbstractContextManager[object],
    readers: int | None,
) -> None:
    from cardscanner_gui.cluster.batch import BatchDriver
    from cardscanner_gui.cluster.ray_pictures import RayPictures
    from cardscanner_gui.cluster.ray_start import cores

    try:
        with cluster, _progress(batch) as recorded:
            remote = spec.place is not None
            read = RayPictures(spec)
            BatchDriver(database, read, readers or cores(), recorded, remote=remote).run(batch.id)
    except KeyboardInterrupt:
        click.echo(tr("\nStopped; the same command goes on."), err=True)
        sys.exit(_INTERRUPTED)


class _Progress:
    """A bar with rate and time left; a line now and then where there is no terminal."""

    def __init__(self, bar: tqdm[None]) -> None:
        self._bar = bar
        self._began = self._said = time.monotonic()
        self._done = 0

    def __call__(self, recorded: int) -> None:
        self._done += recorded
        self._bar.update(recorded)
        if self._bar.disable and time.monotonic() - self._said > _LINE_SECONDS:
            self._said = time.monotonic()
            click.echo(self.words, err=True)

    @property
    def words(self) -> str:
        """How far it is."""
        seconds = max(time.monotonic() - self._began, 1e-3)
        rate = self._done / seconds
        left = (self._bar.total - self._done) / rate if rate else 0.0
        words = tr(
            "{done} of {total} pictures, {rate:.1f} a second",
            done=self._done,
            total=self._bar.total,
            rate=rate,
        )
        return (
            tr("{words}, about {left:.0f} min to go", words=words, left=left / 60)
            if left
            else words
        )


@contextmanager
def _progress(batch: Batch) -> Iterator[_Progress]:
    with tqdm(total=batch.waiting, unit=" pictures", disable=None, file=sys.stderr) as bar:
        progress = _Progress(bar)
        yield progress
    click.echo(progress.words, err=True)


def _write(
    database: Database, batch: Batch, json_file: Path | None, parquet_file: Path | None
) -> None:
    from cardscanner_gui.cluster.batch_output import objects, write_json_lines, write_parquet

    ledger, remote = ClusterBatches(database), "://" in batch.source
    if json_file is not None:
        count = write_json_lines(json_file, objects(ledger, batch.id, remote=remote))
        click.echo(
            tr("{count} answers are in {json_file}.", count=count, json_file=json_file), err=True
        )
    if parquet_file is not None:
        count = write_parquet(parquet_file, objects(ledger, batch.id, remote=remote))
        click.echo(
            tr("{count} answers are in {parquet_file}.", count=count, parquet_file=parquet_file),
            err=True,
        )


def _end(database: Database, number: int) -> None:
    store = BatchStore(database)
    ended = store.get(number)
    if ended is None:
        raise WorldError(tr("Batch {number} was deleted meanwhile.", number=number))
    click.echo(batch_line(ended), err=True)
    for item in store.items(number, ItemState.FAILED):
        click.echo(f"✕ {item.error}", err=True)
    if ended.failed or ended.waiting:
        sys.exit(1)
