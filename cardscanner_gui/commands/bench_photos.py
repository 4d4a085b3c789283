"""`cardscanner models bench --photos`: how well installed models read a user's cards."""

from __future__ import annotations

import csv
import json
import platform
import shutil
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cardscanner_gui import __version__
from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.game import Game, questions_of
from cardscanner_gui.core.types import FIRST_GAME
from cardscanner_gui.core.words import tr

if TYPE_CHECKING:
    from cardscanner_gui.vlm.bench_photos import PhotoCard, WayResult
    from cardscanner_gui.vlm.models import ModelDescription

_FORMAT = 1


def bench_on_photos(
    context: CommandContext,
    model_id: str | None,
    photos: Path,
    truth: Path | None,
    out: Path | None,
    layouts: Sequence[str] = (),
    *,
    each_variant: bool = False,
) -> None:
    """Print a line for each way of asking, and write the figures as JSON.

    Raises:
        WorldError: no model is ready, no card was found, or a file can't be read or written.
    """
    from cardscanner_gui.vlm.bench_photos import ways
    from cardscanner_gui.vlm.layouts import LAYOUTS

    unknown = [name for name in layouts if name not in LAYOUTS]
    if unknown:
        raise WorldError(
            tr(
                "There is no layout {unknown}; there are {layouts}.",
                unknown=unknown[0],
                layouts=", ".join(LAYOUTS),
            )
        )
    chosen = _ready_models(context, model_id)
    cards = read_cards(context, photos, truth)
    if not cards:
        raise WorldError(tr("No card was found in the pictures of {photos}.", photos=photos))
    known = sum(bool(card.truth) for card in cards)
    click.echo(
        tr(
            "{cards} cards; what stands on {known} of them is known.", cards=len(cards), known=known
        ),
        err=True,
    )
    tried = list(ways(tuple(layouts) or tuple(LAYOUTS)))
    result: dict[str, Any] = {
        "format": _FORMAT,
        "version": __version__,
        "machine": f"{platform.machine()}, {_processor()}",
        "cards": len(cards),
        "known": known,
        "models": [],
    }
    for model in chosen:
        for variant, folder in _folders(context, model, each_variant=each_variant):
            with folder as prepared:
                result["models"].append(_bench(context, model, variant, prepared, cards, tried))
    if out is not None:
        _write(out, result)


def read_cards(context: CommandContext, photos: Path, truth: Path | None) -> list[PhotoCard]:
    """The cards of a folder's pictures, and what stands on them as far as that is known.

    Raises:
        WorldError: a picture or the table can't be read.
    """
    from cardscanner_gui.capture.collect import collect_pictures
    from cardscanner_gui.capture.files import load_frame
    from cardscanner_gui.core.events import Finished
    from cardscanner_gui.recognition.request import RecogniseRequest
    from cardscanner_gui.vision.card_image import make_card_image
    from cardscanner_gui.vision.finder import FoundCard
    from cardscanner_gui.vlm.bench_photos import PhotoCard
    from cardscanner_gui.vlm.record import expected_values

    games = context.builder.games
    told = _truths(truth, games[FIRST_GAME]) if truth is not None else {}
    recogniser = context.builder.with_mode("fast").make_recogniser(context.builder.open_catalogue())
    cards = []
    for path in collect_pictures([photos]):
        frame = load_frame(path)
        events = recogniser.recognise(RecogniseRequest(frame, path.name))
        found = next(event.result.cards for event in events if isinstance(event, Finished))
        for index, recognition in enumerate(found, 1):
            if recognition.corners is None:
                continue
            printing = recognition.match.printing
            game = games.get(printing.game if printing else recognition.reading.game)
            game = game if game is not None and game.question() is not None else games[FIRST_GAME]
            values: Mapping[str, str] = told.get(path.name, {})
            if truth is None and printing is not None and printing.game == game.id:
                values = expected_values(game, printing, recognition.language or "en")
            image = make_card_image(frame, FoundCard(recognition.corners, 1.0, 1.0))
            cards.append(PhotoCard(f"{path.name}#{index}", image, values, game.id))
    return cards


def _truths(path: Path, game: Game) -> dict[str, dict[str, str]]:
    """What stands on the card of each file, of the columns that a model is asked about."""
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.DictReader(file))
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise WorldError(
            tr("The table {path} can't be read ({error}).", path=path, error=error)
        ) from error
    if rows and "file" not in rows[0]:
        raise WorldError(tr("The table {path} has no column “file”.", path=path))
    return {
        row["file"]: {name: text for name in game.asked if (text := (row.get(name) or "").strip())}
        for row in rows
    }


