"""The rooms, the way of a card through them, and the threads, as `docs/architecture.svg`.

The rooms' order is that of the import contract in `pyproject.toml`: a room that is missing here, or
gone there, stops the drawing.
"""

from __future__ import annotations

import re
import tomllib
from pathlib import Path
from xml.sax.saxutils import escape

ROOT = Path(__file__).resolve().parents[2]
TARGET = ROOT / "docs" / "architecture.svg"

WAY = (
    ("capture", "Frame"),
    ("vision", "CardImage"),
    ("reading", "Reading"),
    ("catalogue", "Match"),
    ("recognition", "events"),
    ("store", "entries"),
    ("export", ""),
)
"""The rooms on a card's way, and what each hands to the next."""
FRONTS = (
    ("qt", "the window"),
    ("commands", "the command line"),
    ("service", "HTTP"),
    ("cluster", "several machines"),
)
BESIDE = (
    ("vlm", "a reading model"),
    ("games", "one folder a game"),
    ("importing", "other programs' files"),
    ("valuing", "prices"),
)
THREADS = (
    ("window", "paints; the only one that collects garbage"),
    ("camera", "takes frames, follows the card"),
    ("inference", "reads, one card at a time; batches have their own"),
    ("store", "reads and writes SQLite in order"),
    ("lanes", "files, catalogue, prices: what may take long"),
    ("decoder processes", "open strangers' files, with limits"),
)

_W, _PAD = 1120, 24
_STYLE = (
    "text{font:15px system-ui,sans-serif;fill:#1a1e27}"
    ".small{font-size:12.5px;fill:#5b6473}.head{font-weight:600;font-size:15px}"
    ".room{fill:#ffffff;stroke:#3454d1;stroke-width:1.5}"
    ".front{fill:#dfe5fb;stroke:#3454d1;stroke-width:1.5}"
    ".beside{fill:#f3f4f7;stroke:#8a93a5;stroke-width:1.2}"
    ".line{stroke:#5b6473;stroke-width:1.5;fill:none;marker-end:url(#end)}"
)


def rooms() -> set[str]:
    """The rooms of the contract that data flows one way."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    layers = project["tool"]["importlinter"]["contracts"][0]["layers"]
    return set(re.findall(r"cardscanner_gui\.(\w+)", " ".join(layers)))


def drawn() -> set[str]:
    """The rooms of this diagram."""
    return {name for name, _ in (*WAY, *FRONTS, *BESIDE)} | {"builder", "core"}


def svg() -> str:
    """The whole picture."""
    parts = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {_W} 560" role="img" '
        'aria-label="The rooms of the program, a card\'s way through them, and its threads">',
        f"<style>{_STYLE}</style>",
        '<defs><marker id="end" viewBox="0 0 8 8" refX="7" refY="4" markerWidth="7" '
        'markerHeight="7" orient="auto"><path d="M0 0L8 4L0 8z" fill="#5b6473"/></marker></defs>',
        f'<rect width="{_W}" height="560" fill="#ffffff"/>',
    ]
    width = (_W - 2 * _PAD - (len(FRONTS) - 1) * 20) / len(FRONTS)
    for place, (name, words) in enumerate(FRONTS):
        x = _PAD + place * (width + 20)
        parts += _box("front", x, 24, width, 50, name, words)
        parts.append(_line(x + width / 2, 74, x + width / 2, 100))
    parts += _box("front", _PAD, 102, _W - 2 * _PAD, 44, "builder", "puts the parts together")
    parts.append(_line(_W / 2, 146, _W / 2, 176))
    step = (_W - 2 * _PAD) / len(WAY)
    for place, (name, hands) in enumerate(WAY):
        x = _PAD + place * step
        parts += _box("room", x, 200, step - 34, 56, name, "")
        if hands:
            parts.append(_line(x + step - 34, 228, x + step - 2, 228))
            parts.append(_text(x + step - 18, 276, hands, "small", "middle"))
    parts.append(_text(_PAD, 192, "a card's way, and what each room hands on", "small"))
    width = (_W - 2 * _PAD - 3 * 16) / 4
    for place, (name, words) in enumerate(BESIDE):
        parts += _box("beside", _PAD + place * (width + 16), 292, width, 50, name, words)
    core = "plain types, errors, the scheduler; standard library and numpy"
    parts += _box("beside", _PAD, 356, _W - 2 * _PAD, 44, "core", core)
    parts.append(_text(_PAD, 430, "Threads", "head"))
    for place, (name, words) in enumerate(THREADS):
        x, y = _PAD + place % 2 * (_W / 2), 456 + place // 2 * 32
        parts.append(_text(x, y, name, "head"))
        parts.append(_text(x + 150, y, words, "small"))
    return "\n".join([*parts, "</svg>", ""])


def make() -> None:
    """Draw it anew."""
    missing = rooms() - drawn() - NOT_ROOMS
    if missing:
        raise ValueError(f"The diagram lacks {', '.join(sorted(missing))}.")
    TARGET.write_text(svg(), encoding="utf-8")


NOT_ROOMS = {
    "app",
    "cli",
    "settings",
    "paths",
    "resources",
    "parts",
    "crash",
    "logs",
    "environment",
    "logins",
    "releases",
    "languages",
}
"""Single modules that hold no part of a card's way."""


def _box(kind: str, x: float, y: float, w: float, h: float, name: str, words: str) -> list[str]:
    rect = f'<rect class="{kind}" x="{x:g}" y="{y:g}" width="{w:g}" height="{h:g}" rx="8"/>'
    middle = y + h / 2
    lines = [_text(x + w / 2, middle + (5 if not words else -4), name, "head", "middle")]
    if words:
        lines.append(_text(x + w / 2, middle + 15, words, "small", "middle"))
    return [rect, *lines]


def _text(x: float, y: float, words: str, kind: str, anchor: str = "start") -> str:
    return f'<text class="{kind}" x="{x:g}" y="{y:g}" text-anchor="{anchor}">{escape(words)}</text>'


def _line(x1: float, y1: float, x2: float, y2: float) -> str:
    return f'<path class="line" d="M{x1:g} {y1:g}L{x2:g} {y2:g}"/>'
