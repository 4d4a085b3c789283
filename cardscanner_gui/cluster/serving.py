"""Runs a cluster's service on this machine until a signal comes."""

from __future__ import annotations

import json
import os
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from pathlib import Path
from types import FrameType
from typing import Any

import psutil

from cardscanner_gui.cluster.application import application
from cardscanner_gui.cluster.options import APP, FRONT, ClusterOptions
from cardscanner_gui.cluster.ray_start import ClusterError, LocalCluster, joined, local_cluster
from cardscanner_gui.core.private import make_private_file
from cardscanner_gui.service.server import address_of, check, listen

STATE_FILE = "cluster.json"
_SIGNALS = (signal.SIGINT, signal.SIGTERM)
_LOOK_SECONDS = 0.1
_LAST_WORDS_SECONDS = 0.3
_STOP_SECONDS = 10.0
_PROXY_SECONDS = 300.0
_KEEP_ALIVE_SECONDS = 75
_QUIET = {"log_level": "WARNING", "enable_access_log": False}
"""Serve's own logs; the service's says who was answered what."""


@dataclass(frozen=True)
class Running:
    """A cluster that runs on this machine, as its file in the data folder says.

    Attributes:
        url: where clients reach it.
        address, token_file: where Ray is reached, and with what.
        pid: of the process that started it.
    """

    url: str
    address: str
    token_file: str
    pid: int


def run_cluster(options: ClusterOptions, say: Callable[[str], None]) -> None:
    """Start Ray, front and readers, and serve until a signal comes.

    Raises:
        WorldError: there is no Ray, it doesn't start, the address is taken, or the readers can't be
            built.
    """
    check(options.service)
    _refuse_a_second(Path(options.spec.data_dir))
    url, port = _free_address(options)
    options = replace(options, service=replace(options.service, port=port))
    stop = threading.Event()
    with local_cluster(options.most) as cluster, _stopped_by_signals(stop):
        from ray import serve

        _start(options)
        state = Path(options.spec.data_dir) / STATE_FILE
        with _told(state, Running(url, cluster.address, str(cluster.token_file), os.getpid())):
            say(f"Serving on {url} with {_readers(options)} (Ctrl+C stops)")
            say(_trust(cluster))
            stop.wait()
            _finish(options.service.grace_seconds)
        with suppress(Exception):  # what doesn't end in order is ended by the keeper
            serve.delete(APP)  # the front closes the collection; the rest ends with Ray


def running_in(data_dir: Path) -> Running:
    """The cluster that was started with this data folder. Raises `ClusterError` without one."""
    try:
        return Running(**json.loads((data_dir / STATE_FILE).read_text(encoding="utf-8")))
    except FileNotFoundError:
        line = f"No cluster runs with {data_dir}: cardscanner cluster serve starts one."
        raise ClusterError(line) from None
    except (OSError, ValueError, TypeError) as error:
        raise ClusterError(f"What runs with {data_dir} can't be told ({error}).") from error


def status_of(address: str, token_file: Path | None) -> dict[str, Any]:
    """What front and Ray Serve say. Raises `WorldError`."""
    with joined(address, token_file):
        from ray import serve

        try:
            told: dict[str, Any] = (
                serve.get_deployment_handle(FRONT, APP)
                .status.remote()
                .result(timeout_s=_STOP_SECONDS)
            )
        except Exception as error:  # Ray has many words for it
            raise ClusterError(f"The front at {address} doesn't answer ({error}).") from error
        app = serve.status().applications[APP]
        deployments = {
            name: {"status": str(one.status.value), "message": one.message}
            for name, one in app.deployments.items()
        }
        return told | {"application": str(app.status.value), "deployments": deployments}


