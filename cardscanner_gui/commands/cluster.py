"""`cardscanner cluster`: the same engine on many cores and machines, with Ray."""

from __future__ import annotations

import click


@click.group()
def cluster() -> None:
    """Read on many cores and machines with Ray (extra `cluster`).

    A Ray cluster belongs in a trusted network: who may speak to it can run programs on it.
    """
