"""Fetching the printings' pictures in a real window, from a server on loopback."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QMessageBox

from cardscanner_gui.catalogue.pictures.desk import DeskPictures
from cardscanner_gui.catalogue.pictures.opening import open_index
from cardscanner_gui.catalogue.update import update_catalogue
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.types import Status
from cardscanner_gui.games.pokemon import GAME as POKEMON
from cardscanner_gui.games.pokemon.sources.local import local_source
from cardscanner_gui.qt.card.candidate_list import CandidateRow
from cardscanner_gui.qt.frame.pages import Page
from cardscanner_gui.qt.services import Progress
from cardscanner_gui.qt.window.main_window import MainWindow
from cardscanner_gui.qt.window.pictures_dialog import PicturesDialog
from cardscanner_gui.vision.artwork import fingerprint_of
from tests.catalogue.pictures.asset_server import Answer, AssetServer, drawn, serving
from tests.catalogue.tcgdex_archive import HARBOUR, CardSpec, card, write_archive
from tests.qt.conftest import Harness
from tests.qt.scripted_recogniser import ScriptedCard
from training.drawing.cards import CardFace, draw_card

NEW, OLD = "en/scarlet & violet/sv90", "en/base/base90"
CARDS = [
    *(card("Leafkit", f"{n:03d}", illustrator=f"Painter {n}") for n in (12, 13, 14)),
    card("Harborlin", "4", HARBOUR),
]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[AssetServer]:
    monkeypatch.setenv("no_proxy", "127.0.0.1")
    with serving() as served:
        served.pictures = {f"{NEW}/{n:03d}": drawn(n) for n in (12, 13, 14)}
        served.pictures[f"{OLD}/4"] = drawn(4)
        yield served


@pytest.fixture
def published() -> list[CardSpec]:
    """What the catalogue's source has now."""
    return list(CARDS)


@pytest.fixture
def window(
    harness: Harness, server: AssetServer, published: list[CardSpec], tmp_path: Path
) -> MainWindow:
    def fetch(progress: Progress, token: CancelToken, *, allow_smaller: bool = False) -> object:
        source = local_source(write_archive(tmp_path / "archive.tar.gz", published))
        return update_catalogue(
            harness.catalogue_folder, POKEMON, source, progress, token, allow_smaller=allow_smaller
        )

    desk = DeskPictures(
        harness.folder / "artwork", harness.catalogue_folder, server.url, fingerprint_of
    )
    fetch(lambda *_: None, CancelToken())
    return harness.open_window(make_pictures=lambda: desk, update_catalogue=fetch)


def opened(harness: Harness, window: MainWindow) -> PicturesDialog:
    window.commands.pictures.trigger()
    dialog = window.findChild(PicturesDialog)
    assert dialog is not None
    harness.wait(lambda: dialog.sets.count() == 2)
    return dialog


def known(harness: Harness) -> set[str]:
    index = open_index(harness.folder / "artwork")
    return set(index.printings) if index is not None else set()


def tick(dialog: PicturesDialog, words: str) -> None:
    (item,) = dialog.sets.findItems(words, Qt.MatchFlag.MatchContains)
    item.setCheckState(Qt.CheckState.Checked)


def test_size_and_time_are_said_and_nothing_is_asked_for_before_the_user_says_so(
    harness: Harness, window: MainWindow, server: AssetServer
) -> None:
    dialog = opened(harness, window)
    harness.wait(lambda: "4 small pictures from 127.0.0.1" in dialog.plan.text())
    assert "76 kB" in dialog.plan.text()
    assert "0 of 4 printings" in dialog.standing.text()
    assert server.asked == []
    tick(dialog, "Harbour")
    harness.wait(lambda: "1 small picture from" in dialog.plan.text())
    assert dialog.fetch.text() == "Fetch 1 picture"
    dialog.fetch.click()
    harness.wait(lambda: "1 new fingerprint" in dialog.status.text())
    assert server.asked == [f"{OLD}/4"]
    assert known(harness) == {"base90-4"}
    harness.wait(lambda: "1 of 4 printings" in dialog.standing.text())


def test_what_was_stopped_goes_on_where_it_was(
    harness: Harness, window: MainWindow, server: AssetServer
) -> None:
    dialog = opened(harness, window)
    harness.wait(lambda: dialog.fetch.isEnabled())

    def hold(path: str) -> None:
        if path == f"{NEW}/013" and server.asked.count(path) == 1:
            window.work.printed.stop()

    server.before = hold
    dialog.fetch.click()
    harness.wait(lambda: "Paused" in dialog.status.text())
    before = known(harness)
    assert "sv90-012" in before
    assert len(before) < 4
    harness.wait(lambda: dialog.fetch.isEnabled())
    dialog.close()
    assert window.notice.button.text() == "Go on"
    window.notice.button.click()
    harness.wait(lambda: not window.work.printed.busy)
    assert len(known(harness)) == 4
    assert server.asked.count(f"{NEW}/012") == 1


