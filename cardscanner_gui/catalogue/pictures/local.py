"""Fingerprints from a file or folder on this machine: another desk's, or one's own pictures."""

from __future__ import annotations

import gzip
import re
import zlib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from pathlib import Path
from urllib.parse import unquote

from cardscanner_gui.catalogue.artwork.index import ArtworkIndex
from cardscanner_gui.catalogue.artwork.index_file import looks_like_index, read_index
from cardscanner_gui.catalogue.artwork.same_art import same_name
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.pictures.checks import NotACardError
from cardscanner_gui.catalogue.pictures.gathering import Fingerprint, Gathering, Report
from cardscanner_gui.catalogue.pictures.store import FingerprintStore
from cardscanner_gui.catalogue.pictures.update import write_index_of
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import CardSet, MatchRow, Progress
from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.look import FINGERPRINT_BYTES, SHORT_SIDE

_SHORT_BYTES = 2 * SHORT_SIDE * SHORT_SIDE // 8
_SUFFIXES = frozenset((".webp", ".png", ".jpg", ".jpeg"))
_LARGEST_TABLE = 256 << 20
_LARGEST_PICTURE = 16 << 20
_GZIP = b"\x1f\x8b"
_COMMIT_EVERY = 500
_HEX = re.compile(rf"(?:[0-9a-fA-F]{{{2 * FINGERPRINT_BYTES}}}|[0-9a-fA-F]{{{2 * _SHORT_BYTES}}})")
_BINARY = re.compile(rf"(?:[01]{{{8 * FINGERPRINT_BYTES}}}|[01]{{{8 * _SHORT_BYTES}}})")

Pair = tuple[str, bytes]


def import_pictures(
    folder: Path,
    catalogue: Catalogue,
    origin: Path,
    fingerprint: Fingerprint,
    progress: Progress,
    token: CancelToken,
) -> Report:
    """Take in what is in a file or folder; what fits no printing of the catalogue is left out.

    Args:
        folder: of the fingerprints; made if need be.
        catalogue: whose printings count.
        origin: an index that another desk exported; a table of printing ids with fingerprints of
            512 or 128 bits in hexadecimal or binary digits, one a line, perhaps gzipped; or a
            folder of pictures named by printing id, or laid out like the asset server.
        fingerprint: `vision.artwork.fingerprint_of`, for pictures.
        progress: told how far it is.
        token: checked between pictures.

    Raises:
        CatalogueError: it isn't there, is none of these, or is damaged.
        CancelledError: the token was cancelled; of pictures, what was taken in stays.
    """
    if not origin.exists():
        raise CatalogueError(f"There is no file or folder {origin}.")
    with FingerprintStore(folder) as store:
        gathering = Gathering(store, catalogue, fingerprint)
        rows = {row.id: row for one in catalogue.sets() for row in catalogue.set_rows(one.id)}
        try:
            if origin.is_dir():
                pictures = _PictureFolder(origin, catalogue, rows)
                unknown = _take_folder(pictures, gathering, store, progress, token)
                taken = {}
            else:
                progress("Reading fingerprints", None)
                pairs = _pairs_in(origin)
                fitting = [pair for pair in pairs if pair[0] in rows]
                unknown = len(pairs) - len(fitting)
                taken = {"taken": store.keep_others(_unequivocal(fitting, rows, gathering))}
        except OSError as error:
            raise CatalogueError(f"{origin} can't be read: {error}.") from error
        finally:
            store.commit()
            write_index_of(folder, store, catalogue)
        return gathering.report(unknown=unknown, **taken)


