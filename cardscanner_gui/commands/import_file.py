"""`cardscanner import`: a file of another program, or our own, into the collection."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.core.words import said, tr

if TYPE_CHECKING:
    from cardscanner_gui.importing.importer import ImportPreview

_LISTED = 20


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--format",
    "format_id",
    type=click.Choice(
        (
            "plain",
            "tcgplayer-app",
            "collectr",
            "dragon-shield",
            "deckbox",
            "tcg-collector",
            "cardmarket",
        )
    ),
    help="The program that wrote the file; without it, its columns tell.",
)
@click.option("--preview", "only_preview", is_flag=True, help="Say what it would bring, no more.")
@click.option("--again", is_flag=True, help="Also when the same file was imported before.")
@click.pass_obj
def import_file(
    context: CommandContext, file: Path, format_id: str | None, only_preview: bool, again: bool
) -> None:
    """Put the cards of a CSV file into the collection.

    Files of Cardscanner, the TCGplayer app, Collectr, Dragon Shield, Deckbox, TCG Collector and
    Cardmarket are known by their columns. Rows whose printing isn't sure wait in the window's
    Review with all that the file says of them; none is dropped.
    """
    from cardscanner_gui.importing.importer import Importer

    catalogues = context.builder.open_catalogue()
    database = context.builder.open_database()
    try:
        known = {} if catalogues is None else catalogues.by_game
        importer = Importer(known, context.builder.games, database)
        preview = importer.preview(file, format_id or "")
        _tell(preview, only_preview or bool(preview.before))
        if preview.before is not None and not again and not only_preview:
            raise click.ClickException(
                tr("Nothing was imported: --again counts its cards once more.")
            )
        if not only_preview:
            importer.run(preview)
            click.echo(
                tr(
                    "Imported {copies:,} cards in {cards:,} rows; {waiting:,} wait in Review.",
                    copies=preview.copies,
                    cards=preview.cards,
                    waiting=preview.waiting,
                )
            )
    finally:
        database.close()
        if catalogues is not None:
            catalogues.close()


def _tell(preview: ImportPreview, with_rows: bool) -> None:
    click.echo(
        tr(
            "{name}: {title}, {rows:,} rows",
            name=preview.path.name,
            title=preview.format.title,
            rows=preview.rows,
        ),
        err=True,
    )
    if with_rows:
        click.echo(
            tr(
                "{cards:,} rows are cards ({copies:,} copies), {waiting:,} would "
                "wait in Review, {none:,} say that there is no copy.",
                cards=preview.cards,
                copies=preview.copies,
                waiting=preview.waiting,
                none=preview.none,
            ),
            err=True,
        )
    for line in preview.doubtful[:_LISTED]:
        click.echo(
            tr(
                "Line {line}: {title}: {reason}",
                line=line.line,
                title=line.title,
                reason=said(line.reason),
            ),
            err=True,
        )
    more = preview.waiting + preview.none - min(_LISTED, len(preview.doubtful))
    if more > 0:
        click.echo(tr("… and {more:,} rows more", more=more), err=True)
    if preview.before is not None:
        when = time.strftime("%Y-%m-%d", time.localtime(preview.before.imported_at))
        click.echo(tr("The same file was imported on {when}.", when=when), err=True)
