"""Embeddings in, logits out, on a cache: the one place that runs the decoder."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

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

Floats = npt.NDArray[np.float32]

CAPACITY_STEP = 128


class Decoder:
    """The embedding table and the decoder graph. Not for two threads at once.

    Attributes:
        shape: sizes of its cache.
        shared: the cache is written in place, so rows can share a step.
    """

    def __init__(self, embedding: Graph, graph: Graph, *, shared: bool) -> None:
        embedding.require(["input_ids"], ["inputs_embeds"])
        graph.require(["inputs_embeds", "attention_mask"], ["logits"])
        self._embedding, self._graph = embedding, graph
        self.shape = _cache_shape(graph)
        self.shared = shared
        self.keeps_rows = "keep" in graph.inputs
        self.vocabulary = int(graph.session.get_outputs()[_logits_index(graph)].shape[-1])
        self.hidden = int(graph.input_shape("inputs_embeds")[-1])

    def new_cache(self, positions: int) -> InPlaceCache | GrownCache:
        """An empty cache with room for at least so many positions."""
        if not self.shared:
            return GrownCache(self.shape)
        capacity = -(-positions // CAPACITY_STEP) * CAPACITY_STEP
        return InPlaceCache.allocate(self.shape, capacity)

    def embed(self, ids: Sequence[int], stop: Stop) -> Floats:
        """Embeddings of token ids: length x hidden."""
        array = np.asarray([ids], np.int64)
        values: Floats = self._embedding.run({"input_ids": array}, ["inputs_embeds"], stop)[0][0]
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
        added = len(embeddings)
        positions = np.arange(cache.length, cache.length + added, dtype=np.int64)[None]
        mask = np.ones((1, cache.length + added), np.int64)
        feeds: dict[str, Array] = {
            "inputs_embeds": embeddings[None],
            "attention_mask": mask,
            "position_ids": positions,
        }
        logits: Floats = self._run(cache, feeds, rows, stop)[0]
        return logits

    def _run(
        self, cache: Cache | CacheBatch, feeds: dict[str, Array], rows: Sequence[int], stop: Stop
    ) -> Floats:
        graph = self._graph
        batch, added = feeds["inputs_embeds"].shape[:2]
        if self.keeps_rows:
            feeds["keep"] = np.asarray(rows, np.int64)
        dtype = graph.outputs["logits"] or np.float32
        logits = np.empty((batch, len(rows) if self.keeps_rows else added, self.vocabulary), dtype)
        binding = cache.binding(graph.session)
        held = []  # the binding doesn't keep the arrays alive
        binding.bind_ortvalue_output("logits", ort.OrtValue.ortvalue_from_numpy(logits))
        for name, array in feeds.items():
            if name in graph.inputs:
                wanted = np.ascontiguousarray(array, graph.inputs[name])
                value = ort.OrtValue.ortvalue_from_numpy(wanted)
                held.append(value)
                binding.bind_ortvalue_input(name, value)
        graph.run_bound(binding, stop)
        cache.ran(binding, added)
        del held
        chosen = logits if self.keeps_rows else logits[:, list(rows)]
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


def _cache_shape(graph: Graph) -> CacheShape:
    layers = sum(name.endswith(".key") for name in graph.inputs)
    if not layers:
        raise ModelError(
            f"{graph.path} isn't a decoder with a key/value cache. Download the model again."
        )
    name = "past_key_values.0.key"
    _, heads, _, size = graph.input_shape(name)
    dtype = np.dtype(graph.inputs[name] or np.float32).name
    return CacheShape(layers, int(heads), int(size), dtype)


def _logits_index(graph: Graph) -> int:
    return [o.name for o in graph.session.get_outputs()].index("logits")
