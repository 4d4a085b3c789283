"""`cardscanner export`: the collection as a file that other tools read."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.core.collection import EntryQuery, SortKey
from cardscanner_gui.core.values import no_quotes
from cardscanner_gui.core.words import said, tr
from cardscanner_gui.export.formats import FORMAT_IDS, formats_of
from cardscanner_gui.export.model import ExportFormat, ExportReport, Preview
from cardscanner_gui.export.writer import export_entries, preview_entries, write_entries
from cardscanner_gui.store.collection import Collection
from cardscanner_gui.store.quotes import QuoteStore
from cardscanner_gui.store.sessions import Sessions

_SHOWN = 5


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
    type=click.Path(dir_okay=False, allow_dash=True, path_type=Path),
    help="The file to write; - for standard output.",
)
@click.option("--search", "text", default="", help="Only entries that this search finds.")
@click.option("--session", type=int, help="Only the cards of this session of live scanning.")
@click.option("--preview", is_flag=True, help="Show the first rows and what is left out, no more.")
@click.pass_obj
def export(
    context: CommandContext,
    format_id: str,
    output: Path | None,
    text: str,
    session: int | None,
    preview: bool,
) -> None:
    """Write the collection to a CSV file, newest cards first.

    Cards that the format can't carry are listed on standard error with the reason.
    """
    query = EntryQuery(text=text, sort=SortKey.SCANNED_AT)
    database = context.builder.open_database()
    values = QuoteStore(database).quotes() if context.settings.values else no_quotes
    chosen = formats_of(context.builder.games, values)[format_id]
    try:
        entries = Collection(database).entries(query)
        if session is not None:
            entries = iter(Sessions(database).entries(session))
        if preview:
            _show(preview_entries(entries, chosen, _SHOWN), chosen)
            return
        if output is None:
            raise click.UsageError(tr("Say with -o which file to write."))
        if str(output) == "-":
            sys.stdout.reconfigure(encoding=chosen.encoding, newline="")  # type: ignore[union-attr]
            report = write_entries(entries, chosen, sys.stdout)
        else:
            report = export_entries(entries, chosen, output)
    finally:
        database.close()
    _list_skipped(report)
    if str(output) != "-":
        click.echo(
            tr("{written} rows written to {output}", written=report.written, output=output),
            err=True,
        )


def _show(preview: Preview, chosen: ExportFormat) -> None:
    """The first rows, as they would stand in the file."""
    for row in (chosen.header, *preview.rows):
        click.echo(chosen.delimiter.join(" ".join(cell.split()) for cell in row))
    _list_skipped(preview.report)
    click.echo(tr("{written} rows would be written", written=preview.report.written), err=True)


def _list_skipped(report: ExportReport) -> None:
    for part, rows in report.lost.items():
        click.echo(
            tr("{part}: this format has no place for it, {rows} rows", part=tr(part), rows=rows),
            err=True,
        )
    for entry, reason in report.skipped:
        printing = entry.printing
        click.echo(
            tr(
                "Left out: {name} {printed_number} ({set_name}): {reason}",
                name=printing.name,
                printed_number=printing.printed_number,
                set_name=printing.set_name,
                reason=said(reason),
            ),
            err=True,
        )
    if report.left_out > len(report.skipped):
        click.echo(
            tr("… and {left_out} more", left_out=report.left_out - len(report.skipped)), err=True
        )
