"""Fixtures shared by the tests of every room."""

from __future__ import annotations

import os
import signal
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest


def pytest_configure() -> None:
    """Tests read English, wherever they run, and those that they start too.

    A shell's background job ignores Ctrl+C, and what it starts does too; tests send it.
    """
    os.environ["CARDSCANNER_LANGUAGE"] = "en"
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture
def new_threads() -> Callable[[], set[str]]:
    """Gives the names of the threads that began in this test and still run."""
    before = set(threading.enumerate())
    return lambda: {thread.name for thread in set(threading.enumerate()) - before}


@pytest.fixture(scope="session", params=[True, False], ids=["dots", "no-dots"])
def dot_products(request: pytest.FixtureRequest) -> Iterator[bool]:
    """Both kinds of processor, whichever this one is: with 8-bit dot products, and without.

    Which files of a model are asked for, and which of several are used, depends on it.
    """
    from cardscanner_gui.vlm import cpu, measure

    has = bool(request.param)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(cpu, "has_dot_products", lambda: has)
        patch.setattr(measure, "signed_products_saturate", lambda: not has)
        yield has


@pytest.fixture(scope="session")
def shared_dir() -> Path:
    """The labelled photographs and catalogue copy that only a developer has; skips without them."""
    folder = Path(__file__).resolve().parents[2] / "shared"
    if not (folder / "eval" / "truth.csv").is_file():
        pytest.skip("needs the developers' shared folder beside the checkout")
    return folder
