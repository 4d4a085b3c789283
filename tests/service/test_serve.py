"""`cardscanner serve` as a shop runs it: a process of its own, ended by a signal."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import threading
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager, suppress
from pathlib import Path

import httpx
import pytest

from cardscanner_gui.core.collection import EntryQuery
from cardscanner_gui.store import Collection, Database
from tests.service.served import PATIENCE, connected, form, wait_for

KEY = "a-key-of-some-length"


HANGING_DECODER = """
import threading, cardscanner_gui.service.engine as engine
engine.frame_from_bytes = lambda *_: threading.Event().wait()
"""
HANGING_READER = """
import threading
from cardscanner_gui.recognition.recogniser import Recogniser
Recogniser.recognise = lambda *_, **__: threading.Event().wait()
"""


@contextmanager
def serving(
    data_dir: Path, *arguments: str, first: str = "", **environment: str
) -> Iterator[Process]:
    """A running service, ready to answer; `first` is code that spoils something in it."""
    started = f"{first}\nfrom cardscanner_gui.cli import main\nmain()"
    process = subprocess.Popen(
        [
            *(sys.executable, "-c", started, "--data-dir", str(data_dir)),
            *("serve", "--port", "0", "--offline", *arguments),
        ],
        stderr=subprocess.PIPE,
        text=True,
        env=os.environ | {"PYTHONUTF8": "1"} | environment,
    )
    running = Process(process)
    try:
        wait_for(lambda: running.url or process.poll() is not None)
        assert running.url, running.said
        with running.client() as client:
            wait_for(lambda: client.get("/readyz").status_code == 200, every=0.2)
        yield running
    finally:
        process.kill()
        running.listening.join()
        process.stderr.close()  # type: ignore[union-attr]
        process.wait()


class Process:
    """The service's process and what it says on standard error."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        self.process = process
        self.said = ""
        self.listening = threading.Thread(target=self._listen)
        self.listening.start()

    @property
    def url(self) -> str:
        found = re.search(r"http://127\.0\.0\.1:\d+", self.said)
        return found.group() if found else ""

    def client(self) -> httpx.Client:
        return httpx.Client(base_url=self.url, timeout=PATIENCE, trust_env=False)

    def _listen(self) -> None:
        for line in self.process.stderr:  # type: ignore[union-attr]
            self.said += line


def test_it_answers_and_ends_in_order(data_dir, pictures):
    leafkit = form("a.jpg", (pictures / "a leafkit.jpg").read_bytes())
    twinfin = [("images", ("b.jpg", (pictures / "b twinfin.jpg").read_bytes()))]
    with serving(data_dir) as service, service.client() as client:
        answer = client.post("/recognize", files=leafkit)
        assert answer.json()["cards"][0]["card"]["id"] == "sv90-012"
        where = client.post("/batches", files=twinfin).headers["Location"]
        wait_for(lambda: client.get(where).json()["state"] == "done", every=0.2)
        assert client.get(where).json()["items"][0]["cards"][0]["card"]["id"] == "sv90-150"
        assert client.get("/metrics").status_code == 200
        service.process.send_signal(signal.SIGTERM)
        assert service.process.wait(PATIENCE) == 0
        assert "Traceback" not in service.said
    with serving(data_dir) as service, service.client() as client:
        # What was recognised and done is still known.
        again = client.post("/recognize", files=leafkit)
        assert again.json()["cards"][0]["cached"]
        assert client.get(where).json()["done"] == 1


def test_kept_cards_start_as_the_settings_say(data_dir, pictures):
    (data_dir / "settings.json").write_text('{"default_condition": "LP"}')
    leafkit = [("images", ("a.jpg", (pictures / "a leafkit.jpg").read_bytes()))]
    with serving(data_dir, "--allow-keep") as service, service.client() as client:
        sent = client.post("/batches", files=leafkit, data={"keep": "true"})
        where = sent.headers["Location"]
        wait_for(lambda: client.get(where).json()["state"] == "done", every=0.2)
    with closing(Database(data_dir / "collection.db")) as database:
        (entry,) = Collection(database).entries(EntryQuery())
    assert (entry.printing.name, entry.condition) == ("Leafkit", "LP")


@pytest.mark.parametrize("place", ["file", "environment"])
def test_with_a_key(data_dir, tmp_path, place):
    arguments, environment = [], {"CARDSCANNER_API_KEY": KEY}
    if place == "file":
        (tmp_path / "key").write_text(KEY + "\n")
        arguments, environment = ["--api-key-file", str(tmp_path / "key")], {}
    with serving(data_dir, *arguments, **environment) as service:
        right = {"Authorization": f"Bearer {KEY}"}
        with service.client() as client:
            assert client.get("/metrics").status_code == 401
            assert client.get("/metrics", headers=right).status_code == 200
    assert KEY not in service.said
    for log in (data_dir / "logs").iterdir():
        assert KEY not in log.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["--host", "0.0.0.0"], "--api-key-file"),
        (["--host", "203.0.113.7", "--api-key-file", "KEY"], "can't listen"),
        (["--api-key-file", "no such file"], "can't be read"),
        (["--api-key-file", "SHORT"], "at least 16"),
        (["--queue", "0"], "--queue"),
        (["--mode", "best"], "--mode"),
    ],
)
def test_what_it_does_not_start_with(run, tmp_path, arguments, words):
    (tmp_path / "KEY").write_text(KEY)
    (tmp_path / "SHORT").write_text("abc")
    places = {name: str(tmp_path / name) for name in ("KEY", "SHORT")}
    done = run("serve", "--offline", "--port", "0", *(places.get(a, a) for a in arguments))
    assert done.returncode != 0
    assert words in done.stderr
    assert "Traceback" not in done.stderr


