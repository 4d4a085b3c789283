"""What a row of a file says, before anybody has looked into the catalogue."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.copies import Copy


@dataclass(frozen=True)
class Row:
    """One row's card, in the words of the file.

    Attributes:
        line: number of the file's line.
        copy: what is the user's own; its finish and stamp are settled with the printing.
        name, number, set_name, set_code: as they stand there; empty where they don't.
        market_ids: the card's numbers at marketplaces.
        printing_id: our own.
        finish: the file's word for the finish, perhaps with a stamp in it.
        finishes: what the finish may be, where the file has no word but says some of it.
        game: the file's word for the game; empty where it names none.
        entry: the whole entry, of a file that carries it.
        scanned_at: seconds since the epoch; nothing where the file has no day.
        kept: what is kept of the row beside, for the entry's provenance.
        doubts: what of it makes no sense, in words for the user.
    """

    line: int
    copy: Copy = field(default_factory=Copy)
    name: str = ""
    number: str = ""
    set_name: str = ""
    set_code: str = ""
    market_ids: Mapping[str, int] = field(default_factory=dict)
    printing_id: str = ""
    finish: str = ""
    finishes: tuple[str, ...] = ()
    game: str = ""
    entry: Entry | None = None
    scanned_at: float = 0.0
    kept: Mapping[str, str] = field(default_factory=dict)
    doubts: tuple[str, ...] = ()


@dataclass(frozen=True)
class ImportFormat:
    """How one program's file is read.

    Attributes:
        id: as in `export`, where there is one of the same program.
        needed: the columns by which it is known, and without which it can't be read; one that ends
            in `…` stands for all that begin so.
        read: a row's cells as what it says.
    """

    id: str
    title: str
    needed: tuple[str, ...]
    read: Callable[[int, Mapping[str, str]], Row]
