"""Why a printing is, or isn't, the card: what was read beside what is printed, in words."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any

from cardscanner_gui.core.text import fold, normalise_number
from cardscanner_gui.core.types import Printing

Same = Callable[[str, str], bool]
"""Whether what was read and what is printed are the same."""


@dataclass(frozen=True)
class Finding:
    """One field compared.

    Attributes:
        agrees: True, False, or None when nothing was read there.
        words: such as `number 012/193` or `number: read “012/198”, printed 012/193`.
    """

    agrees: bool | None
    words: str


def compare(printing: Printing, reading: Mapping[str, Any]) -> list[Finding]:
    """Compare the fields that people check by eye: name, number, HP, set code, illustrator.

    Args:
        printing: a candidate.
        reading: the scan contract's `reading` object: field name to `{"text": …, …}`.
    """
    findings = [
        _finding("name", read_text(reading, "name"), printing.name, _same_name(printing)),
        _finding("number", read_text(reading, "number"), printing.printed_number, _same_number),
    ]
    if printing.hp is not None:
        findings.append(_finding("HP", read_text(reading, "hp"), str(printing.hp), _equal))
    if printing.set_code and read_text(reading, "set_code"):
        findings.append(
            _finding("set code", read_text(reading, "set_code"), printing.set_code, _equal)
        )
    if printing.illustrator and read_text(reading, "artist"):
        findings.append(
            _finding("illustrator", read_text(reading, "artist"), printing.illustrator, _similar)
        )
    return findings


def read_text(reading: Mapping[str, Any], name: str) -> str:
    """What was read for a field, empty when nothing was."""
    field = reading.get(name)
    return str(field.get("text", "")) if isinstance(field, Mapping) else ""


def _finding(label: str, read: str, printed: str, same: Same) -> Finding:
    if not read:
        return Finding(None, f"{label} {printed} (not read)")
    if same(read, printed):
        return Finding(True, f"{label} {printed}")
    return Finding(False, f"{label}: read “{read}”, printed {printed}")


def _same_name(printing: Printing) -> Same:
    names = [fold(name) for name in printing.names.values()]

    def same(read: str, _: str) -> bool:
        folded = fold(read)
        return any(name and (name in folded or _ratio(folded, name) >= 0.85) for name in names)

    return same


def _same_number(read: str, printed: str) -> bool:
    def parts(text: str) -> list[str]:
        return [normalise_number(part) for part in text.replace(" ", "").split("/")]

    a, b = parts(read), parts(printed)
    return a[0] == b[0] and (len(a) == 1 or len(b) == 1 or a[1] == b[1])


def _equal(read: str, printed: str) -> bool:
    return fold(read) == fold(printed)


def _similar(read: str, printed: str) -> bool:
    a, b = fold(read), fold(printed)
    return b in a or _ratio(a, b) >= 0.75


def _ratio(a: str, b: str) -> float:
    return SequenceMatcher(None, a, b).ratio()
