"""A node's reader: built in a process of its own, with one thread, warm, and checked."""

from __future__ import annotations

import platform
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from cardscanner_gui import environment
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.patience import DEFAULT_PATIENCE_S

if TYPE_CHECKING:  # OpenCV and ONNX Runtime must not be imported before the environment is set
    from cardscanner_gui.builder import Builder
    from cardscanner_gui.catalogue.catalogues import Catalogues
    from cardscanner_gui.cluster.content import Content
    from cardscanner_gui.recognition.protocols import Recognises


@dataclass(frozen=True)
class ReaderSpec:
    """What a node needs to build a reader; small, and sent to it.

    Attributes:
        data_dir: with catalogue and models, by its path on the node.
        content: what must be there; None takes what is there.
    """

    data_dir: str
    mode: ReadingMode = ReadingMode.FAST
    patience: float = DEFAULT_PATIENCE_S
    content: Content | None = None


@dataclass(frozen=True)
class Node:
    """One process of a cluster that reads.

    Attributes:
        content: what it answers from; as the spec asked for.
    """

    builder: Builder
    catalogue: Catalogues | None
    content: Content

    @property
    def metrics(self) -> Metrics:
        """Whatever is built here counts into it."""
        return self.builder.metrics

    def make_recogniser(self) -> Recognises:
        """A warm one for the calling thread; takes seconds and some 200 MB. Raises `WorldError`."""
        return self.builder.make_recogniser(self.catalogue)


def open_node(spec: ReaderSpec) -> Node:
    """Prepare this process for reading.

    It remembers answers in memory and in the Redis that its settings or the environment name. It
    never opens a collection: that has one writer.

    Raises:
        OtherContentError: this node has another content than the spec asks for.
        WorldError: a part is missing.
    """
    environment.prepare()
    from cardscanner_gui.builder import Builder
    from cardscanner_gui.cluster.content import content_of
    from cardscanner_gui.paths import DataPaths
    from cardscanner_gui.settings import load_settings

    paths = DataPaths(Path(spec.data_dir))
    settings = load_settings(paths.settings)
    settings = replace(settings, reading_mode=spec.mode, patience=spec.patience)
    builder = Builder(paths, settings, threads=1)
    catalogue = builder.open_catalogue()
    content = content_of(builder, catalogue)
    if spec.content is not None:
        content.check(spec.content, platform.node())
    return Node(replace(builder, memory=builder.open_memory(None)), catalogue, content)
