"""Reads a model's own configuration through transformers: preparation only, never on a daily start.

Importing transformers takes seconds and a hundred megabytes, so it happens inside the functions.
"""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.prompt import PromptSettings, picture_text
from cardscanner_gui.vlm.tiles import ImageSettings, Tiles, grid_tiles, whole_tile
from cardscanner_gui.vlm.vocabulary import Vocabulary

log = logging.getLogger(__name__)

ARCHITECTURE = "idefics3"
_MARK = "(the user's text)"


@dataclass(frozen=True)
class Description:
    """What the plan keeps of a model's configuration."""

    image: ImageSettings
    prompt: PromptSettings
    image_token: int
    stop: tuple[int, ...]
    vocabulary_size: int


def describe(folder: Path) -> Description:
    """Read the configuration and hold our own tiles and prompts against the model's processor.

    Raises:
        ModelError: a file is missing or damaged, it is another kind of model, or the processor does
            something that this program doesn't.
    """
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
    from transformers import AutoConfig, AutoProcessor, GenerationConfig

    vocabulary = Vocabulary(folder / "tokenizer.json")
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
        _check_kind(folder, config.model_type)
        processor: Any = AutoProcessor  # its loader has no types
        processor = processor.from_pretrained(folder, local_files_only=True)
        generation = GenerationConfig.from_pretrained(folder, local_files_only=True)
        description = Description(
            image=_image(processor.image_processor),
            prompt=_prompt(processor),
            image_token=vocabulary.id_of(processor.image_token),
            stop=_stops(generation, vocabulary, processor),
            vocabulary_size=int(config.text_config.vocab_size),
        )
    except ModelError:
        raise
    except Exception as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(
            f"The configuration in {folder} can't be read ({reason[:200]}). "
            "Verify the model or download it again."
        ) from error
    if len(vocabulary) > description.vocabulary_size:
        raise ModelError(
            f"{folder / 'tokenizer.json'} has {len(vocabulary)} tokens and the model only "
            f"{description.vocabulary_size}: they don't belong together. Download the model again."
        )
    _compare(folder, processor, vocabulary, description)
    return description


def _check_kind(folder: Path, kind: str) -> None:
    if kind != ARCHITECTURE:
        raise ModelError(
            f"{folder / 'config.json'} describes another kind of model ({kind}). "
            "Choose a SmolVLM folder."
        )


def _image(processor: Any) -> ImageSettings:
    return ImageSettings(
        tile=int(_edge(processor.max_image_size)),
        longest_edge=int(_edge(processor.size)),
        resample=int(processor.resample),
        factor=float(processor.rescale_factor),
        mean=_channels(processor.image_mean),
        std=_channels(processor.image_std),
    )


def _channels(values: Any) -> tuple[float, float, float]:
    red, green, blue = values
    return float(red), float(green), float(blue)


def _edge(size: Any) -> int:
    return int(size["longest_edge"])


def _prompt(processor: Any) -> PromptSettings:
    """Cut the chat template's output at the user's parts."""
    text = {"type": "text", "text": _MARK}
    text_first = _render(processor, [text, {"type": "image"}])
    image_first = _render(processor, [{"type": "image"}, text])
    before_text, rest = text_first.split(_MARK)
    before_image, rest_image = image_first.split(processor.image_token)
    after = rest.removeprefix(processor.image_token)
    if rest_image != _MARK + after or rest == after:
        raise ValueError("the chat template orders text and pictures in an unknown way")
    return PromptSettings(
        before_text=before_text,
        before_image=before_image,
        after=after,
        edge=processor.fake_image_token,
        whole=processor.global_image_tag,
        image=processor.image_token,
        image_tokens=int(processor.image_seq_len),
    )


def _render(processor: Any, content: list[dict[str, str]]) -> str:
    messages = [{"role": "user", "content": content}]
    rendered: str = processor.apply_chat_template(messages, add_generation_prompt=True)
    return rendered


def _stops(generation: Any, vocabulary: Vocabulary, processor: Any) -> tuple[int, ...]:
    ends = generation.eos_token_id
    found = {vocabulary.id_of(processor.end_of_utterance_token)}
    found |= {int(e) for e in (ends if isinstance(ends, list) else [ends]) if e is not None}
    return tuple(sorted(found))


def _compare(
    folder: Path, processor: Any, vocabulary: Vocabulary, description: Description
) -> None:
    """Our tiles and ids must be the processor's, pixel for pixel and token for token."""
    noise = np.random.default_rng(0).integers(0, 256, (88, 63, 3), np.uint8)
    for split in (False, True):
        tiles = (grid_tiles if split else whole_tile)(noise, description.image)
        prompt = description.prompt
        marked = f"{prompt.before_text}Read it.{{}}{prompt.after}"
        result = processor(
            images=[[noise]],
            text=[marked.format(prompt.image)],
            do_image_splitting=split,
            add_special_tokens=False,
        )
        own = vocabulary.encode(marked.format("".join(picture_text(prompt, tiles))))
        if list(result["input_ids"][0]) != own:
            raise ModelError(
                f"The processor in {folder} writes prompts in another way than this program. "
                "It needs another version of the model."
            )
        _compare_size(folder, result, tiles)


def _compare_size(folder: Path, result: Any, tiles: Tiles) -> None:
    count = np.asarray(result["pixel_values"][0]).shape[0]
    if count != len(tiles):
        raise ModelError(
            f"The processor in {folder} cuts pictures in another way than this program "
            f"({count} tiles, not {len(tiles)}). It needs another version of the model."
        )
