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
from cardscanner_gui.core.words import tr

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
    catalogue update only what is new is fetched: without options, of what was chosen before.
    """
    from cardscanner_gui.catalogue.catalogues import folder_of
    from cardscanner_gui.catalogue.database import Catalogue
    from cardscanner_gui.catalogue.pictures.wanted import Wanted

    games = context.builder.games
    if game_id not in games:
        raise click.UsageError(
            tr(
                "There is no game {game_id!r}. There are: {games}.",
                game_id=game_id,
                games=", ".join(games),
            )
        )
    folder = folder_of(context.paths.artwork, game_id)
    wanted: Wanted | None = None
    if sets or everything:
        wanted = Wanted(None if everything else _listed(sets), languages=_listed(lang))
    elif origin is None and target is None:
        wanted, kept = _chosen_before(folder)
        keep_pictures = keep_pictures or kept
    if origin is not None and wanted is not None:
        raise click.UsageError(tr("--from takes in what is there; leave --sets and --all out."))
    if context.offline and wanted is not None:
        raise click.UsageError(tr("Offline: name a file or folder with --from."))
    with Catalogue.open(folder_of(context.paths.catalogue, game_id)) as catalogue:
        if origin is not None:
            _import(folder, catalogue, origin)
        elif wanted is not None:
            address = server or games[game_id].picture_server
            if not address:
                raise click.UsageError(tr("This game has no server of pictures; take --from."))
            _fetch(folder, catalogue, wanted, address, keep_pictures, yes)
    if target is not None:
        _export(folder, target)


def _chosen_before(folder: Path) -> tuple[Wanted, bool]:
    """What was wanted last, here or in the window, and whether with the pictures."""
    from cardscanner_gui.catalogue.pictures.store import FingerprintStore, state_of

    if state_of(folder) is not None:
        with FingerprintStore(folder) as store:
            wanted, kept = store.choice()
        if wanted is not None:
            return wanted, kept
    raise click.UsageError(tr("Name sets with --sets, or take --all, --from or --export."))


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
            click.confirm(tr("Fetch them?"), abort=True, err=True)
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
        raise CatalogueError(tr("There are no fingerprints to export yet."))
    write_index(index, target)
    click.echo(
        tr(
            "{index:,} fingerprints in {target} ({st_size:.1f} MB)",
            index=len(index),
            target=target,
            st_size=target.stat().st_size / 1000000.0,
        )
    )


def consent(plan: FetchPlan, server: str, keep_pictures: bool) -> str:
    """What the user agrees to: how much, from where, how long, and what stays."""
    minutes = plan.seconds() / 60
    time = (
        tr("{minutes:.1f} hours", minutes=minutes / 60)
        if minutes >= 90
        else tr("{value} minutes", value=max(1, round(minutes)))
    )
    size = (
        tr("{bytes:.0f} MB", bytes=plan.bytes / 1000000.0)
        if plan.bytes < 1e9
        else tr("{bytes:.1f} GB", bytes=plan.bytes / 1000000000.0)
    )
    kept = (
        tr("The pictures are kept too, for yourself; they are their makers' copyright.")
        if keep_pictures
        else tr("Only fingerprints of 64 bytes are kept.")
    )
    return tr(
        "{pictures:,} small pictures of {sets} sets from {hostname}, up to "
        "about {size} and {time} at three a second. {kept} Pictures that are "
        "fingerprinted already: {known:,}.",
        pictures=plan.pictures,
        sets=len(plan.sets),
        hostname=urlsplit(server).hostname or server,
        size=size,
        time=time,
        kept=kept,
        known=plan.known,
    )


def _print(report: Report) -> None:
    parts = [tr("{taken:,} new", taken=report.taken)]
    if report.known:
        parts.append(tr("{known:,} were there", known=report.known))
    if report.absent:
        parts.append(tr("of {absent:,} there is no picture", absent=report.absent))
    if report.unknown:
        parts.append(tr("{unknown:,} fit no printing of this catalogue", unknown=report.unknown))
    click.echo(
        tr(
            "{total:,} printings have a fingerprint ({parts}).",
            total=report.total,
            parts=", ".join(parts),
        )
    )
    for why, count in Counter(report.refused.values()).most_common():
        ids = [one for one, reason in report.refused.items() if reason == why]
        named = ", ".join(ids[:_NAMED]) + (", …" if count > _NAMED else "")
        click.echo(
            tr("refused {count:,}: {why} ({named})", count=count, why=why, named=named), err=True
        )
    if report.stopped:
        raise CatalogueError(report.stopped)


def _listed(text: str | None) -> tuple[str, ...]:
    return tuple(part.strip() for part in (text or "").split(",") if part.strip())
