"""Fetching fingerprints from an asset server on loopback, which may misbehave."""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from pathlib import Path

import pytest
from PIL import Image

from cardscanner_gui import __version__
from cardscanner_gui.catalogue.database import Catalogue
from cardscanner_gui.catalogue.pictures import server as client_module
from cardscanner_gui.catalogue.pictures import update
from cardscanner_gui.catalogue.pictures.gathering import Report
from cardscanner_gui.catalogue.pictures.opening import INDEX_NAME, open_index
from cardscanner_gui.catalogue.pictures.server import AssetServer as Client
from cardscanner_gui.catalogue.pictures.store import STORE_NAME
from cardscanner_gui.catalogue.pictures.update import plan_pictures, update_pictures
from cardscanner_gui.catalogue.pictures.wanted import Wanted
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.catalogue import UnreachableError
from cardscanner_gui.core.errors import CancelledError, CatalogueError
from cardscanner_gui.vision.artwork import fingerprint_of
from tests.catalogue.pictures.asset_server import Answer, AssetServer, drawn, webp
from tests.catalogue.pictures.conftest import ASIAN_PATH, NEW_PATHS, OLD_PATHS
from tests.catalogue.tcgdex_archive import build_catalogue, card

HTML = Answer(200, b"<html>Please log in</html>", {"Content-Type": "text/html"})


def quiet(*_: object) -> None:
    """No progress wanted."""


@pytest.fixture(autouse=True)
def _short_pauses(monkeypatch: pytest.MonkeyPatch) -> None:
    """A failed request is repeated at once; what a server asks for is still waited."""

    def client(url: str, token: CancelToken, *, per_second: float | None) -> Client:
        return Client(url, token, per_second=per_second, first_pause=0.01)

    monkeypatch.setattr(update, "AssetServer", client)


@pytest.fixture
def fetch(folder: Path, catalogue: Catalogue, server: AssetServer) -> Callable[..., Report]:
    def run(wanted: Wanted = Wanted(), **others: object) -> Report:  # noqa: B008 - frozen
        token = others.pop("token", None) or CancelToken()
        progress = others.pop("progress", None) or quiet
        return update_pictures(
            folder, catalogue, wanted, fingerprint_of, progress, token, server=server.url, **others
        )

    return run


def once(server: AssetServer, path: str, answer: Answer) -> None:
    """The first request for a path gets this answer, later ones the picture."""

    def before(asked: str) -> None:
        if asked == path and server.asked.count(path) == 1:
            raise answer

    server.before = before


def known_ids(folder: Path) -> set[str]:
    index = open_index(folder)
    return set(index.printings) if index is not None else set()


def test_fingerprints_of_all_sets_are_fetched_the_newest_first(fetch, folder, server) -> None:
    told: list[tuple[str, float | None]] = []
    report = fetch(progress=lambda *words: told.append(words))
    assert (report.taken, report.absent, report.stopped) == (12, 0, None)
    assert server.asked == [*NEW_PATHS, ASIAN_PATH, *OLD_PATHS]
    assert server.agents == {f"cardscanner/{__version__}"}
    assert len(known_ids(folder)) == 12
    assert told[0] == ("Fetching pictures: Meadow Tales", 0.0)
    assert told[-1][0] == "Fetching pictures: Harbour"
    assert {path.name for path in folder.iterdir()} == {INDEX_NAME, STORE_NAME}


def test_each_printing_has_the_fingerprint_of_its_own_picture(fetch, folder, server) -> None:
    from cardscanner_gui.catalogue.pictures.checks import card_picture

    fetch(Wanted(sets=("MDT",)))
    (section,) = open_index(folder).sections
    for printing_id, bits in zip(section.ids, section.packed(), strict=True):
        number = printing_id.removeprefix("sv90-")
        picture = server.pictures[f"en/scarlet & violet/sv90/{number}"]
        assert bits.tobytes() == fingerprint_of(card_picture(picture))


