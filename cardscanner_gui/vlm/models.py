"""The models that the program knows, described by frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from cardscanner_gui.vlm.errors import ModelError

VARIANTS: Mapping[str, str] = {
    "uint8": "_uint8",
    "int8": "_int8",
    "quantized": "_quantized",
    "q4": "_q4",
    "fp16": "_fp16",
    "fp32": "",
}
"""Suffix of each variant's files, the ones that suit a processor first."""

GRAPH_FILES: Mapping[str, str] = {
    "vision": "onnx/vision_encoder",
    "embedding": "onnx/embed_tokens",
    "decoder": "onnx/decoder_model_merged",
}
CONFIG_FILES = (
    "config.json",
    "generation_config.json",
    "preprocessor_config.json",
    "processor_config.json",
    "tokenizer.json",
    "tokenizer_config.json",
    "special_tokens_map.json",
    "chat_template.json",
    "chat_template.jinja",
)
"""What preparation reads; a repository has most of them."""
NEEDED_CONFIG = ("config.json", "preprocessor_config.json", "tokenizer.json")


@dataclass(frozen=True)
class ModelDescription:
    """One model that can be downloaded.

    Attributes:
        megabytes: about how much each variant takes on disk, before preparation.
        memory: bytes of main memory that reading with it takes, about.
        hidden: width of its decoder, by which a folder of another model is told.
        purpose: one line for people.
    """

    id: str
    title: str
    repository: str
    licence: str
    licence_url: str
    purpose: str
    megabytes: Mapping[str, int]
    memory: int
    hidden: int

    def files(self, variant: str) -> tuple[str, ...]:
        """Every file of a variant that a repository may have, the graphs first."""
        if variant not in self.megabytes:
            raise ModelError(
                f"{self.title} has no variant {variant}. It has {', '.join(self.megabytes)}."
            )
        graphs = tuple(f"{path}{VARIANTS[variant]}.onnx" for path in GRAPH_FILES.values())
        return graphs + CONFIG_FILES

    def needed_files(self, variant: str) -> tuple[str, ...]:
        """What a repository must have."""
        return self.files(variant)[: len(GRAPH_FILES)] + NEEDED_CONFIG


_LICENCE_URL = "https://www.apache.org/licenses/LICENSE-2.0"

SMOLVLM_500M = ModelDescription(
    id="smolvlm-500m",
    title="SmolVLM 500M Instruct",
    repository="HuggingFaceTB/SmolVLM-500M-Instruct",
    licence="Apache-2.0",
    licence_url=_LICENCE_URL,
    purpose="verifies cards; about two seconds each",
    megabytes={"uint8": 513, "int8": 513, "q4": 500, "fp32": 2030},
    memory=1_300_000_000,
    hidden=960,
)
SMOLVLM_256M = ModelDescription(
    id="smolvlm-256m",
    title="SmolVLM 256M Instruct",
    repository="HuggingFaceTB/SmolVLM-256M-Instruct",
    licence="Apache-2.0",
    licence_url=_LICENCE_URL,
    purpose="smaller and a little faster; for previews",
    megabytes={"uint8": 262, "int8": 262, "q4": 280, "fp32": 1030},
    memory=900_000_000,
    hidden=576,
)
MODELS: Mapping[str, ModelDescription] = {m.id: m for m in (SMOLVLM_500M, SMOLVLM_256M)}


def model_by_id(model_id: str) -> ModelDescription:
    """The description of a model.

    Raises:
        ModelError: there is none of this id.
    """
    if model_id not in MODELS:
        raise ModelError(f"There is no model {model_id}. There is {' and '.join(MODELS)}.")
    return MODELS[model_id]
