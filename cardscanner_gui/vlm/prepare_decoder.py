"""Finds the quickest decoder among the installed files and their rewrites that says the same."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import Path

from cardscanner_gui.vlm import measure
from cardscanner_gui.vlm.cpu import physical_cores
from cardscanner_gui.vlm.decoder import Decoder
from cardscanner_gui.vlm.decoder_interface import Sizes
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.graphs.attention import group_heads
from cardscanner_gui.vlm.graphs.model_file import ModelFile
from cardscanner_gui.vlm.graphs.rewrites import DECODER_REWRITES, Rewrite
from cardscanner_gui.vlm.graphs.session import Graph
from cardscanner_gui.vlm.graphs.weights import exact_level, flip_signs, in_blocks, signed_weights
from cardscanner_gui.vlm.measure import Floats, ReadTime, compare_reads, decoder_sample, difference
from cardscanner_gui.vlm.models import graph_name
from cardscanner_gui.vlm.workshop import FAILED, Workshop, tolerance

GROUPED, SHARED = "grouped attention", "shared key/value cache"
BLOCKS = (32, 128)
FEWER_THREADS = 4
"""From so many cores on fewer workers are tried too: one row is read as fast as memory allows."""


@dataclass(frozen=True)
class DecoderChoice:
    """A decoder and how it is run.

    Attributes:
        variant: of the published file that it comes from.
        path: the graph.
        shared, one_by_one: as `Decoder` takes them.
        threads: 0 for one a core.
    """

    variant: str
    path: Path
    shared: bool = False
    one_by_one: bool = False
    threads: int = 0


@dataclass
class DecoderTrials:
    """One model's decoder: which file, rewrites, layout of weights, and how many threads."""

    shop: Workshop
    embedding: Graph
    sizes: Sizes
    _number: int = field(default=0, init=False)

    def open(self, choice: DecoderChoice) -> Decoder:
        tuning = replace(self.shop.tuning, threads=choice.threads or self.shop.tuning.threads)
        return Decoder(
            self.embedding,
            Graph(choice.path, tuning),
            shared=choice.shared,
            one_by_one=choice.one_by_one,
            sizes=self.sizes,
        )

    def choose(self, variants: list[str]) -> DecoderChoice:
        """The decoder to use, of the variants that are installed.

        Raises:
            ModelError: none of them can be used.
        """
        choice = self._file(variants)
        if self._has(choice.path, "MultiHeadAttention"):
            trial = partial(self._grouped, choice)
            choice = self.shop.attempt(GROUPED, trial, choice)
        if not choice.one_by_one and self._has(choice.path, "GroupQueryAttention"):
            choice = self.shop.attempt(SHARED, partial(self._shared, choice), choice)
        else:
            self.shop.decide(SHARED, False, "the graph's attention isn't made for it")
        reference = decoder_sample(self.open(choice), self.shop.stop)
        for place, (what, rewrite) in enumerate(DECODER_REWRITES.items()):
            self.shop.step(f"trying {what}", 0.2 + 0.07 * place)
            choice = self._try(what, rewrite, choice, reference)
        self.shop.step("measuring tokens", 0.5)
        for what, rewrite in self._layouts().items():
            choice = self._try(what, rewrite, choice, reference)
        return self._threads(choice)

    def _try(
        self, what: str, rewrite: Rewrite, choice: DecoderChoice, reference: Floats
    ) -> DecoderChoice:
        trial = partial(self._rewritten, what, rewrite, choice, reference)
        return self.shop.attempt(what, trial, choice)

    def _file(self, variants: list[str]) -> DecoderChoice:
        """The installed file that reads quickest among those whose integers are exact here."""
        saturates = measure.signed_products_saturate()
        if saturates and "int8" in variants and {"uint8", "quantized"} & {*variants}:
            self.shop.decide(
                "variant int8", False, "signed 8-bit products can overflow on this processor"
            )
            variants = [v for v in variants if v != "int8"]
        usable: list[DecoderChoice] = []
        for variant in variants:
            trial = partial(self._usable, variant, saturates=saturates)
            found = self.shop.attempt(f"variant {variant}", trial, None)
            usable += [found] if found is not None else []
        if not usable:
            path = self.shop.folder / graph_name("decoder", variants[0])
            reason = self.shop.decisions[-1].reason.removeprefix(FAILED)
            raise ModelError(
                reason
                if path.name in reason
                else f"{path} can't be used ({reason}). Download the model again."
            )
        if len(usable) == 1:
            self.shop.decide(f"variant {usable[0].variant}", True, "the only suitable one")
            return usable[0]
        times = [compare_reads([self.open(c)], self.shop.stop)[0] for c in usable]
        best = min(range(len(usable)), key=lambda place: times[place].seconds)
        for place, choice in enumerate(usable):
            reason = f"a short read takes {1000 * times[place].seconds:.0f} ms"
            self.shop.decide(f"variant {choice.variant}", place == best, reason)
        return usable[best]

    def _usable(self, variant: str, *, saturates: bool) -> DecoderChoice:
        """A file with integers that are exact here, and how it takes several positions."""
        self.shop.token.check()
        path = self.shop.folder / graph_name("decoder", variant)
        self.open(
            DecoderChoice(variant, path)
        )  # before anything else: it names what is wrong with it
        file = ModelFile(path)
        if saturates and signed_weights(file) and flip_signs(file):
            reason = "signed 8-bit products can overflow on this processor, the same unsigned can't"
            self.shop.decide("unsigned weights", True, reason)
            path = self._save(file)
        elif exact_level(file):
            self.shop.decide("4-bit weights by 8-bit activations", True, "the only quick way")
            path = self._save(file)
        del file
        choice = DecoderChoice(variant, path)
        if not measure.appends_chunks(self.open(choice), tolerance(variant), self.shop.stop):
            choice = replace(choice, one_by_one=True)
            reason = "its mask fits several positions only from the beginning"
            self.shop.decide("positions one by one", True, reason)
        return choice

    def _grouped(self, choice: DecoderChoice) -> DecoderChoice:
        """Attention on the heads themselves, where that gives the same: its cache can be shared."""
        file = ModelFile(choice.path)
        if not group_heads(file):
            self.shop.decide(GROUPED, False, "the graph has no place for it")
            return choice
        found = replace(choice, path=self._save(file), one_by_one=False)
        del file
        old, new = self.open(choice), self.open(found)
        own, other = (decoder_sample(d, self.shop.stop, chunks=False) for d in (new, old))
        off = difference(own, other)
        agrees = off <= tolerance(choice.variant)
        times = compare_reads([old, new], self.shop.stop, rounds=1)
        self.shop.decide(GROUPED, agrees, f"differs by {off:.1e}, {_timing(*times)}")
        return found if agrees else choice

    def _shared(self, choice: DecoderChoice) -> DecoderChoice:
        """Try to extend one buffer in place, going back included."""
        shared = replace(choice, shared=True)
        own, other = (decoder_sample(self.open(c), self.shop.stop) for c in (shared, choice))
        off = difference(own, other)
        agrees = off <= tolerance(choice.variant)
        self.shop.decide(SHARED, agrees, f"differs by {off:.1e}")
        return shared if agrees else choice

    def _layouts(self) -> dict[str, Rewrite]:
        """Other layouts of integer weights; of the signed ones only where they are exact."""
        found: dict[str, Rewrite] = {}
        if not measure.signed_products_saturate():
            found["weights of the other sign"] = flip_signs
        for size in BLOCKS:
            found[f"8-bit weights in blocks of {size}"] = partial(in_blocks, block=size)
        return found

    def _rewritten(
        self, what: str, rewrite: Rewrite, choice: DecoderChoice, reference: Floats
    ) -> DecoderChoice:
        """Adopt a rewrite that agrees and makes a usual answer quicker."""
        file = ModelFile(choice.path)
        if not rewrite(file):
            self.shop.decide(what, False, "the graph has no place for it")
            return choice
        file.drop_unused()
        found = replace(choice, path=self._save(file))
        del file
        candidate = self.open(found)
        off = difference(decoder_sample(candidate, self.shop.stop), reference)
        old, new = compare_reads([self.open(choice), candidate], self.shop.stop)
        adopted = off <= tolerance(choice.variant) and new.seconds < old.seconds
        self.shop.decide(what, adopted, f"differs by {off:.1e}, {_timing(old, new)}")
        return found if adopted else choice

    def _threads(self, choice: DecoderChoice) -> DecoderChoice:
        """Fewer workers, where there are many: a single row is read as fast as memory allows."""
        cores = physical_cores()
        for threads in (cores // 2, cores // 4):
            if self.shop.tuning.threads or cores < FEWER_THREADS or threads < 2:
                continue
            fewer = replace(choice, threads=threads)
            old, new = compare_reads([self.open(choice), self.open(fewer)], self.shop.stop)
            adopted = new.seconds < old.seconds
            self.shop.decide(f"{threads} threads", adopted, _timing(old, new))
            choice = fewer if adopted else choice
        return choice

    def _save(self, file: ModelFile) -> Path:
        self._number += 1
        target = self.shop.staging / f"decoder_{self._number}.onnx"
        file.save(target)
        return target

    def _has(self, path: Path, kind: str) -> bool:
        return any(node.op_type == kind for node in ModelFile(path).graph.node)


def _timing(old: ReadTime, new: ReadTime) -> str:
    return (
        f"{1000 * old.seconds:.0f} -> {1000 * new.seconds:.0f} ms, "
        f"a token {1000 * old.token:.1f} -> {1000 * new.token:.1f} ms"
    )