def _refuse_a_second(data_dir: Path) -> None:
    """A collection has one front. Raises `ClusterError`."""
    try:
        pid = running_in(data_dir).pid
        there = "cluster" in psutil.Process(pid).cmdline()
    except (ClusterError, psutil.Error):
        return  # none, or one that was killed
    if there:
        line = f"A cluster runs with {data_dir} already (process {pid}): stop it, or ask that one."
        raise ClusterError(line)


def _free_address(options: ClusterOptions) -> tuple[str, int]:
    """Where it will listen; says so before anything is started when it can't."""
    listening = listen(options.service)
    try:
        return address_of(listening), int(listening.getsockname()[1])
    finally:
        listening.close()


def _start(options: ClusterOptions) -> None:
    from ray import serve

    service = options.service
    try:
        with suppress(TimeoutError):  # it gives up after a minute; on a busy machine we don't
            serve.start(
                logging_config=_QUIET,
                http_options={
                    "host": service.host.strip("[]"),
                    "port": service.port,
                    "keep_alive_timeout_s": _KEEP_ALIVE_SECONDS,
                    # Beyond all that the service itself allows and says in its own words.
                    "request_timeout_s": 2 * (service.upload_seconds + service.answer_seconds),
                },
            )
        serve.run(application(options), name=APP, route_prefix="/", logging_config=_QUIET)
        _wait_for_the_proxy()
    except Exception as error:
        raise ClusterError(_why(error)) from error


def _wait_for_the_proxy() -> None:
    """Until Serve listens. Raises `TimeoutError`."""
    from ray import serve

    end = time.monotonic() + _PROXY_SECONDS
    while time.monotonic() < end:
        proxies = serve.status().proxies.values()
        if proxies and all(str(one.value) == "HEALTHY" for one in proxies):
            return
        time.sleep(_LOOK_SECONDS)
    raise TimeoutError(f"nothing listened after {_PROXY_SECONDS:g} seconds")


def _why(error: Exception) -> str:
    """What a replica said, rather than that the application failed."""
    from ray import serve

    with suppress(Exception):
        for one in serve.status().applications[APP].deployments.values():
            lines = [line for line in one.message.splitlines() if "Error: " in line]
            if lines:
                return lines[-1].partition("Error: ")[2].strip()
    lines = str(error).strip().splitlines()
    return f"The cluster doesn't start ({lines[0] if lines else type(error).__name__})."


def _finish(grace_seconds: float) -> None:
    """Answer what was accepted, as long as the grace lasts."""
    from ray import serve

    end = time.monotonic() + grace_seconds
    with suppress(Exception):  # a front that is gone has nothing accepted
        front = serve.get_deployment_handle(FRONT, APP)
        front.begin_to_stop.remote().result(timeout_s=_STOP_SECONDS)
        while time.monotonic() < end and front.accepted.remote().result(timeout_s=_STOP_SECONDS):
            time.sleep(_LOOK_SECONDS)
    time.sleep(_LAST_WORDS_SECONDS)


@contextmanager
def _stopped_by_signals(stop: threading.Event) -> Iterator[None]:
    """Ray sets handlers of its own, which end the process at once."""

    def end(number: int, frame: FrameType | None) -> None:
        stop.set()

    before = {number: signal.signal(number, end) for number in _SIGNALS}
    try:
        yield
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


@contextmanager
def _told(file: Path, running: Running) -> Iterator[None]:
    """Leave word where the cluster is reached, for `status`; only the user may read it."""
    make_private_file(file)
    file.write_text(json.dumps(vars(running)), encoding="utf-8")
    try:
        yield
    finally:
        file.unlink(missing_ok=True)


def _readers(options: ClusterOptions) -> str:
    least, most = options.least, options.most
    return f"{most} readers" if least == most else f"{least} to {most} readers"


def _trust(cluster: LocalCluster) -> str:
    return (
        f"Ray listens at {cluster.address} for this machine alone; its token is in"
        f" {cluster.token_file}. Who has it can run any program as you: between machines a Ray"
        " cluster belongs in a network whose machines you all trust."
    )
