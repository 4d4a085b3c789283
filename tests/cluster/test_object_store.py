"""Pictures in an object store, listed and fetched over real HTTP, also from one in trouble."""

from __future__ import annotations

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from cardscanner_gui.cluster.object_store import (
    ObjectStore,
    ObjectStoreError,
    StorePlace,
    StoreRefusedError,
    key_of_path,
    name_of,
    path_of_key,
)
from cardscanner_gui.core.errors import PictureError, WorldError
from tests.cluster.object_server import BUCKET, ObjectServer, object_server

pytest.importorskip("pyarrow", reason="pyarrow comes with Ray, which isn't installed")

KEYS = [
    "a/1.jpg",
    "a//1.jpg",
    "a/./1.jpg",
    "../a.jpg",
    "ä é/#3 100%.JPG",
    "a/x.pdf#2.jpg",
    "/a.jpg",
]

FETCHED = [key for key in KEYS if not {"", ".", ".."} & set(key.split("/"))]


@pytest.fixture
def server(monkeypatch: pytest.MonkeyPatch) -> Iterator[ObjectServer]:
    monkeypatch.setenv("AWS_ACCESS_KEY_ID", "test")
    monkeypatch.setenv("AWS_SECRET_ACCESS_KEY", "test")
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    with object_server() as running:
        yield running


@pytest.fixture
def pauses() -> list[float]:
    return []


@pytest.fixture
def store(server: ObjectServer, pauses: list[float]) -> ObjectStore:
    return ObjectStore(StorePlace.of(f"{server.url}/shop"), pauses.append)


def test_a_path_stands_for_each_key_and_for_no_other():
    paths = [path_of_key(BUCKET, key) for key in KEYS]
    assert len(set(paths)) == len(KEYS)
    assert [key_of_path(path) for path in paths] == KEYS
    assert (
        name_of(path_of_key(BUCKET, "a b/c.pdf").with_name("c.pdf#3")) == "s3://cards/a b/c.pdf#3"
    )


def test_an_address_names_a_bucket():
    assert StorePlace.of("s3://cards/shop/may") == StorePlace("cards", "shop/may")
    own = StorePlace.of("http://minio.local:9000/cards/shop%20may")
    assert own == StorePlace("cards", "shop may", "http://minio.local:9000")
    for wrong in ("cards/shop", "s3://", "http://minio.local:9000/", "ftp://a/b", "s3://a/b?c"):
        with pytest.raises(WorldError, match="names no bucket"):
            StorePlace.of(wrong)
    with pytest.raises(WorldError, match="AWS_ACCESS_KEY_ID"):
        StorePlace.of("https://key:secret@minio.local/cards")


def test_pictures_are_listed_in_natural_order_and_documents_by_their_pages(server, store):
    pages = [Image.new("RGB", (60, 80), shade) for shade in ("red", "blue")]
    album = io.BytesIO()
    pages[0].save(album, "PDF", save_all=True, append_images=pages[1:])
    server.objects = {
        "shop/10.jpg": b"x",
        "shop/2.jpg": b"x",
        "shop/deep/er/1.png": b"x",
        "shop/.hidden.jpg": b"x",
        "shop/readme.txt": b"x",
        "shop/album.pdf": album.getvalue(),
        "shopping/1.jpg": b"x",
    }
    found = [name_of(path).removeprefix("s3://cards/shop/") for path in store.pictures()]
    assert found == ["2.jpg", "10.jpg", "album.pdf#1", "album.pdf#2", "deep/er/1.png"]
    with pytest.raises(WorldError, match=r"There is nothing at http.*/cards/none"):
        ObjectStore(StorePlace.of(f"{server.url}/none")).pictures()


def test_what_is_fetched_is_what_is_there_whatever_it_is_called(server, store, tmp_path):
    server.objects = {key: f"bytes of {key}".encode() for key in KEYS}
    for number, key in enumerate(FETCHED):
        folder = tmp_path / str(number)
        folder.mkdir()
        file = store.fetch(path_of_key(BUCKET, key), folder)
        assert file.read_bytes() == server.objects[key]
        assert file.parent == folder
        assert file.suffix.lower() == ".jpg"
    for key in set(KEYS) - set(FETCHED):
        with pytest.raises(PictureError, match="can't be asked for"):
            store.fetch(path_of_key(BUCKET, key), tmp_path)
    long = "a/" + "é" * 300 + ".jpg"
    server.objects[long] = b"long"
    assert store.fetch(path_of_key(BUCKET, long), tmp_path).read_bytes() == b"long"


def test_a_store_that_is_busy_is_asked_again(server, store, pauses, tmp_path):
    server.objects["shop/a.jpg"] = b"picture"
    server.statuses = [503, 500, 503]
    path = path_of_key(BUCKET, "shop/a.jpg")
    assert store.fetch(path, tmp_path).read_bytes() == b"picture"
    assert len(pauses) >= 1
    assert pauses == sorted(pauses)


def test_what_a_store_says_in_the_end_is_told(server, store, pauses, tmp_path):
    path = path_of_key(BUCKET, "shop/a.jpg")
    server.always = 503
    with pytest.raises(ObjectStoreError, match="it answers 503"):
        store.fetch(path, tmp_path)
    assert 1 <= len(pauses) <= 5, "a bounded number of tries"
    with pytest.raises(ObjectStoreError):
        store.pictures()
    server.always = 403
    with pytest.raises(StoreRefusedError, match="Check its keys"):
        store.fetch(path, tmp_path)
    server.always = None
    with pytest.raises(PictureError, match=r"a\.jpg: there is no such object"):
        store.fetch(path, tmp_path)


def test_a_store_that_is_not_there(tmp_path: Path, server, pauses):
    away = ObjectStore(StorePlace.of("http://127.0.0.1:1/cards"), pauses.append)
    with pytest.raises(ObjectStoreError, match=r"The object store at http://127\.0\.0\.1:1/cards"):
        away.fetch(path_of_key(BUCKET, "a.jpg"), tmp_path)
