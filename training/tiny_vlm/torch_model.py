"""The same weights in transformers' own model: the oracle of the tests, and what is trained."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from transformers import AutoConfig, Idefics3ForConditionalGeneration

from training.tiny_vlm.weights import Weights


def torch_model(folder: Path, weights: Weights) -> Any:
    """Idefics3 of the folder's `config.json` with the given weights, in evaluation mode."""
    config = AutoConfig.from_pretrained(folder)
    config.text_config.rope_parameters = {
        "rope_type": "default",
        "rope_theta": config.text_config.rope_parameters["rope_theta"],
    }
    model = Idefics3ForConditionalGeneration(config)
    state = {name: torch.from_numpy(value.copy()) for name, value in weights.items()}
    missing, unexpected = model.load_state_dict(state, strict=False)
    if missing or unexpected:
        raise ValueError(f"weights don't fit: missing {missing}, unexpected {unexpected}")
    return model.eval()
