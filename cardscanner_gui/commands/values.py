"""`cardscanner values`: what the collection is worth."""

from __future__ import annotations

import click

from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.values import SOURCES
from cardscanner_gui.core.words import tr


@click.command()
@click.option("--by", type=click.Choice(["set", "folder"]), help="Totals by set or by folder.")
@click.option(
    "--update",
    is_flag=True,
    help="Ask for the prices that are due; only where the settings switch values on.",
)
@click.pass_obj
def values(context: CommandContext, by: str | None, update: bool) -> None:
    """Say what the collection is worth, by the prices that were asked for.

    Values are off until they are switched on in the window's settings: asking sends the ids of the
    printings in the collection to api.tcgdex.net, and nothing else.
    """
    from cardscanner_gui.store.quotes import QuoteStore
    from cardscanner_gui.valuing.asking import Asking

    settings = context.settings
    if update and (not settings.values or settings.offline):
        why = (
            tr("the settings say to stay offline")
            if settings.values
            else tr("values are switched off")
        )
        raise click.ClickException(tr("Nothing was asked for: {why}.", why=why))
    database = context.builder.open_database()
    try:
        store = QuoteStore(database)
        if update:
            asked = Asking(store, context.builder.games, settings.values_server).run(CancelToken())
            click.echo(tr("{asked:,} cards asked for", asked=asked), err=True)
        for source in SOURCES:
            for total in store.totals(source, by or ""):
                name = f"{total.group or tr('in no folder')}: " if by else ""
                click.echo(
                    tr(
                        "{source}: {name}{amount:,.2f} {currency} for {copies:,} cards, "
                        "prices of {day} or later",
                        source=source,
                        name=name,
                        amount=total.amount,
                        currency=total.currency,
                        copies=total.copies,
                        day=total.day,
                    )
                )
    finally:
        database.close()
