"""What `benchmarks/live_films.py` runs: films, and a scanner whose every part is the real one."""

from __future__ import annotations

import threading
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks._live_run import faces, make_finder
from cardscanner_gui.builder import Builder
from cardscanner_gui.capture.source import CameraSettings
from cardscanner_gui.capture.video import VideoFileSource
from cardscanner_gui.core.events import Finished, RecognitionEvent
from cardscanner_gui.core.give_way import give_way
from cardscanner_gui.core.live import CardPresented, LiveEvent, SourceChanged, SourceState
from cardscanner_gui.core.scheduler import Scheduler
from cardscanner_gui.core.types import Match
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.recognition.inference import InferenceLoop
from cardscanner_gui.recognition.live.scanner import LiveScanner
from cardscanner_gui.settings import Settings
from tests.catalogue.tcgdex_archive import build_catalogue, card
from training.drawing.slides import Slide, write

_ANSWERS_S = 30.0

Films = Mapping[str, tuple[Path, Sequence[str]]]
"""A film's file and its cards' numbers, empty where nobody knows them."""


def drawn_films(folder: Path, count: int) -> Films:
    """Three films of so many cards, and in the folder a catalogue that knows these and others."""
    from dataclasses import replace

    shown = [
        replace(face, era="full art" if i % 2 else "modern") for i, face in enumerate(faces(count))
    ]
    cards = []
    for face in faces(60):
        facts = {"hp": face.hp, "attacks": face.attacks, "illustrator": face.artist}
        cards.append(card(face.name, face.number.split("/")[0], **facts))
    build_catalogue(DataPaths(folder).catalogue, cards).close()
    kinds = {"plain": {}, "nudge": {"nudged": True}, "shade": {"shaded": True}}
    return {
        name: (
            write([Slide(face, **kind) for face in shown], folder / f"{name}.avi"),
            [face.number for face in shown],
        )
        for name, kind in kinds.items()
    }


def scan_films(films: Films, data: Path, *, every_frame: bool) -> dict[str, dict[str, int]]:
    """What came of each film, with the catalogue of a data folder."""
    builder, scheduler, ready = Builder(DataPaths(data), Settings()), Scheduler(), threading.Event()
    catalogue = builder.open_catalogue()
    loop = InferenceLoop(
        scheduler, lambda: builder.make_recogniser(catalogue), lambda _: None, ready.set
    )

    def read() -> None:
        give_way()  # as it does in the window
        loop.run()

    thread = threading.Thread(target=read, name="inference")
    thread.start()
    ready.wait()
    try:
        settings = CameraSettings(every_frame=every_frame)
        return {
            name: _scan(loop, VideoFileSource(path, settings), cards)
            for name, (path, cards) in films.items()
        }
    finally:
        scheduler.close()
        thread.join()


def _scan(loop: InferenceLoop, source: VideoFileSource, cards: Sequence[str]) -> dict[str, int]:
    presented: dict[str, float] = {}
    answers: dict[str, Match | None] = {}
    ended = threading.Event()

    def live(event: LiveEvent) -> None:
        if isinstance(event, CardPresented):
            presented[event.request_id] = event.captured_at
        elif isinstance(event, SourceChanged) and event.state is SourceState.ENDED:
            ended.set()

    def report(event: RecognitionEvent) -> None:
        if isinstance(event, Finished):
            found = event.result.cards
            answers[event.request_id] = found[0].match if found else None

    scanner = LiveScanner(loop, make_finder, live, report)
    scanner.start(source)
    ended.wait()
    until = time.monotonic() + _ANSWERS_S
    while len(answers) < len(presented) and time.monotonic() < until:
        time.sleep(0.05)
    scanner.stop()
    matches = [answers.get(request_id) for request_id in presented]
    named = [m.printing.printed_number if m is not None and m.printing else "" for m in matches]
    for at, match in zip(presented.values(), matches, strict=True):
        words = f"{match.printing or match.status}: {match.reason}" if match else "nothing"
        print(f"  {at - source.started_at:6.2f} s  {words[:110]}", flush=True)
    known = len(named) == len(cards) and any(cards)
    return {
        "cards": len(cards),
        "records": sum(match is not None for match in matches),
        "identified": sum(map(bool, named)),
        "wrong": sum(a not in ("", b) for a, b in zip(named, cards, strict=True)) if known else 0,
    }