def test_a_port_that_is_taken(run, service):
    port = service.url.rpartition(":")[2]
    done = run("serve", "--offline", "--port", port)
    assert done.returncode == 1
    assert f"port {port}" in done.stderr
    assert "Traceback" not in done.stderr


def test_without_the_extra_it_says_what_to_install(tmp_path):
    script = (
        "import sys; sys.modules['fastapi'] = None\nfrom cardscanner_gui.cli import main; main()"
    )
    done = subprocess.run(
        [sys.executable, "-c", script, "--data-dir", str(tmp_path), "serve"],
        capture_output=True,
        text=True,
        timeout=PATIENCE,
        check=False,
    )
    assert done.returncode == 1
    assert "-m pip install fastapi" in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("first", [HANGING_DECODER, HANGING_READER], ids=["decoder", "reader"])
@pytest.mark.parametrize("sent", [signal.SIGTERM, signal.SIGINT])
def test_it_ends_though_something_hangs(data_dir, pictures, first, sent):
    data = (pictures / "a leafkit.jpg").read_bytes()
    with (
        serving(data_dir, "--grace", "1", first=first) as service,
        service.client() as client,
        ThreadPoolExecutor() as pool,
    ):
        answer = pool.submit(client.post, "/recognize", files=form("a.jpg", data))
        wait_for(lambda: "cardscanner_queue_length 1" in client.get("/metrics").text)
        service.process.send_signal(sent)
        assert service.process.wait(PATIENCE) == 0
        assert answer.result(PATIENCE).json()["error"]["code"] == "closing"
        assert "Traceback" not in service.said


def test_a_signal_before_it_listens_ends_it_in_order_too(data_dir):
    slow = (
        "import os, signal, cardscanner_gui.service.build as build\n"
        "build.run_service = lambda *_: os.kill(os.getpid(), signal.SIGTERM)"
    )
    started = f"{slow}\nfrom cardscanner_gui.cli import main\nmain()"
    arguments = ["--data-dir", str(data_dir), "serve", "--port", "0", "--offline"]
    ended = subprocess.run([sys.executable, "-c", started, *arguments], capture_output=True)
    assert ended.returncode == 0, ended.stderr
    assert b"Traceback" not in ended.stderr


def test_it_ends_though_a_batch_hangs(data_dir, pictures):
    parts = [("images", ("a.jpg", (pictures / "a leafkit.jpg").read_bytes()))]
    with (
        serving(data_dir, "--grace", "1", first=HANGING_READER) as service,
        service.client() as client,
    ):
        where = client.post("/batches", files=parts).headers["Location"]
        wait_for(lambda: client.get(where).json()["state"] == "running", every=0.1)
        service.process.terminate()
        assert service.process.wait(PATIENCE) == 0
    with serving(data_dir) as service, service.client() as client:
        # Nothing of it is lost.
        wait_for(lambda: client.get(where).json()["state"] == "done", every=0.2)
        assert client.get(where).json()["done"] == 1


def test_it_ends_though_clients_hang(data_dir):
    """Half a request, half an upload, answers that nobody takes."""
    with serving(data_dir, "--grace", "1") as service, ExitStack() as stack:
        silent, half, upload, deaf = (stack.enter_context(connected(service)) for _ in range(4))
        half.sendall(b"GET /healthz HTTP/1.1\r\nHost: loc")
        upload.sendall(
            b"POST /recognize HTTP/1.1\r\nHost: localhost\r\nContent-Length: 90000\r\n"
            b"Content-Type: multipart/form-data; boundary=b\r\n\r\n--b\r\n"
        )
        deaf.setblocking(False)
        with suppress(BlockingIOError, ConnectionError):
            while True:
                deaf.sendall(b"GET /openapi.json HTTP/1.1\r\nHost: localhost\r\n\r\n")
        with service.client() as client:
            assert client.get("/healthz").status_code == 200
        service.process.terminate()
        assert service.process.wait(PATIENCE) == 0
        assert "Traceback" not in service.said
        assert silent.recv(1) == b""


def test_a_second_ctrl_c_does_not_wait_for_what_is_left(data_dir, pictures):
    """Whoever was accepted is told so, and the process ends in order long before its grace."""
    data = (pictures / "a leafkit.jpg").read_bytes()
    with serving(data_dir, "--grace", "600") as service, ThreadPoolExecutor() as pool:

        def post(place: int) -> int:
            with service.client() as client:
                other = data + bytes([place])  # the same pixels of another file
                try:
                    return client.post("/recognize", files=form("a.jpg", other)).status_code
                except httpx.TransportError:
                    return 0  # it wasn't connected yet when the service closed

        answers = [pool.submit(post, place) for place in range(20)]
        wait_for(lambda: any(answer.done() for answer in answers))
        service.process.send_signal(signal.SIGINT)
        service.process.send_signal(signal.SIGINT)
        assert service.process.wait(PATIENCE) == 0
        assert {answer.result(PATIENCE) for answer in answers} <= {200, 503, 0}
        assert "Traceback" not in service.said
