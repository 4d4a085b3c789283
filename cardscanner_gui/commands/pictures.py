"""`cardscanner catalogue pictures`: fingerprints of the printings' pictures."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from cardscanner_gui.builder import PICTURES_VARIABLE
from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.commands.progress import ProgressLine
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.types import FIRST_GAME

if TYPE_CHECKING:
    from cardscanner_gui.catalogue.database import Catalogue
    from cardscanner_gui.catalogue.pictures.gathering import Report
    from cardscanner_gui.catalogue.pictures.update import FetchPlan
    from cardscanner_gui.catalogue.pictures.wanted import Wanted

_NAMED = 3
"""So many refused printings are named."""


@click.command()
@click.option("--sets", metavar="SET,…", help="Only these sets, by id or code: sv02,PAF.")
@click.option("--all", "everything", is_flag=True, help="All sets, the newest first.")
@click.option(
    "--from",
    "origin",
    type=click.Path(path_type=Path),
    help="A file that another desk exported, a table of ids and fingerprints, or a folder of"
    " pictures, instead of the asset server.",
)
@click.option(
    "--lang", metavar="CODE,…", help="Whose pictures to prefer: en,de. The art is shared."
)
@click.option("--keep-pictures", is_flag=True, help="Keep the pictures themselves too.")
@click.option(
    "--export",
    "target",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write all fingerprints into this file, for another desk's --from.",
)
@click.option("--game", "game_id", default=FIRST_GAME, show_default=True, help="Whose pictures.")
@click.option(
    "--server", metavar="URL", envvar=PICTURES_VARIABLE, help="Another server laid out so."
)
@click.option("-y", "--yes", is_flag=True, help="Agree to size and time without being asked.")
@click.pass_obj
def pictures(
    context: CommandContext,
    sets: str | None,
    everything: bool,
    origin: Path | None,
    lang: str | None,
    keep_pictures: bool,
    target: Path | None,
    game_id: str,
    server: str | None,
    yes: bool,
) -> None:
    """Fetch small pictures of printings, by which cards are named whose print can't be read.

    Only 64 bytes of each are kept. A run that was cut off goes on where it stopped, and after a
    catalogue update only what is new is fetched.
    """
    from cardscanner_gui.catalogue.catalogues import folder_of
    from cardscanner_gui.catalogue.database import Catalogue
    from cardscanner_gui.catalogue.pictures.wanted import Wanted

    games = context.builder.games
    if game_id not in games:
        raise click.UsageError(f"There is no game {game_id!r}. There are: {', '.join(games)}.")
    if origin is None and target is None and not everything and not sets:
        raise click.UsageError("Name sets with --sets, or take --all, --from or --export.")
    if origin is not None and (sets or everything):
        raise click.UsageError("--from takes in what is there; leave --sets and --all out.")
    if context.offline and (sets or everything):
        raise click.UsageError("Offline: name a file or folder with --from.")
    folder = folder_of(context.paths.artwork, game_id)
    with Catalogue.open(folder_of(context.paths.catalogue, game_id)) as catalogue:
        if origin is not None:
            _import(folder, catalogue, origin)
        elif sets or everything:
            address = server or games[game_id].picture_server
            if not address:
                raise click.UsageError("This game has no server of pictures; take --from.")
            wanted = Wanted(None if everything else _listed(sets), languages=_listed(lang))
            _fetch(folder, catalogue, wanted, address, keep_pictures, yes)
    if target is not None:
        _export(folder, target)


def _fetch(
    folder: Path,
    catalogue: Catalogue,
    wanted: Wanted,
    server: str,
    keep_pictures: bool,
    yes: bool,
) -> None:
    from cardscanner_gui.catalogue.pictures.update import plan_pictures, update_pictures
    from cardscanner_gui.vision.artwork import fingerprint_of

    plan = plan_pictures(folder, catalogue, wanted, keep_pictures=keep_pictures)
    if plan.pictures:
        click.echo(consent(plan, server, keep_pictures), err=True)
        if not yes:
            click.confirm("Fetch them?", abort=True, err=True)
    progress = ProgressLine()
    try:
        report = update_pictures(
            folder,
            catalogue,
            wanted,
            fingerprint_of,
            progress,
            CancelToken(),
            server=server,
            keep_pictures=keep_pictures,
        )
    finally:
        progress.close()
    _print(report)


def _import(folder: Path, catalogue: Catalogue, origin: Path) -> None:
    from cardscanner_gui.catalogue.pictures.local import import_pictures
    from cardscanner_gui.vision.artwork import fingerprint_of

    progress = ProgressLine()
    try:
        report = import_pictures(folder, catalogue, origin, fingerprint_of, progress, CancelToken())
    finally:
        progress.close()
    _print(report)


def _export(folder: Path, target: Path) -> None:
    from cardscanner_gui.catalogue.artwork.index_file import write_index
    from cardscanner_gui.catalogue.pictures.opening import open_index

    index = open_index(folder)
    if index is None:
        raise CatalogueError("There are no fingerprints to export yet.")
    write_index(index, target)
    click.echo(f"{len(index):,} fingerprints in {target} ({target.stat().st_size / 1e6:.1f} MB)")


def consent(plan: FetchPlan, server: str, keep_pictures: bool) -> str:
    """What the user agrees to: how much, from where, how long, and what stays."""
    minutes = plan.seconds() / 60
    time = f"{minutes / 60:.1f} hours" if minutes >= 90 else f"{max(1, round(minutes))} minutes"
    size = f"{plan.bytes / 1e6:.0f} MB" if plan.bytes < 1e9 else f"{plan.bytes / 1e9:.1f} GB"
    kept = (
        "The pictures are kept too, for yourself; they are their makers' copyright."
        if keep_pictures
        else "Only fingerprints of 64 bytes are kept."
    )
    return (
        f"{plan.pictures:,} small pictures of {len(plan.sets)} sets from"
        f" {urlsplit(server).hostname or server}, up to about {size} and {time} at three a second."
        f" {kept} Pictures that are fingerprinted already: {plan.known:,}."
    )


def _print(report: Report) -> None:
    parts = [f"{report.taken:,} new"]
    if report.known:
        parts.append(f"{report.known:,} were there")
    if report.absent:
        parts.append(f"of {report.absent:,} there is no picture")
    if report.unknown:
        parts.append(f"{report.unknown:,} fit no printing of this catalogue")
    click.echo(f"{report.total:,} printings have a fingerprint ({', '.join(parts)}).")
    for why, count in Counter(report.refused.values()).most_common():
        ids = [one for one, reason in report.refused.items() if reason == why]
        named = ", ".join(ids[:_NAMED]) + (", …" if count > _NAMED else "")
        click.echo(f"refused {count:,}: {why} ({named})", err=True)
    if report.stopped:
        raise CatalogueError(report.stopped)


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())
