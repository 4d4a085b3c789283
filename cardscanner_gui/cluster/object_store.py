"""Pictures in an S3-compatible object store: listed by the driver, fetched by whoever reads them.

A store that is slow or answers 503 is asked again, a bounded number of times; what it said is told
then. Keys and passwords come from the environment of each node (`AWS_ACCESS_KEY_ID` and the like)
and are never sent from one to another.
"""

from __future__ import annotations

import os
import random
import re
import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar
from urllib.parse import quote, unquote, urlsplit

from cardscanner_gui.capture.collect import in_natural_order, is_picture
from cardscanner_gui.capture.limits import MAX_FILE_BYTES
from cardscanner_gui.capture.pages import file_and_page, page_of, split_pages
from cardscanner_gui.core.errors import PictureError, WorldError

if TYPE_CHECKING:
    from pyarrow.fs import FileInfo, S3FileSystem

T = TypeVar("T")

_TRIES = 4
_FIRST_PAUSE_S = 0.5
_CONNECT_SECONDS, _REQUEST_SECONDS = 5.0, 20.0
_CHUNK = 1 << 20
_REFUSED = re.compile(r"ACCESS_DENIED|INVALID_ACCESS_KEY|SIGNATURE|HTTP status (?:401|403)", re.I)
_LONGEST_NAME = 100
_SAFE = "!$&'()+,;=@ ~"
"""What stays as it is in a path that stands for a key, beside letters, digits and `_.-`."""


class ObjectStoreError(WorldError):
    """The store can't be asked now; the picture may be all right."""


class StoreRefusedError(ObjectStoreError):
    """The store lets us in no more for the other pictures than for this one."""


@dataclass(frozen=True)
class StorePlace:
    """Where in which store pictures lie.

    Attributes:
        bucket: of the store.
        prefix: of the keys; empty for all.
        endpoint: such as `http://minio.local:9000`; empty for the one of the region.
    """

    bucket: str
    prefix: str = ""
    endpoint: str = ""

    @staticmethod
    def of(url: str) -> StorePlace:
        """From `s3://bucket/prefix`, or `http://host:9000/bucket/prefix` of any other store.

        Raises:
            WorldError: it is neither, or names no bucket.
        """
        parts = urlsplit(url)
        if parts.username or parts.password:
            raise WorldError(
                "A store's key doesn't belong into its address: set AWS_ACCESS_KEY_ID and"
                " AWS_SECRET_ACCESS_KEY."
            )
        path = parts.path.lstrip("/")
        if parts.scheme == "s3":
            bucket, prefix, endpoint = parts.netloc, path, ""
        elif parts.scheme in ("http", "https") and parts.netloc:
            bucket, _, prefix = path.partition("/")
            endpoint = f"{parts.scheme}://{parts.netloc}"
        else:
            bucket = ""
        if not bucket or parts.query or parts.fragment:
            raise WorldError(
                f"“{url}” names no bucket: s3://bucket/folder, or http://host:9000/bucket/folder"
                " for a store of your own."
            )
        return StorePlace(bucket, unquote(prefix), endpoint)

    def __str__(self) -> str:
        start = f"{self.endpoint}/" if self.endpoint else "s3://"
        return f"{start}{self.bucket}/{self.prefix}"


def path_of_key(bucket: str, key: str) -> Path:
    """A path that stands for an object, and for no other: `Path` would join `a//b` and `a/b`."""
    parts = (quote(part, safe=_SAFE) or "%" for part in key.split("/"))
    dots = {".": "%2E", "..": "%2E%2E"}
    return Path("s3:", bucket, *(dots.get(part, part) for part in parts))


def key_of_path(path: Path) -> str:
    """The key of the object that a path without a page stands for."""
    return "/".join("" if part == "%" else unquote(part) for part in path.parts[2:])


def name_of(path: Path) -> str:
    """What people call an object, or a page of it: `s3://bucket/key#3`."""
    document, page = file_and_page(path)
    name = f"s3://{document.parts[1]}/{key_of_path(document)}"
    return name if page is None else f"{name}#{page}"


