"""The models that the program knows, described by frozen data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace

from cardscanner_gui.vlm.errors import ModelError

VARIANTS: Mapping[str, str] = {
    "uint8": "_uint8",
    "quantized": "_quantized",
    "int8": "_int8",
    "fp16": "_fp16",
    "fp32": "",
    "q4": "_q4",
}
"""Suffix of each variant's files, the ones that suit a processor first."""
TWINS: Mapping[str, str] = {"uint8": "quantized", "quantized": "uint8"}
"""Two names for the same bytes, where a repository has both."""

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


def graph_name(part: str, variant: str) -> str:
    """A graph's file, relative to the model's folder, with slashes."""
    return f"{GRAPH_FILES[part]}{VARIANTS[variant]}.onnx"


@dataclass(frozen=True)
class Published:
    """What is known of a file at the model's revision.

    Attributes:
        size: bytes; about as many where no checksum is known.
    """

    size: int
    sha256: str | None = None


@dataclass(frozen=True)
class ModelDescription:
    """One model that can be downloaded.

    Attributes:
        megabytes: about how much each variant takes on disk, before preparation.
        memory: bytes of main memory that reading with it takes, about.
        hidden: width of its decoder, by which a folder of another model is told.
        purpose: one line for people.
        kind: its architecture, as `config.json` names it.
        revision: the commit that is downloaded unless the user asks for the newest; empty where
            none is known.
        published: what is known of its files at that revision, by name.
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
    kind: str = "idefics3"
    revision: str = ""
    published: Mapping[str, Published] = field(default_factory=dict)

    def check_variant(self, variant: str) -> None:
        """Raise `ModelError` if the model has no such variant."""
        if variant not in self.megabytes:
            raise ModelError(
                f"{self.title} has no variant {variant}. It has {', '.join(self.megabytes)}."
            )

    def files(self, variant: str) -> tuple[str, ...]:
        """Every file of a variant that a repository may have, the graphs first."""
        self.check_variant(variant)
        return tuple(graph_name(part, variant) for part in GRAPH_FILES) + CONFIG_FILES

    def sized(self, name: str) -> str:
        """A file's name, with its size where that is known."""
        known = self.published.get(name)
        return name if known is None else f"{name} ({known.size / 1e6:.0f} MB)"

    def differs(self, name: str, size: int, sha256: str | None) -> bool:
        """Whether a file isn't the one that is known by this name."""
        known = self.published.get(name)
        if known is None or known.sha256 is None:
            return False
        return size != known.size or (sha256 is not None and sha256 != known.sha256)


