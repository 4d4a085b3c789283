"""Cells that no spreadsheet takes for a formula."""

from __future__ import annotations

_FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n")
_GUARD = "'"


def safe_cell(text: str) -> str:
    """Text that a spreadsheet shows and never runs: what looks like a formula gets an apostrophe.

    Card names and notes come from strangers' files; see OWASP, “CSV Injection”.
    """
    return _GUARD + text if text.startswith(_FORMULA_STARTS) else text


def guarded_cell(text: str) -> str:
    """Like `safe_cell`, and `unguarded` gives exactly `text` again."""
    return _GUARD + text if text.startswith(_GUARD) else safe_cell(text)


def unguarded(cell: str) -> str:
    """The text that `guarded_cell` was given."""
    return cell.removeprefix(_GUARD)


EMPTY_TEXT = _GUARD
"""A cell for empty text where an empty cell means something else; `unguarded` gives it back."""