def test_a_server_that_refuses_is_said_in_one_line_and_can_be_tried_again(
    harness: Harness, window: MainWindow, server: AssetServer
) -> None:
    dialog = opened(harness, window)
    harness.wait(lambda: dialog.fetch.isEnabled())

    def refuse(_: str) -> None:
        raise Answer(429, headers={"Retry-After": "7200"})

    server.before = refuse
    dialog.fetch.click()
    harness.wait(lambda: "come back in 120 minutes" in dialog.status.text())
    assert "\n" not in window.notice.label.text()
    assert window.notice.button.text() == "Try again"
    server.before = lambda _: None
    dialog.close()
    window.notice.button.click()
    harness.wait(lambda: len(known(harness)) == 4)


def test_a_second_desk_takes_what_the_first_hands_on(
    harness: Harness, window: MainWindow, server: AssetServer, tmp_path: Path
) -> None:
    dialog = opened(harness, window)
    harness.wait(lambda: dialog.fetch.isEnabled())
    dialog.fetch.click()
    harness.wait(lambda: "4 new" in dialog.status.text())
    written: list[int] = []
    window.work.printed.export(tmp_path / "desk.index", written.append, pytest.fail)
    harness.wait(lambda: written == [4])
    for file in (harness.folder / "artwork").iterdir():
        file.unlink()
    server.asked.clear()
    window.work.printed.take_from(tmp_path / "desk.index")
    harness.wait(lambda: len(known(harness)) == 4)
    assert server.asked == []


def test_new_printings_are_offered_after_the_catalogue_was_updated(
    harness: Harness, window: MainWindow, server: AssetServer, published: list[CardSpec]
) -> None:
    dialog = opened(harness, window)
    harness.wait(lambda: dialog.fetch.isEnabled())
    dialog.fetch.click()
    harness.wait(lambda: "4 new" in dialog.status.text())
    dialog.close()
    server.pictures[f"{NEW}/015"] = drawn(15)
    server.asked.clear()
    published.append(card("Leafkit", "015"))
    window.commands.update_catalogue.trigger()
    harness.wait(lambda: "1 small picture" in window.notice.label.text())
    window.notice.button.click()
    harness.wait(lambda: "sv90-015" in known(harness))
    assert server.asked == [f"{NEW}/015"]


def test_a_doubtful_card_is_compared_with_its_candidates_pictures_alone(
    harness: Harness, window: MainWindow, server: AssetServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []

    def question(_parent: object, _title: str, words: str) -> QMessageBox.StandardButton:
        asked.append(words)
        return QMessageBox.StandardButton.Yes

    monkeypatch.setattr(QMessageBox, "question", question)
    catalogue = harness.open_catalogue()
    assert catalogue is not None
    with catalogue:
        leafkits = tuple(catalogue.set_printings("sv90"))
    face = CardFace("Card 13", 60, "013/193", attacks=("Seed Toss",), seed=13)
    doubtful = ScriptedCard(leafkits, Status.UNSURE, photo=draw_card(face, 744))
    harness.recogniser.script["doubtful.jpg"] = (doubtful,)
    window.scan([str(harness.picture("doubtful.jpg"))])
    harness.settle(window)
    window.show_page(Page.REVIEW)
    button = window.doubtful_card.button
    harness.wait(button.isVisible)
    assert "3 pictures" in button.text()
    assert server.asked == []
    button.click()
    harness.wait(lambda: known(harness) == {"sv90-012", "sv90-013", "sv90-014"})
    assert "3 small pictures from 127.0.0.1, about 57 kB" in asked[0]
    harness.wait(lambda: not window.work.printed.busy and not window.work.rematch.running)
    assert not button.isVisible()


def test_pictures_that_are_kept_stand_beside_the_candidates(
    harness: Harness, window: MainWindow, server: AssetServer
) -> None:
    dialog = opened(harness, window)
    dialog.keep.setChecked(True)
    harness.wait(lambda: dialog.fetch.isEnabled())
    dialog.fetch.click()
    harness.wait(lambda: "4 new" in dialog.status.text())
    dialog.close()
    catalogue = harness.open_catalogue()
    assert catalogue is not None
    with catalogue:
        leafkits = tuple(catalogue.set_printings("sv90"))
    harness.recogniser.script["doubtful.jpg"] = (ScriptedCard(leafkits, Status.UNSURE),)
    window.scan([str(harness.picture("doubtful.jpg"))])
    harness.settle(window)
    window.show_page(Page.REVIEW)
    candidates = window.review_page.candidates
    harness.wait(lambda: len(candidates.printings) == 3)
    rows = candidates.findChildren(CandidateRow)
    harness.wait(lambda: all(not row.picture.pixmap().isNull() for row in rows))


def test_nothing_of_it_is_offered_offline(
    harness: Harness, window: MainWindow, server: AssetServer
) -> None:
    window.work.settings.change(offline=True)
    dialog = opened(harness, window)
    harness.wait(lambda: "stay offline" in dialog.plan.text())
    assert not dialog.fetch.isEnabled()
    assert server.asked == []
