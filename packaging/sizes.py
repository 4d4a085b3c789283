"""How large each library's part of the packaged program is."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from pathlib import Path

MEGABYTE = 1e6
LEAST = 1.0
"""Megabytes below which a library is counted with the others."""
_OWNERS = {
    "PySide6": "Qt (PySide6, shiboken6)",
    "shiboken6": "Qt (PySide6, shiboken6)",
    "cv2": "OpenCV with its libraries",
    "opencv_python_headless": "OpenCV with its libraries",
    "numpy": "NumPy with its libraries",
    "PIL": "Pillow with its libraries",
    "pillow": "Pillow with its libraries",
    "pi_heif": "HEIC (pi_heif, libheif)",
    "_pi_heif": "HEIC (pi_heif, libheif)",
    "onnxruntime": "ONNX Runtime",
    "pypdfium2_raw": "PDF (pypdfium2)",
    "pypdfium2": "PDF (pypdfium2)",
    "rapidocr": "text recogniser's models (rapidocr)",
    "base_library": "Python",
    "libpython3": "Python",
    "lib-dynload": "Python",
    "python3": "Python",
}


def by_owner(folder: Path) -> dict[str, float]:
    """Megabytes of each library in a packaged folder, the largest first."""
    found: Counter[str] = Counter()
    for owner, size in _files(folder):
        found[owner] += size
    return {owner: size / MEGABYTE for owner, size in found.most_common()}


def table(folder: Path) -> str:
    """The same as a table in Markdown, the small ones together."""
    sizes = by_owner(folder)
    small = {owner: size for owner, size in sizes.items() if size < LEAST}
    lines = ["| part | MB |", "|---|---|"]
    lines += [f"| {owner} | {size:.1f} |" for owner, size in sizes.items() if owner not in small]
    lines.append(f"| {len(small)} others, each below {LEAST:.0f} MB | {sum(small.values()):.1f} |")
    lines.append(f"| **all** | **{sum(sizes.values()):.1f}** |")
    return "\n".join(lines)


def _files(folder: Path) -> Iterator[tuple[str, int]]:
    inner = folder / "_internal"
    seen: set[int] = set()
    for path in sorted(folder.rglob("*")):
        if path.is_symlink() or not path.is_file() or path.stat().st_ino in seen:
            continue
        seen.add(path.stat().st_ino)  # two names of one file take its room once
        if path.is_relative_to(inner):
            yield _owner(path.relative_to(inner)), path.stat().st_size
        else:
            yield "the two programs with all Python code", path.stat().st_size


def _owner(path: Path) -> str:
    top = path.parts[0]
    if top == "cardscanner_gui":
        return "our networks, pictures, guide"
    if len(path.parts) == 1 and ".so" in top and not top.endswith("linux-gnu.so"):
        name = top.partition(".")[0]
        return _OWNERS.get(name, "libraries of the system")
    name = top.removesuffix(".libs").partition(".")[0].partition("-")[0]
    return _OWNERS.get(name, name)
