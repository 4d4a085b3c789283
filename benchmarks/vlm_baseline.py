"""How SmolVLM's ONNX files are usually run: the loop that model pages show, kept as plain as there.

A photo is split into tiles, every tile goes through the vision tower, the whole prompt is read at
once with all its logits, and each token copies the key/value cache in and out.

    python -m benchmarks.vlm_baseline [--sizes 500m,256m] [--quick] [--json FILE]

`benchmarks.vlm` runs the same loop beside ours; this is for the loop by itself.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path

import numpy as np
import onnxruntime as ort

from benchmarks import _vlm_models as built
from cardscanner_gui.core.types import WHOLE_CARD, Pixels
from cardscanner_gui.vlm.models import VARIANTS
from cardscanner_gui.vlm.plan import Plan, load_plan
from cardscanner_gui.vlm.prompt import picture_text
from cardscanner_gui.vlm.tiles import grid_tiles, normalise
from cardscanner_gui.vlm.vocabulary import Vocabulary


class PlainLoop:
    """The three published files, opened with default options."""

    def __init__(self, folder: Path, plan: Plan, suffix: str) -> None:
        def open_(name: str) -> ort.InferenceSession:
            path = str(folder / "onnx" / f"{name}{suffix}.onnx")
            return ort.InferenceSession(path, providers=["CPUExecutionProvider"])

        self._vision = open_("vision_encoder")
        self._embed = open_("embed_tokens")
        self._decoder = open_("decoder_model_merged")
        self._vocabulary = Vocabulary(folder / "tokenizer.json")
        self._plan = plan

    def run(self, pixels: Pixels, instruction: str, tokens: int) -> dict[str, float]:
        """Seconds for vision, prompt and decoding of so many tokens."""
        begun = time.perf_counter()
        tiles = grid_tiles(pixels, self._plan.image)
        values = np.stack([normalise(t, self._plan.image) for t in tiles.pixels])[None]
        mask = np.ones((1, len(tiles), *values.shape[-2:]), bool)
        feeds = {"pixel_values": values, "pixel_attention_mask": mask}
        features = self._vision.run(None, feeds)[0]
        seen = time.perf_counter()
        prompt = self._plan.prompt
        text = prompt.before_image + picture_text(prompt, tiles)[0] + instruction + prompt.after
        ids = np.array([self._vocabulary.encode(text)])
        embeddings = self._embed.run(None, {"input_ids": ids})[0]
        embeddings[ids == self._plan.image_token] = features.reshape(-1, features.shape[-1])
        past = {
            i.name: np.zeros((1, i.shape[1], 0, i.shape[3]), np.float32)
            for i in self._decoder.get_inputs()
            if i.name.startswith("past_key_values")
        }
        mask, position = np.ones(ids.shape, np.int64), np.arange(ids.shape[1])[None]
        read = 0.0
        for step in range(tokens):
            feeds = {"inputs_embeds": embeddings, "attention_mask": mask, "position_ids": position}
            logits, *present = self._decoder.run(None, feeds | past)
            past = dict(zip(past, present, strict=True))
            token = logits[:, -1:].argmax(-1)
            embeddings = self._embed.run(None, {"input_ids": token})[0]
            mask = np.concatenate([mask, np.ones((1, 1), np.int64)], axis=1)
            position = position[:, -1:] + 1
            if step == 0:
                read = time.perf_counter()
        ended = time.perf_counter()
        return {
            "tiles": float(len(tiles)),
            "prompt tokens": float(ids.shape[1]),
            "vision": seen - begun,
            "prefill": read - seen,
            "decode": ended - read,
            "total": ended - begun,
        }


def main() -> None:
    parser = argparse.ArgumentParser(description="Time the usual loop by itself.")
    built.add_options(parser)
    options = parser.parse_args()
    figures: dict[str, object] = {"machine": built.machine()}
    for size, folder in built.folders(options).items():
        loop = PlainLoop(folder, load_plan(folder), VARIANTS[options.variant])
        found = loop.run(
            built.draw_cards(1)[0].crop(WHOLE_CARD, 1680), built.QUESTION.text, built.RECORD_TOKENS
        )
        print(size, *(f"{part} {value:.2f}" for part, value in found.items()), sep="  ")
        figures[size] = found
    built.write_json(options.json, figures)


if __name__ == "__main__":
    main()
