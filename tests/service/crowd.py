"""A thousand clients at once, in a process of their own: `python -m tests.service.crowd URL COUNT`.

Each sends one picture named after itself, comes back when it is told to, and notes which card's
number it was answered with. Prints these as JSON, in order, and how often one was told to come
back.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import AsyncExitStack

import httpx

from tests.service.served import form, png

_CLIENTS_A_POOL = 25
_LONGEST_PAUSE = 3.0


async def crowd(url: str, count: int) -> tuple[list[str], int]:
    """The numbers that were answered, and how many requests were refused for now."""
    picture, refused = png(), 0

    async def one(client: httpx.AsyncClient, name: str) -> str:
        nonlocal refused
        while True:
            answer = await client.post("/recognize", files=form(name, picture))
            if answer.status_code == 200:
                return answer.json()["cards"][0]["card"]["number"]
            if answer.status_code != 429:
                return f"{answer.status_code} {answer.text}"
            refused += 1
            await asyncio.sleep(min(float(answer.headers["Retry-After"]), _LONGEST_PAUSE))

    limits = httpx.Limits(max_connections=None)
    async with AsyncExitStack() as stack:
        # Some pools: the work that one has grows with the square of its open requests.
        clients = [
            await stack.enter_async_context(
                httpx.AsyncClient(base_url=url, timeout=None, limits=limits, trust_env=False)
            )
            for _ in range(-(-count // _CLIENTS_A_POOL))
        ]
        names = [f"{i:04d}" for i in range(count)]
        numbers = await asyncio.gather(
            *(one(clients[i % len(clients)], name) for i, name in enumerate(names))
        )
    return list(numbers), refused


if __name__ == "__main__":
    print(json.dumps(asyncio.run(crowd(sys.argv[1], int(sys.argv[2])))))
