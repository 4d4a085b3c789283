"""Starts Ray on this machine, or joins one that runs, with what it does by itself switched off."""

from __future__ import annotations

import importlib
import logging
import os
import secrets
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import cardscanner_gui
from cardscanner_gui.cluster.keeper import watch_over
from cardscanner_gui.core.errors import WorldError
from cardscanner_gui.core.private import make_private_file

STORE_BYTES = 200 << 20
"""Shared memory for what the processes hand each other; Ray alone would take a third of it all."""
_STARTS = 2
"""Tries: Ray waits half a minute for its own processes, which a busy machine may exceed."""
_LOOPBACK = "127.0.0.1"
_SETTINGS = {
    # Ray would report what runs to its makers.
    "RAY_USAGE_STATS_ENABLED": "0",
    # Whoever reaches a Ray without one runs any program on it.
    "RAY_AUTH_MODE": "token",
    "RAY_SERVE_LOG_TO_STDERR": "0",
    # Each worker would run in an environment that is fetched anew.
    "RAY_ENABLE_UV_RUN_RUNTIME_ENV": "0",
    # What its processes tell the driver would be printed among our own answers.
    "RAY_DEDUP_LOGS": "1",
    "RAY_DEDUP_LOGS_SKIP_REGEX": ".",
    # A busy machine takes longer than Serve's 5 s to start a process, which it would then kill.
    "RAY_SERVE_PROXY_READY_CHECK_TIMEOUT_S": "60",
    "RAY_SERVE_PROXY_HEALTH_CHECK_TIMEOUT_S": "30",
    "RAY_SERVE_QUEUE_LENGTH_RESPONSE_DEADLINE_S": "1",
    "RAY_SERVE_MAX_QUEUE_LENGTH_RESPONSE_DEADLINE_S": "5",
    # Its library writes to our standard error what its own warnings say again.
    "RAY_BACKEND_LOG_LEVEL": "fatal",
}
_ON_LOOPBACK = {
    # Its name says something else: with 0 a node's address is 127.0.0.1, and its ports listen there
    # alone. Otherwise Ray takes the address by which others reach the machine, whatever it is told.
    "RAY_ENABLE_WINDOWS_OR_OSX_CLUSTER": "0",
}
_TOKEN_PATH = "RAY_AUTH_TOKEN_PATH"
_TOKEN_BYTES = 32


class NoRayError(WorldError):
    """The extra `cluster` isn't installed, or there is no Ray for this system."""


class ClusterError(WorldError):
    """Ray can't be started or reached."""


@dataclass(frozen=True)
class LocalCluster:
    """A Ray that this process started.

    Attributes:
        address: where others of this machine reach it, with the token.
        folder: Ray's logs and sockets; removed in the end.
        token_file: mode 0600.
    """

    address: str
    folder: Path
    token_file: Path


def need_ray() -> None:
    """Raise `NoRayError` where Ray can't be imported."""
    if find_spec("ray") is None:
        raise NoRayError(
            "A cluster needs Ray, which isn't installed. Run:"
            f' {sys.executable} -m pip install "ray[serve,data]"'
            " (there is none for every system and Python)."
        )


