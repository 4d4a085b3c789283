"""A spoilt Redis under load: do answers go on, are they right, and is it counted?

    python -m benchmarks.redis_faults [--quick] [--json FILE] [--clients N] [--seconds N]

The real service on loopback and a real Redis behind a proxy that spoils it. First one service
fills Redis. Then, for each state, Redis gets back what it had and a fresh service, which remembers
nothing itself, is asked by clients: with Redis as it should be, down, 5 s late, emptied all the
time, its values of another type, too large, of another version, or cut short. Printed are answers,
those lost and mixed up, milliseconds, and what became of the calls to Redis. The exit status is 1
where one was lost or mixed up, where nobody was answered, or where nothing of the fault was
counted.
"""

from __future__ import annotations

import argparse
import json
import re
import shutil
import sys
import tempfile
import threading
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import redis

from benchmarks.service import draw, phase, serving
from cardscanner_gui import environment
from tests.fault_proxy import Fault, FaultProxy, fault_proxy
from tests.redis_server import RedisServer, running_redis

_CALLS = re.compile(r'^cardscanner_redis_calls_total\{[^}]*outcome="(\w+)"[^}]*\} (\S+)', re.M)
_TOO_LARGE = 8 << 20
_MOST_LARGE = 40
_GOOD = {"ok"}

Dump = Mapping[bytes, bytes]


def _values(client: redis.Redis) -> dict[bytes, bytes]:
    """The answers that lie in Redis, without the stream of news."""
    found: dict[bytes, bytes] = {}
    for key in client.scan_iter("cardscanner:*", count=1000):
        if client.type(key) == b"string":
            found[key] = client.get(key)  # type: ignore[assignment]
    return found


def _as_it_was(client: redis.Redis, dump: Dump) -> None:
    for key, value in dump.items():
        client.set(key, value)


def _of_another_type(client: redis.Redis, dump: Dump) -> None:
    for key in dump:
        client.rpush(key, b"x")


def _too_large(client: redis.Redis, dump: Dump) -> None:
    """Some of them: all would take gigabytes."""
    for number, (key, value) in enumerate(dump.items()):
        client.set(key, value + bytes(_TOO_LARGE) if number < _MOST_LARGE else value)


def _of_another_version(client: redis.Redis, dump: Dump) -> None:
    for key in dump:
        client.set(key, b'{"version": 999, "cards": [{"id": "of a version to come"}]}')


def _cut(client: redis.Redis, dump: Dump) -> None:
    for key, value in dump.items():
        client.set(key, value[: len(value) // 2])


_POISONS: Mapping[str, Callable[[redis.Redis, Dump], None]] = {
    "another type": _of_another_type,
    "too large": _too_large,
    "another version": _of_another_version,
    "cut short": _cut,
}
STATES = ("as it should be", "down", "5 s late", "emptied all the time", *_POISONS)


@contextmanager
def _in_state(state: str, server: RedisServer, proxy: FaultProxy, dump: Dump) -> Iterator[None]:
    """Redis in that state, and as it was started afterwards."""
    with server.client() as client:
        client.flushall()
        _POISONS.get(state, _as_it_was)(client, dump)
    stop = threading.Event()
    emptying = threading.Thread(target=_empty, args=(server, stop))
    if state == "down":
        server.stop()
    elif state == "5 s late":
        proxy.fault = Fault.SLOW
    elif state == "emptied all the time":
        emptying.start()
    try:
        yield
    finally:
        stop.set()
        if emptying.ident is not None:
            emptying.join()
        proxy.fault = Fault.NONE
        if state == "down":
            server.start()


def _empty(server: RedisServer, stop: threading.Event) -> None:
    with server.client() as client:
        while not stop.wait(0.2):
            client.flushall()


def measure(clients: int, seconds: float, pictures: tuple[int, int]) -> dict[str, Any]:
    """Figures by state."""
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as temporary:
        folder = Path(temporary)
        drawn = folder / "drawn"
        drawn.mkdir()
        draw(drawn, *pictures)
        with running_redis(folder) as server, fault_proxy(server.port) as proxy:
            _run(folder, drawn, "filling", proxy, clients, seconds)
            with server.client() as client:
                dump = _values(client)
            for state in STATES:
                with _in_state(state, server, proxy, dump):
                    figures[state] = _run(folder, drawn, state, proxy, clients, seconds)
                print(state, json.dumps(figures[state]), flush=True)
    return {"values in Redis": len(dump), "states": figures}


def _run(
    folder: Path, drawn: Path, state: str, proxy: FaultProxy, clients: int, seconds: float
) -> dict[str, Any]:
    """A fresh service under load, with the proxy as its Redis."""
    data = folder / state.replace(" ", "-")
    data.mkdir()
    shutil.copytree(drawn / "catalogue", data / "catalogue")
    (data / "settings.json").write_text(json.dumps({"redis_url": proxy.url}))
    with serving(data, 1) as (url, pid):
        found = phase(url, pid, drawn / "pictures", clients, seconds, 0.0)
        text = httpx.get(f"{url}/metrics", trust_env=False).text
    calls = {outcome: int(float(count)) for outcome, count in _CALLS.findall(text)}
    names = ("answers", "named", "from_memory", "lost", "mixed_up", "examples", "new_client_ms")
    return {name: found[name] for name in names} | {"redis calls": calls}


def good(states: Mapping[str, Any]) -> bool:
    """Whether answers went on, right, and each fault was counted."""
    right = all(one["answers"] and not one["lost"] + one["mixed_up"] for one in states.values())
    spoilt = [states[state]["redis calls"] for state in ("down", "5 s late", "another type")]
    return right and all(set(calls) - _GOOD for calls in spoilt)


def main(arguments: Sequence[str] | None = None) -> int:
    environment.prepare()
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--clients", type=int)
    parser.add_argument("--seconds", type=float)
    options = parser.parse_args(arguments)
    if shutil.which("redis-server") is None:
        sys.exit("There is no redis-server here.")
    clients = options.clients or (8 if options.quick else 50)
    seconds = options.seconds or (4.0 if options.quick else 20.0)
    figures = measure(clients, seconds, (4, 4) if options.quick else (24, 12))
    if options.json:
        options.json.write_text(json.dumps(figures, indent=1))
    return 0 if good(figures["states"]) else 1


if __name__ == "__main__":
    sys.exit(main())
