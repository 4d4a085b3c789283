"""Random weights under the names that transformers gives them in its state dict."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
import numpy.typing as npt

from training.tiny_vlm.shapes import Shape

Array = npt.NDArray[np.float32]
Weights = Mapping[str, Array]

TEXT = "model.text_model."
VISION = "model.vision_model."
CONNECTOR = "model.connector.modality_projection.proj.weight"


def random_weights(shape: Shape, seed: int = 0, scale: float = 0.04) -> dict[str, Array]:
    """Normal weights of the given spread; norms near one. Linear weights are out x in."""
    rng = np.random.default_rng(seed)

    def normal(*size: int) -> Array:
        values: Array = rng.standard_normal(size, dtype=np.float32)
        values *= scale
        return values

    def norm(size: int) -> Array:
        return (1 + normal(size)).astype(np.float32)

    weights: dict[str, Array] = {}
    hidden, query = shape.hidden, shape.heads * shape.head_dim
    key = shape.kv_heads * shape.head_dim
    weights[TEXT + "embed_tokens.weight"] = normal(shape.vocabulary, hidden)
    weights["lm_head.weight"] = normal(shape.vocabulary, hidden)
    weights[TEXT + "norm.weight"] = norm(hidden)
    for layer in range(shape.layers):
        at = f"{TEXT}layers.{layer}."
        weights[at + "self_attn.q_proj.weight"] = normal(query, hidden)
        weights[at + "self_attn.k_proj.weight"] = normal(key, hidden)
        weights[at + "self_attn.v_proj.weight"] = normal(key, hidden)
        weights[at + "self_attn.o_proj.weight"] = normal(hidden, query)
        weights[at + "mlp.gate_proj.weight"] = normal(shape.intermediate, hidden)
        weights[at + "mlp.up_proj.weight"] = normal(shape.intermediate, hidden)
        weights[at + "mlp.down_proj.weight"] = normal(hidden, shape.intermediate)
        weights[at + "input_layernorm.weight"] = norm(hidden)
        weights[at + "post_attention_layernorm.weight"] = norm(hidden)
    side = shape.vision_hidden
    weights[VISION + "embeddings.patch_embedding.weight"] = normal(
        side, 3, shape.patch, shape.patch
    )
    weights[VISION + "embeddings.patch_embedding.bias"] = normal(side)
    weights[VISION + "embeddings.position_embedding.weight"] = normal(
        shape.patches_per_side**2, side
    )
    for layer in range(shape.vision_layers):
        at = f"{VISION}encoder.layers.{layer}."
        for name in ("q_proj", "k_proj", "v_proj", "out_proj"):
            weights[f"{at}self_attn.{name}.weight"] = normal(side, side)
            weights[f"{at}self_attn.{name}.bias"] = normal(side)
        weights[at + "mlp.fc1.weight"] = normal(shape.vision_intermediate, side)
        weights[at + "mlp.fc1.bias"] = normal(shape.vision_intermediate)
        weights[at + "mlp.fc2.weight"] = normal(side, shape.vision_intermediate)
        weights[at + "mlp.fc2.bias"] = normal(side)
        for name in ("layer_norm1", "layer_norm2"):
            weights[f"{at}{name}.weight"] = norm(side)
            weights[f"{at}{name}.bias"] = normal(side)
    weights[VISION + "post_layernorm.weight"] = norm(side)
    weights[VISION + "post_layernorm.bias"] = normal(side)
    weights[CONNECTOR] = normal(hidden, side * shape.shuffle**2)
    return weights
