"""`cardscanner serve`: the same engine behind HTTP, for several desks."""

from __future__ import annotations

import signal
import sys
import threading
from collections.abc import Callable
from importlib.util import find_spec
from pathlib import Path
from types import FrameType

import click

from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.patience import LONGEST_PATIENCE_S
from cardscanner_gui.core.words import tr
from cardscanner_gui.service.keys import KEY_VARIABLE, read_key

_NEEDED = {
    "fastapi": "fastapi",
    "multipart": "python-multipart",
    "prometheus_client": "prometheus-client",
    "sse_starlette": "sse-starlette",
    "uvicorn": "uvicorn",
}
"""What is imported, and what it is called where packages come from: the extra `service`."""


_SHARED = (
    click.option(
        "--host", default="127.0.0.1", show_default=True, help="The address to listen on."
    ),
    click.option(
        "--port",
        default=8765,
        show_default=True,
        type=click.IntRange(0, 65535),
        help="0 takes a free one.",
    ),
    click.option(
        "--mode",
        type=click.Choice([mode.value for mode in ReadingMode]),
        help="How thoroughly to read where a request doesn't say. Without it: as in the settings. A"
        " model is loaded only where this isn't fast.",
    ),
    click.option(
        "--patience",
        type=click.FloatRange(0, LONGEST_PATIENCE_S, min_open=True),
        metavar="SECONDS",
        help="How long a card may be read before what is known of it is the answer, where a request"
        " doesn't say. Without it: as in the settings, 2 at first. Batches are read without limit.",
    ),
    click.option(
        "--api-key-file",
        type=click.Path(dir_okay=False, path_type=Path),
        help=f"A file with the key that clients must present; or the variable"
        f" {KEY_VARIABLE} holds it.",
    ),
    click.option(
        "--host-name",
        "host_names",
        multiple=True,
        help="A name that clients may call the service by, besides its address; may be given"
        " again.",
    ),
    click.option(
        "--allow-keep",
        is_flag=True,
        help="Without a key too, batches may put cards into the collection where they ask for it.",
    ),
    click.option(
        "--queue",
        default=64,
        show_default=True,
        type=click.IntRange(1, 10_000),
        help="Pictures that may be read or wait at a time; more are told to come back.",
    ),
    click.option(
        "--timeout",
        default=60.0,
        show_default=True,
        type=click.FloatRange(0.1),
        help="Seconds that a picture may wait and be read, together.",
    ),
    click.option(
        "--stuck-after",
        default=30.0,
        show_default=True,
        type=click.FloatRange(1),
        help="Seconds without any progress after which a reader is replaced and its picture given"
        " up.",
    ),
    click.option(
        "--grace",
        default=20.0,
        show_default=True,
        type=click.FloatRange(0),
        help="Seconds to finish what was accepted, when told to stop.",
    ),
    click.option("--offline", is_flag=True, help="Fetch nothing, not even a missing catalogue."),
)
"""Options of whatever answers over HTTP, on one machine or on many."""


def answering(command: Callable[..., None]) -> Callable[..., None]:
    """Give a command the options that `serve` has on one machine or on many."""
    for option in reversed(_SHARED):
        command = option(command)
    return command


@click.command()
@answering
@click.option(
    "--workers",
    default=1,
    show_default=True,
    type=click.IntRange(1, 64),
    help="Threads that read cards, each with networks of its own.",
)
@click.option(
    "--max-megabytes",
    default=25.0,
    show_default=True,
    type=click.FloatRange(0.001, 1000),
    help="Largest picture file.",
)
@click.option(
    "--stored-megabytes",
    default=2000.0,
    show_default=True,
    type=click.FloatRange(1),
    help="Largest size of all pictures of unfinished batches together.",
)
@click.option(
    "--batch-days",
    default=30.0,
    show_default=True,
    type=click.FloatRange(0),
    help="Days for which a batch that has ended is told of; what it recorded stays.",
)
@click.option(
    "--connections",
    default=2000,
    show_default=True,
    type=click.IntRange(10, 100_000),
    help="Connections that may be open at a time.",
)
@click.option(
    "--upload-timeout",
    default=30.0,
    show_default=True,
    type=click.FloatRange(0.1),
    help="Seconds that an upload may take.",
)
@click.pass_obj
def serve(
    context: CommandContext,
    host: str,
    port: int,
    mode: str | None,
    patience: float | None,
    api_key_file: Path | None,
    host_names: tuple[str, ...],
    allow_keep: bool,
    workers: int,
    queue: int,
    max_megabytes: float,
    stored_megabytes: float,
    batch_days: float,
    connections: int,
    upload_timeout: float,
    timeout: float,
    stuck_after: float,
    grace: float,
    offline: bool,
) -> None:
    """Answer over HTTP what `scan` answers here; OpenAPI describes it at /openapi.json.

    Only this machine can reach the service, unless --host says otherwise; then it needs a key.
    """
    need_service()
    _end_in_order_from_now_on()
    from cardscanner_gui.commands.opening import catalogue_or_fetch
    from cardscanner_gui.service.build import run_service
    from cardscanner_gui.service.options import MEGABYTE, ServiceOptions
    from cardscanner_gui.service.server import check

    builder = context.builder.with_mode(mode).with_patience(patience)
    picture_bytes = round(max_megabytes * MEGABYTE)
    options = ServiceOptions(
        host=host,
        port=port,
        mode=builder.settings.reading_mode,
        workers=workers,
        queue=queue,
        picture_bytes=picture_bytes,
        batch_bytes=8 * picture_bytes,
        held_bytes=16 * picture_bytes,
        stored_bytes=round(stored_megabytes * MEGABYTE),
        batch_days=batch_days,
        connections=connections,
        upload_seconds=upload_timeout,
        answer_seconds=timeout,
        stuck_seconds=stuck_after,
        grace_seconds=grace,
        api_key=read_key(api_key_file),
        host_names=tuple(name.lower() for name in host_names),
        keep_without_key=allow_keep,
    )
    check(options)
    catalogue = catalogue_or_fetch(context, offline=offline or context.offline)
    run_service(builder, catalogue, options, lambda line: click.echo(line, err=True))


def need_service() -> None:
    """Say what to install where the extra `service` is missing."""
    missing = [package for name, package in _NEEDED.items() if find_spec(name) is None]
    if missing:
        raise click.ClickException(
            tr(
                "The service needs libraries that aren't installed. Run: "
                "{executable} -m pip install {missing}",
                executable=sys.executable,
                missing=" ".join(missing),
            )
        )


def _end_in_order_from_now_on() -> None:
    """A signal before the service listens is no failure either; then the server takes over."""

    def end(number: int, frame: FrameType | None) -> None:
        sys.exit(0)

    if threading.current_thread() is threading.main_thread():
        signal.signal(signal.SIGTERM, end)