class ObjectStore:
    """One place in a store, for one process.

    Args:
        place: what is read.
        pause: called between two tries with seconds.
    """

    def __init__(self, place: StorePlace, pause: Callable[[float], object] = time.sleep) -> None:
        self._place = place
        self._pause = pause
        self._store: S3FileSystem | None = None

    def pictures(self) -> list[Path]:
        """All pictures of the place, each page of a document one, in natural order.

        Raises:
            ObjectStoreError: it can't be listed.
        """
        keys = [
            info.path.removeprefix(f"{self._place.bucket}/")
            for info in self._asked(self._infos)
            if is_picture(info.path.rsplit("/", 1)[-1])
        ]
        ordered = in_natural_order(path_of_key(self._place.bucket, key) for key in keys)
        return [page for path in ordered for page in self._pages(path)]

    def listed(self, keys: Sequence[str]) -> list[Path]:
        """The pictures of these keys, pages and all, in their order."""
        paths = dict.fromkeys(path_of_key(self._place.bucket, key) for key in keys)
        return [page for path in paths for page in self._pages(path)]

    def fetch(self, path: Path, folder: Path) -> Path:
        """Write an object, page or no page, into a folder; what can be opened there.

        Raises:
            PictureError: there is no such object, or it is too large.
            ObjectStoreError: the store can't be asked.
        """
        document, page = file_and_page(path)
        key = key_of_path(document)
        if {"", ".", ".."} & set(key.split("/")):  # on the way it would become another one's name
            raise PictureError(f"{_file_name(key)}: an object of that name can't be asked for")
        target = folder / _file_name(key)
        self._asked(lambda: self._copy(key, target))
        return target if page is None else page_of(target, page)

    def _infos(self) -> list[FileInfo]:
        from pyarrow.fs import FileSelector, FileType

        at = f"{self._place.bucket}/{self._place.prefix}".rstrip("/")
        store = self._connected()
        (info,) = store.get_file_info([at])
        if info.type is FileType.File:
            return [info]
        if info.type is FileType.NotFound:
            raise WorldError(f"There is nothing at {self._place}.")
        found = store.get_file_info(FileSelector(at, recursive=True))
        return [info for info in found if info.type is FileType.File]

    def _pages(self, path: Path) -> list[Path]:
        if path.suffix.lower() not in (".pdf", ".tif", ".tiff"):
            return [path]
        with tempfile.TemporaryDirectory(prefix="cardscanner-") as temporary:
            try:
                fetched = self.fetch(path, Path(temporary))
            except PictureError:  # whoever reads it will say what is wrong
                return [path]
            pages = [file_and_page(page)[1] for page in split_pages(fetched)]
        return [path if page is None else page_of(path, page) for page in pages]

    def _copy(self, key: str, target: Path) -> None:
        store = self._connected()
        try:
            with (
                store.open_input_stream(f"{self._place.bucket}/{key}") as source,
                target.open("wb") as file,
            ):
                while chunk := source.read(_CHUNK):
                    if file.tell() > MAX_FILE_BYTES:
                        raise PictureError(f"{_file_name(key)}: the object is too large")
                    file.write(chunk)
        except FileNotFoundError as error:
            raise PictureError(f"{_file_name(key)}: there is no such object") from error

    def _connected(self) -> S3FileSystem:
        if self._store is None:
            from pyarrow.fs import AwsStandardS3RetryStrategy, S3FileSystem

            # Whoever sets no region means none: asking for one would be another request.
            region = os.environ.get("AWS_REGION") or os.environ.get("AWS_DEFAULT_REGION")
            scheme, _, host = self._place.endpoint.rpartition("://")
            self._store = S3FileSystem(
                region=region or ("us-east-1" if host else None),
                endpoint_override=host or None,
                scheme=scheme or None,
                connect_timeout=_CONNECT_SECONDS,
                request_timeout=_REQUEST_SECONDS,
                retry_strategy=AwsStandardS3RetryStrategy(max_attempts=1),
                allow_bucket_creation=False,
            )
        return self._store

    def _asked(self, ask: Callable[[], T]) -> T:
        """What a call gives, at one of a few tries."""
        pause = _FIRST_PAUSE_S
        for left in reversed(range(_TRIES)):
            try:
                return ask()
            except OSError as error:
                words = f"The object store at {self._place}: {_said(error)}"
                if _REFUSED.search(str(error)):
                    raise StoreRefusedError(f"{words} Check its keys on every node.") from error
                if not left:
                    raise ObjectStoreError(words) from error
            self._pause(pause * random.uniform(0.75, 1.25))
            pause *= 2
        raise AssertionError("the last try returns or raises")


def _file_name(key: str) -> str:
    """What an object's file may be called here; its suffix stays."""
    name = key.rstrip("/").rsplit("/", 1)[-1] or "picture"
    clean = "".join(c if c.isprintable() and c not in '\\:*?"<>|#' else "_" for c in name)
    return (
        clean
        if len(clean.encode()) <= _LONGEST_NAME
        else clean.encode()[-50:].decode(errors="ignore")
    )


def _said(error: OSError) -> str:
    """What is wrong, without the request's details."""
    text = " ".join(str(error).split())
    code, status = re.search(r"AWS Error ([A-Z_]+)", text), re.search(r"HTTP status (\d+)", text)
    words = [code[1].replace("_", " ").lower()] if code and code[1] != "UNKNOWN" else []
    words += [f"it answers {status[1]}"] if status else []
    return f"{', '.join(words) or text[:200]}."
