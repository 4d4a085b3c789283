"""Batches over HTTP: accepted, worked off, told of."""

from __future__ import annotations

import io
from dataclasses import replace

from PIL import Image

from cardscanner_gui.core.types import Status
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
    # What is done needs its file no more; what failed may be tried again.
    wait_for(lambda: len(list((tmp_path / "uploads").rglob("*.png"))) == 1)


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
