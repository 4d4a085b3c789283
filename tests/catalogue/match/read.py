"""Readings of texts alone, as a reader that saw nothing else would give them."""

from __future__ import annotations

from cardscanner_gui.core.types import Field, Reading


def reading(*, checked_numbers: str | None = None, **fields: str | list[str]) -> Reading:
    """A reading with these texts by kind of field, best first."""
    many = {kind: [text] if isinstance(text, str) else text for kind, text in fields.items()}
    return Reading(
        "ocr",
        fields={kind: tuple(Field(text, 0.99) for text in texts) for kind, texts in many.items()},
        checked_numbers=() if checked_numbers is None else (Field(checked_numbers, 0.99),),
    )
