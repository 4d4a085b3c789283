"""Trains the small reader on drawn cards and keeps its weights (half precision, about 1 MB).

`python -m training.tiny_vlm.train --steps 4000` takes about half an hour on one core.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

import numpy as np
import torch

from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.vlm.tiles import normalise
from training.tiny_vlm.cards import SETTINGS, WEIGHTS, Sample, answer, draw_sample, texts
from training.tiny_vlm.folder import write_model
from training.tiny_vlm.shapes import READER
from training.tiny_vlm.tokenizer import train_tokenizer
from training.tiny_vlm.torch_model import torch_model
from training.tiny_vlm.weights import random_weights

PICTURE = (
    "<fake_token_around_image><global-img>"
    + "<image>" * READER.tokens_per_tile
    + "<fake_token_around_image>"
)
PROMPT = f"<|im_start|>User: {POKEMON.ask}{PICTURE}<end_of_utterance>\nAssistant:"
IGNORED = -100
ALPHABET = " abcdefghijklmnopqrstuvwxyz0123456789/"
CHARACTERS = 20


def main() -> None:
    """Draw, train, report, keep."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--steps", type=int, default=4000)
    parser.add_argument("--batch", type=int, default=32)
    parser.add_argument("--cards", type=int, default=3000)
    parser.add_argument("--rate", type=float, default=1.5e-3)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=60)
    parser.add_argument("--output", type=Path, default=WEIGHTS)
    options = parser.parse_args()
    torch.set_num_threads(options.threads)
    torch.manual_seed(0)
    rng = np.random.default_rng(0)
    pool = [draw_sample(rng) for _ in range(options.cards)]
    print(f"drew {len(pool)} cards", flush=True)
    tokenizer = train_tokenizer(texts(), READER.vocabulary)
    with TemporaryDirectory() as folder:
        weights = random_weights(READER, seed=1, scale=0.08)
        write_model(Path(folder), READER, weights, tokenizer, variants=())
        model = torch_model(Path(folder), weights)
    train(model, tokenizer, pool, rng, options)
    state = {k: v.detach().numpy().astype(np.float16) for k, v in model.state_dict().items()}
    np.savez_compressed(options.output, **{k: v for k, v in state.items() if v.ndim})


def train(
    model: Any, tokenizer: Any, pool: list[Sample], rng: np.random.Generator, options: Any
) -> None:
    """Adam with a short warm-up and a cosine to the end; the loss counts only the values."""
    model.train()
    rate, guide = options.rate, Guide()
    learnt = [*model.parameters(), *guide.parameters()]
    optimiser = torch.optim.AdamW(learnt, rate, betas=(0.9, 0.98), weight_decay=0.01)
    begun = time.monotonic()
    for step in range(options.steps):
        # Whichever runs out first, steps or minutes, ends the cosine.
        spent = max(step / options.steps, (time.monotonic() - begun) / 60 / options.minutes)
        if spent >= 1:
            break
        for group in optimiser.param_groups:
            group["lr"] = (
                rate * min(1, (step + 1) / 150) * (0.02 + 0.49 * (1 + np.cos(np.pi * spent)))
            )
        pixels, ids, labels, characters = make_batch(tokenizer, pool, rng, options.batch)
        result = model(input_ids=ids, pixel_values=pixels)
        loss = torch.nn.functional.cross_entropy(
            result.logits[:, :-1].flatten(0, 1), labels[:, 1:].flatten(), ignore_index=IGNORED
        )
        hints = guide(result.image_hidden_states.reshape(options.batch, -1))
        hint_loss = torch.nn.functional.cross_entropy(hints.flatten(0, 1), characters.flatten())
        optimiser.zero_grad()
        (loss + hint_loss).backward()
        torch.nn.utils.clip_grad_norm_(learnt, 1.0)
        optimiser.step()
        if step % 50 == 0:
            seconds = time.monotonic() - begun
            print(f"{step} {seconds:.0f} s, {loss.item():.3f} {hint_loss.item():.3f}", flush=True)
            save_every(model, options, step)
    model.eval()


def save_every(model: Any, options: Any, step: int) -> None:
    """Keep what there is now and then, so that a long training can be looked at."""
    if step and step % 500 == 0:
        state = {k: v.detach().numpy().astype(np.float16) for k, v in model.state_dict().items()}
        np.savez_compressed(options.output, **state)


class Guide(torch.nn.Module):
    """Reads every character straight from the image tokens, during training only.

    Without it the tower gets no useful gradient until the decoder happens to look at the right
    token, which takes thousands of steps. It isn't kept.
    """

    def __init__(self) -> None:
        super().__init__()
        inputs = READER.tokens_per_tile * READER.hidden
        self._linear = torch.nn.Linear(inputs, CHARACTERS * len(ALPHABET))

    def forward(self, features: torch.Tensor) -> torch.Tensor:
        return self._linear(features).reshape(-1, CHARACTERS, len(ALPHABET))


def spell(name: str, hp: str, number: str) -> list[int]:
    """The characters at fixed places: ten of the name, three of HP, seven of the number."""
    text = f"{name:<10}{hp:>3}{number:>7}".lower()
    return [ALPHABET.index(letter) for letter in text]


def make_batch(
    tokenizer: Any, pool: list[Sample], rng: np.random.Generator, size: int
) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor, torch.Tensor]:
    """Tiles whose upper and lower strips come from two different cards, with their answers.

    Returns:
        pixels, token ids, labels, and the characters of `spell`.
    """
    prompt = tokenizer.encode(PROMPT, add_special_tokens=False).ids
    pixels, rows, targets, spelt = [], [], [], []
    cut = round(0.5 * SETTINGS.tile)
    for _ in range(size):
        upper, lower = (pool[i] for i in rng.integers(0, len(pool), 2))
        tile = np.concatenate([upper.tile[:cut], lower.tile[cut:]]).astype(np.float32)
        tile = tile * rng.uniform(0.8, 1.2) + rng.normal(0, 4, tile.shape) + rng.normal(0, 8)
        pixels.append(normalise(tile.clip(0, 255).astype(np.uint8), SETTINGS))
        text = answer(upper.name, upper.hp, lower.number)
        encoding = tokenizer.encode(text, add_special_tokens=False)
        values = value_mask(text)
        labels = [
            token if values[start:end].any() else IGNORED
            for token, (start, end) in zip(encoding.ids, encoding.offsets, strict=True)
        ]
        spelt.append(spell(upper.name, upper.hp, lower.number))
        rows.append(prompt + encoding.ids)
        targets.append([IGNORED] * len(prompt) + labels)
    longest = max(map(len, rows))
    ids = torch.tensor([row + [2] * (longest - len(row)) for row in rows])
    labels_ = torch.tensor([row + [IGNORED] * (longest - len(row)) for row in targets])
    return torch.from_numpy(np.stack(pixels))[:, None], ids, labels_, torch.tensor(spelt)


def value_mask(text: str) -> np.ndarray:
    """Which characters are a value or the line end that closes it, not a label."""
    mask = np.zeros(len(text), bool)
    place = 0
    for line in text.splitlines(keepends=True):
        colon = line.index(":") + 1
        mask[place + colon : place + len(line)] = True
        place += len(line)
    return mask


if __name__ == "__main__":
    main()
