"""`cardscanner cluster`: the same engine on many cores and machines, with Ray."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import click

from cardscanner_gui.commands.context import CommandContext
from cardscanner_gui.commands.serve import answering, need_service
from cardscanner_gui.core.words import tr
from cardscanner_gui.service.keys import read_key


@click.group()
def cluster() -> None:
    """Read on many cores and machines with Ray (extra `cluster`).

    A Ray cluster belongs in a trusted network: who may speak to it can run programs on it.
    """


@cluster.command()
@answering
@click.option(
    "--readers",
    type=click.IntRange(1, 1000),
    help="Processes that read cards, some 400 MB each; without it, one for each core.",
)
@click.option(
    "--least",
    type=click.IntRange(1, 1000),
    help="Keep only so many readers while little waits; without it, all of them.",
)
@click.pass_obj
def serve(
    context: CommandContext,
    host: str,
    port: int,
    readers: int | None,
    least: int | None,
    mode: str | None,
    patience: float | None,
    api_key_file: Path | None,
    host_names: tuple[str, ...],
    allow_keep: bool,
    queue: int,
    timeout: float,
    stuck_after: float,
    grace: float,
    offline: bool,
) -> None:
    """Answer as `cardscanner serve` does, with readers that are processes of their own.

    A reader that ends is replaced, and its picture goes to another one.
    """
    from cardscanner_gui.cluster.ray_start import need_ray

    need_service()
    need_ray()
    from cardscanner_gui.cluster.content import content_of
    from cardscanner_gui.cluster.hot_reader import ReaderSpec
    from cardscanner_gui.cluster.options import ClusterOptions
    from cardscanner_gui.cluster.serving import run_cluster
    from cardscanner_gui.commands.opening import catalogue_or_fetch
    from cardscanner_gui.service.options import ServiceOptions

    builder = context.builder.with_mode(mode).with_patience(patience)
    catalogue = catalogue_or_fetch(context, offline=offline or context.offline)
    most = readers or os.cpu_count() or 1
    if least is not None and least > most:
        raise click.BadParameter(
            tr("there are at most {most} readers", most=most), param_hint="--least"
        )
    service = ServiceOptions(
        host=host,
        port=port,
        mode=builder.settings.reading_mode,
        workers=most,
        queue=queue,
        answer_seconds=timeout,
        stuck_seconds=stuck_after,
        grace_seconds=grace,
        api_key=read_key(api_key_file),
        host_names=tuple(name.lower() for name in host_names),
        keep_without_key=allow_keep,
    )
    spec = ReaderSpec(
        str(context.paths.root.absolute()),
        builder.settings.reading_mode,
        builder.settings.patience,
        content_of(builder, catalogue),
    )
    if catalogue is not None:
        catalogue.close()
    options = ClusterOptions(spec, service, least or most, most)
    context.paths.create()
    run_cluster(options, lambda line: click.echo(line, err=True))


@cluster.command()
@click.option("--address", help="Of a Ray that was started otherwise, such as 10.0.0.5:6379.")
@click.option(
    "--token-file",
    type=click.Path(dir_okay=False, path_type=Path),
    help="With the token of that Ray; without it, as the environment says.",
)
@click.option("--json", "as_json", is_flag=True, help="For programs.")
@click.pass_obj
def status(
    context: CommandContext, address: str | None, token_file: Path | None, as_json: bool
) -> None:
    """Tell who reads, what waits, and what is wrong."""
    from cardscanner_gui.cluster.ray_start import need_ray

    need_ray()
    from cardscanner_gui.cluster.serving import running_in, status_of

    url = None
    if address is None:
        running = running_in(context.paths.root)
        address, token_file, url = running.address, Path(running.token_file), running.url
    told = {"url": url} | status_of(address, token_file)
    if as_json:
        click.echo(json.dumps(told, indent=1))
        return
    for line in _lines(told):
        click.echo(line)


def _lines(told: dict[str, Any]) -> list[str]:
    at = tr(" at {url}", url=told["url"]) if told["url"] else ""
    readers = tr(
        "{number} of {least} to {most} readers",
        number=len(told["readers"]),
        least=told["least"],
        most=told["most"],
    )
    lines = [
        tr(
            "{state}{at}: {readers}, {waiting} of {queue} pictures waiting, {retries} "
            "read again after a reader was lost",
            state=told["application"].lower(),
            at=at,
            readers=readers,
            waiting=told["waiting"],
            queue=told["queue"],
            retries=told["retries"],
        )
    ]
    lines += [
        tr(
            "  {replica}  {node} process {pid}, {seconds} s, {pictures} pictures, {mb} MB",
            replica=one["replica"],
            node=one["node"],
            pid=one["pid"],
            seconds=one["seconds"],
            pictures=one["pictures"],
            mb=one["memory_mb"],
        )
        for one in told["readers"]
    ]
    lines += [f"  {line}" for line in dict.fromkeys((told["problem"], told["refused"])) if line]
    for name, one in told["deployments"].items():
        if one["message"]:
            lines.append(f"  {name} ({one['status'].lower()}): {one['message'].splitlines()[0]}")
    return lines
