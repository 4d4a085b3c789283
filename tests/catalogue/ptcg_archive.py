"""Writes small archives of invented cards in PTCG-database's layout: one JSON file a card.

cards = [japanese("アカリ", "003", "SV90K", total="071"), chinese("小燈", "003", "SV90K")]
source = PtcgFiles(write_archive(tmp_path / "lists.tar.gz", cards))
"""

from __future__ import annotations

import io
import json
import tarfile
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

ROOT = "PTCG-database-main"
TIME = 1_710_000_000  # 2024-03-09, what the archive says of its age


@dataclass(frozen=True)
class ListedSpec:
    """One card: its list's folder, and what its file holds."""

    folder: str
    data: Mapping[str, Any]


def japanese(name: str, number: str | None, code: str | None, **data: Any) -> ListedSpec:
    """A card of the Japanese list; other keys are written as they are given."""
    return _listed("data_jp", name, number, code, {"card_type": "Pokémon", "stage": "たね", **data})


def chinese(name: str, number: str | None, code: str | None, **data: Any) -> ListedSpec:
    """A card of the Taiwanese list."""
    return _listed("data_tc", name, number, code, {"card_type": "Pokémon", "stage": "基礎", **data})


def _listed(
    folder: str, name: str, number: str | None, code: str | None, data: dict[str, Any]
) -> ListedSpec:
    data = {"name": name, "number": number, "set_name": code, "hp": 60, **data}
    data["set_total"] = data.pop("total", None)
    attacks = [{"cost": ["Grass"], "name": attack} for attack in data.pop("attacks", ())]
    return ListedSpec(folder, {**data, "attacks": attacks})


def archive_files(cards: Iterable[ListedSpec]) -> dict[str, str]:
    """The texts of all files by their paths; a card's id is its place in the order."""
    files = {"README.md": "# Invented cards\n", "data_en/XX/1.json": "[]"}
    for place, spec in enumerate(cards, start=1):
        path = f"{spec.folder}/{spec.data['set_name'] or 'no_set'}/{place}.json"
        files[path] = json.dumps(spec.data, ensure_ascii=False)
    return files


def write_archive(
    path: Path, cards: Iterable[ListedSpec], extra: Mapping[str, str] | None = None
) -> Path:
    """Write `cards` as a `.tar.gz`; `extra` gives files by path."""
    with tarfile.open(path, "w:gz") as tar:
        for name, text in {**archive_files(cards), **(extra or {})}.items():
            member = tarfile.TarInfo(f"{ROOT}/{name}")
            content = text.encode()
            member.size, member.mtime = len(content), TIME
            tar.addfile(member, io.BytesIO(content))
    return path


def write_folder(folder: Path, cards: Iterable[ListedSpec]) -> Path:
    """The same files, unpacked into `folder`."""
    for name, text in archive_files(cards).items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
