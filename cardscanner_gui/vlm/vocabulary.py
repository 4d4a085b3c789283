"""Text to token ids and back, and what each token spells."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cached_property
from pathlib import Path

import numpy as np
import numpy.typing as npt

from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.tokenizer_file import open_tokenizer


class Vocabulary:
    """The tokenizer of a model.

    Args:
        path: its `tokenizer.json`, or what `write_lines` made of it.

    Raises:
        ModelError: the file isn't there, or isn't a tokenizer.
    """

    def __init__(self, path: Path) -> None:
        self._tokenizer = open_tokenizer(path)

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
        """What each ordinary token spells, by ascending id.

        Bytes that are no whole character become U+FFFD.
        """
        specials = self._tokenizer.get_added_tokens_decoder()
        letters = _byte_letters()
        known = frozenset(letters)
        as_latin = {ord(letter): chr(byte) for letter, byte in letters.items()}
        # One by one: asked for all at once, the library holds Python for 25 ms.
        tokens = ((i, self._tokenizer.id_to_token(i)) for i in range(len(self)))
        return {
            index: token.translate(as_latin).encode("latin-1").decode("utf-8", "replace")
            for index, token in tokens
            if token is not None and index not in specials and known.issuperset(token)
        }

    @cached_property
    def printable(self) -> npt.NDArray[np.int64]:
        """Ids of the tokens that stay on one line, ascending."""
        spellings = self.spellings.items()
        return np.array([token for token, text in spellings if text and text.isprintable()])


def _byte_letters() -> dict[str, int]:
    """Byte-level tokenizers write each byte as one visible letter: the printable ones as
    themselves, the others as the letters from U+0100 on, in order.
    """
    plain = [*range(0x21, 0x7F), *range(0xA1, 0xAD), *range(0xAE, 0x100)]
    others = [byte for byte in range(256) if byte not in set(plain)]
    letters = {chr(byte): byte for byte in plain}
    return letters | {chr(0x100 + place): byte for place, byte in enumerate(others)}
