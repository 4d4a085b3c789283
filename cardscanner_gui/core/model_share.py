"""What a model had to do with a card's answer."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from typing import Any


@dataclass(frozen=True)
class ModelShare:
    """Fields by name, each in one of these only.

    Attributes:
        reader: the model's id.
        agreed: it reads what the answer says, or what text recognition read.
        added: nobody had read them before.
        contradicted: it reads something else than the answer says, and is sure of it.
        refused: it confirmed what was expected, but does so on a blank card too: that is no
            evidence.
        settled: the answer was unsure without it.
    """

    reader: str
    agreed: tuple[str, ...] = ()
    added: tuple[str, ...] = ()
    contradicted: tuple[str, ...] = ()
    refused: tuple[str, ...] = ()
    settled: bool = False


def encode_share(share: ModelShare) -> dict[str, Any]:
    """As a JSON object."""
    return asdict(share)


def decode_share(values: Mapping[str, Any] | None) -> ModelShare | None:
    """The share that `encode_share` wrote; None for none.

    Raises:
        TypeError, KeyError: it is nothing that we wrote.
    """
    if values is None:
        return None
    return ModelShare(
        values["reader"],
        tuple(values["agreed"]),
        tuple(values["added"]),
        tuple(values["contradicted"]),
        tuple(values["refused"]),
        values["settled"],
    )


def share_words(share: ModelShare, label: Callable[[str], str]) -> str:
    """`smolvlm-500m settled it: agrees on name, HP; adds year`.

    Args:
        share: what the model had to do with the answer.
        label: what a field is called in a sentence.
    """
    said = [
        f"{verb} {', '.join(label(name) for name in names)}"
        for verb, names in (
            ("agrees on", share.agreed),
            ("adds", share.added),
            ("reads another", share.contradicted),
            ("no evidence for", share.refused),
        )
        if names
    ]
    settled = " settled it" if share.settled else ""
    return f"{share.reader}{settled}: {'; '.join(said) or 'adds nothing'}"
