"""The catalogue that a command works with, fetched when there is none yet."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.commands.progress import ProgressLine
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.words import tr

if TYPE_CHECKING:
    from cardscanner_gui.catalogue.catalogues import Catalogues


def catalogue_or_fetch(context: CommandContext, *, offline: bool) -> Catalogues | None:
    """The catalogue; the first time it is fetched, with progress on standard error.

    Without one, fields are read all the same, and every answer is unsure.
    """
    catalogue = context.builder.open_catalogue()
    if catalogue is not None:
        return catalogue
    if offline:
        click.echo(
            tr("There is no card catalogue yet; no printing can be named offline."), err=True
        )
        return None
    progress = ProgressLine()
    try:
        context.paths.create()
        context.builder.update_catalogue(progress, CancelToken())
    except WorldError as error:
        progress.close()
        click.echo(tr("{error} Going on without the card catalogue.", error=error), err=True)
        return None
    progress.close()
    return context.builder.open_catalogue()