def test_only_what_is_missing_is_fetched(fetch, folder, server, tmp_path) -> None:
    fetch(Wanted(sets=("base90",)))
    server.asked.clear()
    report = fetch()
    assert (report.taken, report.known) == (9, 3)
    assert not set(server.asked) & set(OLD_PATHS)
    server.asked.clear()
    assert fetch().taken == 0
    assert server.asked == []
    # After an update of the catalogue with one card more.
    cards = [card(f"Leafkit {n}", f"{n:03d}") for n in range(1, 10)]
    server.pictures["en/scarlet & violet/sv90/009"] = drawn(77)
    with build_catalogue(tmp_path / "newer", cards) as newer:
        report = update_pictures(
            folder, newer, Wanted(), fingerprint_of, quiet, CancelToken(), server=server.url
        )
    assert report.taken == 1
    assert server.asked == ["en/scarlet & violet/sv90/009"]


def test_single_printings_are_fetched_alone(fetch, server, folder) -> None:
    report = fetch(Wanted(printings=("sv90-003", "base90-2", "never-heard-of")))
    assert report.taken == 2
    assert known_ids(folder) == {"sv90-003", "base90-2"}
    assert server.asked == [NEW_PATHS[2], OLD_PATHS[1]]


def test_another_language_stands_in_where_the_preferred_one_is_missing(fetch, server) -> None:
    del server.pictures[OLD_PATHS[0]]
    server.pictures["de/base/base90/1"] = drawn(50)
    assert fetch(Wanted(sets=("base90",))).taken == 3
    assert server.asked[:2] == [OLD_PATHS[0], "de/base/base90/1"]
    server.asked.clear()


def test_a_wanted_language_comes_first(fetch, server) -> None:
    server.pictures["de/base/base90/1"] = drawn(50)
    fetch(Wanted(sets=("base90",), languages=("de",)))
    assert server.asked[0] == "de/base/base90/1"
    assert OLD_PATHS[0] not in server.asked


def test_what_the_server_lacks_isnt_asked_for_every_time(fetch, server) -> None:
    del server.pictures[NEW_PATHS[3]]
    assert (fetch().absent, len(server.asked)) == (1, 12)
    server.asked.clear()
    assert fetch().absent == 0
    assert server.asked == []
    # The user names the set: perhaps he knows that it is there now.
    server.pictures[NEW_PATHS[3]] = drawn(3)
    assert fetch(Wanted(sets=("sv90",))).taken == 1


def test_the_servers_listing_saves_vain_requests(
    fetch, server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update, "_LISTING_PAYS", 5)
    numbers = {f"{n:03d}": "hash" for n in range(1, 9) if n != 4}
    listing = {"en": {"scarlet & violet": {"sv90": numbers}, "base": {"base90": {"1": "hash"}}}}
    server.listing = json.dumps(listing).encode()
    report = fetch()
    assert (report.taken, report.absent) == (8, 4)
    assert len(server.asked) == 9
    assert NEW_PATHS[3] not in server.asked


