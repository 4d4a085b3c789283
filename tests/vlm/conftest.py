"""Tiny models in the published layout, made once for all tests of this room."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cardscanner_gui.core.types import CardImage
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.prepare import prepare
from tests.vlm.asked import ASKED
from training.drawing.cards import draw_card
from training.tiny_vlm.cards import draw_face, flat_card, texts
from training.tiny_vlm.folder import write_model
from training.tiny_vlm.shapes import TINY
from training.tiny_vlm.tokenizer import train_tokenizer
from training.tiny_vlm.weights import Weights, random_weights


@pytest.fixture(scope="session", autouse=True)
def _either_processor(dot_products: bool) -> None:
    """Everything of this room holds on both kinds of processor."""


@pytest.fixture(scope="session")
def weights() -> Weights:
    return random_weights(TINY)


@pytest.fixture(scope="session")
def tokenizer() -> Any:
    return train_tokenizer(texts(), TINY.vocabulary)


@pytest.fixture(scope="session")
def published(
    tmp_path_factory: pytest.TempPathFactory, weights: Weights, tokenizer: Any
) -> Callable[..., Path]:
    """Writes a model folder as it would be downloaded; equal requests share one folder."""
    known: dict[tuple[object, ...], Path] = {}

    def make(*variants: str, attention: str = "grouped") -> Path:
        key = (variants, attention)
        if key not in known:
            known[key] = tmp_path_factory.mktemp("published")
            write_model(
                known[key], TINY, weights, tokenizer, variants=variants, attention=attention
            )
        return known[key]

    return make


@pytest.fixture(scope="session", params=["grouped", "decomposed", "multihead"])
def prepared(
    request: pytest.FixtureRequest, published: Callable[..., Path], dot_products: bool
) -> Path:
    """A prepared fp32 model, once with each kind of attention."""
    folder = published("fp32", attention=request.param)
    prepare(folder, "tiny")
    return folder


@pytest.fixture
def engine(prepared: Path) -> Engine:
    return Engine(prepared, ASKED)


@pytest.fixture(scope="session")
def cards() -> list[CardImage]:
    rng = np.random.default_rng(7)
    return [flat_card(draw_card(draw_face(rng), 528)) for _ in range(4)]
