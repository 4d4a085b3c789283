"""A tokenizer's file, and a form of it that is read without holding up the window.

The tokenizer library reads `tokenizer.json` in one call that holds Python all the while: nothing
else of the program runs for 70 ms. Written as lines, much of the work is ordinary Python, which
other threads interrupt, and what is left is one call of half that time.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from tokenizers import AddedToken, Tokenizer
from tokenizers.models import BPE

from cardscanner_gui.vlm.errors import ModelError

SUFFIX = ".txt"
_PARAGRAPH = "\n\n"


def open_tokenizer(path: Path) -> Tokenizer:
    """Open a `tokenizer.json`, or the lines that `write_lines` wrote.

    Raises:
        ModelError: the file isn't there, or isn't a tokenizer.
    """
    try:
        if path.suffix == SUFFIX:
            return _parse_lines(path.read_text(encoding="utf-8"))
        return Tokenizer.from_file(str(path))
    except Exception as error:  # The library raises a bare Exception.
        remedy = "Prepare" if path.suffix == SUFFIX else "Download"
        raise ModelError(
            f"{path} can't be read as a tokenizer. {remedy} the model again."
        ) from error


def write_lines(source: Path, target: Path) -> bool:
    """Write a tokenizer as lines: settings as JSON, tokens in the order of their ids, merges.

    Returns:
        whether it reads back as the same tokenizer. One that lines can't express stays as it is.
    """
    content = json.loads(source.read_text(encoding="utf-8"))
    vocabulary, merges = content["model"].pop("vocab"), content["model"].pop("merges", None)
    tokens = sorted(vocabulary, key=vocabulary.__getitem__)
    if merges is None or [vocabulary[token] for token in tokens] != list(range(len(tokens))):
        return False
    pairs = [merge if isinstance(merge, str) else " ".join(merge) for merge in merges]
    parts = (json.dumps(content), "\n".join(tokens), "\n".join(pairs))
    target.write_text(_PARAGRAPH.join(parts), encoding="utf-8", newline="\n")
    try:
        same: bool = open_tokenizer(target).to_str() == open_tokenizer(source).to_str()
    except ModelError:
        return False
    return same


def _parse_lines(text: str) -> Tokenizer:
    settings, tokens, merges = text.split(_PARAGRAPH)
    content = json.loads(settings)
    model: dict[str, Any] = content["model"]
    options = {name: value for name, value in model.items() if name != "type" and value is not None}
    added = sorted(content["added_tokens"], key=lambda token: token["id"])
    empty = {**model, "vocab": {}, "merges": []}
    tokenizer = Tokenizer.from_str(json.dumps({**content, "model": empty, "added_tokens": []}))
    ids = {token: index for index, token in enumerate(tokens.split("\n"))}
    pairs = [_pair(merge) for merge in merges.split("\n")] if merges else []
    tokenizer.model = BPE(ids, pairs, **options)
    # Their ids follow from the model's tokens and from this order.
    for token in added:
        own = {name: value for name, value in token.items() if name not in ("id", "content")}
        one = [AddedToken(token["content"], **own)]
        tokenizer.add_special_tokens(one) if own["special"] else tokenizer.add_tokens(one)
    return tokenizer


def _pair(merge: str) -> tuple[str, str]:
    left, right = merge.split(" ")
    return left, right