@pytest.mark.parametrize("listing", [b"<html>", b"[]", b"{}"])
def test_a_useless_listing_changes_nothing(
    fetch, server, listing: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(update, "_LISTING_PAYS", 5)
    server.listing = listing
    assert fetch().taken == 12


def test_a_run_that_is_cancelled_keeps_what_it_has_and_the_next_goes_on(
    fetch, server, folder
) -> None:
    token = CancelToken()

    def cancel_later(_: str, part: float | None) -> None:
        if part is not None and part >= 0.5:
            token.cancel()

    with pytest.raises(CancelledError):
        fetch(token=token, progress=cancel_later)
    kept = len(known_ids(folder))
    assert 5 <= kept < 12
    server.asked.clear()
    assert fetch().taken == 12 - kept
    assert len(server.asked) == 12 - kept


def test_a_killed_run_keeps_every_set_that_was_through(fetch, server, folder) -> None:
    """As when the power fails: nothing after the last commit is written."""

    def fail(path: str) -> None:
        if path == OLD_PATHS[1]:
            with sqlite3.connect(folder / STORE_NAME) as seen:
                (count,) = seen.execute("SELECT count(*) FROM fingerprint").fetchone()
            committed.append(count)

    committed: list[int] = []
    server.before = fail
    fetch()
    assert committed == [9]


def test_a_cut_connection_is_tried_again(fetch, server) -> None:
    picture = server.pictures[NEW_PATHS[2]]
    once(server, NEW_PATHS[2], Answer(200, picture, {"Content-Type": "image/webp"}, send=500))
    assert fetch().taken == 12
    assert server.asked.count(NEW_PATHS[2]) == 2


def test_a_picture_that_is_cut_on_the_server_is_refused(fetch, server, folder) -> None:
    server.pictures[NEW_PATHS[2]] = server.pictures[NEW_PATHS[2]][:900]
    report = fetch()
    assert report.refused == {"sv90-003": "it is cut off or no picture"}
    assert "sv90-003" not in known_ids(folder)
    assert report.taken == 11


@pytest.mark.parametrize(
    ("picture", "why"),
    [
        (webp(Image.linear_gradient("L").resize((337, 245)).convert("RGB")), "shape of a card"),
        (webp(Image.linear_gradient("L").resize((20, 28)).convert("RGB")), "20 x 28 pixels"),
        (webp(Image.new("RGB", (245, 337), (200, 30, 30))), "nothing is on it"),
        (b"GIF89a not really", "no picture"),
    ],
)
def test_what_cant_be_a_cards_picture_is_refused(
    fetch, server, folder, picture: bytes, why: str
) -> None:
    server.pictures[NEW_PATHS[0]] = picture
    report = fetch(Wanted(sets=("sv90",)))
    assert why in report.refused["sv90-001"]
    assert known_ids(folder) == {f"sv90-{n:03d}" for n in range(2, 9)}


def test_a_placeholder_is_nobodys_picture(fetch, server, folder) -> None:
    """A card's back, sent for three cards: the first one's fingerprint is taken back."""
    back = drawn(400)
    for path in (NEW_PATHS[1], NEW_PATHS[4], OLD_PATHS[0]):
        server.pictures[path] = back
    report = fetch()
    assert set(report.refused) == {"sv90-002", "sv90-005", "base90-1"}
    assert set(report.refused.values()) == {"the same picture is given for several cards"}
    assert known_ids(folder).isdisjoint(report.refused)
    assert report.taken == 9
    # And in the next run it is still nobody's.
    assert set(fetch(Wanted(sets=("sv90",))).refused) == {"sv90-002", "sv90-005"}


def test_a_placeholder_that_is_packed_anew_for_each_card_is_known_too(
    fetch, server, folder
) -> None:
    for quality, path in zip((80, 81, 82), (NEW_PATHS[1], NEW_PATHS[4], NEW_PATHS[6]), strict=True):
        server.pictures[path] = drawn(400) + b"\0" * quality
    report = fetch()
    assert set(report.refused) == {"sv90-002", "sv90-005", "sv90-007"}
    assert known_ids(folder).isdisjoint(report.refused)


def test_the_same_art_under_one_name_isnt_refused(folder, server, tmp_path) -> None:
    """Two printings of one drawing, scanned twice."""
    cards = [card("Leafkit", "001"), card("Leafkit", "002")]
    for number, height in (("001", 337), ("002", 338)):
        server.pictures[f"en/scarlet & violet/sv90/{number}"] = drawn(3, height)
    with build_catalogue(tmp_path / "catalogue", cards) as two:
        report = update_pictures(
            folder, two, Wanted(), fingerprint_of, quiet, CancelToken(), server=server.url
        )
    assert (report.taken, report.refused) == (2, {})


def test_being_asked_to_slow_down_is_done(fetch, server) -> None:
    once(server, NEW_PATHS[1], Answer(429, headers={"Retry-After": "1"}))
    started = datetime.now(UTC)
    assert fetch(Wanted(sets=("sv90",))).taken == 8
    assert datetime.now(UTC) - started >= timedelta(seconds=1)
    assert server.asked.count(NEW_PATHS[1]) == 2


def test_being_asked_to_stay_away_ends_the_run_with_what_there_is(fetch, server, folder) -> None:
    later = format_datetime(datetime.now(UTC) + timedelta(hours=1), usegmt=True)
    once(server, NEW_PATHS[3], Answer(429, headers={"Retry-After": later}))
    report = fetch()
    assert report.taken == 3
    assert "come back in 60 minutes" in str(report.stopped)
    assert len(known_ids(folder)) == 3
    assert fetch().taken == 9


@pytest.mark.parametrize("answer", [Answer(403), HTML], ids=["403", "page"])
def test_a_server_that_gives_nothing_away_is_left_alone_soon(
    fetch, server, folder, answer: Answer
) -> None:
    def before(_: str) -> None:
        raise answer

    server.before = before
    report = fetch()
    assert len(server.asked) == 5
    assert report.taken == 0
    assert "5 useless answers of 127.0.0.1" in str(report.stopped)
    assert "\n" not in str(report.stopped)
    assert known_ids(folder) == set()
    # Nothing of it is remembered as missing.
    server.before = quiet
    assert fetch().taken == 12


def test_one_forbidden_picture_stops_nothing(fetch, server) -> None:
    def before(path: str) -> None:
        if path == NEW_PATHS[3]:
            raise Answer(403)

    server.before = before
    report = fetch()
    assert (report.taken, list(report.refused)) == (11, ["sv90-004"])
    assert report.stopped is None


def test_a_broken_server_is_tried_four_times(fetch, server) -> None:
    def before(path: str) -> None:
        if path == NEW_PATHS[3]:
            raise Answer(500)

    server.before = before
    report = fetch()
    assert server.asked.count(NEW_PATHS[3]) == 4
    assert report.taken == 3
    assert "500" in str(report.stopped)


def test_a_server_that_sends_too_slowly_is_left_with_what_there_is(
    fetch, server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(client_module, "_PICTURE_SECONDS", 0.1)

    def before(path: str) -> None:
        if path == NEW_PATHS[3]:
            raise Answer(200, server.pictures[path], {"Content-Type": "image/webp"}, linger=0.05)

    server.before = before
    report = fetch()
    assert report.taken == 3
    assert "it sends too slowly" in str(report.stopped)


def test_nobody_listening_is_said_in_one_line(fetch, server, folder) -> None:
    server.shutdown()
    server.server_close()
    with pytest.raises(UnreachableError, match="can't be reached") as caught:
        fetch()
    assert "\n" not in str(caught.value)


def test_pictures_are_kept_when_the_user_wants_them(fetch, server, folder) -> None:
    fetch(Wanted(sets=("sv90",)))
    assert not (folder / "pictures").exists()
    report = fetch(Wanted(sets=("sv90",)), keep_pictures=True)
    assert report.known == 8
    kept = folder / "pictures" / "sv90-003.webp"
    assert kept.read_bytes() == server.pictures[NEW_PATHS[2]]


def test_requests_are_paced(fetch, server) -> None:
    started = datetime.now(UTC)
    fetch(Wanted(sets=("base90",)), per_second=10)
    assert datetime.now(UTC) - started >= timedelta(seconds=0.2)


def test_the_plan_says_what_it_takes(fetch, folder, catalogue) -> None:
    plan = plan_pictures(folder, catalogue, Wanted())
    assert [one.name for one in plan.sets] == ["Meadow Tales", "あかりの海", "Harbour"]
    assert (plan.pictures, plan.known, plan.unplaced) == (12, 0, 0)
    assert plan.bytes == 12 * 19_000
    assert plan.seconds() == 4.0
    fetch(Wanted(sets=("MDT",)))
    assert plan_pictures(folder, catalogue, Wanted()).pictures == 4


def test_a_set_that_isnt_there_is_said(folder, catalogue) -> None:
    with pytest.raises(CatalogueError, match="no set XYZ"):
        plan_pictures(folder, catalogue, Wanted(sets=("MDT", "XYZ")))


def test_a_damaged_or_older_index_is_made_anew(fetch, folder, server) -> None:
    fetch()
    path = folder / INDEX_NAME
    path.write_bytes(path.read_bytes()[:5000])
    assert len(known_ids(folder)) == 12
    path.unlink()
    assert len(known_ids(folder)) == 12
    assert path.is_file()


def test_an_index_without_what_it_was_made_of_serves_too(fetch, folder) -> None:
    fetch()
    (folder / STORE_NAME).unlink()
    assert len(known_ids(folder)) == 12
    (folder / INDEX_NAME).write_bytes(b"PK\x03\x04 nonsense")
    with pytest.raises(CatalogueError, match="damaged"):
        open_index(folder)


def test_a_damaged_store_is_put_aside(fetch, folder) -> None:
    fetch(Wanted(sets=("base90",)))
    (folder / STORE_NAME).write_bytes(b"SQLite format 3\0" + b"nonsense" * 1000)
    assert fetch(Wanted(sets=("sv90",))).taken == 8
    assert (folder / STORE_NAME).with_suffix(".damaged").is_file()


def test_no_folder_no_index(tmp_path: Path) -> None:
    assert open_index(tmp_path / "nowhere") is None
