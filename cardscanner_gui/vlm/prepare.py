"""Makes a downloaded model ready once: a plan, and graphs rewritten where that is proved to help.

The new graphs and the plan replace the old ones only when everything is done, so a preparation that
is cut off changes nothing.
"""

from __future__ import annotations

import itertools
import logging
import shutil
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from pathlib import Path

import onnxruntime as ort

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.vlm import measure
from cardscanner_gui.vlm.cpu import this_processor
from cardscanner_gui.vlm.decoder import Decoder
from cardscanner_gui.vlm.describe import Description, describe
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.graphs.model_file import ModelFile
from cardscanner_gui.vlm.graphs.rewrites import (
    DECODER_REWRITES,
    full_tiles,
    fuse_vision_attention,
)
from cardscanner_gui.vlm.graphs.session import Graph, Stop, session_options
from cardscanner_gui.vlm.installed import model_folder, read_manifest
from cardscanner_gui.vlm.measure import (
    compare_reads,
    compare_times,
    decoder_sample,
    difference,
    vision_feeds,
)
from cardscanner_gui.vlm.models import GRAPH_FILES, VARIANTS, ModelDescription
from cardscanner_gui.vlm.plan import GraphFile, Plan, Trial
from cardscanner_gui.vlm.tokenizer_file import SUFFIX, write_lines
from cardscanner_gui.vlm.tuning import Tuning

log = logging.getLogger(__name__)

PREPARED = "prepared"
TOKENIZER = "tokenizer.json"
TOKENIZER_LINES = f"tokenizer{SUFFIX}"
Progress = Callable[[str, float], None]
"""What is being done, and how much of all is done, 0 to 1."""

EXACT, QUANTISED = 1e-3, 0.03
"""How far a rewritten graph may be from the original, as a part of the largest value. Quantised
graphs scale their activations by what they see, so fewer rows give slightly other values."""


def prepare(
    folder: Path,
    model_id: str,
    revision: str = "",
    progress: Progress | None = None,
    token: CancelToken | None = None,
    tuning: Tuning | None = None,
) -> Plan:
    """Write `plan.json` and the graphs it names into a model's folder.

    Takes a minute or so and as much memory as the largest graph file twice.

    Raises:
        ModelError: files are missing or damaged, or don't belong together.
        CancelledError: the token was cancelled; the folder is as it was.
    """
    return _Preparation(
        folder,
        progress or (lambda what, share: None),
        token or CancelToken(),
        tuning or Tuning(),
    ).run(model_id, revision)


def prepare_installed(
    models: Path,
    model: ModelDescription,
    progress: Progress | None = None,
    token: CancelToken | None = None,
) -> Plan:
    """Prepare an installed model; raises as `prepare` does, and if the model isn't installed."""
    manifest = read_manifest(models, model)
    if manifest is None:
        raise ModelError(f"{model.title} isn't installed: cardscanner models download {model.id}")
    return prepare(model_folder(models, model), model.id, manifest.revision, progress, token)


