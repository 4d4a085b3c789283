"""Makes a downloaded model ready once: a plan, and graphs rewritten where that is proved to help.

The new graphs and the plan replace the old ones only when everything is done, so a preparation that
is cut off changes nothing.
"""

from __future__ import annotations

import itertools
import shutil
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import onnxruntime as ort

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.vlm.cpu import this_processor
from cardscanner_gui.vlm.decoder import Decoder
from cardscanner_gui.vlm.describe import Description, describe
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.graphs.session import Graph, session_options
from cardscanner_gui.vlm.installed import model_folder, read_manifest, verify
from cardscanner_gui.vlm.measure import compare_times, vision_sample
from cardscanner_gui.vlm.models import ModelDescription, graph_name
from cardscanner_gui.vlm.pictures import vision_names
from cardscanner_gui.vlm.plan import GraphFile, Plan
from cardscanner_gui.vlm.prepare_decoder import DecoderChoice, DecoderTrials
from cardscanner_gui.vlm.prepare_vision import VisionTrials
from cardscanner_gui.vlm.tokenizer_file import SUFFIX, write_lines
from cardscanner_gui.vlm.tuning import Tuning
from cardscanner_gui.vlm.variants import companions, missing, present
from cardscanner_gui.vlm.vocabulary import Vocabulary
from cardscanner_gui.vlm.workshop import Progress, Workshop

PREPARED = "prepared"
TOKENIZER = "tokenizer.json"
TOKENIZER_LINES = f"tokenizer{SUFFIX}"


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
    staging = folder / f"{PREPARED}.new"
    shop = Workshop(
        folder,
        staging,
        progress or (lambda what, share: None),
        token or CancelToken(),
        tuning or Tuning(),
    )
    shop.step("reading the model's configuration", 0.0)
    description = describe(folder)
    lacking = missing(folder)
    if lacking:
        raise ModelError(f"{folder} lacks {', '.join(lacking)}. Download the model again.")
    shutil.rmtree(staging, ignore_errors=True)
    try:
        staging.mkdir(parents=True)
        return _Preparation(shop, description).run(model_id, revision)
    except OSError as error:
        raise ModelError(
            f"The prepared model can't be written to {folder} "
            f"({error.strerror or error}). Make room and prepare it again."
        ) from error
    finally:
        shutil.rmtree(staging, ignore_errors=True)


def prepare_installed(
    models: Path,
    model: ModelDescription,
    progress: Progress | None = None,
    token: CancelToken | None = None,
    tuning: Tuning | None = None,
) -> Plan:
    """Prepare an installed model, after reading its files again.

    Raises:
        ModelError: as `prepare` does; and the model isn't installed, or a file was changed since.
    """
    manifest = read_manifest(models, model)
    if manifest is None:
        raise ModelError(f"{model.title} isn't installed: cardscanner models download {model.id}")
    if progress is not None:
        progress("reading the files again", 0.0)
    broken = verify(models, model, token=token)
    if broken:
        raise ModelError(
            f"{model.title} isn't used: {'; '.join(broken)}. Get the files again with: cardscanner "
            f"models download {model.id}"
        )
    return prepare(
        model_folder(models, model), model.id, manifest.revision, progress, token, tuning
    )


