"""`cardscanner`: the command line's composition root."""

from __future__ import annotations

import logging
import sys
from pathlib import Path

import click

from cardscanner_gui import __version__, environment
from cardscanner_gui.builder import Builder
from cardscanner_gui.commands.backup import backup, restore
from cardscanner_gui.commands.batch import batch, watch
from cardscanner_gui.commands.catalogue import catalogue
from cardscanner_gui.commands.cluster import cluster
from cardscanner_gui.commands.cluster_batch import cluster_batch, cluster_results
from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.commands.export import export
from cardscanner_gui.commands.import_file import import_file
from cardscanner_gui.commands.language import speak
from cardscanner_gui.commands.live import live
from cardscanner_gui.commands.models import models
from cardscanner_gui.commands.rescue import rescue
from cardscanner_gui.commands.scan import scan
from cardscanner_gui.commands.serve import serve
from cardscanner_gui.commands.stats import stats
from cardscanner_gui.commands.values import values
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.words import tr
from cardscanner_gui.logs import set_up_logging
from cardscanner_gui.paths import DataPaths, default_data_dir
from cardscanner_gui.settings import MOST_THREADS, load_settings

log = logging.getLogger(__name__)


@click.group(context_settings={"help_option_names": ["-h", "--help"]})
@click.option(
    "--data-dir",
    type=click.Path(file_okay=False, path_type=Path),
    help="Where collection, catalogue and settings are kept.",
)
@click.option(
    "--threads",
    type=click.IntRange(0, MOST_THREADS),
    help="Of a reading model; 0 for one for each core. Without it: as in the settings.",
)
@click.option(
    "--pin/--no-pin", default=None, help="Give each thread of a reading model a core of its own."
)
@click.option(
    "--lock-memory/--no-lock-memory",
    default=None,
    help="Never let a reading model be swapped out, where the system allows that.",
)
@click.option("-v", "--verbose", count=True, help="Say more on standard error; -vv says all.")
@click.version_option(__version__, prog_name="cardscanner")
@click.pass_context
def cli(
    context: click.Context,
    data_dir: Path | None,
    threads: int | None,
    pin: bool | None,
    lock_memory: bool | None,
    verbose: int,
) -> None:
    """Name the exact printing of trading cards in pictures, on this machine, offline."""
    paths = DataPaths(data_dir.absolute() if data_dir else default_data_dir())
    # Files are written where there is a data folder already; asking for help makes none.
    set_up_logging(paths.logs if paths.root.is_dir() else None, verbose)
    settings = load_settings(paths.settings)
    speak(cli, settings.language)
    context.obj = CommandContext(
        paths=paths,
        settings=settings,
        builder=Builder(paths, settings).with_model_use(threads, pin, lock_memory),
        offline=settings.offline,
    )


cli.add_command(scan)
cli.add_command(batch)
cli.add_command(watch)
cli.add_command(catalogue)
cli.add_command(export)
cli.add_command(import_file)
cli.add_command(models)
cli.add_command(live)
cli.add_command(serve)
cli.add_command(cluster)
cli.add_command(stats)
cli.add_command(rescue)
cli.add_command(backup)
cli.add_command(restore)
cli.add_command(values)

cluster.add_command(cluster_batch)
cluster.add_command(cluster_results)


def main() -> None:
    """Run the command line; what the world did wrong ends in one line and status 1."""
    try:
        environment.prepare()
        # Help is shown before a data folder is known.
        speak(cli, load_settings(DataPaths(default_data_dir()).settings).language)
        cli.main(standalone_mode=True)
    except WorldError as error:
        click.echo(tr("Error: {error}", error=error), err=True)
        sys.exit(1)


if __name__ == "__main__":
    main()
