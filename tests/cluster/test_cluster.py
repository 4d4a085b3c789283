"""A whole cluster on this machine: one Ray, one front, two readers; it serves all tests here."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import psutil
import pytest

from tests.cluster.conftest import Cluster, clustered, wait_for
from tests.service.served import form
from tests.service.test_recognise import events_of, without_times

pytestmark = pytest.mark.timeout(900)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, shared_catalogue: Path) -> Path:
    folder = tmp_path_factory.mktemp("cluster")
    shutil.copytree(shared_catalogue, folder / "catalogue")
    return folder


@pytest.fixture(scope="module")
def cluster(folder: Path) -> Iterator[Cluster]:
    with clustered(
        folder, "--readers", "2", "--grace", "5", "--timeout", "400", "--stuck-after", "300"
    ) as running:
        yield running


def test_an_answer_is_what_scan_prints(cluster, run, pictures):
    (scanned,) = json.loads("[" + run("scan", "--json", pictures / "a leafkit.jpg").stdout + "]")
    data = (pictures / "a leafkit.jpg").read_bytes()
    with cluster.client() as client:
        answer = client.post("/recognize", files=form("a leafkit.jpg", data)).json()
        again = client.post("/recognize", files=form("a leafkit.jpg", data)).json()

    assert without_times(answer) == without_times(scanned) | {"file": "a leafkit.jpg"}
    assert answer["cards"][0]["card"]["id"] == "sv90-012"
    assert again["cards"][0]["cached"]


def test_steps_and_refusals_pass_through(cluster, pictures):
    data = (pictures / "b twinfin.jpg").read_bytes()
    with cluster.client() as client:
        with client.stream(
            "POST",
            "/recognize",
            files=form("b.jpg", data),
            headers={"Accept": "text/event-stream"},
        ) as response:
            names = [name for name, _ in events_of(response)]
        refused = client.post("/recognize", files=form("c.jpg", b"no picture"))
        stranger = client.get("/metrics", headers={"Origin": "https://example.com"})

    assert names[0] == "found"
    assert names[-1] == "finished"
    assert (refused.status_code, refused.json()["error"]["code"]) == (415, "not_a_picture")
    assert stranger.status_code == 403


def test_a_batch_is_read_by_the_readers(cluster, pictures):
    files = [("images", (name, (pictures / name).read_bytes())) for name in ("c stranger.jpg",)]
    with cluster.client() as client:
        made = client.post("/batches", files=files).json()
        wait_for(lambda: client.get(f"/batches/{made['id']}").json()["state"] == "done", 0.2)
        (item,) = client.get(f"/batches/{made['id']}").json()["items"]

    assert item["error"] is None
    assert item["cards"]


def test_a_killed_readers_picture_is_answered_by_another(cluster, pictures, tmp_path):
    data = (pictures / "a leafkit.jpg").read_bytes()

    def ask(number: int) -> int:
        # Bytes after the picture's end make it another file, which nobody has seen.
        with cluster.client() as client:
            new = data + bytes([number])
            return client.post("/recognize", files=form("x.jpg", new)).status_code

    with ThreadPoolExecutor(8) as pool:
        answers = [pool.submit(ask, number) for number in range(1, 9)]
        for reader in cluster.named("Reader"):
            reader.kill()
        assert [answer.result() for answer in answers] == [200] * 8

    with cluster.client() as client:
        wait_for(lambda: len(cluster.named("ServeReplica:cardscanner:Reader")) == 2, every=0.2)
        assert client.get("/readyz").status_code in {200, 503}


def test_metrics_decisions_and_status_say_who_read(cluster, folder, run):
    def told() -> dict:
        return json.loads(run("--data-dir", folder, "cluster", "status", "--json").stdout)

    wait_for(lambda: len(told()["readers"]) == 2, every=0.5)
    status = told()
    assert status["application"] == "RUNNING"
    assert all(one["content"]["catalogue"] for one in status["readers"])
    with cluster.client() as client:
        metrics = client.get("/metrics").text
    for replica in ("front", *(one["replica"] for one in status["readers"])):
        assert f'cardscanner_memory_bytes{{replica="{replica}"}}' in metrics
    log = (folder / "logs" / "decisions.jsonl").read_text(encoding="utf-8")
    readers = {json.loads(line).get("replica") for line in log.splitlines()}
    assert len(readers - {None}) >= 2


def test_it_listens_on_loopback_alone_with_a_private_token(cluster, folder):
    open_to_others = [
        (one.name(), at.laddr)
        for one in cluster.family()
        for at in one.net_connections("inet")
        if at.status == psutil.CONN_LISTEN and "127.0.0.1" not in at.laddr.ip
    ]
    running = json.loads((folder / "cluster.json").read_text(encoding="utf-8"))

    assert open_to_others == []
    assert (folder / "cluster.json").stat().st_mode & 0o777 == 0o600
    assert Path(running["token_file"]).stat().st_mode & 0o777 == 0o600
    assert "trust" in cluster.said


def test_a_second_one_with_the_same_folder_is_refused(cluster, folder, run):
    second = run("--data-dir", folder, "cluster", "serve", "--port", "0", "--offline")

    assert second.returncode == 1
    assert f"process {cluster.process.pid}" in second.stderr


def runs(process: psutil.Process) -> bool:
    """Whether it does anything: what has ended may wait for this machine's init to take note."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def test_it_ends_in_order_and_leaves_nothing(cluster, folder):
    ray = Path(json.loads((folder / "cluster.json").read_text(encoding="utf-8"))["token_file"])
    everyone = cluster.family()

    assert cluster.stop() == 0
    assert [one for one in everyone if runs(one)] == []
    assert not ray.parent.exists()
    assert not (folder / "cluster.json").exists()
