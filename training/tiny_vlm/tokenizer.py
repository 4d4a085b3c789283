"""A small byte-level tokenizer with the special tokens and habits of the published one."""

from __future__ import annotations

import json
from collections.abc import Iterable
from pathlib import Path

from tokenizers import AddedToken, Tokenizer, decoders, models, pre_tokenizers, trainers

FIRST = ["<|endoftext|>", "<|im_start|>", "<|im_end|>"]
GRID = [f"<row_{row}_col_{column}>" for row in range(1, 7) for column in range(1, 7)]
LAST = ["<global-img>", *GRID, "<fake_token_around_image>", "<image>", "<end_of_utterance>"]

# The shape of a conversation: the role, a colon, the parts, an end mark; a space stands after the
# colon only where text comes first.
CHAT_TEMPLATE = (
    "<|im_start|>{% for message in messages %}{{ message.role | capitalize }}:"
    "{% if message.content[0].type == 'text' %} {% endif %}"
    "{% for part in message.content %}"
    "{% if part.type == 'image' %}<image>{% else %}{{ part.text }}{% endif %}"
    "{% endfor %}<end_of_utterance>\n{% endfor %}"
    "{% if add_generation_prompt %}Assistant:{% endif %}"
)


def train_tokenizer(texts: Iterable[str], vocabulary: int) -> Tokenizer:
    """Byte pairs learnt from `texts`; digits stay single, specials stand first and last."""
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.Sequence(
        [
            pre_tokenizers.Digits(individual_digits=True),
            pre_tokenizers.ByteLevel(add_prefix_space=False, use_regex=True),
        ]
    )
    tokenizer.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary - len(LAST),
        special_tokens=FIRST,
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    tokenizer.train_from_iterator(texts, trainer)
    tokenizer.add_special_tokens([AddedToken(t, normalized=False, special=True) for t in LAST])
    return tokenizer


def write_tokenizer(tokenizer: Tokenizer, folder: Path) -> None:
    """The tokenizer's files and the chat template, as a published repository has them."""
    tokenizer.save(str(folder / "tokenizer.json"))
    names = {
        "bos_token": "<|im_start|>",
        "eos_token": "<end_of_utterance>",
        "pad_token": "<|im_end|>",
        "unk_token": "<|endoftext|>",
    }
    extra = ["<fake_token_around_image>", "<image>", "<end_of_utterance>"]
    config = names | {
        "tokenizer_class": "PreTrainedTokenizerFast",
        "processor_class": "Idefics3Processor",
        "model_max_length": 8192,
        "clean_up_tokenization_spaces": False,
        "additional_special_tokens": extra,
    }
    special = names | {"additional_special_tokens": extra}
    _write(folder / "tokenizer_config.json", config)
    _write(folder / "special_tokens_map.json", special)
    _write(folder / "chat_template.json", {"chat_template": CHAT_TEMPLATE})


def _write(path: Path, content: dict[str, object]) -> None:
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
