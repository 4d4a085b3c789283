"""A tokenizer written as lines reads as the one it was made of."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.tokenizer_file import open_tokenizer, write_lines

TEXTS = ("Charizard ex 054/091", "Illus. 5ban\nPokémon 進化", "<|im_start|>User:<image>x", "  two ")


@pytest.fixture
def source(tokenizer: Any, tmp_path: Path) -> Path:
    path = tmp_path / "tokenizer.json"
    tokenizer.save(str(path))
    return path


@pytest.mark.parametrize("merges", ["pairs", "words"])
def test_lines_give_the_same_ids_and_the_same_text(source: Path, merges: str) -> None:
    content = json.loads(source.read_text("utf-8"))
    pairs = [m.split(" ") if isinstance(m, str) else m for m in content["model"]["merges"]]
    content["model"]["merges"] = pairs if merges == "pairs" else [" ".join(p) for p in pairs]
    source.write_text(json.dumps(content), "utf-8")

    lines = source.with_name("lines.txt")
    assert write_lines(source, lines)

    original, own = open_tokenizer(source), open_tokenizer(lines)
    for text in TEXTS:
        ids = own.encode(text).ids
        assert ids == original.encode(text).ids
        assert own.decode(ids) == original.decode(ids)
    assert own.get_vocab() == original.get_vocab()


def test_what_lines_can_not_express_stays_as_it_is(source: Path) -> None:
    content = json.loads(source.read_text("utf-8"))
    vocabulary = content["model"]["vocab"]
    last = max(vocabulary, key=vocabulary.__getitem__)
    vocabulary[last] += 1  # a gap before the last token
    source.write_text(json.dumps(content), "utf-8")
    assert not write_lines(source, source.with_name("lines.txt"))

    content["model"] = {"type": "WordLevel", "vocab": {"a": 0, "b": 1}, "unk_token": "a"}
    source.write_text(json.dumps(content), "utf-8")
    assert not write_lines(source, source.with_name("lines.txt"))


@pytest.mark.parametrize("spoilt", ["", "{}", "{}\n\na\nb\n\nno-pair", "\x00" * 40])
def test_damaged_lines_are_named(tmp_path: Path, spoilt: str) -> None:
    path = tmp_path / "tokenizer.txt"
    path.write_text(spoilt, "utf-8")
    with pytest.raises(ModelError, match=r"tokenizer\.txt can't be read"):
        open_tokenizer(path)
