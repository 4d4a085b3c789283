"""`cardscanner export`: the collection as a file that other tools read."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.core.collection import EntryQuery, SortKey
from cardscanner_gui.export.formats import FORMAT_IDS, formats_of
from cardscanner_gui.export.writer import export_entries, write_entries
from cardscanner_gui.store.collection import Collection


@click.command()
@click.option(
    "--format",
    "format_id",
    type=click.Choice(FORMAT_IDS),
    default="plain",
    show_default=True,
    help="plain keeps every field and can be read back.",
)
@click.option(
    "-o",
    "--output",
    required=True,
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="The file to write; - for standard output.",
)
@click.option("--search", "text", default="", help="Only entries with these words.")
@click.pass_obj
def export(context: CommandContext, format_id: str, output: Path, text: str) -> None:
    """Write the collection to a CSV file, newest cards first.

    Cards that the format can't carry are listed on standard error with the reason.
    """
    chosen = formats_of(context.builder.games)[format_id]
    query = EntryQuery(text=text, sort=SortKey.SCANNED_AT)
    database = context.builder.open_database()
    try:
        entries = Collection(database).entries(query)
        if str(output) == "-":
            sys.stdout.reconfigure(encoding=chosen.encoding, newline="")  # type: ignore[union-attr]
            report = write_entries(entries, chosen, sys.stdout)
        else:
            report = export_entries(entries, chosen, output)
    finally:
        database.close()
    for entry, reason in report.skipped:
        printing = entry.printing
        click.echo(
            f"Left out: {printing.name} {printing.printed_number} ({printing.set_name}): {reason}",
            err=True,
        )
    if str(output) != "-":
        click.echo(f"{report.written} rows written to {output}", err=True)
