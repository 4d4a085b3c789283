"""The index of fingerprints as one small file: a zip of plain arrays, as numpy writes it.

Every part carries a checksum of its own, which is compared whenever it is read.
"""

from __future__ import annotations

import contextlib
import json
import os
import secrets
import zipfile
import zlib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from cardscanner_gui.catalogue.artwork.index import ArtworkIndex
from cardscanner_gui.catalogue.artwork.section import Section
from cardscanner_gui.catalogue.artwork.whitening import Whitening
from cardscanner_gui.core.errors import CatalogueError

VERSION = 1
"""Raised whenever the file or the way fingerprints are made changes."""
_KIND = "cardscanner-artwork"
_SIGNATURE = b"PK\x03\x04"
_LARGEST = 64 << 20


def looks_like_index(path: Path) -> bool:
    """Whether the file begins as an index does."""
    with path.open("rb") as file:
        return file.read(len(_SIGNATURE)) == _SIGNATURE


def write_index(index: ArtworkIndex, path: Path) -> None:
    """Write the index; what is at `path` is replaced in one step, or stays when that fails.

    Raises:
        CatalogueError: it can't be written there.
    """
    header = {
        "kind": _KIND,
        "version": VERSION,
        "catalogue": index.catalogue,
        "state": index.state,
        "sides": [section.side for section in index.sections],
    }
    arrays: dict[str, npt.NDArray[Any]] = {"header": _text(json.dumps(header))}
    for section in index.sections:
        for name, array in _parts(section).items():
            arrays[f"{section.side}-{name}"] = array
    unfinished = path.with_name(f".{path.name}-{secrets.token_hex(4)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with unfinished.open("wb") as file:
            np.savez(file, allow_pickle=False, **arrays)
            file.flush()
            os.fsync(file.fileno())
        unfinished.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            unfinished.unlink(missing_ok=True)
        raise CatalogueError(f"The fingerprints can't be written to {path}: {error}.") from error


def read_index(path: Path) -> ArtworkIndex:
    """Read an index.

    Raises:
        FileNotFoundError: there is none.
        CatalogueError: it is damaged, of another version, or something else altogether.
    """
    try:
        if path.stat().st_size > _LARGEST:
            raise CatalogueError(f"{path} is far larger than fingerprints are; not read.")
        with np.load(path, allow_pickle=False) as arrays:
            header = json.loads(arrays["header"].tobytes())
            if not isinstance(header, dict) or header.get("kind") != _KIND:
                raise CatalogueError(f"{path} holds no fingerprints of this program.")
            if header["version"] != VERSION:
                raise CatalogueError(
                    f"The fingerprints in {path} were made by another version of this program;"
                    " `cardscanner catalogue pictures` makes them anew."
                )
            sections = tuple(_section(side, arrays) for side in header["sides"])
            return ArtworkIndex(sections, str(header["catalogue"]), str(header["state"]))
    except (zipfile.BadZipFile, zlib.error, EOFError, KeyError, TypeError, ValueError) as error:
        raise CatalogueError(
            f"The fingerprints in {path} are damaged; `cardscanner catalogue pictures` makes"
            " them anew."
        ) from error
    except FileNotFoundError:
        raise
    except OSError as error:
        raise CatalogueError(f"{path} can't be read: {error}.") from error


def _parts(section: Section) -> Mapping[str, npt.NDArray[Any]]:
    return {
        "ids": _text("\n".join(section.ids)),
        "words": section.words,
        "mean": section.whole.mean,
        "inverse": section.whole.inverse.astype(np.float16),
        "upper-mean": section.upper.mean,
        "upper-inverse": section.upper.inverse.astype(np.float16),
        "lengths": section.lengths.astype(np.float16),
        "upper-lengths": section.upper_lengths.astype(np.float16),
    }


def _section(side: int, arrays: Mapping[str, npt.NDArray[Any]]) -> Section:
    def part(name: str) -> npt.NDArray[Any]:
        return arrays[f"{side}-{name}"]

    def floats(name: str, *shape: int) -> npt.NDArray[np.float32]:
        return part(name).astype(np.float32).reshape(shape)

    bits, upper = 2 * side * side, side * side // 2
    ids = tuple(part("ids").tobytes().decode("utf-8").split("\n"))
    count = len(ids)
    words = part("words")
    if words.dtype != np.uint64 or words.shape != (bits // 64, count):
        raise ValueError("its parts don't fit together")
    return Section(
        side,
        ids,
        words,
        Whitening(floats("mean", bits), floats("inverse", bits, bits)),
        Whitening(floats("upper-mean", upper), floats("upper-inverse", upper, upper)),
        floats("lengths", count),
        floats("upper-lengths", count),
    )


def _text(text: str) -> npt.NDArray[np.uint8]:
    return np.frombuffer(text.encode("utf-8"), np.uint8)