@dataclass
class _Preparation:
    folder: Path
    progress: Progress
    token: CancelToken
    tuning: Tuning
    decisions: list[Trial] = field(default_factory=list)

    def run(self, model_id: str, revision: str) -> Plan:
        self._step("reading the model's configuration", 0.0)
        description = describe(self.folder)
        processor = this_processor()
        variant = self._choose_variant()
        staging = self.folder / f"{PREPARED}.new"
        shutil.rmtree(staging, ignore_errors=True)
        staging.mkdir(parents=True)
        try:
            self._step("looking at the decoder", 0.15)
            decoder, shared = self._decoder(variant, staging)
            self._step("looking at the vision tower", 0.6)
            vision = self._vision(variant, staging, description)
            self._step("saving", 0.9)
            embedding = GraphFile(self._relative("embedding", variant))
            graphs = {"vision": vision, "embedding": embedding, "decoder": decoder}
            graphs = {part: self._saved_optimised(g, part, staging) for part, g in graphs.items()}
            as_lines = write_lines(self.folder / TOKENIZER, staging / TOKENIZER_LINES)
            self.token.check()
            final, graphs = self._install(graphs, staging)
            plan = Plan(
                model=model_id,
                revision=revision,
                variant=variant,
                runtime=ort.__version__,
                processor=processor.signature,
                graphs=graphs,
                shared_cache=shared,
                image=description.image,
                prompt=description.prompt,
                image_token=description.image_token,
                stop=description.stop,
                decisions=tuple(self.decisions),
                tokenizer=f"{final.name}/{TOKENIZER_LINES}" if as_lines else TOKENIZER,
            )
            plan.save(self.folder)
            self._drop_old(plan)
        except OSError as error:
            raise ModelError(
                f"The prepared model can't be written to {self.folder} "
                f"({error.strerror or error}). Make room and prepare it again."
            ) from error
        finally:
            shutil.rmtree(staging, ignore_errors=True)
        self._step("done", 1.0)
        return plan

    def _step(self, what: str, share: float) -> None:
        self.token.check()
        self.progress(what, share)

    def _decide(self, what: str, adopted: bool, reason: str) -> None:
        log.info("%s: %s (%s)", what, "adopted" if adopted else "left out", reason)
        self.decisions.append(Trial(what, adopted, reason))

    def _relative(self, part: str, variant: str) -> str:
        return GRAPH_FILES[part] + VARIANTS[variant] + ".onnx"

    def _choose_variant(self) -> str:
        """The installed variant that reads fastest among those whose integers are exact here."""
        present = [
            variant
            for variant in VARIANTS
            if all((self.folder / self._relative(p, variant)).is_file() for p in GRAPH_FILES)
        ]
        if not present:
            missing = self.folder / self._relative("decoder", "uint8")
            raise ModelError(f"{missing} and its companions are missing. Download the model again.")
        saturates = measure.signed_products_saturate()
        exact = [v for v in present if not (saturates and v == "int8")]
        if saturates and "int8" in present:
            self._decide(
                "variant int8",
                not exact,
                "signed 8-bit products can overflow on this processor"
                + ("" if exact else ", but nothing else is installed"),
            )
        candidates = exact or present
        if len(candidates) == 1:
            self._decide(f"variant {candidates[0]}", True, "the only suitable one installed")
            return candidates[0]
        times = [self._time_of(variant) for variant in candidates]
        best = min(range(len(candidates)), key=times.__getitem__)
        for place, variant in enumerate(candidates):
            reason = f"a short read takes {1000 * times[place]:.0f} ms"
            self._decide(f"variant {variant}", place == best, reason)
        return candidates[best]

    def _time_of(self, variant: str) -> float:
        self.token.check()
        decoder = self._open_decoder(self.folder / self._relative("decoder", variant), variant)
        return compare_reads([decoder], Stop(self.token))[0]

    def _open_decoder(self, path: Path, variant: str, *, shared: bool = False) -> Decoder:
        embedding = Graph(self.folder / self._relative("embedding", variant), self.tuning)
        return Decoder(embedding, Graph(path, self.tuning), shared=shared)

    def _decoder(self, variant: str, staging: Path) -> tuple[GraphFile, bool]:
        path, stop = self.folder / self._relative("decoder", variant), Stop(self.token)
        original = self._open_decoder(path, variant)
        reference = decoder_sample(original, stop)
        tolerance = EXACT if variant == "fp32" else QUANTISED
        shared = self._can_share(path, variant, reference, tolerance)
        best = self._open_decoder(path, variant, shared=shared)
        del original
        chosen = GraphFile(self._relative("decoder", variant))
        for place, (what, rewrite) in enumerate(DECODER_REWRITES.items()):
            self._step(f"trying {what}", 0.2 + 0.1 * place)
            file = ModelFile(self.folder / chosen.path)
            if not rewrite(file):
                self._decide(what, False, "the graph has no place for it")
                continue
            file.drop_unused()
            target = staging / f"decoder_{place}.onnx"
            file.save(target)
            del file
            candidate = self._open_decoder(target, variant, shared=shared)
            off = difference(decoder_sample(candidate, stop), reference)
            old, new = compare_reads([best, candidate], stop)
            if self._better(what, off, tolerance, old, new):
                chosen = GraphFile(str(target.relative_to(self.folder)))
                best = candidate
        return chosen, shared

    def _can_share(self, path: Path, variant: str, reference: object, tolerance: float) -> bool:
        """Try to extend one buffer in place, going back included."""
        what = "shared key/value cache"
        if not any(n.op_type == "GroupQueryAttention" for n in ModelFile(path).graph.node):
            self._decide(what, False, "the graph spells attention out")
            return False
        own = decoder_sample(self._open_decoder(path, variant, shared=True), Stop(self.token))
        off = difference(own, reference)  # type: ignore[arg-type]
        self._decide(what, off <= tolerance, f"differs by {off:.1e}")
        return off <= tolerance

    def _better(self, what: str, off: float, tolerance: float, old: float, new: float) -> bool:
        adopted = off <= tolerance and new < old
        timing = f"{1000 * old:.0f} -> {1000 * new:.0f} ms"
        self._decide(what, adopted, f"differs by {off:.1e}, {timing}")
        return adopted

    def _vision(self, variant: str, staging: Path, description: Description) -> GraphFile:
        chosen = GraphFile(self._relative("vision", variant))
        tile, stop = description.image.tile, Stop(self.token)
        best = Graph(self.folder / chosen.path, self.tuning)
        best.require(["pixel_values"], ["image_features"])
        if best.input_shape("pixel_values")[-1] not in (tile, "width"):
            raise ModelError(
                f"{best.path} wants other tiles than the model's processor makes. "
                "Download the model again."
            )

        def run(graph: Graph) -> Callable[[], None]:
            feeds = vision_feeds(graph, tile)
            return lambda: void(graph.run(feeds, ["image_features"], stop))

        reference = best.run(vision_feeds(best, tile), ["image_features"], stop)[0]
        tolerance = EXACT if variant == "fp32" else QUANTISED
        file = ModelFile(self.folder / chosen.path)
        if not full_tiles(file):
            self._decide("full tiles", False, "the graph has no place for it")
            return chosen
        target = staging / "vision_0.onnx"
        file.save(target)
        folded = staging / "vision_folded.onnx"
        self._fold(target, folded)
        file = ModelFile(folded)
        places = fuse_vision_attention(file)
        fused = staging / "vision_1.onnx"
        file.save(fused)
        names = {"full tiles": target}
        if places:
            names["fused vision attention"] = fused
        for what, path in names.items():
            self._step(f"trying {what}", 0.8)
            candidate = Graph(path, self.tuning)
            features = candidate.run(vision_feeds(candidate, tile), ["image_features"], stop)[0]
            off = difference(features.reshape(reference.shape), reference)
            old, new = compare_times([run(best), run(candidate)])
            if self._better(what, off, tolerance, old, new):
                chosen = GraphFile(str(path.relative_to(self.folder)))
                best = candidate
        return chosen

    def _fold(self, source: Path, target: Path) -> None:
        """Let ONNX Runtime compute what became constant."""
        options = session_options(self.tuning)
        options.graph_optimization_level = ort.GraphOptimizationLevel.ORT_ENABLE_BASIC
        options.optimized_model_filepath = str(target)
        ort.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])

    def _saved_optimised(self, graph: GraphFile, part: str, staging: Path) -> GraphFile:
        """Keep ONNX Runtime's own optimisation too, if opening that is faster."""
        source, target = self.folder / graph.path, staging / f"{part}.onnx"
        options = session_options(self.tuning)
        options.optimized_model_filepath = str(target)
        data = target.name + ".data"
        entry = "session.optimized_model_external_initializers_file_name"
        options.add_session_config_entry(entry, data)
        size = "session.optimized_model_external_initializers_min_size_in_bytes"
        options.add_session_config_entry(size, "1024")
        what = f"saved optimised {part}"
        try:
            ort.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])
            tasks = [
                lambda: void(Graph(source, self.tuning)),
                lambda: void(Graph(target, self.tuning, optimise=False)),
            ]
            old, new = compare_times(tasks, rounds=2)
        except (ModelError, RuntimeError, ValueError) as error:
            self._decide(what, False, f"it can't be opened again ({type(error).__name__})")
            return graph
        timing = f"opens in {1000 * old:.0f} -> {1000 * new:.0f} ms"
        self._decide(what, new < old, timing)
        return GraphFile(str(target.relative_to(self.folder)), True) if new < old else graph

    def _install(
        self, graphs: dict[str, GraphFile], staging: Path
    ) -> tuple[Path, dict[str, GraphFile]]:
        """Move the graphs that were chosen to where they stay; the rest of staging goes.

        The plan in use names another folder, so it stays good until the new one replaces it.
        """
        wanted = {Path(g.path).name for g in graphs.values() if staging.name in g.path}
        wanted.add(TOKENIZER_LINES)
        for file in staging.iterdir():
            if file.name.removesuffix(".data") not in wanted:
                file.unlink()
        names = (f"{PREPARED}-{number}" for number in itertools.count(1))
        final = next(self.folder / name for name in names if not (self.folder / name).exists())
        staging.rename(final)
        moved = {
            part: replace(g, path=f"{final.name}/{Path(g.path).name}")
            if staging.name in g.path
            else g
            for part, g in graphs.items()
        }
        return final, {part: replace(g, path=Path(g.path).as_posix()) for part, g in moved.items()}

    def _drop_old(self, plan: Plan) -> None:
        """Delete earlier preparations; a graph that is still open stays where a system insists."""
        names = (plan.tokenizer, *(graph.path for graph in plan.graphs.values()))
        used = {Path(name).parts[0] for name in names}
        for folder in self.folder.glob(f"{PREPARED}*"):
            if folder.name not in used:
                shutil.rmtree(folder, ignore_errors=True)


def void(_: object) -> None:
    """Drop a result."""
