"""Getting a new catalogue in place of the old one."""

from __future__ import annotations

import logging
from collections.abc import Sequence
from pathlib import Path

from cardscanner_gui.catalogue import files
from cardscanner_gui.catalogue.build import build_database
from cardscanner_gui.catalogue.compare import SmallerCatalogueError, refuse_loss
from cardscanner_gui.catalogue.database import Catalogue, CatalogueInfo
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import Progress, Source
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.game import Game

log = logging.getLogger(__name__)


def update_catalogue(
    folder: Path,
    game: Game,
    source: Source | Sequence[Source] | None,
    progress: Progress,
    token: CancelToken,
    *,
    allow_smaller: bool = False,
) -> CatalogueInfo:
    """Build a game's catalogue and make it the one in use.

    Until the very end the old one stays in place: a failed, cancelled or killed update changes
    nothing. Several processes may update at once; the one that ends last wins. The folder is made
    if need be.

    `source` is one, or several to be joined, the one that counts most first; None means the game's
    first source with what is added to it or, when the first can't be had, the next alone. With
    `allow_smaller`, a poorer or older catalogue may replace a richer one.

    Raises:
        SmallerCatalogueError: it would be a loss, and that isn't allowed.
        CatalogueError: no source can be reached or read, or the disk is full.
        CancelledError: the token was cancelled.
    """
    first, *others = _choices(game, source)
    for following in others:
        try:
            return _update(folder, game, first, progress, token, allow_smaller)
        except SmallerCatalogueError:
            raise
        except CatalogueError as error:
            name = following.describe().name
            log.info("Falling back to the %s: %s", name, error)
            progress(f"{error} Trying the {name} instead", None)
            first = following
    return _update(folder, game, first, progress, token, allow_smaller)


def _choices(game: Game, source: Source | Sequence[Source] | None) -> list[Source]:
    """What is tried, one after the other."""
    if source is not None:
        given = source if isinstance(source, Sequence) else (source,)
        return [game.join(given)]
    first, *others = game.sources().values()
    return [
        game.join((first, *game.additions().values())),
        *(game.join((other,)) for other in others),
    ]


def _update(
    folder: Path,
    game: Game,
    source: Source,
    progress: Progress,
    token: CancelToken,
    allow_smaller: bool,
) -> CatalogueInfo:
    try:
        folder.mkdir(parents=True, exist_ok=True)
        files.remove_leftovers(folder)
        with files.workspace(folder) as unfinished:
            path = unfinished / "catalogue.sqlite3"
            build_database(path, game, source, progress, token)
            with Catalogue(path) as built:
                built.check()
                if not allow_smaller:
                    _refuse_loss(folder, built)
            token.check()
            in_use = files.publish(path, folder)
        files.remove_old(folder)
        with Catalogue(in_use) as catalogue:
            return catalogue.info()
    except OSError as error:
        raise CatalogueError(f"The catalogue can't be written to {folder}: {error}.") from error


def _refuse_loss(folder: Path, built: Catalogue) -> None:
    try:
        in_use = Catalogue.open(folder)
    except CatalogueError:
        return  # none that can be used: anything is better
    with in_use:
        refuse_loss(in_use.info(), built.info())
