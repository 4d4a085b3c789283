"""`cardscanner models`: vision-and-language models that can check cards; none is needed."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.commands.progress import ProgressLine
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.game import questions_of
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.words import Words, said, tr
from cardscanner_gui.settings import load_settings, save_settings

if TYPE_CHECKING:
    from cardscanner_gui.vlm.models import ModelDescription

_DEFAULT = "smolvlm-500m"
_MODES = Words(
    {
        ReadingMode.FAST: "Text recognition alone reads",
        ReadingMode.BALANCED: "A model reads too where text recognition is unsure",
        ReadingMode.THOROUGH: "A model reads every card",
    }
)


@click.group()
def models() -> None:
    """Models that read and verify cards. The program works without any."""


@models.command("list")
@click.pass_obj
def list_(context: CommandContext) -> None:
    """Say which models there are, what they take, and which are installed."""
    from cardscanner_gui.vlm.installed import read_manifest
    from cardscanner_gui.vlm.models import MODELS
    from cardscanner_gui.vlm.upkeep import unready

    for model in MODELS.values():
        manifest = read_manifest(context.paths.models, model)
        click.echo(f"{model.id}\t{model.title}, {model.licence}: {said(model.purpose)}")
        sizes = ", ".join(tr("{v} {mb} MB", v=v, mb=mb) for v, mb in model.megabytes.items())
        click.echo(
            tr(
                "\tabout {sizes}; about {memory:.1f} GB of memory",
                sizes=sizes,
                memory=model.memory / 1000000000.0,
            )
        )
        if manifest is None:
            click.echo(tr("\tnot installed"))
            continue
        reason = unready(context.paths.models, model)
        ready = (
            tr("ready") if reason is None else tr("to be prepared: {reason}", reason=said(reason))
        )
        origin = (
            tr("revision {revision}", revision=manifest.revision)
            if manifest.revision
            else tr("from a folder")
        )
        variants = ", ".join(manifest.variants)
        click.echo(
            tr(
                "\tinstalled: {variants} ({bytes:.0f} MB, {origin}), {ready}",
                variants=variants,
                bytes=manifest.bytes / 1000000.0,
                origin=origin,
                ready=ready,
            )
        )


@models.command()
@click.argument("model_id", default=_DEFAULT)
@click.option(
    "--variant", help="Which files: uint8, int8, fp16, fp32 or q4; by default what suits."
)
@click.option(
    "--from",
    "folder",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Use a folder on disk instead of downloading.",
)
@click.option(
    "--newest",
    is_flag=True,
    help="Take the newest revision, or a folder's files whatever they are, not just the known one.",
)
@click.option("-y", "--yes", is_flag=True, help="Agree to size and licence without being asked.")
@click.pass_obj
def download(
    context: CommandContext,
    model_id: str,
    variant: str | None,
    folder: Path | None,
    newest: bool,
    yes: bool,
) -> None:
    """Download and prepare a model; one that was cut off goes on where it stopped.

    HF_ENDPOINT names a mirror, HF_HUB_OFFLINE forbids, proxies come from the usual variables.
    """
    from cardscanner_gui.vlm import hub
    from cardscanner_gui.vlm.installed import adopt_folder

    model = _model(model_id)
    if folder is not None:
        adopt_folder(context.paths.models, model, folder, newest=newest)
        _prepare(context, model)
        _offer(context, model, ask=not yes)
        return
    if context.offline:
        raise click.UsageError(tr("Offline: name a folder with --from."))
    offer = hub.ask(context.paths.models, model, variant, newest=newest)
    click.echo(
        tr(
            "{title} ({wanted}) is {bytes:.0f} MB, licence {licence} "
            "({licence_url}), from {repository} at {revision}.",
            title=model.title,
            wanted=offer.variant,
            bytes=offer.bytes / 1000000.0,
            licence=model.licence,
            licence_url=model.licence_url,
            repository=model.repository,
            revision=offer.revision[:12],
        ),
        err=True,
    )
    if offer.unknown:
        click.echo(
            tr(
                "Other files are known of this revision: {files}. What the hub says of them is "
                "checked.",
                files=", ".join(offer.unknown),
            ),
            err=True,
        )
    if not yes:
        click.confirm(tr("Download it?"), abort=True, err=True)
    progress = ProgressLine()
    try:
        hub.download(
            context.paths.models,
            offer,
            lambda done, total: progress(
                tr("Downloading {title}", title=model.title), done / max(total, 1)
            ),
        )
    finally:
        progress.close()
    _prepare(context, model)
    _offer(context, model, ask=not yes)


@models.command()
@click.argument("mode", type=click.Choice([mode.value for mode in ReadingMode]))
@click.argument("model_id", required=False)
@click.pass_obj
def use(context: CommandContext, mode: str, model_id: str | None) -> None:
    """Remember when a model reads too: never, where text recognition is unsure, or always."""
    model = _model(model_id or context.settings.model)
    _remember(context, ReadingMode(mode), model)
    click.echo(f"{_MODES[ReadingMode(mode)]} ({model.title}).")


@models.command()
@click.argument("model_id", default=_DEFAULT)
@click.pass_obj
def prepare(context: CommandContext, model_id: str) -> None:
    """Make an installed model ready for this computer; says what was tried and why it was kept."""
    _prepare(context, _model(model_id))


@models.command()
@click.argument("model_id", default=_DEFAULT)
@click.pass_obj
def verify(context: CommandContext, model_id: str) -> None:
    """Read an installed model's files again and compare them with what was installed."""
    from cardscanner_gui.vlm.installed import verify as verify_files

    model, progress = _model(model_id), ProgressLine()
    try:
        broken = verify_files(
            context.paths.models,
            model,
            lambda done, total: progress(
                tr("Reading {title}", title=model.title), done / max(total, 1)
            ),
        )
    finally:
        progress.close()
    if broken:
        raise WorldError(
            tr(
                "{title}: {broken}. Get them again with: cardscanner models download {id}",
                title=model.title,
                broken="; ".join(broken),
                id=model.id,
            )
        )
    click.echo(tr("{title}: every file is as it was installed.", title=model.title))


