"""Pictures through Ray Data: each to a reader that is free, and what it says back as it comes."""

from __future__ import annotations

import logging
import os
import re
import warnings
from collections.abc import Iterator, Sequence
from typing import Any

from cardscanner_gui.cluster.batch_reader import BatchReader, BatchSpec, ReadOutcome, unpacked
from cardscanner_gui.cluster.ray_start import ClusterError
from cardscanner_gui.core.batches import BatchItem

_MOST_BLOCKS = 10_000
"""Up to so many pictures each goes to a reader alone; of more, several together."""
_IN_HAND = 2
"""Pictures at a reader, the one that it reads included."""
_RETRIES = 1
"""Of Ray, in one pass, when a reader ends."""
_START_DEATHS = 0
"""A reader that can't be built says why; others would say the same, or leave it all the work."""


class RayPictures:
    """Has pictures read by actors of Ray Data, which must run.

    Args:
        spec: of the readers.
        reader: what is mapped over the pictures; made of the spec.
    """

    def __init__(self, spec: BatchSpec, reader: type[BatchReader] = BatchReader) -> None:
        self._spec = spec
        self._reader = reader

    def __call__(self, items: Sequence[BatchItem], readers: int) -> Iterator[ReadOutcome]:
        """What the readers say, as it comes; nothing of a picture at which one ended.

        Raises:
            ClusterError: Ray can't go on, or no reader can be built.
        """
        import ray

        data: Any = ray.data  # its annotations leave out classes that are mapped, and tables
        rows = [{"item": item.id, "path": os.fsencode(item.path)} for item in items]
        _quieten()
        pictures = data.from_items(rows, override_num_blocks=min(len(rows), _MOST_BLOCKS))
        compute = data.ActorPoolStrategy(size=readers, max_tasks_in_flight_per_actor=_IN_HAND)
        with warnings.catch_warnings():
            # Up to 2.63 there is no other way to bound the retries; without a bound a picture at
            # which each reader ends would go round for ever.
            warnings.simplefilter("ignore")
            read = pictures.map(
                self._reader,
                fn_constructor_args=(self._spec,),
                compute=compute,
                num_cpus=1,
                max_restarts=-1,
                max_task_retries=_RETRIES,
            )
        try:
            for table in read.iter_batches(
                batch_size=None, prefetch_batches=0, batch_format="pyarrow"
            ):
                for packed in table.column("outcome").to_pylist():
                    yield unpacked(packed)
        except (ray.exceptions.RayError, OSError, RuntimeError) as error:
            raise ClusterError(_words(error)) from error


def _quieten() -> None:
    """Ray Data says more than a user wants to know; what goes wrong is said by us."""
    import ray.data

    context = ray.data.DataContext.get_current()
    context.enable_progress_bars = False
    context.print_on_execution_start = False
    # A picture whose reader ended is given out again by us, a bounded number of times.
    context.max_errored_blocks = -1
    context.max_consecutive_actor_init_deaths = _START_DEATHS
    for name in ("ray.data", "ray"):
        logging.getLogger(name).setLevel(logging.CRITICAL)


def _words(error: BaseException) -> str:
    """What Ray says, in one line: our own words where a reader said them."""
    text = str(error)
    own = re.findall(r"^(?:cardscanner_gui\.[\w.]+\.)?\w*Error: (.+)$", text, re.MULTILINE)
    if "cardscanner_gui" in text and own:
        return str(own[-1])
    lines: list[Any] = text.strip().splitlines() or [type(error).__name__]
    return f"Ray can't go on ({lines[0][:200]}); the same command goes on where this ended."
