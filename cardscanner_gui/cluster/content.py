"""What decides an answer, by digest: two nodes of a cluster must agree in all of it."""

from __future__ import annotations

from dataclasses import asdict, dataclass, fields
from pathlib import Path
from typing import TYPE_CHECKING

from cardscanner_gui import __version__
from cardscanner_gui.core.errors import WorldError

if TYPE_CHECKING:
    from cardscanner_gui.builder import Builder
    from cardscanner_gui.catalogue.catalogues import Catalogues

_NAMES = {
    "version": "program",
    "catalogue": "catalogue",
    "pictures": "pictures' fingerprints",
    "networks": "networks",
    "models": "models",
    "reading": "reading mode",
}
"""What people call the parts."""


class OtherContentError(WorldError):
    """A node has another catalogue or other models than the cluster that it would join."""


@dataclass(frozen=True)
class Content:
    """Digests of a node's parts.

    Attributes:
        version: of the program.
        catalogue: of all games' catalogues; empty where there is none.
        pictures: what is known of the printings' pictures.
        networks: that find and read.
        models: that read too, where the mode asks for them.
        reading: mode, model and patience.
    """

    version: str = ""
    catalogue: str = ""
    pictures: str = ""
    networks: str = ""
    models: str = ""
    reading: str = ""

    def told(self) -> dict[str, str]:
        """For JSON."""
        return asdict(self)

    def check(self, wanted: Content, where: str) -> None:
        """Raise `OtherContentError` unless both are the same; `where` is this one's node."""
        other = [field.name for field in fields(self) if _of(self, field) != _of(wanted, field)]
        if other:
            parts = ", ".join(
                f"{_NAMES[name]} ({getattr(self, name) or 'none'},"
                f" not {getattr(wanted, name) or 'none'})"
                for name in other
            )
            raise OtherContentError(
                f"{where} has other parts than the cluster and can't join it: {parts}."
                " Give all nodes the same data folder and version."
            )


def _of(content: Content, field: object) -> str:
    return str(getattr(content, field.name))  # type: ignore[attr-defined]


def content_of(builder: Builder, catalogue: Catalogues | None) -> Content:
    """The content of this node's folders; takes a second. Raises `WorldError`."""
    from cardscanner_gui.core.modes import ReadingMode
    from cardscanner_gui.reading.models import model_folder
    from cardscanner_gui.recognition.cache.keys import digest_of_files
    from cardscanner_gui.resources import resource_dir

    settings = builder.settings
    networks = [*model_folder().glob("*.onnx"), *(resource_dir() / "finder").glob("*.onnx")]
    reading = f"{settings.reading_mode} patience {settings.patience:g}"
    models = ""
    if settings.reading_mode is not ReadingMode.FAST:
        reading += f" {settings.model}"
        models = _digest_of_sizes(builder.paths.models)
    return Content(
        version=__version__,
        catalogue=catalogue.digest if catalogue is not None else "",
        pictures=catalogue.artwork_state if catalogue is not None else "",
        networks=digest_of_files(networks),
        models=models,
        reading=reading,
    )


def _digest_of_sizes(folder: Path) -> str:
    """Of large files that were checked when they came; reading a gigabyte would take seconds."""
    from cardscanner_gui.recognition.cache.keys import context_of

    files = sorted(path for path in folder.rglob("*") if path.is_file())
    return context_of(f"{path.relative_to(folder)} {path.stat().st_size}" for path in files)