@dataclass
class _Preparation:
    shop: Workshop
    description: Description

    def run(self, model_id: str, revision: str) -> Plan:
        shop, description = self.shop, self.description
        processor = this_processor()
        variants = present(shop.folder)
        embedding = self._embedding(variants["embedding"], variants["decoder"][0])
        shop.step("looking at the decoder", 0.1)
        trials = DecoderTrials(shop, shop.open(embedding), description.sizes)
        choice = trials.choose(variants["decoder"])
        shop.step("looking at the vision tower", 0.65)
        fitting = companions(choice.variant)
        vision = VisionTrials(shop, description.image.tile).choose(
            sorted(variants["vision"], key=fitting.index)
        )
        shop.step("saving", 0.85)
        chosen = {"vision": vision, "embedding": embedding, "decoder": choice.path}
        graphs = {part: self._saved_optimised(path, part) for part, path in chosen.items()}
        shop.step("asking for a first token", 0.95)
        self._rehearse(graphs, choice)
        as_lines = write_lines(shop.folder / TOKENIZER, shop.staging / TOKENIZER_LINES)
        shop.token.check()
        final, graphs = self._install(graphs)
        plan = Plan(
            model=model_id,
            revision=revision,
            variant=choice.variant,
            runtime=ort.__version__,
            processor=processor.signature,
            graphs=graphs,
            shared_cache=choice.shared,
            image=description.image,
            prompt=description.prompt,
            image_token=description.image_token,
            stop=description.stop,
            decisions=tuple(shop.decisions),
            tokenizer=f"{final.name}/{TOKENIZER_LINES}" if as_lines else TOKENIZER,
            one_by_one=choice.one_by_one,
            sizes=description.sizes,
            threads=choice.threads,
        )
        plan.save(shop.folder)
        self._drop_old(plan)
        shop.step("done", 1.0)
        return plan

    def _embedding(self, variants: list[str], decoder: str) -> Path:
        """The first that opens, beginning with the decoder's own variant."""
        error: ModelError | None = None
        for variant in sorted(variants, key=companions(decoder).index):
            path = self.shop.folder / graph_name("embedding", variant)
            try:
                self.shop.open(path)
            except ModelError as failed:
                error = error or failed
                self.shop.decide(f"embedding {variant}", False, str(failed))
            else:
                return path
        assert error is not None, "a folder without any is refused before"
        raise error

    def _rehearse(self, graphs: dict[str, GraphFile], choice: DecoderChoice) -> None:
        """Run every graph once, from ids to a token, so that nothing fails first at a card.

        Raises:
            ModelError: a graph fails, or gives what the others can't take; it is named.
        """
        shop, description = self.shop, self.description
        opened = {
            part: Graph(shop.folder / graph.path, shop.tuning, optimise=not graph.optimised)
            for part, graph in graphs.items()
        }
        decoder = Decoder(
            opened["embedding"],
            opened["decoder"],
            shared=choice.shared,
            one_by_one=choice.one_by_one,
            sizes=description.sizes,
        )
        vision, tile = opened["vision"], description.image.tile
        name = vision_names(vision, tile)[1]
        features = vision.run(vision_sample(vision, tile), [name], shop.stop)[0]
        rows = features.reshape(-1, features.shape[-1])
        wanted = (description.prompt.image_tokens, decoder.hidden)
        if rows.shape != wanted:
            raise ModelError(
                f"{vision.path} doesn't go with the other files: a tile becomes {len(rows)} x "
                f"{rows.shape[1]} values, and they take {wanted[0]} x {wanted[1]}. "
                "Download the model again."
            )
        vocabulary = Vocabulary(shop.folder / TOKENIZER)
        before = decoder.embed(vocabulary.encode(description.prompt.before_text), shop.stop)
        after = decoder.embed(vocabulary.encode(description.prompt.after), shop.stop)
        cache = decoder.new_cache(len(before) + len(rows) + len(after) + 1)
        decoder.forward(cache, before, [len(before) - 1], shop.stop)
        lead = np.concatenate([rows, after]).astype(np.float32)
        first = decoder.forward(cache, lead, [len(lead) - 1], shop.stop)
        token = int(first[0].argmax())
        second = decoder.forward(cache, decoder.embed([token], shop.stop), [0], shop.stop)
        if not (np.isfinite(first).all() and np.isfinite(second).all()):
            raise ModelError(
                f"{opened['decoder'].path} computes no numbers on this processor. "
                "Choose another variant of the model."
            )

    def _saved_optimised(self, source: Path, part: str) -> GraphFile:
        """Keep ONNX Runtime's own optimisation too, if opening that is faster."""
        shop, target = self.shop, self.shop.staging / f"{part}.onnx"
        options = session_options(shop.tuning)
        options.optimized_model_filepath = str(target)
        data = target.name + ".data"
        entry = "session.optimized_model_external_initializers_file_name"
        options.add_session_config_entry(entry, data)
        size = "session.optimized_model_external_initializers_min_size_in_bytes"
        options.add_session_config_entry(size, "1024")
        what = f"saved optimised {part}"
        plain = GraphFile(shop.relative(source))

        def as_it_is() -> None:
            Graph(source, shop.tuning)

        def optimised() -> None:
            Graph(target, shop.tuning, optimise=False)

        def trial() -> GraphFile:
            ort.InferenceSession(str(source), options, providers=["CPUExecutionProvider"])
            old, new = compare_times([as_it_is, optimised], rounds=2)
            timing = f"opens in {1000 * old:.0f} -> {1000 * new:.0f} ms"
            shop.decide(what, new < old, timing)
            return GraphFile(shop.relative(target), True) if new < old else plain

        return shop.attempt(what, trial, plain)

    def _install(self, graphs: dict[str, GraphFile]) -> tuple[Path, dict[str, GraphFile]]:
        """Move the graphs that were chosen to where they stay; the rest of staging goes.

        The plan in use names another folder, so it stays good until the new one replaces it.
        """
        folder, staging = self.shop.folder, self.shop.staging
        wanted = {Path(g.path).name for g in graphs.values() if staging.name in g.path}
        wanted.add(TOKENIZER_LINES)
        for file in staging.iterdir():
            if file.name.removesuffix(".data") not in wanted:
                file.unlink()
        names = (f"{PREPARED}-{number}" for number in itertools.count(1))
        final = next(folder / name for name in names if not (folder / name).exists())
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
        folder = self.shop.folder
        names = (plan.tokenizer, *(graph.path for graph in plan.graphs.values()))
        used = {Path(name).parts[0] for name in names}
        for old in folder.glob(f"{PREPARED}*"):
            if old.name not in used:
                shutil.rmtree(old, ignore_errors=True)
