"""Embeddings in, logits out, on a cache: the one place that runs the decoder."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from cardscanner_gui.vlm.decoder_interface import COUNT, KEEP, MERGED, Sizes, read_interface, sole
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.graphs.session import Array, Graph, Stop
from cardscanner_gui.vlm.key_values import (
    Cache,
    CacheShape,
    GrownCache,
    InPlaceCache,
    allocate_buffers,
    bind_in_place,
)
from cardscanner_gui.vlm.plan import Plan

Floats = npt.NDArray[np.float32]

CAPACITY_STEP = 128
TOKEN_IN_ROWS = 5
"""A position by itself costs about as much as so many that are read together."""


class Decoder:
    """The embedding table and the decoder graph. Not for two threads at once.

    Args:
        embedding, graph: the open files.
        shared: the cache is written in place.
        one_by_one: the graph reads several positions only from the beginning, and appends one.
        sizes: what the model's configuration says, for files that leave it open.

    Attributes:
        shape: sizes of its cache.
        shared: the cache is written in place, so rows can share a step.

    Raises:
        ModelError: a file isn't what it should be, or the two don't belong together.
    """

    def __init__(
        self,
        embedding: Graph,
        graph: Graph,
        *,
        shared: bool,
        one_by_one: bool = False,
        sizes: Sizes | None = None,
    ) -> None:
        self._ids = sole(embedding.inputs, "input_ids")
        self._embedded = sole(embedding.outputs, "inputs_embeds")
        embedding.require([self._ids], [self._embedded])
        self._embedding, self._graph = embedding, graph
        interface = read_interface(graph, sizes)
        self.shape, self.hidden = interface.cache, interface.hidden
        self.vocabulary = interface.vocabulary
        self.shared, self.one_by_one = shared, one_by_one
        self.keeps_rows = KEEP in graph.inputs
        width = embedding.output_shape(self._embedded)[-1]
        if isinstance(width, int) and width != self.hidden:
            raise ModelError(
                f"{embedding.path} and {graph.path.name} don't belong together: {width} and "
                f"{self.hidden} values a position. Download the model again."
            )

    @classmethod
    def of_plan(cls, plan: Plan, graphs: Mapping[str, Graph]) -> Decoder:
        """The decoder that a plan describes, of its open graphs."""
        return cls(
            graphs["embedding"],
            graphs["decoder"],
            shared=plan.shared_cache,
            one_by_one=plan.one_by_one,
            sizes=plan.sizes,
        )

    def new_cache(self, positions: int) -> InPlaceCache | GrownCache:
        """An empty cache with room for at least so many positions."""
        if not self.shared:
            return GrownCache(self.shape)
        capacity = -(-positions // CAPACITY_STEP) * CAPACITY_STEP
        return InPlaceCache.allocate(self.shape, capacity)

    def embed(self, ids: Sequence[int], stop: Stop) -> Floats:
        """Embeddings of token ids: length x hidden."""
        array = np.asarray([ids], self._embedding.inputs[self._ids] or np.int64)
        found = self._embedding.run({self._ids: array}, [self._embedded], stop)[0][0]
        values: Floats = found.astype(np.float32, copy=False)
        return values

    def forward(self, cache: Cache, embeddings: Floats, rows: Sequence[int], stop: Stop) -> Floats:
        """Append positions to the cache and return the logits after some of them.

        Args:
            cache: grows by the added positions.
            embeddings: added positions x hidden.
            rows: which of the added positions to return logits of, ascending.
            stop: ends the run when its token is cancelled.

        Returns:
            rows x vocabulary, float32.
        """
        if not self.one_by_one:
            return self._forward(cache, embeddings, rows, stop)
        assert isinstance(cache, GrownCache), "what isn't shared grows"
        before, added = cache.length, len(embeddings)
        known = embeddings[:0] if cache.inputs is None else cache.inputs[:before]
        inputs = np.concatenate([known, embeddings])
        if not before or added == 1:
            logits = self._forward(cache, embeddings, rows, stop)
        elif before + added <= TOKEN_IN_ROWS * added:
            logits = self._read_again(cache, inputs, [before + row for row in rows], stop)
        else:
            single = [self._forward(cache, e[None], [0], stop) for e in embeddings]
            logits = np.concatenate([single[row] for row in rows])
        cache.inputs = inputs
        return logits

    def _read_again(
        self, cache: GrownCache, inputs: Floats, rows: Sequence[int], stop: Stop
    ) -> Floats:
        before = cache.length
        cache.truncate(0)
        try:
            return self._forward(cache, inputs, rows, stop)
        except BaseException:
            cache.length = before
            raise

    def _forward(self, cache: Cache, embeddings: Floats, rows: Sequence[int], stop: Stop) -> Floats:
        added = len(embeddings)
        positions = np.arange(cache.length, cache.length + added, dtype=np.int64)[None]
        mask = np.ones((1, cache.length + added), np.int64)
        feeds: dict[str, Array] = {
            "inputs_embeds": embeddings[None],
            "attention_mask": mask,
            "position_ids": positions,
            MERGED: np.array([cache.length > 0]),
        }
        logits: Floats = self._run(cache, feeds, rows, stop)[0]
        return logits

    def _run(
        self, cache: Cache | CacheBatch, feeds: dict[str, Array], rows: Sequence[int], stop: Stop
    ) -> Floats:
        graph = self._graph
        batch, added = feeds["inputs_embeds"].shape[:2]
        feeds[KEEP] = np.asarray(rows, np.int64)
        counted = added - rows[0] if COUNT in graph.inputs and not self.keeps_rows else added
        feeds[COUNT] = np.array(counted, np.int64)
        if COUNT in graph.inputs:
            feeds[COUNT] = feeds[COUNT].reshape((1,) * len(graph.input_shape(COUNT)))
        dtype = graph.outputs["logits"] or np.float32
        given = len(rows) if self.keeps_rows else counted
        logits = np.empty((batch, given, self.vocabulary), dtype)
        binding = cache.binding(graph.session)
        held = []  # the binding doesn't keep the arrays alive
        binding.bind_ortvalue_output("logits", ort.OrtValue.ortvalue_from_numpy(logits))
        for name, array in feeds.items():
            if name in graph.inputs:
                wanted = np.asarray(array, graph.inputs[name], order="C")
                value = ort.OrtValue.ortvalue_from_numpy(wanted)
                held.append(value)
                binding.bind_ortvalue_input(name, value)
        graph.run_bound(binding, stop)
        cache.ran(binding, added)
        del held
        first = added - counted
        chosen = logits if self.keeps_rows else logits[:, [row - first for row in rows]]
        return chosen.astype(np.float32, copy=False)

    def step(
        self, batch: CacheBatch, embeddings: Floats, active: Sequence[bool], stop: Stop
    ) -> Floats:
        """One position for each row of a batch in one run; rows that aren't active don't grow.

        Args:
            batch: the rows' caches.
            embeddings: rows x hidden.
            active: which rows take the position.
            stop: ends the run when its token is cancelled.

        Returns:
            rows x vocabulary.
        """
        lengths = np.array([cache.length for cache in batch.rows], np.int64)
        mask = (np.arange(lengths.max() + 1)[None] <= lengths[:, None]).astype(np.int64)
        feeds: dict[str, Array] = {
            "inputs_embeds": embeddings[:, None],
            "attention_mask": mask,
            "position_ids": lengths[:, None],
            MERGED: np.array([True]),
        }
        batch.active = list(active)
        return self._run(batch, feeds, [0], stop)[:, 0]

    def new_batch(self, rows: int, positions: int) -> CacheBatch:
        """Empty caches that share decode steps; only where the cache is shared."""
        if not self.shared:
            raise ValueError("this graph's cache can't be shared by rows")
        capacity = -(-positions // CAPACITY_STEP) * CAPACITY_STEP
        return CacheBatch(self.shape, rows, capacity)


class CacheBatch:
    """Caches of several sequences in one set of buffers.

    Attributes:
        rows: each sequence's own cache, for reading its prompt and inserting chunks.
    """

    def __init__(self, shape: CacheShape, rows: int, capacity: int) -> None:
        self._shape = shape
        self._buffers = allocate_buffers(shape, rows, capacity)
        self._values = [ort.OrtValue.ortvalue_from_numpy(b) for b in self._buffers]
        self._binding: ort.IOBinding | None = None
        self.rows = [
            InPlaceCache(shape, [b[row : row + 1] for b in self._buffers]) for row in range(rows)
        ]
        self.active = [True] * rows

    def binding(self, session: ort.InferenceSession) -> ort.IOBinding:
        if self._binding is None:
            self._binding = bind_in_place(session, self._shape, self._values)
        return self._binding

    def ran(self, binding: ort.IOBinding, added: int) -> None:
        for row, active in zip(self.rows, self.active, strict=True):
            row.length += added if active else 0