def _ready_models(context: CommandContext, model_id: str | None) -> list[ModelDescription]:
    from cardscanner_gui.vlm.installed import is_prepared
    from cardscanner_gui.vlm.models import MODELS, model_by_id

    wanted = [model_by_id(model_id)] if model_id else list(MODELS.values())
    ready = [model for model in wanted if is_prepared(context.paths.models, model)]
    if not ready:
        raise WorldError(tr("No model is ready. Get one with: cardscanner models download"))
    return ready


def _folders(
    context: CommandContext, model: ModelDescription, *, each_variant: bool
) -> Iterator[tuple[str, Any]]:
    """The prepared folders to try, each with the quantisation that it holds."""
    from contextlib import nullcontext

    from cardscanner_gui.vlm.installed import model_folder, read_manifest
    from cardscanner_gui.vlm.plan import load_plan

    folder = model_folder(context.paths.models, model)
    manifest = read_manifest(context.paths.models, model)
    if not each_variant or manifest is None or len(manifest.variants) < 2:
        yield load_plan(folder).variant, nullcontext(folder)
        return
    for variant in manifest.variants:
        yield variant, _only(folder, model, variant)


@contextmanager
def _only(folder: Path, model: ModelDescription, variant: str) -> Iterator[Path]:
    """The model prepared from one of its quantisations, in a folder that goes again."""
    from cardscanner_gui.vlm.models import VARIANTS
    from cardscanner_gui.vlm.prepare import prepare

    suffix = VARIANTS[variant]
    with tempfile.TemporaryDirectory(prefix="bench-", dir=folder.parent) as name:
        own = Path(name) / folder.name
        own.mkdir()
        for path in folder.glob("*.json"):
            if path.name not in ("plan.json", "control.json"):
                shutil.copy(path, own / path.name)
        (own / "onnx").mkdir()
        for path in (folder / "onnx").iterdir():
            stem = path.name.split(".")[0]
            if any(stem == f"{part}{suffix}" for part in _PARTS):
                (own / "onnx" / path.name).symlink_to(path.absolute())
        click.echo(tr("Preparing {title} {variant}…", title=model.title, variant=variant), err=True)
        prepare(own, model.id)
        yield own


_PARTS = ("vision_encoder", "embed_tokens", "decoder_model_merged")


def _bench(
    context: CommandContext,
    model: ModelDescription,
    variant: str,
    folder: Path,
    cards: Sequence[PhotoCard],
    tried: Sequence[Any],
) -> dict[str, Any]:
    from cardscanner_gui.vlm.bench_photos import bench_photos
    from cardscanner_gui.vlm.engine import Engine

    engine = Engine(folder, questions_of(context.builder.games), context.builder.tuning())
    engine.warm_up()
    click.echo(f"{model.title}, {variant}")
    click.echo(_HEAD)
    results = bench_photos(engine, cards, tried, lambda one: click.echo(_line(one)))
    return {
        "model": model.id,
        "variant": variant,
        "ways": [one.as_json() for one in results],
    }


_HEAD = (
    f"{'layout':<14}{'asked':<11}{'picture':<9}{'draft':<7}{'right':>7}{'agreed':>8}{'seconds':>9}"
    f"{'tiles':>7}{'blank':>7}{'other':>7}"
)


def _line(result: WayResult) -> str:
    way = result.way
    asked, picture = (
        "together" if way.together else tr("one by one"),
        "first" if way.picture_first else "after",
    )
    return (
        f"{way.layout:<14}{asked:<11}{picture:<9}{'yes' if way.draft else 'no':<7}"
        f"{_part(result.right):>7}{_part(result.agreed):>8}{result.seconds:>9.2f}"
        f"{result.tiles:>7.0f}{_part(_worst(result.blank)):>7}{_part(_worst(result.other_card)):>7}"
    )


def _worst(shares: Mapping[str, float]) -> float | None:
    """Of the field that was confirmed most often."""
    return max(shares.values(), default=None)


def _part(part: float | None) -> str:
    return "–" if part is None else f"{part:.0%}"


def _processor() -> str:
    from cardscanner_gui.vlm.cpu import this_processor

    return this_processor().signature


def _write(out: Path, result: Mapping[str, Any]) -> None:
    try:
        out.write_text(json.dumps(result, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")
    except OSError as error:
        raise WorldError(
            tr("{out} can't be written ({strerror}).", out=out, strerror=error.strerror or error)
        ) from error
