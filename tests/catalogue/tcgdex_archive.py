"""Writes small archives of invented cards in TCGdex' layout, and catalogues built from them.

cards = [card("Leafkit", "012", hp=60, attacks=("Gather Dew", "Seed Toss"))]
with build_catalogue(tmp_path, cards) as catalogue: ...
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.update import update_catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.sources.local import local_source

ROOT = "cards-database-master"
TIME = 1_700_000_000  # 2023-11-14, what the archive says of its age

Texts = str | Mapping[str, str]


@dataclass(frozen=True)
class SetSpec:
    """A set of invented cards; `top` is `data` or `data-asia`."""

    id: str
    name: Texts
    series: str
    top: str = "data"
    folder: str = ""
    total: int = 0
    code: str | None = None
    released: Texts = "2023-06-09"

    @property
    def path(self) -> str:
        return f"{self.top}/{self.series}/{self.folder or _english(self.name)}"


MEADOW = SetSpec("sv90", "Meadow Tales", "Scarlet & Violet", total=193, code="MDT")
HARBOUR = SetSpec("base90", "Harbour", "Base", total=102, code="HB", released="1999-01-09")
LANTERN = SetSpec(
    "SV90K", {"ja": "あかりの海", "zh-tw": "燈海"}, "SV", "data-asia", "SV90K", total=71
)


@dataclass(frozen=True)
class CardSpec:
    """One card; `literal` is merged into what is written, and wins."""

    name: Texts
    number: str
    owner: SetSpec
    literal: Mapping[str, Any] = field(default_factory=dict)


def card(
    name: Texts,
    number: str,
    owner: SetSpec = MEADOW,
    *,
    hp: int | None = 60,
    attacks: Iterable[Texts] = (),
    **literal: Any,
) -> CardSpec:
    """A card of the type most tests want; other keys are written as they are given."""
    given: dict[str, Any] = {"category": "Pokemon", "stage": "Basic", "rarity": "Common"}
    if hp is not None:
        given["hp"] = hp
    given["attacks"] = [{"cost": ["Grass"], "name": _texts(attack)} for attack in attacks]
    return CardSpec(name, number, owner, {**given, **literal})


def write_archive(
    path: Path, cards: Iterable[CardSpec], extra: Mapping[str, str] | None = None
) -> Path:
    """Write `cards` with their sets and series as a `.tar.gz`; `extra` gives files by path."""
    with tarfile.open(path, "w:gz") as tar:
        for name, text in {**archive_files(cards), **(extra or {})}.items():
            member = tarfile.TarInfo(f"{ROOT}/{name}")
            content = text.encode()
            member.size, member.mtime = len(content), TIME
            tar.addfile(member, io.BytesIO(content))
    return path


def write_folder(folder: Path, cards: Iterable[CardSpec]) -> Path:
    """The same files, unpacked into `folder`."""
    for name, text in archive_files(cards).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder


def archive_files(cards: Iterable[CardSpec]) -> dict[str, str]:
    """The texts of all files by their paths within the repository."""
    files = {"interfaces.d.ts": "export interface Card {}\n"}
    for spec in cards:
        owner = spec.owner
        series = {"id": owner.series.lower(), "name": {"en": owner.series}}
        files[f"{owner.top}/{owner.series}.ts"] = _typescript("Serie", "serie", series)
        files[f"{owner.path}.ts"] = _typescript("Set", "set", _set_literal(owner))
        literal = {"name": _texts(spec.name), **spec.literal}
        files[f"{owner.path}/{spec.number}.ts"] = _typescript("Card", "card", literal)
    return files


def build_catalogue(folder: Path, cards: Iterable[CardSpec]) -> Catalogue:
    """A catalogue of these cards, built in `folder` from an archive as a user's would be."""
    folder.mkdir(parents=True, exist_ok=True)
    archive = write_archive(folder / "cards.tar.gz", cards)
    update_catalogue(folder, POKEMON, local_source(archive), lambda *_: None, CancelToken())
    return Catalogue.open(folder)


def _set_literal(owner: SetSpec) -> dict[str, Any]:
    literal = {
        "id": owner.id,
        "name": _texts(owner.name),
        "cardCount": {"official": owner.total},
        "releaseDate": owner.released,
    }
    if owner.code:
        literal["abbreviations"] = {"official": owner.code}
    return literal


def _typescript(kind: str, variable: str, literal: Mapping[str, Any]) -> str:
    """As the repository writes it: keys bare where they can be, and the set by a variable."""
    body = "".join(
        f"\t{key}: {json.dumps(value, ensure_ascii=False, indent=1)},\n"
        for key, value in literal.items()
    )
    owner = {"Card": "\tset: Set,\n", "Set": "\tserie: serie,\n"}.get(kind, "")
    return (
        f'import {{ {kind} }} from "../../../interfaces"\n\n'
        f"const {variable}: {kind} = {{\n{owner}{body}}}\n\nexport default {variable}\n"
    )


def _texts(name: Texts) -> dict[str, str]:
    return {"en": name} if isinstance(name, str) else dict(name)


def _english(name: Texts) -> str:
    return name if isinstance(name, str) else next(iter(name.values()))
