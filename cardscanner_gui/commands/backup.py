"""`cardscanner backup` and `cardscanner restore`: the whole collection as one file, and back."""

from __future__ import annotations

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardscanner_gui import __version__
from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.core.errors import StoreError
from cardscanner_gui.core.words import said, tr

if TYPE_CHECKING:
    from cardscanner_gui.store.backup import BackupInfo
    from cardscanner_gui.store.backup_folder import BackupFolder


@click.command()
@click.option(
    "-o",
    "--output",
    type=click.Path(path_type=Path),
    help="The file to write; without it one is added to the backups of every day.",
)
@click.pass_obj
def backup(context: CommandContext, output: Path | None) -> None:
    """Write the collection, its scans and all photos into one file.

    The window and a service may go on using the collection meanwhile.
    """
    from cardscanner_gui.store.backup import write_backup
    from cardscanner_gui.store.backup_folder import BackupFolder

    path = context.paths.database
    if not path.exists():
        raise click.ClickException(
            tr("There is no collection in “{parent}” yet.", parent=path.parent)
        )
    if output is None:
        info = BackupFolder(context.paths.backups, path, __version__).make()
    else:
        info = write_backup(path, output, __version__)
    click.echo(tr("Wrote {counts} to {path}", counts=_counts(info), path=info.path))


@click.command()
@click.argument("file", required=False, type=click.Path(path_type=Path))
@click.option("--yes", is_flag=True, help="Don't ask.")
@click.option("--preview", is_flag=True, help="Say what the backup holds, no more.")
@click.pass_obj
def restore(context: CommandContext, file: Path | None, yes: bool, preview: bool) -> None:
    """Put the collection of a backup in place of the present one.

    Without FILE it is the newest good one of the backups of every day. The present collection is
    backed up before; one that is damaged is kept beside.
    """
    from cardscanner_gui.store.backup import describe_collection, read_backup
    from cardscanner_gui.store.backup_folder import BackupFolder

    folder = BackupFolder(context.paths.backups, context.paths.database, __version__)
    info = read_backup(file) if file is not None else folder.last_good()
    if info is None:
        raise click.ClickException(tr("There is no backup in “{folder}”.", folder=folder.folder))
    click.echo(
        tr("The backup of {when} holds {counts}.", when=_when(info.made_at), counts=_counts(info))
    )
    path = context.paths.database
    try:
        if path.exists():
            now = describe_collection(path, __version__)
            click.echo(tr("The collection now holds {counts}.", counts=_counts(now)))
    except StoreError as error:
        click.echo(said(str(error)))
    if preview:
        return
    if not yes:
        click.confirm(tr("Put the backup in place of the collection?"), abort=True)
    click.echo(_restore(context, folder, info))


def _restore(context: CommandContext, folder: BackupFolder, info: BackupInfo) -> str:
    from cardscanner_gui.store.backup import put_backup_in_place, restore_backup

    path = context.paths.database
    try:
        database = context.builder.open_database()
    except StoreError:
        kept = put_backup_in_place(info.path, path)
        return tr("Restored. What was there is kept as “{kept}”.", kept=kept)
    try:
        before = folder.make()
        restore_backup(database, info.path)
    finally:
        database.close()
    return tr("Restored. What was there is in “{path}”.", path=before.path)


def _counts(info: BackupInfo) -> str:
    return tr(
        "{copies:,} cards in {entries:,} lines, {scans:,} scans and {photos:,} photos",
        copies=info.copies,
        entries=info.entries,
        scans=info.scans,
        photos=info.photos,
    )


def _when(seconds: float) -> str:
    return time.strftime("%Y-%m-%d %H:%M", time.localtime(seconds))
