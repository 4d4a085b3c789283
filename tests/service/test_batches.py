"""Batches over HTTP: accepted, worked off, told of."""

from __future__ import annotations

import io
import os
from dataclasses import replace

import pytest
from PIL import Image

from cardscanner_gui.core.batches import BatchState
from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.core.types import Status
from cardscanner_gui.store.batches import BatchStore
from cardscanner_gui.store.scans import ScanLog
from tests.qt.cards import SPROUTLE, TIDELING
from tests.qt.scripted_recogniser import ScriptedCard
from tests.service.served import png, served, wait_for


def images(*names: str) -> list[tuple[str, tuple[str, bytes]]]:
    """The parts of a request; no two pictures are the same file."""
    return [("images", (name, png(40 + place))) for place, name in enumerate(names)]


def test_a_batch_is_worked_off_and_tells_its_results(recogniser, service, tmp_path):
    recogniser.script = {
        "0001 a.png": (ScriptedCard((SPROUTLE,)),),
        "0002 b.png": (ScriptedCard((SPROUTLE, TIDELING), Status.UNSURE, "two fit"),),
    }
    with service.client() as client:
        parts = [*images("a.png", "b.png"), ("images", ("c.png", b"no picture"))]
        answer = client.post("/batches", files=parts, data={"name": "Saturday"})
        assert answer.status_code == 202
        where = answer.headers["Location"]
        wait_for(lambda: client.get(where).json()["state"] == "done")
        batch = client.get(where).json()
    assert (batch["name"], batch["total"], batch["done"], batch["failed"]) == ("Saturday", 3, 2, 1)
    first, second, third = batch["items"]
    assert [item["file"] for item in batch["items"]] == ["a.png", "b.png", "c.png"]
    assert first["cards"][0]["card"]["id"] == SPROUTLE.id
    assert second["cards"][0]["card"] is None
    assert [c["name"] for c in second["cards"][0]["candidates"]] == ["Sproutle", "Tideling"]
    assert third["cards"] == []
    assert "picture" in third["error"]
    # Nothing is left of what was sent, nor of what failed.
    wait_for(lambda: not list((tmp_path / "uploads").iterdir()))


def test_each_page_of_a_document_is_a_picture(recogniser, service, tmp_path):
    document = io.BytesIO()
    pages = [Image.new("RGB", (60, 80 + place), "white") for place in range(3)]
    pages[0].save(document, "PDF", save_all=True, append_images=pages[1:])
    with service.client() as client:
        parts = [("images", ("album.pdf", document.getvalue()))]
        where = client.post("/batches", files=parts).headers["Location"]
        wait_for(lambda: client.get(where).json()["state"] == "done")
        items = client.get(where).json()["items"]
    assert [item["file"] for item in items] == ["album.pdf#1", "album.pdf#2", "album.pdf#3"]
    assert {item["state"] for item in items} == {"done"}
    wait_for(lambda: not list((tmp_path / "uploads").rglob("*.pdf")))


def test_names_that_lead_elsewhere_stay_in_the_folder(service, tmp_path):
    with service.client() as client:
        names = ("../../../evil.png", "..", " ", "a/b\\c.png", "x" * 3000 + ".png")
        answer = client.post("/batches", files=images(*names))
        where = answer.headers["Location"]
        wait_for(lambda: client.get(where).json()["state"] == "done")
        assert client.get(where).json()["failed"] == 0
    assert not list(tmp_path.parent.glob("evil.png"))


def test_limits_hold_for_batches_too(recogniser, intake, options):
    small = replace(options, picture_bytes=len(png()), batch_bytes=10_000)
    with served(recogniser, intake, small) as service, service.client() as client:
        large = [("images", ("a", png() + b"0"))]
        assert client.post("/batches", files=large).status_code == 413
        assert client.post("/batches", files=images("a") * 3000).status_code in {400, 413}
        assert client.post("/batches", data={"name": "empty"}).status_code == 422
        assert client.get("/batches/77").status_code == 404
        assert client.get("/batches/none").status_code == 422
        assert client.get(f"/batches/{10**30}").status_code in {404, 422}


def test_without_a_key_nothing_is_put_into_the_collection(recogniser, service, collection):
    recogniser.script = {"0001 a.png": (ScriptedCard((SPROUTLE,)),)}
    with service.client() as client:
        where = client.post("/batches", files=images("a.png")).headers["Location"]
        wait_for(lambda: client.get(where).json()["state"] == "done")
        asked = client.post("/batches", files=images("a.png"), data={"keep": "true"})
    assert (asked.status_code, asked.json()["error"]["code"]) == (403, "keep_needs_key")
    assert collection.copies(EntryQuery()) == 0


@pytest.mark.parametrize("allowed", ["by key", "by option"])
def test_cards_are_kept_where_the_client_asks_and_may(
    recogniser, intake, options, collection, allowed
):
    recogniser.script = {"0001 a.png": (ScriptedCard((SPROUTLE,)),)}
    key = "correct-horse-battery"
    given = {"api_key": key} if allowed == "by key" else {"keep_without_key": True}
    headers = {"Authorization": f"Bearer {key}"}
    with (
        served(recogniser, intake, replace(options, **given)) as service,
        service.client(headers=headers) as client,
    ):
        for keep, copies in (("false", 0), ("true", 1)):
            answer = client.post("/batches", files=images("a.png"), data={"keep": keep})
            where = answer.headers["Location"]
            wait_for(lambda: client.get(where).json()["state"] == "done")  # noqa: B023
            assert collection.copies(EntryQuery()) == copies


