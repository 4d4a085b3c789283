"""Finds the quickest vision tower among the installed files and their rewrites that agree."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import numpy.typing as npt
import onnxruntime as ort

from cardscanner_gui.vlm import measure
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.graphs.model_file import ModelFile
from cardscanner_gui.vlm.graphs.rewrites import full_tiles, fuse_vision_attention
from cardscanner_gui.vlm.graphs.session import Graph, session_options
from cardscanner_gui.vlm.graphs.weights import exact_level, flip_signs, signed_weights
from cardscanner_gui.vlm.measure import compare_times, difference, vision_sample
from cardscanner_gui.vlm.models import graph_name
from cardscanner_gui.vlm.pictures import vision_names
from cardscanner_gui.vlm.workshop import FAILED, Workshop, tolerance

Floats = npt.NDArray[np.float32]
FULL, FUSED = "full tiles", "fused vision attention"
COMPARED = 2
"""So many installed files are compared at most: a tile takes a second or two with each."""


class VisionTrials:
    """One model's vision tower."""

    def __init__(self, shop: Workshop, tile: int) -> None:
        self._shop, self._tile = shop, tile

    def choose(self, variants: list[str]) -> Path:
        """The graph to use, of the variants that are installed, the best first.

        Raises:
            ModelError: none of them can be used.
        """
        variant, path = self._file(variants)
        best = self._open(path)
        reference = self._features(best)
        for what, candidate in self._candidates(path).items():
            trial = partial(self._better, what, candidate, best, reference, tolerance(variant))
            better = self._shop.attempt(what, trial, None)
            if better is not None:
                path, best = candidate, better
        return path

    def _better(
        self, what: str, path: Path, best: Graph, reference: Floats, allowed: float
    ) -> Graph | None:
        graph = self._open(path)
        off = difference(self._features(graph).reshape(reference.shape), reference)
        old, new = compare_times([self._run(best), self._run(graph)])
        return graph if self._shop.better(what, off, allowed, old, new) else None

    def _file(self, variants: list[str]) -> tuple[str, Path]:
        usable: list[tuple[str, Path]] = []
        saturates = measure.signed_products_saturate()
        for variant in variants:
            if len(usable) < COMPARED:
                trial = partial(self._usable, variant, saturates=saturates)
                path = self._shop.attempt(f"vision tower {variant}", trial, None)
                usable += [(variant, path)] if path is not None else []
        if not usable:
            raise ModelError(self._shop.decisions[-1].reason.removeprefix(FAILED))
        if len(usable) == 1:
            return usable[0]
        times = compare_times([self._run(self._open(path)) for _, path in usable], rounds=2)
        best = min(range(len(usable)), key=times.__getitem__)
        for place, (variant, _) in enumerate(usable):
            reason = f"a tile takes {1000 * times[place]:.0f} ms"
            self._shop.decide(f"vision tower {variant}", place == best, reason)
        return usable[best]

    def _usable(self, variant: str, *, saturates: bool) -> Path:
        """A file that runs, with integers that are exact here."""
        path = self._shop.folder / graph_name("vision", variant)
        self._features(self._open(path))
        file = ModelFile(path)
        if saturates and signed_weights(file) and flip_signs(file):
            reason = "signed 8-bit products can overflow on this processor, the same unsigned can't"
            self._shop.decide("unsigned weights of the vision tower", True, reason)
        elif not exact_level(file):
            return path
        target = self._shop.staging / f"vision_of_{variant}.onnx"
        file.save(target)
        return target

    def _candidates(self, path: Path) -> dict[str, Path]:
        """Rewrites that build on each other."""
        found: dict[str, Path] = {}
        full = self._shop.attempt(FULL, partial(self._full, path), None)
        if full is not None:
            found[FULL] = full
            fused = self._shop.attempt(FUSED, partial(self._fused, full), None)
            found |= {FUSED: fused} if fused is not None else {}
        return found

    def _full(self, path: Path) -> Path | None:
        self._shop.step(f"trying {FULL}", 0.75)
        file = ModelFile(path)
        if not full_tiles(file, self._tile):
            self._shop.decide(FULL, False, "the graph has no place for it")
            return None
        target = self._shop.staging / "vision_0.onnx"
        file.save(target)
        return target

    def _fused(self, full: Path) -> Path | None:
        folded = self._shop.staging / "vision_folded.onnx"
        self._fold(full, folded)
        file = ModelFile(folded)
        if not fuse_vision_attention(file):
            self._shop.decide(FUSED, False, "the graph has no place for it")
            return None
        target = self._shop.staging / "vision_1.onnx"
        file.save(target)
        return target

    def _fold(self, source: Path, target: Path) -> None:
        """Let ONNX Runtime compute what became constant."""
        options = session_options(self._shop.tuning)
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(target)
        ort.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])

    def _open(self, path: Path) -> Graph:
        graph = self._shop.open(path)
        vision_names(graph, self._tile)
        return graph

    def _features(self, graph: Graph) -> Floats:
        name = vision_names(graph, self._tile)[1]
        found: Floats = graph.run(vision_sample(graph, self._tile), [name], self._shop.stop)[0]
        return found

    def _run(self, graph: Graph) -> Callable[[], None]:
        name = vision_names(graph, self._tile)[1]
        feeds = vision_sample(graph, self._tile)

        def run() -> None:
            graph.run(feeds, [name], self._shop.stop)

        return run
