"""Screenshots for the documents: what the tests draw, taken over where it looks otherwise.

The tests `test_*screenshots.py` walk the real window through its states with cards drawn by us and
write what they see. Here the pictures that documents show are taken over, and it is noted from
which code each was made, so that a test can say when one is older than that.
"""

from __future__ import annotations

import ast
import hashlib
import json
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "screenshots"
TAKEN = ROOT / "tests" / "screenshots"
NOTES = FOLDER / "made-from.json"
"""For each picture the digest of the code it shows."""

QT = ROOT / "cardscanner_gui" / "qt"
_ALWAYS = ("frame", "style")
_SHOWN = {
    "scan": ("scan", "card"),
    "live": ("live", "scan", "card"),
    "review": ("review", "card"),
    "collection": ("collection", "card"),
    "sets": ("sets",),
    "activity": ("activity",),
    "export": ("collection",),
    "settings": ("window",),
    "welcome": ("window",),
    "other": ("card",),
    "language": ("scan", "review", "collection", "card"),
}
"""The folders of `cardscanner_gui/qt` that a picture shows, by its name's first word."""

_ALIKE = 2.0
"""Grey levels by which two pictures may differ in the mean of any of their 32 x 20 parts."""


def make() -> None:
    """Take all screenshots anew; a picture that looks the same keeps its file."""
    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    tests = sorted(str(path) for path in (ROOT / "tests").rglob("test_*screenshots.py"))
    command = [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *tests]
    subprocess.run(command, cwd=ROOT, env=environment, check=True)
    FOLDER.mkdir(exist_ok=True)
    notes = {}
    for name in sorted(shown()):
        if not looks_like(FOLDER / name, TAKEN / name):
            _take_over(TAKEN / name, FOLDER / name)
        notes[name] = digest(name)
    NOTES.write_text(json.dumps(notes, indent=2) + "\n", encoding="utf-8")
    for path in FOLDER.glob("*.png"):
        if path.name not in notes:
            path.unlink()


def shown() -> set[str]:
    """The names of the pictures that documents show."""
    documents = [*ROOT.glob("*.md"), *(ROOT / "docs").rglob("*.md")]
    words = "".join(path.read_text(encoding="utf-8") for path in documents)
    return set(re.findall(r"screenshots/([\w-]+\.png)", words))


def digest(name: str) -> str:
    """Of the code that a picture shows: what it does, without comments and layout."""
    kind = name.split("-")[0].split(".")[0]
    sources = [path for folder in (*_ALWAYS, *_SHOWN[kind]) for path in (QT / folder).glob("*.py")]
    whole = hashlib.sha256()
    for path in sorted(sources):
        whole.update(_meaning(path).encode())
    return whole.hexdigest()[:16]


def outdated() -> list[str]:
    """The pictures that are older than the code they show, or that nobody has taken."""
    notes = json.loads(NOTES.read_text(encoding="utf-8"))
    return [
        name
        for name in sorted(shown())
        if notes.get(name) != digest(name) or not (FOLDER / name).exists()
    ]


def looks_like(one: Path, other: Path) -> bool:
    """Whether two pictures differ by no more than a clock or a cursor."""
    import numpy as np
    from PIL import Image

    if not one.exists():
        return False
    small, sizes = [], set()
    for path in (one, other):
        with Image.open(path) as picture:
            sizes.add(picture.size)
            grey = picture.convert("L").resize((32, 20), Image.Resampling.BOX)
            small.append(np.asarray(grey, dtype=float))
    if len(sizes) > 1:
        return False
    return float(np.abs(small[0] - small[1]).max()) <= _ALIKE


def _meaning(path: Path) -> str:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    for node in ast.walk(tree):
        body = getattr(node, "body", None)
        first = body[0] if isinstance(body, list) and body else None
        if isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant):
            body[0] = ast.Pass()  # a docstring shows nothing
    return ast.dump(tree)


def _take_over(taken: Path, target: Path) -> None:
    """As a PNG of 256 colours, a fifth of the size."""
    from PIL import Image

    with Image.open(taken) as picture:
        few = picture.convert("RGB").quantize(256, dither=Image.Dither.NONE)
        few.save(target, optimize=True)
