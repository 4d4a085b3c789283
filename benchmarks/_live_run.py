"""What `benchmarks/live.py` runs: a drawn video, and a scanner whose every part is the real one."""

from __future__ import annotations

import queue
import statistics
import threading
import time
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from types import TracebackType
from typing import Self

import cv2

from cardscanner_gui.builder import Builder
from cardscanner_gui.capture.source import CameraSettings
from cardscanner_gui.capture.video import VideoFileSource
from cardscanner_gui.core.events import Finished, QuickResult, RecognitionEvent
from cardscanner_gui.core.give_way import give_way
from cardscanner_gui.core.live import CardPresented, LiveEvent, SourceChanged, SourceState
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.scheduler import Scheduler
from cardscanner_gui.core.types import Recognition, ScanResult
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.recognition.inference import InferenceLoop
from cardscanner_gui.recognition.keeping import Keeping
from cardscanner_gui.recognition.live.options import LiveOptions
from cardscanner_gui.recognition.live.scanner import LiveScanner
from cardscanner_gui.resources import resource_dir
from cardscanner_gui.settings import Settings
from cardscanner_gui.store.database import Database
from cardscanner_gui.vision.finder import CardFinder
from tests.catalogue.tcgdex_archive import build_catalogue, card
from tests.judging import alone
from training.drawing.cards import CardFace
from training.drawing.desk_video import DeskVideo, Happening, Laid

_BEGINNINGS = (
    "Leaf", "Twin", "Cinder", "Bramble", "Volt", "Moss", "Ember", "Frost", "Pebble", "Dusk",
)  # fmt: skip
_ENDINGS = ("kit", "fin", "pup", "tooth", "tusk", "back")
_HAPPENINGS = (
    Happening.NOTHING, Happening.SECOND_COPY, Happening.SHADED, Happening.NOTHING,
    Happening.UPSIDE_DOWN, Happening.COVERED, Happening.NOTHING, Happening.NUDGED,
    Happening.SIDEWAYS, Happening.EXPOSED, Happening.NOTHING, Happening.HALF_COVERED,
    Happening.SECOND_COPY,
)  # fmt: skip
_PREVIEW_WIDTH = 960


@dataclass(frozen=True)
class Drawn:
    """A video file and the truth about it."""

    path: Path
    laid: tuple[Laid, ...]


