"""What every command is given by `cli.py`."""

from __future__ import annotations

from dataclasses import dataclass

from cardscanner_gui.builder import Builder
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.settings import Settings


@dataclass(frozen=True)
class CommandContext:
    """The folders, the settings, and who builds things from them.

    Attributes:
        offline: fetch nothing, because the user said so here or in the settings.
    """

    paths: DataPaths
    settings: Settings
    builder: Builder
    offline: bool = False
