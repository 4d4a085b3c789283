"""Services over a scripted reader for pace, and over the real one for answers."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path

import httpx
import pytest

from cardscanner_gui.builder import Builder
from cardscanner_gui.core.copies import CopyDefaults
from cardscanner_gui.games import ALL as GAMES
from cardscanner_gui.paths import DataPaths
from cardscanner_gui.recognition.batches import BatchRunner
from cardscanner_gui.recognition.protocols import Recognises
from cardscanner_gui.service.batch_intake import BatchIntake
from cardscanner_gui.service.options import ServiceOptions
from cardscanner_gui.service.upload_folder import UploadFolder
from cardscanner_gui.settings import Settings
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.collection import Collection
from cardscanner_gui.store.database import Database
from cardscanner_gui.store.scans import ScanLog
from tests.commands.conftest import data_dir, pictures, run, shared_catalogue
from tests.service.served import Scripted, Served, form, png, served

# The same pictures, catalogue and command line as where the command line is tested.
__all__ = ["data_dir", "pictures", "run", "shared_catalogue"]


def make_intake(
    database: Database,
    uploads: Path,
    recogniser: Recognises,
    defaults: CopyDefaults = CopyDefaults(),  # noqa: B008 - frozen
    options: ServiceOptions | None = None,
) -> BatchIntake:
    """An intake whose batches this recogniser reads."""
    store = BatchStore(database)
    make_runner = partial(BatchRunner, store, lambda: recogniser)
    folder = UploadFolder(uploads, store, options or ServiceOptions())
    return BatchIntake(store, ScanLog(database), folder, defaults, GAMES, make_runner)


Together = Callable[..., Future[httpx.Response]]


@pytest.fixture
def options() -> ServiceOptions:
    """Any free port, and an end that is quick."""
    return ServiceOptions(port=0, grace_seconds=10.0)


@pytest.fixture
def recogniser() -> Scripted:
    return Scripted()


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    database = Database(tmp_path / "collection.db")
    yield database
    database.close()


@pytest.fixture
def collection(database: Database) -> Collection:
    return Collection(database)


@pytest.fixture
def intake_of(
    tmp_path: Path, database: Database, recogniser: Scripted
) -> Callable[[ServiceOptions], BatchIntake]:
    """Makes an intake with these bounds."""
    return lambda options: make_intake(database, tmp_path / "uploads", recogniser, options=options)


@pytest.fixture
def intake(
    intake_of: Callable[[ServiceOptions], BatchIntake], options: ServiceOptions
) -> BatchIntake:
    return intake_of(options)


@pytest.fixture
def service(recogniser, intake, options) -> Iterator[Served]:
    with served(recogniser, intake, options) as running:
        yield running


@pytest.fixture(scope="session")
def real_service(tmp_path_factory, shared_catalogue) -> Iterator[Served]:
    """Over the same catalogue as the command line's."""
    folder = tmp_path_factory.mktemp("service")
    (folder / "catalogue").symlink_to(shared_catalogue)
    builder = Builder(DataPaths(folder), Settings())
    database = builder.open_database()
    memory = builder.open_memory(database)
    builder = replace(builder, memory=memory)
    recogniser = builder.make_recogniser(builder.open_catalogue())
    intake = make_intake(database, folder / "uploads", recogniser)
    with served(recogniser, intake, ServiceOptions(port=0), builder.metrics) as running:
        yield running
    memory.close()
    database.close()


@pytest.fixture
def together() -> Iterator[Together]:
    """Send a picture of this name and width in the background; gives the answer's future."""
    with ThreadPoolExecutor(32) as pool:

        def send(
            service: Served, name: str, size: int = 40, **more: object
        ) -> Future[httpx.Response]:
            def post() -> httpx.Response:
                with service.client() as client:
                    return client.post("/recognize", files=form(name, png(size)), **more)

            return pool.submit(post)

        yield send
