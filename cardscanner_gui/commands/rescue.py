"""`cardscanner rescue`: saves what can be read of a damaged collection."""

from __future__ import annotations

import click

from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.core.words import said, tr


@click.command()
@click.pass_obj
def rescue(context: CommandContext) -> None:
    """Check the collection's file; if it is damaged, save what can be read into a new one.

    The new file takes the place of the damaged one, which is kept beside it. Close the window and
    whatever else uses the collection before.
    """
    from cardscanner_gui.store.salvage import find_damage, put_in_place, salvage

    path = context.paths.database
    if not path.exists():
        click.echo(tr("There is no collection in “{parent}” yet.", parent=path.parent))
        return
    damage = find_damage(path)
    if damage is None:
        click.echo(tr("“{path}” is in order.", path=path))
        return
    click.echo(tr("“{path}” is damaged: {damage}", path=path, damage=said(damage)))
    salvaged = salvage(path)
    kept = put_in_place(salvaged.path, path)
    click.echo(
        tr(
            "Saved {salvaged}. The damaged file is kept as “{kept}”.",
            salvaged=said(str(salvaged)),
            kept=kept,
        )
    )
