"""Builds and wires the objects that both the window and the command line need."""

from __future__ import annotations

import logging
import os
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from cardscanner_gui.core.errors import CatalogueError, WorldError
from cardscanner_gui.core.modes import ReadingMode
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.resources import resource_dir
from cardscanner_gui.settings import Settings

# The readers' libraries take half a second to import: only what builds them imports them.
if TYPE_CHECKING:
    from cardscanner_gui.catalogue.database import Catalogue
    from cardscanner_gui.recognition.recognizer import Recognizer
    from cardscanner_gui.store.database import Database
    from cardscanner_gui.vlm.reader import ModelReader

log = logging.getLogger(__name__)


@dataclass(frozen=True)
class Builder:
    """Knows the folders and the settings, and makes each object when it is asked for.

    Attributes:
        threads: for each network; 0 means as many as there are cores, at most four.
    """

    paths: DataPaths
    settings: Settings
    threads: int = 0

    def with_mode(self, mode: str | None) -> Builder:
        """The same with another reading mode; None leaves it as the settings say."""
        if mode is None:
            return self
        return replace(self, settings=replace(self.settings, reading_mode=ReadingMode(mode)))

    def open_catalogue(self) -> Catalogue | None:
        """The newest catalogue, or None while there is none that can be used."""
        from cardscanner_gui.catalogue.database import Catalogue
        from cardscanner_gui.catalogue.files import catalogue_files

        try:
            return Catalogue.open(self.paths.catalogue)
        except CatalogueError as error:
            # None at all is the first start; one that can't be used is worth a word.
            level = logging.WARNING if catalogue_files(self.paths.catalogue) else logging.INFO
            log.log(level, "%s", error)
            return None

    def open_database(self) -> Database:
        """The collection. Raises `StoreError`."""
        from cardscanner_gui.store.database import Database

        self.paths.create()
        return Database(self.paths.database)

    def make_recognizer(self, catalogue: Catalogue | None) -> Recognizer:
        """A recognizer for the calling thread, warmed up. Raises `WorldError`."""
        import cv2

        from cardscanner_gui.catalogue.match.matcher import Matcher
        from cardscanner_gui.reading.card_reader import CardReader
        from cardscanner_gui.reading.detector import TextDetector
        from cardscanner_gui.reading.lines import LineRecogniser
        from cardscanner_gui.reading.models import model_folder
        from cardscanner_gui.reading.picture_reader import PictureReader
        from cardscanner_gui.recognition.recognizer import Recognizer
        from cardscanner_gui.vision.finder import CardFinder

        if catalogue is not None:
            catalogue.preload()
        cv2.setNumThreads(1)  # its threads would fight the networks' for the same cores
        threads = self.threads or min(4, os.cpu_count() or 1)
        folder = model_folder()
        detector, recogniser = TextDetector(folder, threads), LineRecogniser(folder, threads)
        recognizer = Recognizer(
            CardFinder(resource_dir() / "finder", threads),
            CardReader(detector, recogniser),
            PictureReader(detector, recogniser),
            Matcher(catalogue) if catalogue else None,
            self.make_second_reader(catalogue),
            self.settings.reading_mode,
        )
        recognizer.warm_up()
        return recognizer

    def make_second_reader(self, catalogue: Catalogue | None) -> ModelReader | None:
        """The model that the settings ask for, warmed up; None in fast mode or if it can't be used.

        A model makes reading better and is never needed: what is wrong with it goes to the log.
        """
        if self.settings.reading_mode is ReadingMode.FAST:
            return None
        from cardscanner_gui.vlm.models import model_by_id
        from cardscanner_gui.vlm.reader import ModelReader

        try:
            model = model_by_id(self.settings.model)
            names = catalogue.printed_names() if catalogue else ()
            codes = sorted(catalogue.set_codes) if catalogue else ()
            reader = ModelReader(self.paths.models / model.id, names, codes)
            reader.warm_up()
        except WorldError as error:
            log.warning("%s Cards are read without it.", error)
            return None
        return reader
