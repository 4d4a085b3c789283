"""Builds and wires the objects that both the window and the command line need."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache, partial
from pathlib import Path
from typing import TYPE_CHECKING

from cardscanner_gui import __version__
from cardscanner_gui.catalogue.pictures.indexes import PictureIndexes
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CatalogueError, WorldError
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.core.types import FIRST_GAME, Pixels, Printing
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.resources import resource_dir
from cardscanner_gui.settings import Settings

# The readers' libraries take half a second to import: only what builds them imports them.
if TYPE_CHECKING:
    from cardscanner_gui.catalogue.catalogues import Catalogues
    from cardscanner_gui.catalogue.database import CatalogueInfo
    from cardscanner_gui.catalogue.pictures.desk import DeskPictures
    from cardscanner_gui.core.catalogue import Progress, Source
    from cardscanner_gui.core.game import Game, Games
    from cardscanner_gui.recognition.cache.card_memory import CardMemory
    from cardscanner_gui.recognition.cache.memory import Memory
    from cardscanner_gui.recognition.judge import Judge
    from cardscanner_gui.recognition.networks import Networks
    from cardscanner_gui.recognition.recogniser import Recogniser
    from cardscanner_gui.store.database import Database
    from cardscanner_gui.vlm.models import ModelDescription
    from cardscanner_gui.vlm.reader import ModelReader
    from cardscanner_gui.vlm.tuning import Tuning

log = logging.getLogger(__name__)

REDIS_VARIABLE = "CARDSCANNER_REDIS_URL"
PICTURES_VARIABLE = "CARDSCANNER_PICTURES_URL"
"""Another server of pictures, laid out like the games' own."""
_ANSWERING_ROOMS = (
    "capture",
    "vision",
    "reading",
    "vlm",
    "catalogue",
    "recognition",
    "core",
    "games",
)
"""Where the code lies that decides an answer; the models' prompts are part of it."""


def _all_games() -> Games:
    from cardscanner_gui.games import ALL

    return ALL


