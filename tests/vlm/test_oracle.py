"""Everything that the engine computes, held against transformers and torch on the same weights."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from cardscanner_gui.core.types import CardImage
from cardscanner_gui.vlm.decoder import Decoder
from cardscanner_gui.vlm.describe import describe
from cardscanner_gui.vlm.engine import Engine
from cardscanner_gui.vlm.events import RecordRead
from cardscanner_gui.vlm.graphs.session import Graph, Stop
from cardscanner_gui.vlm.layouts import SPLIT, STRIPS, WHOLE_AND_PRINT, Layout
from cardscanner_gui.vlm.plan import load_plan
from cardscanner_gui.vlm.prompt import PromptSettings, picture_text
from cardscanner_gui.vlm.skeleton import Cursor
from cardscanner_gui.vlm.tiles import Tiles, grid_tiles, make_tiles, normalise, whole_tile
from cardscanner_gui.vlm.vocabulary import Vocabulary
from tests.vlm.asked import OPEN, POKEMON
from training.tiny_vlm.weights import Weights

torch = pytest.importorskip(
    "torch", reason="the oracle needs torch: pip install cardscanner[oracle]"
)
transformers = pytest.importorskip("transformers")
STEPS = 32


@pytest.fixture(scope="module")
def oracle(published: Callable[..., Path], weights: Weights) -> Any:
    from training.tiny_vlm.torch_model import torch_model

    torch.set_num_threads(1)
    return torch_model(published("fp32"), weights)


@pytest.fixture(scope="module")
def processor(published: Callable[..., Path]) -> Any:
    return transformers.AutoProcessor.from_pretrained(published("fp32"))


def picture(width: int, height: int) -> np.ndarray:
    return np.random.default_rng(width).integers(0, 256, (height, width, 3), np.uint8)


def prompt_text(prompt: PromptSettings, tiles: Tiles) -> str:
    return "".join([prompt.before_text, POKEMON.ask, *picture_text(prompt, tiles), prompt.after])


@pytest.mark.parametrize("size", [(300, 420), (420, 300), (97, 641), (128, 128), (2000, 20)])
@pytest.mark.parametrize("split", [False, True])
def test_pixels_are_the_processors(
    processor: Any, published: Callable[..., Path], size: tuple[int, int], split: bool
) -> None:
    settings = describe(published("fp32")).image
    pixels = picture(*size)
    expected = processor.image_processor(
        images=[[pixels]], do_image_splitting=split, return_tensors="np"
    )["pixel_values"][0]
    tiles = (grid_tiles if split else whole_tile)(pixels, settings)
    own = np.stack([normalise(tile, settings) for tile in tiles.pixels])
    np.testing.assert_array_equal(own, np.asarray(expected, np.float32))


@pytest.mark.parametrize("size", [(300, 420), (420, 300), (600, 100)])
@pytest.mark.parametrize("split", [False, True])
def test_prompt_ids_are_the_processors(
    processor: Any, published: Callable[..., Path], size: tuple[int, int], split: bool
) -> None:
    folder = published("fp32")
    found, pixels = describe(folder), picture(*size)
    content = [{"type": "text", "text": POKEMON.ask}, {"type": "image"}]
    messages = [{"role": "user", "content": content}]
    text = processor.apply_chat_template(messages, add_generation_prompt=True)
    ids = processor(images=[[pixels]], text=[text], do_image_splitting=split)["input_ids"][0]
    tiles = (grid_tiles if split else whole_tile)(pixels, found.image)
    own = prompt_text(found.prompt, tiles)
    assert Vocabulary(folder / "tokenizer.json").encode(own) == list(ids)


def test_two_tiles_read_like_two_pictures(processor: Any, published: Callable[..., Path]) -> None:
    folder = published("fp32")
    found, pixels = describe(folder), picture(200, 280)
    tiles = whole_tile(pixels, found.image)
    two = type(tiles)(np.concatenate([tiles.pixels, tiles.pixels]))
    text = f"<|im_start|>User: {POKEMON.ask}<image><image><end_of_utterance>\nAssistant:"
    ids = processor(images=[[pixels, pixels]], text=[text], do_image_splitting=False)["input_ids"]
    own = prompt_text(found.prompt, two)
    assert Vocabulary(folder / "tokenizer.json").encode(own) == list(ids[0])


def test_vision_features_are_the_models(prepared: Path, oracle: Any) -> None:
    engine = Engine(prepared, OPEN)
    size = engine.plan.image.tile
    pixels = np.stack([picture(size, size), picture(size, size)[::-1]])
    values = np.stack([normalise(tile, engine.plan.image) for tile in pixels])
    with torch.no_grad():
        expected = oracle.model.get_image_features(torch.from_numpy(values[None])).pooler_output
    expected = torch.cat(list(expected)).numpy().reshape(2, -1, 64)
    for tile, features in zip(pixels, expected, strict=True):
        own = engine.vision.compute(tile, Stop())
        np.testing.assert_allclose(own, features, atol=2e-5)


@pytest.mark.parametrize("length", [1, 23, 150])
def test_greedy_tokens_are_the_models(prepared: Path, oracle: Any, length: int) -> None:
    engine, stop = Engine(prepared, OPEN), Stop()
    ids = np.random.default_rng(length).integers(3, 500, length).tolist()
    decoder = engine.decoder
    cache = decoder.new_cache(length + STEPS)
    row = decoder.forward(cache, decoder.embed(ids, stop), [length - 1], stop)[0]
    with torch.no_grad():
        expected = oracle(input_ids=torch.tensor([ids])).logits[0, -1].numpy()
        np.testing.assert_allclose(row, expected, atol=2e-5)
        tokens = oracle.generate(
            input_ids=torch.tensor([ids]),
            max_new_tokens=STEPS,
            min_new_tokens=STEPS,
            do_sample=False,
            eos_token_id=None,
        )[0, length:].tolist()
    own = []
    for _ in range(STEPS):
        own.append(int(row.argmax()))
        row = decoder.forward(cache, decoder.embed(own[-1:], stop), [0], stop)[0]
    assert own == tokens


def test_chunks_and_going_back_give_the_models_logits(prepared: Path, oracle: Any) -> None:
    engine, stop = Engine(prepared, OPEN), Stop()
    ids = np.random.default_rng(3).integers(3, 500, 60).tolist()
    with torch.no_grad():
        expected = oracle(input_ids=torch.tensor([ids])).logits[0].numpy()
    decoder = engine.decoder
    cache = decoder.new_cache(64)
    embedded = decoder.embed(ids, stop)
    decoder.forward(cache, embedded[:40], [39], stop)
    decoder.forward(cache, embedded[::-1][:15], [0], stop)  # a draft that is rejected
    cache.truncate(33)
    own = decoder.forward(cache, embedded[33:41], list(range(8)), stop)
    np.testing.assert_allclose(own, expected[33:41], atol=2e-5)
    saved = cache.save()
    other = decoder.new_cache(64)
    other.load(saved)
    own = decoder.forward(other, embedded[41:], [0, 18], stop)
    np.testing.assert_allclose(own, expected[[41, 59]], atol=2e-5)


@pytest.mark.parametrize("layout", [STRIPS, WHOLE_AND_PRINT, SPLIT], ids=lambda one: one.name)
def test_a_read_card_is_what_the_model_says_under_the_same_constraints(
    engine: Engine, oracle: Any, cards: list[CardImage], layout: Layout
) -> None:
    *_, record = engine.read(cards[0], layout=layout)
    assert isinstance(record, RecordRead)
    plan = engine.plan
    tiles = make_tiles(cards[0], layout, plan.image)
    ids = engine.vocabulary.encode(prompt_text(plan.prompt, tiles))
    values = np.stack([normalise(tile, plan.image) for tile in tiles.pixels])[None]
    tokens = greedy_under_constraints(
        oracle, ids, torch.from_numpy(values), engine.forms["pokemon"].skeleton().start()
    )
    assert engine.vocabulary.decode(tokens) == record.raw


def greedy_under_constraints(oracle: Any, ids: list[int], values: Any, cursor: Cursor) -> list[int]:
    """Plain decoding, one token after the other."""
    written: list[int] = []
    with torch.no_grad():
        result = oracle(input_ids=torch.tensor([ids]), pixel_values=values, use_cache=True)
        while not cursor.done:
            row, choices = result.logits[0, -1].numpy(), cursor.choices
            written.append(int(choices[row[choices].argmax()]))
            cursor = cursor.advance(written[-1])
            result = oracle(
                input_ids=torch.tensor([written[-1:]]),
                past_key_values=result.past_key_values,
                use_cache=True,
            )
    return written


def test_every_variant_stays_near_the_model(
    published: Callable[..., Path], oracle: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = published("int8", "uint8", "q4")
    ids = np.random.default_rng(3).integers(3, 500, 40).tolist()
    with torch.no_grad():
        expected = oracle(input_ids=torch.tensor([ids])).logits[0].numpy()
    for variant in ("int8", "uint8", "q4"):
        decoder = Decoder(
            Graph(folder / f"onnx/embed_tokens_{variant}.onnx"),
            Graph(folder / f"onnx/decoder_model_merged_{variant}.onnx"),
            shared=True,
        )
        cache, stop = decoder.new_cache(64), Stop()
        own = decoder.forward(cache, decoder.embed(ids, stop), list(range(40)), stop)
        same = float((own.argmax(1) == expected.argmax(1)).mean())
        with capsys.disabled():
            print(f"\n{variant}: {same:.0%} of tokens as in fp32")
        # Reported, not exact: but rounding must not make another model of it.
        assert np.corrcoef(own.ravel(), expected.ravel())[0, 1] > 0.9


def test_plan_holds_what_the_configuration_says(prepared: Path) -> None:
    plan = load_plan(prepared)
    vocabulary = Vocabulary(prepared / "tokenizer.json")
    assert plan.image.tile == 128
    assert plan.prompt.image_tokens == 4
    assert plan.prompt.before_text == "<|im_start|>User: "
    assert plan.prompt.before_image == "<|im_start|>User:"
    assert plan.prompt.after == "<end_of_utterance>\nAssistant:"
    assert vocabulary.id_of("<end_of_utterance>") in plan.stop
