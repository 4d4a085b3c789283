"""The user guide's pages in their order, and which of them is about what is on the screen."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from cardscanner_gui.core.words import mark
from cardscanner_gui.qt.frame.pages import Page

INDEX = "README.md"
_LINK = re.compile(r"\]\(([a-z]+\.md)\)")
_HEADING = re.compile(r"^(#{1,2}) (.+)$", re.MULTILINE)

ABOUT_PAGES = {
    Page.SCAN: "scan.md",
    Page.REVIEW: "review.md",
    Page.COLLECTION: "collection.md",
    Page.SETS: "sets.md",
    Page.ACTIVITY: "activity.md",
}
"""Where the guide tells of each page of the window."""

LIVE = "live.md"
"""In place of the Scan page's, while a camera runs."""

ABOUT_DIALOGS = {
    "WelcomeDialog": "start.md",
    "PicturesDialog": mark("start.md#Pictures of the printings"),
    "ProblemsDialog": "trouble.md#Pictures",
    "OtherMatchDialog": "scan.md",
    "SessionsDialog": "live.md#Sessions",
    "AddDialog": mark("collection.md#Working on it"),
    "ChangesDialog": mark("collection.md#Working on it"),
    "DetailsDialog": mark("collection.md#Working on it"),
    "ExportDialog": "files.md#Export",
    "ImportDialog": "files.md#Import",
    "ValuesDialog": "values.md",
    "ModelsDialog": "models.md",
    "SettingsDialog": "settings.md",
    "KeysDialog": INDEX,
    "LicencesDialog": "privacy.md",
    "CrashDialog": mark("trouble.md#The program itself"),
}
"""The same for the classes of dialogs; others are about the page they stand over."""


@dataclass(frozen=True)
class GuidePage:
    """One file of the guide.

    Attributes:
        name: of the file, such as `scan.md`.
        words: its Markdown.
        headings: its title first, then those of its sections.
    """

    name: str
    words: str
    headings: tuple[str, ...]


def read_guide(folder: Path) -> list[GuidePage]:
    """All pages: the index, and then what it links to, in its order."""
    index = (folder / INDEX).read_text(encoding="utf-8")
    names = [INDEX, *dict.fromkeys(_LINK.findall(index))]
    return [_read(folder / name) for name in names]


def _read(path: Path) -> GuidePage:
    words = path.read_text(encoding="utf-8")
    headings = tuple(title for _, title in _HEADING.findall(words))
    return GuidePage(path.name, words, headings)