@dataclass(frozen=True)
class Builder:
    """Knows the folders and the settings, and makes each object when it is asked for.

    Attributes:
        threads: for each network; 0 means as many as there are cores, at most four.
        metrics: the process's own; whatever is built counts into it.
        memory: what was recognised before, for all recognisers; None reads everything anew.
        waiting: how many requests wait for a recogniser now; None where somebody else counts them.
        games: whose cards are recognised.
        indexes: of the printings' pictures, shared by all that this and its copies build.
    """

    paths: DataPaths
    settings: Settings
    threads: int = 0
    metrics: Metrics = field(default_factory=Metrics)
    memory: Memory | None = None
    waiting: Callable[[], int] | None = None
    games: Games = field(default_factory=_all_games)
    indexes: PictureIndexes = field(default_factory=PictureIndexes)

    def with_mode(self, mode: str | None) -> Builder:
        """The same with another reading mode; None leaves it as the settings say."""
        if mode is None:
            return self
        return replace(self, settings=replace(self.settings, reading_mode=ReadingMode(mode)))

    def with_model_use(
        self, threads: int | None, pin: bool | None, lock_memory: bool | None
    ) -> Builder:
        """The same with models that use this computer otherwise; None leaves it as it is."""
        chosen = {"threads": threads, "pin": pin, "lock_memory": lock_memory}
        given = {name: value for name, value in chosen.items() if value is not None}
        models = {**self.settings.models, **given}
        return replace(self, settings=replace(self.settings, models=models)) if given else self

    def tuning(self) -> Tuning:
        """How models use this computer."""
        from cardscanner_gui.vlm.machine_use import affinity
        from cardscanner_gui.vlm.tuning import Tuning

        use = self.settings.models
        threads = use.get("threads", 0)
        return Tuning(
            threads=threads,
            affinity=affinity(threads) if use.get("pin") else "",
            lock_memory=bool(use.get("lock_memory")),
        )

    def with_patience(self, seconds: float | None) -> Builder:
        """The same with another patience; None leaves it as the settings say."""
        if seconds is None:
            return self
        return replace(self, settings=replace(self.settings, patience=seconds))

    def for_batches(self) -> tuple[Builder, int]:
        """Who builds the recognisers of a batch, and how many of them work side by side.

        One thread for each is faster than all threads for one; but a model is had only once.
        """
        if self.settings.reading_mode is not ReadingMode.FAST:
            return self, 1
        return replace(self, threads=1), min(4, os.cpu_count() or 1)

    def open_catalogue(self) -> Catalogues | None:
        """Each game's newest catalogue, or None while there is none that can be used."""
        from cardscanner_gui.catalogue.catalogues import Catalogues
        from cardscanner_gui.catalogue.files import catalogue_files, take_over

        # A packaged program may bring one, for those who are offline at first.
        packaged = catalogue_files(resource_dir() / "catalogue")
        try:
            if packaged:
                take_over(packaged[0], self.paths.catalogue)
            folder, pictures = self.paths.catalogue, self.paths.artwork
            return Catalogues.open(folder, self.games, pictures, self.indexes)
        except CatalogueError as error:
            # None at all is the first start; one that can't be used is worth a word.
            there = packaged or catalogue_files(self.paths.catalogue)
            log.log(logging.WARNING if there else logging.INFO, "%s", error)
            return None

    def update_catalogue(
        self,
        progress: Progress,
        token: CancelToken,
        game_id: str = FIRST_GAME,
        source: Source | Sequence[Source] | None = None,
        *,
        allow_smaller: bool = False,
    ) -> CatalogueInfo:
        """Fetch a game's catalogue and put it in place of the old one.

        `source` and `allow_smaller` as for `catalogue.update.update_catalogue`.

        Raises:
            CatalogueError: no source can be reached or read, or the disk is full.
            Cancelled: the token was cancelled.
        """
        from cardscanner_gui.catalogue.catalogues import folder_of
        from cardscanner_gui.catalogue.update import update_catalogue

        folder = folder_of(self.paths.catalogue, game_id)
        game = self.games[game_id]
        return update_catalogue(folder, game, source, progress, token, allow_smaller=allow_smaller)

    def make_pictures(self, game_id: str = FIRST_GAME) -> DeskPictures:
        """The pictures of a game's printings, for a window."""
        from cardscanner_gui.catalogue.catalogues import folder_of
        from cardscanner_gui.catalogue.pictures.desk import DeskPictures

        def fingerprint(picture: Pixels) -> bytes:
            from cardscanner_gui.vision.artwork import fingerprint_of

            return fingerprint_of(picture)

        server = os.environ.get(PICTURES_VARIABLE) or self.games[game_id].picture_server
        folder = folder_of(self.paths.artwork, game_id)
        return DeskPictures(
            folder, folder_of(self.paths.catalogue, game_id), server or "", fingerprint
        )

    def open_database(self, who: str = "command line") -> Database:
        """The collection. Raises `StoreError`."""
        from cardscanner_gui.store.database import Database

        self.paths.create()
        return Database(self.paths.database, who=who)

    def open_memory(self, database: Database | None) -> CardMemory:
        """What was recognised before: in this process, in Redis if there is one, in the database.

        Close it before the database.
        """
        from cardscanner_gui.recognition.cache.card_memory import CardMemory
        from cardscanner_gui.store.recognitions import RecognitionStore

        shared = None
        url = os.environ.get(REDIS_VARIABLE) or self.settings.redis_url
        if url:
            from cardscanner_gui.recognition.cache.shared import SharedCache

            try:
                shared = SharedCache(url, self.metrics)
            except ValueError as error:
                log.warning("The Redis address can't be used (%s); scanning without it.", error)
        return CardMemory(self.games, RecognitionStore(database) if database else None, shared)

    def make_recogniser(self, catalogue: Catalogues | None) -> Recogniser:
        """A recogniser for the calling thread, warmed up. Raises `WorldError`."""
        from cardscanner_gui.recognition.recogniser import Recogniser
        from cardscanner_gui.recognition.routing import Router

        if catalogue is not None:
            catalogue.preload()
        recogniser = Recogniser(
            self.load_networks(),
            self.make_judge(catalogue),
            self.make_second_readers(catalogue, self.metrics),
            self.settings.reading_mode,
            memory=self.memory,
            identity=self._identity(catalogue) if self.memory is not None else "",
            router=Router(self.waiting),
            patience=self.settings.patience,
            metrics=self.metrics,
        )
        if self.memory is not None:
            self.memory.warm_up()
        recogniser.warm_up()
        return recogniser

    def load_networks(self) -> Networks:
        """What finds and reads, for the calling thread. Raises `WorldError`."""
        import cv2

        from cardscanner_gui.reading.card_reader import CardReader
        from cardscanner_gui.reading.detector import TextDetector
        from cardscanner_gui.reading.lines import LineRecogniser
        from cardscanner_gui.reading.models import model_folder
        from cardscanner_gui.reading.picture_reader import PictureReader
        from cardscanner_gui.recognition.networks import Networks
        from cardscanner_gui.vision.finder import CardFinder

        cv2.setNumThreads(1)  # its threads would fight the networks' for the same cores
        threads = self.threads or min(4, os.cpu_count() or 1)
        folder = model_folder()
        detector, lines = TextDetector(folder, threads), LineRecogniser(folder, threads)
        return Networks(
            CardFinder(resource_dir() / "finder", threads),
            CardReader(detector, lines, [game.sheet for game in self.games.values()]),
            PictureReader(detector, lines),
        )

    def make_judge(self, catalogue: Catalogues | None) -> Judge:
        """What says which printing a reading means, for the calling thread."""
        from cardscanner_gui.catalogue.match.matcher import Matcher
        from cardscanner_gui.recognition.judge import Judge

        if catalogue is None:
            return Judge(self.games, {})
        own_cards = self.memory.confirmed if self.memory is not None else tuple
        matchers = {
            game: Matcher(one, self.games[game], catalogue.artwork(game), own_cards)
            for game, one in catalogue.by_game.items()
        }
        return Judge(self.games, matchers)

    def _identity(self, catalogue: Catalogues | None) -> str:
        """Everything but the models that decides an answer: an answer is good for its like only."""
        from cardscanner_gui.capture.decoder.start import packaged_program
        from cardscanner_gui.recognition.cache.keys import context_of, digest_of_files

        known = f"{catalogue.digest} {catalogue.artwork_state}" if catalogue is not None else ""
        code = Path(__file__).parent
        files = [path for room in _ANSWERING_ROOMS for path in (code / room).rglob("*.py")]
        if not files:  # a package has no such files, and the code within its program
            files = [packaged_program()]
        files += (resource_dir() / "finder").glob("*.onnx")
        return context_of((__version__, known, digest_of_files(files)))

    def make_second_readers(
        self, catalogue: Catalogues | None, metrics: Metrics | None = None
    ) -> tuple[ModelReader, ...]:
        """The models that read too, warmed up, the quickest first.

        The last one is what the settings ask for; a smaller one that is installed comes before it,
        for previews. Empty in fast mode. A model makes reading better and is never needed: what is
        wrong with one goes to the log.
        """
        if self.settings.reading_mode is ReadingMode.FAST:
            return ()
        from cardscanner_gui.vlm.installed import is_prepared
        from cardscanner_gui.vlm.models import MODELS, model_by_id

        try:
            chosen = model_by_id(self.settings.model)
        except WorldError as error:
            log.warning("%s Cards are read without it.", error)
            return ()
        smaller = [
            model
            for model in sorted(MODELS.values(), key=lambda model: model.memory)
            if model.memory < chosen.memory and is_prepared(self.paths.models, model)
        ]
        known = cache(partial(_known_values, catalogue))
        controls = cache(partial(_control_printings, catalogue))
        opened = (
            self._open_reader(model, known, controls, metrics) for model in (*smaller, chosen)
        )
        return tuple(reader for reader in opened if reader is not None)

    def _open_reader(
        self,
        model: ModelDescription,
        known: Callable[[Game], Mapping[str, Sequence[str]]],
        controls: Callable[[Game], Sequence[Printing]],
        metrics: Metrics | None,
    ) -> ModelReader | None:
        from cardscanner_gui.vlm.reader import ModelReader
        from cardscanner_gui.vlm.upkeep import unready

        try:
            reader = ModelReader(
                self.paths.models / model.id,
                self.games,
                known,
                tuning=self.tuning(),
                metrics=metrics,
                controls=controls,
            )
            reader.warm_up()
        except WorldError as error:
            log.warning("%s Cards are read without it.", error)
            return None
        if reason := unready(self.paths.models, model):
            log.warning("%s should be prepared again: %s.", model.title, reason)
        return reader


def _known_values(catalogue: Catalogues | None, game: Game) -> Mapping[str, Sequence[str]]:
    """What a model may write, by what a game's catalogue knows."""
    opened = catalogue.by_game.get(game.id) if catalogue is not None else None
    if opened is None:
        return {}
    listings = [
        name
        for name in game.asked
        if (model := game.fields[name].model) is not None and model.kind == "listing"
    ]
    return {
        "name": opened.printed_names(),
        "set_code": sorted(opened.set_codes),
        "artist": opened.illustrators(),
        **{name: opened.fact_texts(name) for name in listings},
    }


def _control_printings(catalogue: Catalogues | None, game: Game) -> Sequence[Printing]:
    """A few printings of sets all over a game's catalogue, the same ones each time."""
    from cardscanner_gui.vlm.control import DRAFTS

    opened = catalogue.by_game.get(game.id) if catalogue is not None else None
    if opened is None:
        return ()
    sets = sorted(opened.set_sizes())
    chosen = [sets[place * len(sets) // DRAFTS] for place in range(min(DRAFTS, len(sets)))]
    found = (opened.set_printings(set_id) for set_id in chosen)
    return [printings[len(printings) // 2] for printings in found if printings]
