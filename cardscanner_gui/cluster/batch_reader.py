"""Reads the pictures of a batch on a node: a hot reader in a Ray actor, one picture a call."""

from __future__ import annotations

import logging
import os
import pickle
import socket
import tempfile
import threading
import time
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any

from cardscanner_gui.cluster.hot_reader import ReaderSpec, open_node
from cardscanner_gui.cluster.object_store import (
    ObjectStore,
    ObjectStoreError,
    StoreRefusedError,
    name_of,
)

if TYPE_CHECKING:
    from cardscanner_gui.cluster.object_store import StorePlace
    from cardscanner_gui.core.cancellation import CancelToken
    from cardscanner_gui.core.metrics import Snapshot
    from cardscanner_gui.core.types import ScanResult
    from cardscanner_gui.store.cluster_batches import ReadPicture
    from cardscanner_gui.store.scanned_picture import ScannedPicture

log = logging.getLogger(__name__)

_STUCK_SECONDS = 120.0
_LOOK_SECONDS = 5.0


@dataclass(frozen=True)
class BatchSpec:
    """What a reader of a batch needs to know.

    Attributes:
        reader: how it is built.
        place: where the pictures are fetched; None where they are files that every node sees.
        record: whether the cards go along with the answer.
    """

    reader: ReaderSpec
    place: StorePlace | None = None
    record: bool = False


@dataclass(frozen=True)
class ReadOutcome:
    """What became of one picture at a reader.

    Attributes:
        read: what is to be recorded; None where the picture couldn't be had.
        problem: why not, in one line.
        hopeless: the others can't be had either.
        missing: there is no such file on the node.
    """

    item_id: int
    read: ReadPicture | None = None
    problem: str = ""
    hopeless: bool = False
    missing: bool = False


def unpacked(row: Any) -> ReadOutcome:
    """The outcome in a reader's row; it comes from our own readers, behind the cluster's token."""
    outcome = pickle.loads(row)
    assert isinstance(outcome, ReadOutcome)
    return outcome


class BatchReader:
    """What Ray Data maps over the pictures: built once on a node, ready when it is warm.

    Raises:
        WorldError: it can't be built, or has other parts than the driver.
    """

    def __init__(self, spec: BatchSpec) -> None:
        node = open_node(spec.reader)
        from cardscanner_gui.recognition.content import ContentKeys

        self._spec = spec
        self._node = node
        self._recogniser = node.make_recogniser()
        self._contents = ContentKeys()
        self._counted = node.metrics.snapshot()
        self._store = ObjectStore(spec.place) if spec.place is not None else None
        self._fetched: tuple[Path, tempfile.TemporaryDirectory[str]] | None = None
        self._reading: CancelToken | None = None
        threading.Thread(target=self._end_when_stuck, daemon=True).start()

    def __call__(self, row: dict[str, Any]) -> dict[str, Any]:
        """Read the picture of a row."""
        item_id, path = int(row["item"]), Path(os.fsdecode(row["path"]))
        return {"outcome": pickle.dumps(self._outcome(item_id, path))}

    def _outcome(self, item_id: int, path: Path) -> ReadOutcome:
        from cardscanner_gui.capture.files import printable
        from cardscanner_gui.capture.pages import file_and_page
        from cardscanner_gui.core.errors import PictureError
        from cardscanner_gui.core.types import ScanResult

        if self._store is None:
            source, local = printable(path), path
            if not os.path.lexists(file_and_page(path)[0]):
                words = f"{source} isn't there on {socket.gethostname()}"
                return ReadOutcome(item_id, problem=words, missing=True)
        else:
            source = name_of(path)
            try:
                local = self._fetch(self._store, path)
            except ObjectStoreError as error:
                hopeless = isinstance(error, StoreRefusedError)
                return ReadOutcome(item_id, problem=str(error), hopeless=hopeless)
            except PictureError as error:
                return self._told(item_id, ScanResult(source, error=str(error)), None)
            except OSError as error:  # this node's disk
                words = f"{socket.gethostname()} can't keep a picture: {error.strerror or error}"
                return ReadOutcome(item_id, problem=words)
        result = self._read(item_id, local, source)
        return self._told(item_id, result, self._contents.of(local))

    def _fetch(self, store: ObjectStore, path: Path) -> Path:
        """The last document stays: its pages come one after the other."""
        from cardscanner_gui.capture.pages import file_and_page, page_of

        document, page = file_and_page(path)
        if self._fetched is not None and page is not None and self._fetched[0] == document:
            (file,) = Path(self._fetched[1].name).iterdir()
            return page_of(file, page)
        if self._fetched is not None:
            self._fetched[1].cleanup()
        folder = tempfile.TemporaryDirectory(prefix="cardscanner-")
        self._fetched = document, folder
        try:
            return store.fetch(path, Path(folder.name))
        except BaseException:
            self._fetched = None
            folder.cleanup()
            raise

    def _read(self, item_id: int, path: Path, source: str) -> ScanResult:
        from cardscanner_gui.core.cancellation import CancelToken
        from cardscanner_gui.core.events import Failed, Finished
        from cardscanner_gui.core.scheduler import Priority
        from cardscanner_gui.core.types import ScanResult
        from cardscanner_gui.recognition.guard import guarded
        from cardscanner_gui.recognition.opening import open_picture
        from cardscanner_gui.recognition.request import RecogniseRequest

        began = time.perf_counter()
        request_id = f"batch-item-{item_id}"
        self._reading = token = CancelToken()

        def steps() -> Any:
            frame = open_picture(path, self._node.metrics, request_id, draft=True, token=token)
            photos = self._spec.record
            request = RecogniseRequest(frame, request_id, Priority.BATCH, photos=photos)
            return self._recogniser.recognise(request, token)

        result = ScanResult(source, error="the reading was stopped")
        for event in guarded(request_id, source, partial(steps), token):
            if isinstance(event, Finished):
                result = replace(event.result, source=source)
            elif isinstance(event, Failed):
                result = ScanResult(source, error=event.message)
        self._reading = None
        return replace(result, elapsed_ms=1000 * (time.perf_counter() - began))

    def _told(self, item_id: int, result: ScanResult, content: str | None) -> ReadOutcome:
        from cardscanner_gui.recognition.contract import scan_object
        from cardscanner_gui.store.cluster_batches import ReadPicture

        answer = scan_object(result, self._node.builder.games)
        picture = None
        if self._spec.record and result.error is None:
            picture = self._picture(result)
        read = ReadPicture(item_id, answer, picture, content, self._newly_counted())
        return ReadOutcome(item_id, read)

    def _newly_counted(self) -> Snapshot:
        before, self._counted = self._counted, self._node.metrics.snapshot()
        return self._counted.minus(before)

    def _picture(self, result: ScanResult) -> ScannedPicture:
        """The photos are encoded here: the driver has enough to do."""
        from cardscanner_gui.store.scanned_picture import ScannedPicture

        picture = ScannedPicture.of(result.cards, result.source, time.time(), look=result.look)
        return replace(picture, cards=tuple(replace(card, photo=None) for card in picture.cards))

    def _end_when_stuck(self) -> None:
        """A thread can't be killed, its process can: Ray starts another and goes on."""
        while True:
            time.sleep(_LOOK_SECONDS)
            reading = self._reading
            if reading is not None and reading.seen_at < time.monotonic() - _STUCK_SECONDS:
                log.error("stuck in a picture; the reader ends")
                os._exit(1)