_LICENCE_URL = "https://www.apache.org/licenses/LICENSE-2.0"
_KNOWN_256M = {
    "onnx/decoder_model_merged.onnx": Published(
        540_640_302, "5ae6a66fdf47680433aa6bcc512ae8f0b98c2db01bea055fc76ee37bb0389b78"
    ),
    "onnx/decoder_model_merged_int8.onnx": Published(
        137_221_530, "306fad6cec3b5b7613600b74abf1e410fa50000fbc81292c0d083bd8d85b5fe2"
    ),
    "onnx/decoder_model_merged_uint8.onnx": Published(
        137_221_644, "33f14f3bca52699d733d86fcc9c5a0ec6f57afffa1dc9596abde53cde9df81aa"
    ),
    "onnx/decoder_model_merged_quantized.onnx": Published(
        137_221_644, "33f14f3bca52699d733d86fcc9c5a0ec6f57afffa1dc9596abde53cde9df81aa"
    ),
    "onnx/decoder_model_merged_fp16.onnx": Published(270_414_183),
    "onnx/decoder_model_merged_q4.onnx": Published(86_562_901),
    "onnx/vision_encoder.onnx": Published(
        374_316_497, "e27ad810eabfa7c881b409e1ca357e7a951541019add228ff73c72718fcf6218"
    ),
    "onnx/vision_encoder_int8.onnx": Published(
        94_247_927, "d534ab668d3563e6d1d809bbbf1ff18308ded48651178614dbcc4a1de13d16f7"
    ),
    "onnx/vision_encoder_quantized.onnx": Published(
        94_247_969, "f82adc84246fbfe8651038470166385452682cc889538f5106544e622e5f1595"
    ),
    "onnx/vision_encoder_fp16.onnx": Published(187_294_693),
    "onnx/vision_encoder_q4.onnx": Published(63_784_987),
    "onnx/embed_tokens.onnx": Published(
        113_541_419, "a68ea4058524059ed0e2873fdbc4f33b93e13ae3d3204938d32d0566d390ae00"
    ),
    "onnx/embed_tokens_uint8.onnx": Published(
        28_385_824, "4b919b829fe2bf225e42431230c56891116f0149e5170e36c99bcc0cfae0d2ef"
    ),
    "onnx/embed_tokens_quantized.onnx": Published(
        28_385_824, "4b919b829fe2bf225e42431230c56891116f0149e5170e36c99bcc0cfae0d2ef"
    ),
}
_EIGHT_BITS = ("uint8", "quantized", "int8")
_KNOWN_500M = {
    graph_name(part, variant): Published(size)
    for part, size in (
        ("decoder", 365_000_000), ("embedding", 47_300_000), ("vision", 98_600_000),
    )
    for variant in _EIGHT_BITS
}  # fmt: skip
_SIZES_500M = {**dict.fromkeys(_EIGHT_BITS, 513), "fp16": 1020, "fp32": 2030, "q4": 500}
_SIZES_256M = {**dict.fromkeys(_EIGHT_BITS, 262), "fp16": 517, "fp32": 1030, "q4": 280}

SMOLVLM_500M = ModelDescription(
    id="smolvlm-500m",
    title="SmolVLM 500M Instruct",
    repository="HuggingFaceTB/SmolVLM-500M-Instruct",
    licence="Apache-2.0",
    licence_url=_LICENCE_URL,
    purpose="verifies cards; about two seconds each",
    megabytes=_SIZES_500M,
    memory=1_300_000_000,
    hidden=960,
    revision="a7da5b986cb59b408707209984f360a5f4ad7e47",
    published=_KNOWN_500M,
)
SMOLVLM_256M = ModelDescription(
    id="smolvlm-256m",
    title="SmolVLM 256M Instruct",
    repository="HuggingFaceTB/SmolVLM-256M-Instruct",
    licence="Apache-2.0",
    licence_url=_LICENCE_URL,
    purpose="smaller and a little faster; for previews",
    megabytes=_SIZES_256M,
    memory=900_000_000,
    hidden=576,
    revision="7e3e67edbbed1bf9888184d9df282b700a323964",
    published=_KNOWN_256M,
)
SMOLVLM2_500M = replace(
    SMOLVLM_500M,
    id="smolvlm2-500m",
    title="SmolVLM2 500M Video Instruct",
    repository="HuggingFaceTB/SmolVLM2-500M-Video-Instruct",
    purpose="the second generation, of the same size; untested",
    kind="smolvlm",
    revision="",
)
SMOLVLM2_256M = replace(
    SMOLVLM_256M,
    id="smolvlm2-256m",
    title="SmolVLM2 256M Video Instruct",
    repository="HuggingFaceTB/SmolVLM2-256M-Video-Instruct",
    purpose="the second generation, of the same size; untested",
    kind="smolvlm",
    revision="",
    published={name: Published(known.size) for name, known in _KNOWN_256M.items()},
)
MODELS: Mapping[str, ModelDescription] = {
    m.id: m for m in (SMOLVLM_500M, SMOLVLM_256M, SMOLVLM2_500M, SMOLVLM2_256M)
}


def model_by_id(model_id: str) -> ModelDescription:
    """The description of a model.

    Raises:
        ModelError: there is none of this id.
    """
    if model_id not in MODELS:
        raise ModelError(f"There is no model {model_id}. There is {' and '.join(MODELS)}.")
    return MODELS[model_id]