@models.command()
@click.argument("model_id", default=_DEFAULT)
@click.option("-y", "--yes", is_flag=True, help="Don't ask.")
@click.pass_obj
def remove(context: CommandContext, model_id: str, yes: bool) -> None:
    """Delete a model's files."""
    from cardscanner_gui.vlm.installed import remove as remove_files

    model = _model(model_id)
    if not yes:
        click.confirm(tr("Delete {title}?", title=model.title), abort=True, err=True)
    freed = remove_files(context.paths.models, model)
    click.echo(
        tr(
            "{title} was removed; {freed:.0f} MB are free again.",
            title=model.title,
            freed=freed / 1000000.0,
        )
    )


@models.command()
@click.argument("model_id", required=False)
@click.option(
    "--photos",
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Read these pictures of cards, in each way of asking, and print how that did.",
)
@click.option(
    "--truth",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="A table with the column “file” and what stands on the card: name, number, hp and so on."
    " Without it: what the catalogue says of cards that text recognition identifies.",
)
@click.option(
    "--out",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the result to this file too. It holds figures only, no picture and no path.",
)
@click.option(
    "--layout", "layouts", multiple=True, help="Only this layout of tiles; may be given again."
)
@click.option("--each-variant", is_flag=True, help="Each installed quantisation, not the best one.")
@click.pass_obj
def bench(
    context: CommandContext,
    model_id: str | None,
    photos: Path | None,
    truth: Path | None,
    out: Path | None,
    layouts: tuple[str, ...],
    each_variant: bool,
) -> None:
    """Time an installed model here; with photos, all that are ready, and how well they read.

    With photos each way of asking is tried: five layouts of tiles, all fields at once or one by
    one, the picture before or after the question, with a draft and without. Then drafts are held
    against a grey card, a card's back and other cards: how often would the model confirm them?
    """
    if photos is not None:
        from cardscanner_gui.commands.bench_photos import bench_on_photos

        bench_on_photos(context, model_id, photos, truth, out, layouts, each_variant=each_variant)
        return
    from cardscanner_gui.vlm.bench import bench_parts
    from cardscanner_gui.vlm.installed import model_folder

    folder = model_folder(context.paths.models, _model(model_id or _DEFAULT))
    for name, seconds in bench_parts(folder, questions_of(context.builder.games)).items():
        click.echo(tr("{name}\t{seconds:.0f} ms", name=name, seconds=1000 * seconds))


def _prepare(context: CommandContext, model: ModelDescription) -> None:
    from cardscanner_gui.vlm.prepare import prepare_installed

    progress = ProgressLine()
    try:
        plan = prepare_installed(context.paths.models, model, progress)
    finally:
        progress.close()
    for decision in plan.decisions:
        mark = tr("kept") if decision.adopted else tr("left out")
        click.echo(f"{said(decision.what)}: {mark} ({said(decision.reason)})")
    click.echo(tr("{title} is ready.", title=model.title))


def _offer(context: CommandContext, model: ModelDescription, *, ask: bool) -> None:
    """Ask once whether a model that is ready should read where text recognition is unsure."""
    if load_settings(context.paths.settings).reading_mode is not ReadingMode.FAST:
        return
    try:
        agreed = ask and click.confirm(
            tr("Ask it where text recognition is unsure?"), default=True, err=True
        )
    except click.Abort:  # nobody is there to answer; the model is ready all the same
        agreed = False
    if agreed:
        _remember(context, ReadingMode.BALANCED, model)
        click.echo(tr("It will be asked; “cardscanner models use fast” takes that back."))
    else:
        click.echo(
            tr("To ask it where text is unsure: cardscanner models use balanced {id}", id=model.id)
        )


def _remember(context: CommandContext, mode: ReadingMode, model: ModelDescription) -> None:
    context.paths.create()
    settings = load_settings(context.paths.settings)
    chosen = replace(settings, reading_mode=mode, model=model.id, model_offered=model.id)
    save_settings(context.paths.settings, chosen)


def _model(model_id: str) -> ModelDescription:
    from cardscanner_gui.vlm.models import model_by_id

    return model_by_id(model_id)
