"""A whole model folder in the published layout: graphs by variant, configs and tokenizer."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import Tokenizer

from training.tiny_vlm.decoder_graph import build_decoder
from training.tiny_vlm.graph import VARIANTS
from training.tiny_vlm.interface import Interface
from training.tiny_vlm.shapes import Shape
from training.tiny_vlm.tokenizer import write_tokenizer
from training.tiny_vlm.vision_graph import build_embedding, build_vision
from training.tiny_vlm.weights import Weights

SUFFIX = {"fp32": "", **{kind: f"_{kind}" for kind in VARIANTS if kind != "fp32"}}


def write_model(
    folder: Path,
    shape: Shape,
    weights: Weights,
    tokenizer: Tokenizer,
    *,
    variants: Iterable[str] = ("fp32",),
    attention: str = "grouped",
    interface: Interface | None = None,
    video: bool = False,
) -> None:
    """Write everything that a published SmolVLM repository holds for these variants.

    Attention and interface are as `build_decoder` takes them; `video` is for the configuration of
    the second generation, which reads videos too.
    """
    for variant in variants:
        write_vision(folder, shape, weights, variant)
        write_embedding(folder, shape, weights, variant, interface)
        path = _graph(folder, "decoder_model_merged", variant)
        build_decoder(
            shape, weights, path, variant=variant, attention=attention, interface=interface
        )
    write_configuration(folder, shape, tokenizer, video=video)


def write_vision(folder: Path, shape: Shape, weights: Weights, variant: str) -> None:
    build_vision(shape, weights, _graph(folder, "vision_encoder", variant), variant=variant)


def write_embedding(
    folder: Path, shape: Shape, weights: Weights, variant: str, interface: Interface | None = None
) -> None:
    integers = (interface or Interface()).integers
    path = _graph(folder, "embed_tokens", variant)
    build_embedding(shape, weights, path, variant=variant, integers=integers)


def _graph(folder: Path, name: str, variant: str) -> Path:
    graphs = folder / "onnx"
    graphs.mkdir(parents=True, exist_ok=True)
    return graphs / f"{name}{SUFFIX[variant]}.onnx"


def write_configuration(
    folder: Path, shape: Shape, tokenizer: Tokenizer, *, video: bool = False
) -> None:
    """Tokenizer and JSON files."""
    write_tokenizer(tokenizer, folder)
    contents = configs(shape, tokenizer)
    if video:
        contents["config.json"] |= {
            "model_type": "smolvlm",
            "architectures": ["SmolVLMForConditionalGeneration"],
        }
        contents["config.json"]["vision_config"]["model_type"] = "smolvlm_vision"  # type: ignore[index]
        contents["preprocessor_config.json"] |= {
            "image_processor_type": "SmolVLMImageProcessor",
            "processor_class": "SmolVLMProcessor",
            "video_sampling": {"fps": 1, "max_frames": 64, "video_size": {"longest_edge": 512}},
        }
        contents["processor_config.json"]["processor_class"] = "SmolVLMProcessor"
    for name, content in contents.items():
        text = json.dumps(content, indent=2) + "\n"
        (folder / name).write_text(text, encoding="utf-8")


def configs(shape: Shape, tokenizer: Tokenizer) -> dict[str, dict[str, object]]:
    """The JSON files that describe the model, by file name."""
    start, pad = tokenizer.token_to_id("<|im_start|>"), tokenizer.token_to_id("<|im_end|>")
    stop = tokenizer.token_to_id("<end_of_utterance>")
    image = tokenizer.token_to_id("<image>")
    vision = {
        "model_type": "idefics3_vision",
        "hidden_size": shape.vision_hidden,
        "intermediate_size": shape.vision_intermediate,
        "num_hidden_layers": shape.vision_layers,
        "num_attention_heads": shape.vision_heads,
        "image_size": shape.image_size,
        "patch_size": shape.patch,
        "hidden_act": "gelu_pytorch_tanh",
        "layer_norm_eps": shape.vision_epsilon,
    }
    text = {
        "model_type": "llama",
        "hidden_size": shape.hidden,
        "intermediate_size": shape.intermediate,
        "num_hidden_layers": shape.layers,
        "num_attention_heads": shape.heads,
        "num_key_value_heads": shape.kv_heads,
        "head_dim": shape.head_dim,
        "vocab_size": shape.vocabulary,
        "max_position_embeddings": shape.positions,
        "rms_norm_eps": shape.rms_epsilon,
        "rope_theta": shape.rope_theta,
        "bos_token_id": start,
        "eos_token_id": pad,
        "pad_token_id": pad,
        "tie_word_embeddings": False,
    }
    return {
        "config.json": {
            "architectures": ["Idefics3ForConditionalGeneration"],
            "model_type": "idefics3",
            "image_token_id": image,
            "scale_factor": shape.shuffle,
            "tie_word_embeddings": False,
            "pad_token_id": pad,
            "vocab_size": shape.vocabulary,
            "text_config": text,
            "vision_config": vision,
        },
        "generation_config.json": {
            "bos_token_id": start,
            "eos_token_id": stop,
            "pad_token_id": pad,
        },
        "preprocessor_config.json": {
            "image_processor_type": "Idefics3ImageProcessor",
            "processor_class": "Idefics3Processor",
            "do_convert_rgb": True,
            "do_image_splitting": True,
            "do_normalize": True,
            "do_pad": True,
            "do_rescale": True,
            "do_resize": True,
            "image_mean": [0.5, 0.5, 0.5],
            "image_std": [0.5, 0.5, 0.5],
            "max_image_size": {"longest_edge": shape.image_size},
            "resample": 1,
            "rescale_factor": 1 / 255,
            "size": {"longest_edge": shape.longest_edge},
        },
        "processor_config.json": {
            "processor_class": "Idefics3Processor",
            "image_seq_len": shape.tokens_per_tile,
        },
    }
