"""Cells that no spreadsheet takes for a formula."""

from __future__ import annotations

import unicodedata

_FORMULA_STARTS = frozenset("=+-@−")
_GUARD = "'"
_QUOTES = frozenset("\"'`´‘’‚‛“”„‟«»‹›")
# By Unicode's categories: spaces, whatever is no sign at all, marks without a letter.
_UNSEEN = ("Z", "C", "M")
# Letters by their category, that are drawn as nothing.
_BLANKS = frozenset("\u115f\u1160\u3164\uffa0\u2800")


def safe_cell(text: str) -> str:
    """Text that a spreadsheet shows and never runs: what looks like a formula gets an apostrophe.

    Card names and notes come from strangers' files; see OWASP, “CSV Injection”. Spreadsheets take
    full-width signs for plain ones, and drop spaces, quotes and what isn't seen before a sign.
    """
    return _GUARD + text if _looks_like_formula(text) else text


def _looks_like_formula(text: str) -> bool:
    if text.startswith(("\t", "\r", "\n")):
        return True
    # As it is, and taken apart: ¯ is a space with a mark, and = with a stroke is one sign, ≠.
    forms = (text,) if text.isascii() else (text, unicodedata.normalize("NFKD", text))
    return any(_first_seen(form) in _FORMULA_STARTS for form in forms)


def _first_seen(text: str) -> str:
    first = next((char for char in text if not _is_skipped(char)), "")
    return unicodedata.normalize("NFKC", first)[:1]


def _is_skipped(char: str) -> bool:
    if char in _QUOTES or char in _BLANKS:
        return True
    return unicodedata.category(char).startswith(_UNSEEN)


def guarded_cell(text: str) -> str:
    """Like `safe_cell`, and `unguarded` gives exactly `text` again."""
    return _GUARD + text if text.startswith(_GUARD) else safe_cell(text)


def unguarded(cell: str) -> str:
    """The text that `guarded_cell` was given."""
    return cell.removeprefix(_GUARD)


EMPTY_TEXT = _GUARD
"""A cell for empty text where an empty cell means something else; `unguarded` gives it back."""
