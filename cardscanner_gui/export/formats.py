"""All formats. A new one is a module of its own and one line here."""

from __future__ import annotations

from collections.abc import Mapping

from cardscanner_gui.core.game import Games
from cardscanner_gui.export import plain, tcgplayer_app
from cardscanner_gui.export.model import ExportFormat

FORMAT_IDS = (plain.ID, tcgplayer_app.ID)


def formats_of(games: Games) -> Mapping[str, ExportFormat]:
    """The formats by their ids, for cards of these games."""
    made = (plain.make_format(games), tcgplayer_app.make_format(games))
    return {export_format.id: export_format for export_format in made}