@contextmanager
def local_cluster(cpus: int, *, store_bytes: int = STORE_BYTES) -> Iterator[LocalCluster]:
    """Start Ray on this machine, for this machine alone; it ends with the block, or the process.

    Args:
        cpus: how many readers may run at once: each takes one.
        store_bytes: as `STORE_BYTES`.

    Raises:
        NoRayError, ClusterError: there is no Ray, or it doesn't start.
    """
    need_ray()
    folder = Path(tempfile.mkdtemp(prefix="cardscanner-"))  # short: sockets lie in it
    token_file = folder / "token"
    make_private_file(token_file)
    token_file.write_text(secrets.token_hex(_TOKEN_BYTES), encoding="ascii")
    _set(_SETTINGS | _ON_LOOPBACK | {_TOKEN_PATH: str(token_file)})
    keeper = watch_over(os.getpid(), folder)
    import ray

    _forget_other_tokens()
    _quiet()

    try:
        for left in reversed(range(_STARTS)):
            try:
                ray.init(
                    num_cpus=cpus,
                    include_dashboard=False,
                    object_store_memory=store_bytes,
                    configure_logging=False,
                    log_to_driver=False,
                    namespace="cardscanner",
                    _node_ip_address=_LOOPBACK,
                    _temp_dir=str(folder),
                )
                break
            except Exception as error:  # whatever Ray raises here, it has no cluster for us
                if not left:
                    raise ClusterError(f"Ray doesn't start ({_one_line(error)}).") from error
                with suppress(Exception):
                    ray.shutdown()
        yield LocalCluster(ray.get_runtime_context().gcs_address, folder, token_file)
    finally:
        with suppress(Exception):  # the keeper ends what this leaves
            ray.shutdown()
        assert keeper.stdin is not None
        keeper.stdin.close()
        keeper.wait()


@contextmanager
def joined(address: str, token_file: Path | None = None) -> Iterator[None]:
    """Talk to a Ray that runs already, as long as the block lasts.

    Args:
        address: as `LocalCluster.address`, or "auto".
        token_file: None where the environment says what is needed.

    Raises:
        NoRayError, ClusterError: there is no Ray, or nobody answers there.
    """
    need_ray()
    token = {_TOKEN_PATH: str(token_file)} if token_file else {}
    loopback = _ON_LOOPBACK if address.startswith(_LOOPBACK) else {}
    _set(_SETTINGS | loopback | token)
    import ray

    _forget_other_tokens()
    _quiet()

    try:
        ray.init(
            address=address, configure_logging=False, log_to_driver=False, namespace="cardscanner"
        )
    except Exception as error:
        raise ClusterError(f"No cluster answers at {address} ({_one_line(error)}).") from error
    try:
        yield
    finally:
        with suppress(Exception):
            ray.shutdown()


def stay_on_loopback() -> None:
    """Called in a replica: a cluster of one machine listens nowhere else.

    Serve opens one more port in each replica, on all addresses, whatever the node's own is.
    """
    replica: Any = importlib.import_module("ray.serve._private.replica")
    if _node_address() != _LOOPBACK:
        return
    opened = replica.add_port_to_grpc_server

    def on_loopback(server: Any, address: str) -> int:
        port: int = opened(server, address.replace("[::]", _LOOPBACK))
        return port

    replica.add_port_to_grpc_server = on_loopback


def _node_address() -> str:
    from ray.util import get_node_ip_address

    return str(get_node_ip_address())  # type: ignore[no-untyped-call]


def _forget_other_tokens() -> None:
    """Ray reads a token once in a process, and would show a second cluster that of the first."""
    loader: Any = importlib.import_module("ray._raylet").AuthenticationTokenLoader
    loader.instance().reset_cache()


def _quiet() -> None:
    """What Ray and Serve say about themselves is for their developers."""
    for name in ("ray", "ray.serve"):
        logging.getLogger(name).setLevel(logging.ERROR)


def cores() -> int:
    """Of all nodes of the cluster that is joined or was started here."""
    import ray

    resources: dict[str, float] = ray.cluster_resources()  # type: ignore[no-untyped-call]
    return max(1, int(resources.get("CPU", 1)))


def _set(variables: dict[str, str]) -> None:
    """What the user set stays as it is, but for the token and the address of a Ray of ours."""
    for name, value in variables.items():
        if name in _SETTINGS:
            os.environ.setdefault(name, value)
        else:
            os.environ[name] = value
    # Ray's processes shall run this code, also where it lies in a checkout.
    ours = str(Path(cardscanner_gui.__file__).parents[1])
    paths = [ours, *filter(None, os.environ.get("PYTHONPATH", "").split(os.pathsep))]
    os.environ["PYTHONPATH"] = os.pathsep.join(dict.fromkeys(paths))


def _one_line(error: Exception) -> str:
    lines = str(error).strip().splitlines()
    return lines[0] if lines else type(error).__name__
