"""Which file is taken for each of the three graphs, where not all come in the same variant."""

from __future__ import annotations

from collections.abc import Container, Mapping
from pathlib import Path

from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.models import (
    GRAPH_FILES,
    NEEDED_CONFIG,
    TWINS,
    VARIANTS,
    ModelDescription,
    graph_name,
)


def companions(variant: str) -> list[str]:
    """Variants of the other graphs that go with a decoder's, the best first."""
    first = [variant, TWINS[variant]] if variant in TWINS else [variant]
    return first + [other for other in VARIANTS if other not in first]


def choose_files(
    names: Container[str], model: ModelDescription, variant: str | None, suitable: str
) -> tuple[str, list[str]]:
    """The variant of the decoder and the graph files to take from a repository that has `names`.

    The decoder decides: it has to be what was asked for. Vision tower and embedding are taken in
    another variant where that one is missing.

    Args:
        names: what the repository has.
        model: whose.
        variant: what was asked for; None for what suits, or else whatever there is.
        suitable: the variant that suits this processor.

    Raises:
        ModelError: a graph or a needed file is missing; it is named, with its size.
    """
    if variant is not None:
        model.check_variant(variant)
    wanted = companions(variant or suitable)
    decoders = wanted if variant is None else wanted[: 2 if variant in TWINS else 1]
    decoder = next((v for v in decoders if graph_name("decoder", v) in names), None)
    lacking = [name for name in NEEDED_CONFIG if name not in names]
    if decoder is None:
        lacking.insert(0, model.sized(graph_name("decoder", decoders[0])))
    files = []
    for part in GRAPH_FILES:
        order = companions(decoder or decoders[0])
        found = next((v for v in order if graph_name(part, v) in names), None)
        if found is not None:
            files.append(graph_name(part, found))
        elif part != "decoder":
            lacking.append(model.sized(graph_name(part, order[0])))
    if decoder is None or lacking:
        others = [v for v in VARIANTS if v not in decoders and graph_name("decoder", v) in names]
        hint = f" It has {', '.join(others)}: choose a variant." if others and not decoder else ""
        raise ModelError(f"{model.repository} doesn't have {', '.join(lacking)}.{hint}")
    return decoder, files


def present(folder: Path) -> Mapping[str, list[str]]:
    """The variants of each graph in a folder, the ones that suit a processor first."""
    return {
        part: [v for v in VARIANTS if (folder / graph_name(part, v)).is_file()]
        for part in GRAPH_FILES
    }


def missing(folder: Path, model: ModelDescription | None = None) -> list[str]:
    """What a folder lacks to be a model: files of which no variant is there, and settings."""
    found = present(folder)
    usual = next((variants[0] for variants in found.values() if variants), "uint8")
    lacking = [graph_name(part, usual) for part, variants in found.items() if not variants]
    lacking += [name for name in NEEDED_CONFIG if not (folder / name).is_file()]
    return [model.sized(name) if model is not None else name for name in lacking]
