"""`cardscanner stats`: how much was scanned, how fast, and how often the answer was known."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

import click

from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.core.words import amount, tr
from cardscanner_gui.recognition.figures import Figures, ModelFigures, StepTimes, figures_of


@click.command()
@click.option("--json", "as_json", is_flag=True, help="One JSON object, times in milliseconds.")
@click.option("--last-run", is_flag=True, help="Only what the last run that scanned counted.")
@click.pass_obj
def stats(context: CommandContext, as_json: bool, last_run: bool) -> None:
    """Say how fast cards were read, and how often an answer was known before.

    The figures are of all times that something was scanned into this data folder, or with
    --last-run of the last time: in the window, by `scan --add`, in batches, by the service. A
    `scan` without --add leaves nothing there, and isn't counted.
    """
    from cardscanner_gui.store.metrics import MetricTotals

    if not context.paths.database.exists():
        figures = Figures()
    else:
        database = context.builder.open_database()
        try:
            totals = MetricTotals(database)
            figures = figures_of(totals.last_run() if last_run else totals.read())
        finally:
            database.close()
    if as_json:
        click.echo(json.dumps(figures.as_json(), ensure_ascii=False))
        return
    for line in _lines(figures):
        click.echo(line)


def _lines(figures: Figures) -> Iterator[str]:
    if not figures.scans and not figures.cards:
        yield tr("Nothing was scanned yet.")
        return
    yield tr("scans    {counts}", counts=_counts(figures.scans))
    yield tr("cards    {counts}", counts=_counts(figures.cards))
    yield tr("answers  {counts}", counts=_counts(figures.answers))
    if figures.known_before is not None:
        yield tr("known before        {known_before:7.1%}", known_before=figures.known_before)
    if figures.cards_a_minute is not None:
        yield tr("cards a minute      {cards_a_minute:7.1f}", cards_a_minute=figures.cards_a_minute)
    if figures.prior_rate is not None:
        yield tr("expected card came  {prior_rate:7.1%}", prior_rate=figures.prior_rate)
    yield from _model_lines(figures.model)
    yield tr("model switches      {model_switches:7}", model_switches=figures.model_switches)
    yield (
        tr(
            "speculation         {speculation_adopted:7} used, "
            "{speculation_dropped} dropped, {speculation_saved_ms:.1f} s saved",
            speculation_adopted=figures.speculation_adopted,
            speculation_dropped=figures.speculation_dropped,
            speculation_saved_ms=figures.speculation_saved_ms / 1000,
        )
    )
    yield ""
    yield f"{'milliseconds':<24}{'times':>8}{'P50':>10}{'P95':>10}{'P99':>10}"
    for step in (*figures.steps, figures.whole):
        yield _times(step)
    if figures.tiers:
        yield ""
        yield f"{'cache':<24}{'asked':>8}{'hits':>10}{'rate':>10}{'errors':>10}"
    for tier in figures.tiers:
        name = f"{tier.tier} {tier.kind}"
        yield f"{name:<24}{tier.asked:>8}{tier.hits:>10}{tier.rate:>10.1%}{tier.errors:>10}"


def _model_lines(model: ModelFigures) -> Iterator[str]:
    """What models had to do with the answers, in cards."""
    if not model.asked:
        return
    yield (
        tr(
            "model asked         {asked:7}: added {added}, agreed {agreed}, "
            "settled {settled}, contradicted {contradicted}, refused by the "
            "control {refused}",
            asked=model.asked,
            added=model.added,
            agreed=model.agreed,
            settled=model.settled,
            contradicted=model.contradicted,
            refused=model.refused,
        )
    )
    if model.looked is not None:
        yield tr("looked at ahead     {looked:7.1%}", looked=model.looked)


def _times(step: StepTimes) -> str:
    name = f"{step.stage} {step.reader}".strip()
    return f"{name:<24}{step.times:>8}{step.p50:>10.1f}{step.p95:>10.1f}{step.p99:>10.1f}"


def _counts(counts: Mapping[str, int]) -> str:
    """`173: identified 160, unsure 13`."""
    total = sum(counts.values())
    parts = ", ".join(f"{name} {count:,}" for name, count in counts.items())
    return f"{total:,}: {parts}" if parts else amount(total)
