"""All formats. A new one is a module of its own and one line here."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from cardscanner_gui.export import plain, tcgplayer_app
from cardscanner_gui.export.model import ExportFormat

FORMATS: Mapping[str, ExportFormat] = MappingProxyType(
    {format_.id: format_ for format_ in (plain.FORMAT, tcgplayer_app.FORMAT)}
)
