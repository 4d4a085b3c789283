"""What a format leaves behind of a copy that it does carry: a grade, say."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any

from cardscanner_gui.core.collection import Entry
from cardscanner_gui.core.words import mark
from cardscanner_gui.export.model import ExportFormat, NotCarriedError

_PARTS: Mapping[str, Mapping[str, Any]] = {
    mark("condition"): {"condition": "NM"},
    mark("stamp"): {"stamp": ""},
    mark("note"): {"note": ""},
    mark("tags"): {"tags": ()},
    mark("folder"): {"folder": ""},
    mark("place in the folder"): {"position": ""},
    mark("price paid"): {"purchase_price": None, "purchase_currency": "", "purchased_on": ""},
    mark("grade"): {"grader": "", "grade": "", "certificate": ""},
}
"""What the user may have said of a copy → the fields as they are where nothing was said."""


def lost_parts(entry: Entry, export_format: ExportFormat, row: Sequence[str]) -> Iterator[str]:
    """What was said of this copy and can't be seen in its row: without it the row is the same."""
    for part, unsaid in _PARTS.items():
        if all(getattr(entry, name) == value for name, value in unsaid.items()):
            continue
        try:
            if tuple(export_format.row(replace(entry, **unsaid))) == tuple(row):
                yield part
        except NotCarriedError:  # it does matter
            continue
