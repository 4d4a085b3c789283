"""Text to token ids and back, and what each token spells."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

from tokenizers import Tokenizer

from cardscanner_gui.vlm.errors import ModelError


class Vocabulary:
    """The tokenizer of a model, as its `tokenizer.json` describes it."""

    def __init__(self, path: Path) -> None:
        try:
            self._tokenizer = Tokenizer.from_file(str(path))
        except Exception as error:
            raise ModelError(
                f"{path} can't be read as a tokenizer. Download the model again."
            ) from error

    def encode(self, text: str) -> list[int]:
        """Ids of a text; special tokens that it spells out become themselves, none is added."""
        ids: list[int] = self._tokenizer.encode(text, add_special_tokens=False).ids
        return ids

    def encode_many(self, texts: Sequence[str]) -> list[list[int]]:
        encodings = self._tokenizer.encode_batch(list(texts), add_special_tokens=False)
        return [e.ids for e in encodings]

    def decode(self, ids: Sequence[int]) -> str:
        text: str = self._tokenizer.decode(list(ids), skip_special_tokens=True)
        return text

    def id_of(self, token: str) -> int:
        """The id of a special token.

        Raises:
            ModelError: the tokenizer doesn't know it.
        """
        found = self._tokenizer.token_to_id(token)
        if found is None:
            raise ModelError(
                f"The tokenizer doesn't know {token}: it belongs to another model. "
                "Download the model again."
            )
        return int(found)

    def __len__(self) -> int:
        return int(self._tokenizer.get_vocab_size(with_added_tokens=True))

    @cached_property
    def spellings(self) -> dict[int, str]:
        """What each ordinary token spells; bytes that are no whole character become U+FFFD."""
        specials = self._tokenizer.get_added_tokens_decoder()
        letters = _byte_letters()
        return {
            index: bytes(letters[c] for c in token).decode("utf-8", "replace")
            for token, index in self._tokenizer.get_vocab(with_added_tokens=False).items()
            if index not in specials and all(c in letters for c in token)
        }


def _byte_letters() -> dict[str, int]:
    """Byte-level tokenizers write each byte as one visible letter: the printable ones as
    themselves, the others as the letters from U+0100 on, in order.
    """
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in set(plain)]
    letters = {chr(byte): byte for byte in plain}
    return letters | {chr(0x100 + place): byte for place, byte in enumerate(others)}