def faces(count: int) -> list[CardFace]:
    """Cards whose names, numbers and HP can all be read."""
    return [
        CardFace(
            _BEGINNINGS[i % 10] + _ENDINGS[i // 10 % 6], 40 + 10 * (i * 7 % 25),
            f"{i + 1:03d}/193", set_code="MDT", attacks=("Gather Dew", "Seed Toss"),
            artist="Mia Loam", year="2023", seed=i,
        )
        for i in range(count)
    ]  # fmt: skip


def draw(
    folder: Path,
    name: str,
    count: int,
    size: tuple[int, int],
    *,
    plain: bool = False,
    rate: float = 30.0,
) -> Drawn:
    """Write a video on which `count` times a card is laid down."""
    happenings = (Happening.NOTHING,) if plain else _HAPPENINGS
    copies = sum(happenings[i % len(happenings)] is Happening.SECOND_COPY for i in range(count))
    video = DeskVideo(faces(count - copies), happenings, size, rate=rate, seed=1)
    return Drawn(video.write(folder / f"{name}.avi"), video.laid)


class Bench:
    """The inference loop with a catalogue of the drawn cards and others that are like them.

    Args:
        remembers: cards that were read before needn't be read again.
    """

    def __init__(self, folder: Path, *, remembers: bool = False) -> None:
        self._database = Database(folder / "collection.db")
        self.keeping = Keeping(self._database, GAMES)
        cards = []
        for face in faces(60):
            number = face.number.split("/")[0]
            facts = {"hp": face.hp, "attacks": face.attacks, "illustrator": face.artist}
            cards.append(card(face.name, number, **facts))
            # The same card once more in its set, as an art rare would be.
            cards.append(card(face.name, f"{int(number) + 100:03d}", **facts))
        self._catalogue = build_catalogue(folder / "catalogue", cards)
        self._scheduler = Scheduler()
        ready = threading.Event()
        builder = Builder(DataPaths(folder), Settings())
        self._memory = builder.open_memory(self._database) if remembers else None
        builder = replace(builder, memory=self._memory)
        self.loop = InferenceLoop(
            self._scheduler,
            lambda: builder.make_recogniser(alone(self._catalogue)),
            lambda _: None,
            ready.set,
        )
        self._thread = threading.Thread(target=self._read, name="inference")
        self._thread.start()
        ready.wait()

    def _read(self) -> None:
        give_way()  # as it does in the window
        self.loop.run()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._scheduler.close()
        self._thread.join()
        if self._memory is not None:
            self._memory.close()
        self._catalogue.close()
        self._database.close()

    def run(self, drawn: Drawn, *, speculate: bool, every_frame: bool = False) -> dict[str, float]:
        """One pass at the video's own speed, or as fast as each frame is looked at."""
        metrics = Metrics()
        source = VideoFileSource(drawn.path, CameraSettings(every_frame=every_frame))
        book = _Book(self.keeping)
        scanner = LiveScanner(
            self.loop, make_finder, book.live, book.event, LiveOptions(speculate=speculate), metrics
        )
        preview = _Preview(scanner)
        book.start()
        scanner.start(source)
        preview.start()
        book.ended.wait()
        fluent = preview.stop()
        book.wait_for_answers()
        scanner.stop()
        book.stop()
        snapshot = metrics.snapshot()
        quick = snapshot.distribution("settled_to_quick_ms")
        counts = book.compare(drawn.laid, source.started_at)
        spent = drawn.laid[-1].lies_to - drawn.laid[0].lies_from
        adopted = snapshot.count("speculation_total", outcome="adopted")
        hits = snapshot.count("prior_total", outcome="hit")
        return counts | {
            "cards a minute": round(60 * (len(drawn.laid) - 1) / spent, 1),
            "settled to quick, median ms": round(quick.percentile(50)),
            "settled to quick, p95 ms": round(quick.percentile(95)),
            "lying to settled, median ms": round(statistics.median(book.settling or [0.0])),
            "lying to quick, median ms": round(statistics.median(book.answering or [0.0])),
            "preview, frames a second": round(fluent[0], 1),
            "preview, longest gap ms": round(fluent[1]),
            "looks a second": round(
                snapshot.distribution("stage_ms", stage="follow").count / max(spent, 1), 1
            ),
            "read ahead, adopted": adopted,
            "read ahead, dropped": snapshot.count("speculation_total", outcome="dropped"),
            "next card guessed": f"{hits} of {snapshot.count('prior_total')}",
        }


def make_finder() -> CardFinder:
    return CardFinder(resource_dir() / "finder", 1)


class _Book:
    """Notes what the scanner reports, and keeps the cards in the store as a window would."""

    def __init__(self, keeping: Keeping) -> None:
        self.ended = threading.Event()
        self.presented: dict[str, float] = {}
        self.quick: dict[str, float] = {}
        self.answers: dict[str, Recognition | None] = {}
        self.settling: list[float] = []
        self.answering: list[float] = []
        self._keeping = keeping
        self._to_keep: queue.SimpleQueue[tuple[str, Recognition] | None] = queue.SimpleQueue()
        self._thread = threading.Thread(target=self._keep)

    def live(self, event: LiveEvent) -> None:
        if isinstance(event, CardPresented):
            self.presented[event.request_id] = event.captured_at
        elif isinstance(event, SourceChanged) and event.state is SourceState.ENDED:
            self.ended.set()

    def event(self, event: RecognitionEvent) -> None:
        if isinstance(event, QuickResult):
            self.quick.setdefault(event.request_id, time.time())
        elif isinstance(event, Finished):
            found = event.result.cards[0] if event.result.cards else None
            self.answers[event.request_id] = None
            if found is not None:
                self._to_keep.put((event.request_id, found))

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> None:
        self._to_keep.put(None)
        self._thread.join()

    def wait_for_answers(self, limit: float = 20.0) -> None:
        until = time.monotonic() + limit
        while len(self.answers) < len(self.presented) and time.monotonic() < until:
            time.sleep(0.05)

    def _keep(self) -> None:
        while (item := self._to_keep.get()) is not None:
            request_id, found = item
            self._keeping.record(ScanResult("desk", cards=(found,)), time.time(), None)
            # Only what is counted, without the pictures.
            self.answers[request_id] = replace(found, photo=None)

    def compare(self, laid: Sequence[Laid], started_at: float) -> dict[str, float]:
        """Records against presentations."""
        records: list[list[str]] = [[] for _ in laid]
        from_nothing = 0
        for request_id, at in self.presented.items():
            moment = at - started_at
            owners = [i for i, c in enumerate(laid) if c.lies_from - 0.1 <= moment <= c.ends]
            if not owners:
                from_nothing += 1
                continue
            records[owners[0]].append(request_id)
            lay_at = started_at + laid[owners[0]].lies_from
            if len(records[owners[0]]) == 1:
                self.settling.append((at - lay_at) * 1000)
                if request_id in self.quick:
                    self.answering.append((self.quick[request_id] - lay_at) * 1000)
        right = wrong = unsure = 0
        for card_, ids in zip(laid, records, strict=True):
            for request_id in ids[:1]:
                answer = self.answers.get(request_id)
                printing = answer.match.printing if answer else None
                unsure += printing is None
                right += printing is not None and _is(card_.face, printing.printed_number)
                wrong += printing is not None and not _is(card_.face, printing.printed_number)
        for card_, ids in zip(laid, records, strict=True):
            if len(ids) != 1:
                print(f"  {len(ids)} records of a card: {card_.happening.value}", flush=True)
        return {
            "presented": len(laid),
            "right": right,
            "wrong": wrong,
            "unsure": unsure,
            "missed": sum(not ids for ids in records),
            "doubled": sum(len(ids) > 1 for ids in records),
            "from nothing": from_nothing,
        }


def _is(face: CardFace, number: str) -> bool:
    return face.number == number


class _Preview:
    """Takes the newest frame sixty times a second and makes it small, as a window would."""

    def __init__(self, scanner: LiveScanner) -> None:
        self._scanner = scanner
        self._stopped = threading.Event()
        self._times: list[float] = []
        self._thread = threading.Thread(target=self._run)

    def start(self) -> None:
        self._thread.start()

    def stop(self) -> tuple[float, float]:
        """Frames a second, and the longest time without a new one in milliseconds."""
        self._stopped.set()
        self._thread.join()
        gaps = [b - a for a, b in zip(self._times, self._times[1:], strict=False)]
        span = self._times[-1] - self._times[0]
        return len(gaps) / span, max(gaps) * 1000

    def _run(self) -> None:
        shown = ""
        while not self._stopped.wait(1 / 60):
            frame = self._scanner.latest()
            if frame is None or frame.id == shown:
                continue
            shown = frame.id
            height = frame.height * _PREVIEW_WIDTH // frame.width
            cv2.resize(frame.pixels, (_PREVIEW_WIDTH, height))
            self._times.append(time.perf_counter())
