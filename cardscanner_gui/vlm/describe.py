"""Reads a model's own configuration through transformers: preparation only, never on a daily start.

Importing transformers takes seconds and a hundred megabytes, so it happens inside the functions.
"""

from __future__ import annotations

import json
import logging
import os
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from cardscanner_gui.vlm.decoder_interface import Sizes
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.prompt import PromptSettings, picture_text
from cardscanner_gui.vlm.tiles import ImageSettings, Tiles, grid_tiles, whole_tile
from cardscanner_gui.vlm.vocabulary import Vocabulary

log = logging.getLogger(__name__)

ARCHITECTURES = ("idefics3", "smolvlm")
"""SmolVLM, and its second generation, which is the same but for videos."""
_MARK = "(the user's text)"


@dataclass(frozen=True)
class Description:
    """What the plan keeps of a model's configuration."""

    image: ImageSettings
    prompt: PromptSettings
    image_token: int
    stop: tuple[int, ...]
    sizes: Sizes


def describe(folder: Path) -> Description:
    """Read the configuration and hold our own tiles and prompts against the model's processor.

    Raises:
        ModelError: a file is missing or damaged, it is another kind of model, or the processor does
            something that this program doesn't.
    """
    os.environ.setdefault("TRANSFORMERS_NO_ADVISORY_WARNINGS", "1")
    from transformers import AutoConfig, GenerationConfig

    vocabulary = Vocabulary(folder / "tokenizer.json")
    try:
        config = AutoConfig.from_pretrained(folder, local_files_only=True)
        _check_kind(folder, config.model_type)
        processor = _processor(folder, config)
        generation = None
        if (folder / "generation_config.json").is_file():
            generation = GenerationConfig.from_pretrained(folder, local_files_only=True)
        description = Description(
            image=_image(processor.image_processor),
            prompt=_prompt(processor),
            image_token=vocabulary.id_of(processor.image_token),
            stop=_stops(generation, vocabulary, processor),
            sizes=_sizes(config.text_config),
        )
    except ModelError:
        raise
    except Exception as error:
        reason = (str(error).strip().splitlines() or [type(error).__name__])[0]
        raise ModelError(
            f"The configuration in {folder} can't be read ({reason[:200]}). "
            "Verify the model or download it again."
        ) from error
    if len(vocabulary) > description.sizes.vocabulary:
        raise ModelError(
            f"{folder / 'tokenizer.json'} has {len(vocabulary)} tokens and the model only "
            f"{description.sizes.vocabulary}: they don't belong together. Download the model again."
        )
    _compare(folder, processor, vocabulary, description)
    return description


def _check_kind(folder: Path, kind: str) -> None:
    if kind not in ARCHITECTURES:
        raise ModelError(
            f"{folder / 'config.json'} describes another kind of model ({kind}). "
            "Choose a SmolVLM folder."
        )


def _processor(folder: Path, config: Any) -> Any:
    """The first generation's processor, which prepares pictures as the second one's does.

    The latter is for videos too and needs libraries for them. How many tokens a tile becomes
    follows from the configuration, where processor_config.json is missing.
    """
    from transformers import AutoTokenizer, Idefics3Processor
    from transformers.models.idefics3.image_processing_pil_idefics3 import (
        Idefics3ImageProcessorPil,
    )

    settings = _json(folder / "preprocessor_config.json")
    maker: Any = Idefics3ImageProcessorPil  # transformers' loaders have no types
    known = maker().to_dict()
    of_pictures = {name: value for name, value in settings.items() if name in known}
    named = {n: v for n, v in of_pictures.items() if n != "image_processor_type"}
    loader: Any = AutoTokenizer
    tokenizer = loader.from_pretrained(folder, local_files_only=True)
    vision = config.vision_config
    side = vision.image_size // vision.patch_size // config.scale_factor
    own = _json(folder / "processor_config.json", needed=False)
    return Idefics3Processor(
        maker(**named),
        tokenizer,
        image_seq_len=int(own.get("image_seq_len", side**2)),
        chat_template=_chat_template(folder, tokenizer),
    )


def _chat_template(folder: Path, tokenizer: Any) -> str:
    plain = folder / "chat_template.jinja"
    if plain.is_file():
        return plain.read_text(encoding="utf-8")
    for name in ("chat_template.json", "processor_config.json"):
        template = _json(folder / name, needed=False).get("chat_template")
        if template:
            return str(template)
    if tokenizer.chat_template:
        return str(tokenizer.chat_template)
    raise ModelError(
        f"{folder / 'chat_template.json'} is missing: without it nothing says how to ask the "
        "model. Download the model again."
    )


def _json(path: Path, *, needed: bool = True) -> dict[str, Any]:
    if not needed and not path.is_file():
        return {}
    try:
        content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError) as error:
        raise ModelError(f"{path} can't be read. Download the model again.") from error
    return content


def _sizes(text: Any) -> Sizes:
    heads = int(text.num_attention_heads)
    return Sizes(
        hidden=int(text.hidden_size),
        vocabulary=int(text.vocab_size),
        kv_heads=int(getattr(text, "num_key_value_heads", None) or heads),
        head_dim=int(getattr(text, "head_dim", None) or text.hidden_size // heads),
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
    ends = None if generation is None else generation.eos_token_id
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
