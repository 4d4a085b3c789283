"""What the program is made of: the libraries it brings or stands on, and their licences."""

from __future__ import annotations

import json
import platform
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email.message import Message
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path, PurePath
from typing import cast

from packaging.requirements import Requirement

OURSELVES = "cardscanner"
_USERS_EXTRAS = ("", "service")
"""Of ours, what a user may have; the others are developers'."""
_TEXTS = re.compile(r"licen[cs]e|copying|notice", re.IGNORECASE)
_FOLDERS = re.compile(r"licen[cs]es$", re.IGNORECASE)
_DATA_FILES = {".json", ".py", ".pyc", ".pyi"}
_SHORT = 60
"""Some packages write the whole text into the field for its name."""
_COMMON = {
    "Apache-2.0": re.compile(r"Apache"),
    "LGPL-2.1": re.compile(r"LGPL-2\.1"),
    "LGPL-3.0": re.compile(r"LGPL-3\.0"),
    "GPL-3.0": re.compile(r"GPL-3\.0"),  # the LGPL's third version is written as additions to it
    "Python": re.compile(r"Python-2\.0"),
}
"""Licences whose words come with this program, for parts that don't bring them."""
_ASIDE = "parts.json"
"""What lies within libraries and other files, and has a licence of its own."""


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


def parts(texts: Path | None = None) -> list[Part]:
    """This program first, then every library that is installed for it, by name.

    What an extra brings is listed when it is installed. Takes some tenths of a second.

    Args:
        texts: the folder with the words of common licences, and with the list of what isn't a
            library: fonts, networks, and the libraries within libraries. Without it these are left
            out, and a library that doesn't bring its licence has no text.
    """
    found: dict[str, Distribution] = {}
    _collect(OURSELVES, found)
    ours = found.pop(OURSELVES, None)
    listed = [_part(one, texts) for one in found.values()]
    if texts is not None:
        versions = {_normal(part.name): part.version for part in listed}
        listed += _aside(texts, versions)
    listed.sort(key=lambda one: one.name.lower())
    return ([_part(ours, texts)] if ours is not None else []) + listed


def as_text(listed: Sequence[Part]) -> str:
    """All parts as one text: a table of contents, then the words of each licence, once."""
    lines = ["What Cardscanner is made of", ""]
    lines += [f"{part.name} {part.version}: {part.licence}".strip() for part in listed]
    by_text: dict[str, list[Part]] = {}
    for part in listed:
        by_text.setdefault(part.text, []).append(part)
    for text, owners in by_text.items():
        lines += ["", "=" * 80]
        lines += [" ".join(filter(None, (p.name, p.version, p.home))) for p in owners]
        lines += ["=" * 80, "", text]
    return "\n".join(lines) + "\n"


def _aside(texts: Path, versions: dict[str, str]) -> Iterator[Part]:
    """What lies within libraries, of those that are here."""
    for entry in json.loads((texts / _ASIDE).read_text(encoding="utf-8")):
        within = _normal(entry["in"])
        if within and within != OURSELVES and within not in versions:
            continue
        version = "" if within == OURSELVES else versions.get(within, platform.python_version())
        words = _common(entry["licence"], texts)
        yield Part(
            entry["name"],
            entry.get("version", version),
            entry["licence"],
            entry["home"],
            "\n\n\n".join(filter(None, (entry["note"], words))),
        )


def _normal(name: str) -> str:
    return re.sub(r"[-_.]+", "-", name).lower()


def _collect(name: str, found: dict[str, Distribution]) -> None:
    name = _normal(name)
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


def _part(one: Distribution, texts: Path | None) -> Part:
    about = cast(Message, one.metadata)
    licence = about.get("License-Expression") or about.get("License") or ""
    if not licence or len(licence) > _SHORT or licence.lower() in {"unknown", "dual license"}:
        named = [
            line for line in about.get_all("Classifier") or () if line.startswith("License ::")
        ]
        licence = " / ".join(line.split(" :: ")[-1] for line in named) or "see its text"
    text = _text(one) or (_common(licence, texts) if texts is not None else "")
    return Part(one.name, one.version, licence.strip(), _home(about), text)


def _common(licence: str, texts: Path) -> str:
    """The words of the common licences that an expression names."""
    named = [name for name, pattern in _COMMON.items() if pattern.search(licence)]
    return "\n\n\n".join(
        (texts / f"{name}.txt").read_text(encoding="utf-8").strip() for name in named
    )


def _home(about: Message) -> str:
    for line in about.get_all("Project-URL") or ():
        label, _, address = line.partition(",")
        if label.strip().lower() in {"homepage", "home", "source", "repository", "source code"}:
            return address.strip()
    return about.get("Home-page") or ""


def licence_files(one: Distribution) -> list[PurePath]:
    """The files of a distribution that hold licences, relative to where it is installed."""
    return [
        file
        for file in one.files or ()
        if file.suffix not in _DATA_FILES
        and (_TEXTS.search(file.name) or any(_FOLDERS.match(part) for part in file.parts[:-1]))
    ]


def _text(one: Distribution) -> str:
    texts = []
    for file in licence_files(one):
        path = Path(str(one.locate_file(file)))
        if path.is_file():
            texts.append(path.read_text(encoding="utf-8", errors="replace").strip())
    return "\n\n\n".join(dict.fromkeys(texts))