def test_a_deleted_batch_is_gone_with_its_pictures(recogniser, service, tmp_path):
    recogniser.hold("0001 a.png", "quick")
    with service.client() as client:
        where = client.post("/batches", files=images("a.png", "b.png")).headers["Location"]
        wait_for(lambda: recogniser.reached("0001 a.png", "quick"))
        assert client.delete(where).status_code == 204
        assert client.get(where).status_code == 404
        assert client.delete(where).status_code == 404
        assert not list((tmp_path / "uploads").iterdir())
        # The worker goes on with what comes next.
        where = client.post("/batches", files=images("c.png")).headers["Location"]
        wait_for(lambda: client.get(where).json()["state"] == "done")


def test_deleting_takes_cards_out_of_review_and_none_out_of_the_collection(
    recogniser, intake, options, collection, database
):
    recogniser.script = {
        "0001 a.png": (ScriptedCard((SPROUTLE,)),),
        "0002 b.png": (ScriptedCard((SPROUTLE, TIDELING), Status.UNSURE, "two fit"),),
    }
    allowed = replace(options, keep_without_key=True)
    with served(recogniser, intake, allowed) as service, service.client() as client:
        answer = client.post("/batches", files=images("a.png", "b.png"), data={"keep": "true"})
        where = answer.headers["Location"]
        wait_for(lambda: client.get(where).json()["state"] == "done")
        assert ScanLog(database).pending_count() == 1
        client.delete(where)
    assert ScanLog(database).pending_count() == 0
    assert collection.copies(EntryQuery()) == 1


def test_batches_that_ended_long_ago_are_forgotten_and_what_they_gave_is_not(
    recogniser, intake_of, options, database, tmp_path
):
    recogniser.script = {
        "0001 a.png": (ScriptedCard((SPROUTLE, TIDELING), Status.UNSURE, "two fit"),)
    }
    own = BatchStore(database).create([tmp_path / "private.png"])
    BatchStore(database).set_state(own.id, BatchState.CANCELLED)
    bounded = replace(options, batch_days=0.0)
    with served(recogniser, intake_of(bounded), bounded) as service, service.client() as client:
        first = client.post("/batches", files=images("a.png")).headers["Location"]
        wait_for(lambda: client.get(first).json()["state"] == "done")
        recogniser.hold("0001 b.png", "quick")
        second = client.post("/batches", files=images("b.png")).headers["Location"]
        assert client.get(first).status_code == 404
        third = client.post("/batches", files=images("c.png")).headers["Location"]
        assert client.get(second).status_code == 200, "one that hasn't ended is kept"
        assert client.get(third).status_code == 200
        recogniser.release_all()
    assert ScanLog(database).pending_count() == 1
    assert BatchStore(database).get(own.id) is not None, "not one of the service's"


def test_other_peoples_batches_are_nobodys_business(service, database, tmp_path):
    picture = tmp_path / "private.png"
    picture.write_bytes(png())
    own = BatchStore(database).create([picture])
    with service.client() as client:
        assert client.get(f"/batches/{own.id}").status_code == 404
        assert client.delete(f"/batches/{own.id}").status_code == 404
    assert picture.exists()


@pytest.mark.parametrize("bound", [{"stored_pictures": 3}, {"stored_bytes": 5 * len(png())}])
def test_only_so_much_is_stored(recogniser, intake_of, options, bound, tmp_path):
    bounded = replace(options, **bound)
    recogniser.hold("0001 a.png", "quick")
    intake = intake_of(bounded)
    with served(recogniser, intake, bounded) as service, service.client() as client:
        where = client.post("/batches", files=images("a.png", "b.png")).headers["Location"]
        more = [("images", (f"{n}.png", png(100 + n))) for n in range(4)]
        refused = client.post("/batches", files=more)
        assert (refused.status_code, refused.json()["error"]["code"]) == (429, "uploads_full")
        assert "Retry-After" in refused.headers
        assert len(list((tmp_path / "uploads").iterdir())) == 1
        recogniser.release_all()
        wait_for(lambda: client.get(where).json()["state"] == "done")
        assert client.post("/batches", files=images("a.png")).status_code == 202


def test_a_documents_pages_count_before_they_are_taken(recogniser, intake_of, options, tmp_path):
    document = io.BytesIO()
    pages = [Image.new("RGB", (60, 80), "white")] * 5
    pages[0].save(document, "PDF", save_all=True, append_images=pages[1:])
    bounded = replace(options, stored_pictures=4)
    with served(recogniser, intake_of(bounded), bounded) as service, service.client() as client:
        parts = [("images", ("album.pdf", document.getvalue()))]
        assert client.post("/batches", files=parts).status_code == 429
    assert not list((tmp_path / "uploads").iterdir())


def test_what_a_crash_left_behind_is_removed_and_what_waits_is_not(intake_of, options, tmp_path):
    uploads = tmp_path / "uploads"
    for name in ("left", "fresh"):
        (uploads / name).mkdir(parents=True)
        (uploads / name / "0001 a.png").write_bytes(png())
    long_ago = 1_000_000_000
    os.utime(uploads / "left", (long_ago, long_ago))
    waits = intake_of(options)
    waits.accept([("b.png", io.BytesIO(png()))], "", keep=False)  # nobody works on it yet
    (waiting,) = {path.name for path in uploads.iterdir()} - {"left", "fresh"}
    os.utime(uploads / waiting, (long_ago, long_ago))
    again = intake_of(options)
    again.start()
    again.close()
    left = {path.name for path in uploads.iterdir()}
    assert "left" not in left
    assert "fresh" in left