def _pairs_in(path: Path) -> list[Pair]:
    if looks_like_index(path):
        return _pairs_of(read_index(path))
    with path.open("rb") as file:
        packed = file.read(2) == _GZIP
    try:
        with gzip.open(path) if packed else path.open("rb") as file:
            content = file.read(_LARGEST_TABLE + 1)
        text = content.decode("utf-8-sig")
    except (UnicodeDecodeError, EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise CatalogueError(f"{path} holds no fingerprints, or is cut off.") from error
    if len(content) > _LARGEST_TABLE:
        raise CatalogueError(f"{path} is far larger than fingerprints are; not read.")
    return _table(text, path)


def _pairs_of(index: ArtworkIndex) -> list[Pair]:
    return [
        (one, bits.tobytes())
        for section in index.sections
        for one, bits in zip(section.ids, section.packed(), strict=True)
    ]


def _table(text: str, path: Path) -> list[Pair]:
    """Lines of an id, a tab and bits; the first may say what the columns are."""
    lines = [line.strip().partition("\t") for line in text.splitlines()]
    rows = [(number, one, digits.strip()) for number, (one, _, digits) in enumerate(lines) if one]
    first = rows[0][2] if rows and rows[0][0] == 0 else ""
    if first and not (_HEX.fullmatch(first) or _BINARY.fullmatch(first)):
        del rows[0]
    # 128 zeros and ones may be 512 bits in hexadecimal; what the whole table is made of decides.
    binary = all(_BINARY.fullmatch(digits) for _, _, digits in rows)
    for number, _, digits in rows:
        if not (_BINARY if binary else _HEX).fullmatch(digits):
            raise CatalogueError(
                f"Line {number + 1} of {path} is no printing id with a fingerprint of 512 or 128"
                " bits; nothing was taken."
            )
    if not rows:
        raise CatalogueError(f"{path} holds no fingerprints.")
    return [(one, _bits(digits, binary)) for _, one, digits in rows]


def _bits(digits: str, binary: bool) -> bytes:
    return int(digits, 2).to_bytes(len(digits) // 8, "big") if binary else bytes.fromhex(digits)


def _unequivocal(
    pairs: Sequence[Pair], rows: Mapping[str, MatchRow], gathering: Gathering
) -> list[Pair]:
    """Without fingerprints that stand beside several cards: they are those of none."""
    bearers: dict[bytes, list[str]] = defaultdict(list)
    for one, bits in pairs:
        bearers[bits].append(one)
    kept: list[Pair] = []
    for bits, ids in bearers.items():
        first = rows[ids[0]]
        others = (rows[one] for one in ids[1:])
        if any(one.region == first.region and not same_name(first, one) for one in others):
            for one in ids:
                gathering.refuse(one, "the same fingerprint is given for several cards")
        else:
            kept += [(one, bits) for one in ids]
    return kept


class _PictureFolder:
    """The pictures in a folder, and whose they are."""

    def __init__(self, folder: Path, catalogue: Catalogue, rows: Mapping[str, MatchRow]) -> None:
        """Raise CatalogueError when there is no picture in it."""
        self._folder = folder
        self._rows = rows
        self._places: dict[str, list[CardSet]] = defaultdict(list)
        for card_set in catalogue.sets():
            if card_set.asset_path is not None:
                self._places[card_set.asset_path].append(card_set)
        found = (path for path in folder.rglob("*") if path.suffix.lower() in _SUFFIXES)
        # Of one card in several languages the first is taken.
        self.files = sorted(found, key=lambda path: (path.parts[-5:-4] not in _FIRST, path))
        if not self.files:
            raise CatalogueError(f"There is no picture in {folder}.")

    def owner(self, path: Path) -> MatchRow | None:
        """Whose picture a file is: by its name, or as it lies on the asset server."""
        by_name = self._rows.get(unquote(path.stem))
        parts = [unquote(part) for part in path.relative_to(self._folder).parts[-5:-1]]
        if by_name is not None or len(parts) < 4:
            return by_name
        language, series, own_id, number = parts
        for card_set in self._places.get(f"{series}/{own_id}", ()):
            row = self._rows.get(f"{card_set.id}-{number}")
            if row is not None and language in row.languages:
                return row
        return None


_FIRST = (("en",), ("ja",))


def _take_folder(
    pictures: _PictureFolder,
    gathering: Gathering,
    store: FingerprintStore,
    progress: Progress,
    token: CancelToken,
) -> int:
    """Take a folder's pictures in; returns how many files fit no printing."""
    unknown = 0
    done: set[str] = set()
    for number, path in enumerate(pictures.files):
        token.check()
        progress("Reading pictures", number / len(pictures.files))
        row = pictures.owner(path)
        if row is None:
            unknown += 1
        elif row.id not in done:
            done.add(row.id)
            _take_file(path, row, gathering)
        if number % _COMMIT_EVERY == _COMMIT_EVERY - 1:
            store.commit()
    return unknown


def _take_file(path: Path, row: MatchRow, gathering: Gathering) -> None:
    if path.stat().st_size > _LARGEST_PICTURE:
        gathering.refuse(row.id, "it is far too large")
        return
    try:
        gathering.take(row, path.read_bytes())
    except NotACardError as error:
        gathering.refuse(row.id, str(error))
