"""What the program is made of: the libraries it brings or stands on, and their licences."""

from __future__ import annotations

import re
from dataclasses import dataclass
from email.message import Message
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path
from typing import cast

from packaging.requirements import Requirement

OURSELVES = "cardscanner"
_USERS_EXTRAS = ("", "service")
"""Of ours, what a user may have; the others are developers'."""
_TEXTS = re.compile(r"licen[cs]e|copying|notice", re.IGNORECASE)
_DATA_FILES = {".json", ".py", ".pyc", ".pyi"}
_SHORT = 60
"""Some packages write the whole text into the field for its name."""


@dataclass(frozen=True)
class Part:
    """A library, as its own metadata has it.

    Attributes:
        licence: an SPDX expression or the name of a licence; "see its text" where it says neither.
        home: its web page; empty where it names none.
        text: the licences' words; empty where the package doesn't bring them.
    """

    name: str
    version: str
    licence: str
    home: str
    text: str


def parts() -> list[Part]:
    """This program first, then every library that is installed for it, by name.

    What an extra brings is listed when it is installed. Takes some tenths of a second.
    """
    found: dict[str, Distribution] = {}
    _collect(OURSELVES, found)
    ours = found.pop(OURSELVES, None)
    others = sorted(found.values(), key=lambda one: str(one.name).lower())
    return [_part(one) for one in ([ours] if ours is not None else []) + others]


def _collect(name: str, found: dict[str, Distribution]) -> None:
    name = re.sub(r"[-_.]+", "-", name).lower()
    if name in found:
        return
    try:
        found[name] = one = distribution(name)
    except PackageNotFoundError:
        return  # of an extra that isn't here, or of another system
    extras = _USERS_EXTRAS if name == OURSELVES else ("",)
    for requirement in map(Requirement, one.requires or ()):
        marker = requirement.marker
        if marker is None or any(marker.evaluate({"extra": extra}) for extra in extras):
            _collect(requirement.name, found)


def _part(one: Distribution) -> Part:
    about = cast(Message, one.metadata)
    licence = about.get("License-Expression") or about.get("License") or ""
    if not licence or len(licence) > _SHORT or licence.lower() in {"unknown", "dual license"}:
        named = [
            line for line in about.get_all("Classifier") or () if line.startswith("License ::")
        ]
        licence = " / ".join(line.split(" :: ")[-1] for line in named) or "see its text"
    return Part(one.name, one.version, licence.strip(), _home(about), _text(one))


def _home(about: Message) -> str:
    for line in about.get_all("Project-URL") or ():
        label, _, address = line.partition(",")
        if label.strip().lower() in {"homepage", "home", "source", "repository", "source code"}:
            return address.strip()
    return about.get("Home-page") or ""


def _text(one: Distribution) -> str:
    texts = []
    for file in one.files or ():
        if _TEXTS.search(file.name) and file.suffix not in _DATA_FILES:
            path = Path(str(file.locate()))
            if path.is_file():
                texts.append(path.read_text(encoding="utf-8", errors="replace").strip())
    return "\n\n\n".join(dict.fromkeys(texts))
