"""Downloads from a hub on loopback that cuts connections, lies about sizes and swaps bytes."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError
from cardscanner_gui.vlm import hub, installed
from cardscanner_gui.vlm.errors import ModelError
from cardscanner_gui.vlm.models import SMOLVLM_256M
from tests.vlm.loopback_hub import REVISION, Hub

MODEL = replace(SMOLVLM_256M, hidden=64, revision="", published={})
GRAPHS = [name for name in MODEL.files("uint8") if name.endswith(".onnx")]


@pytest.fixture
def files() -> dict[str, bytes]:
    rng = np.random.default_rng(0)
    content = {name: rng.bytes(600_000 + place) for place, name in enumerate(GRAPHS)}
    content["config.json"] = json.dumps({"text_config": {"hidden_size": 64}}).encode()
    content["preprocessor_config.json"] = b"{}"
    content["tokenizer.json"] = b'{"model": {}}'
    content["README.md"] = b"not wanted"
    return content


def fetch(models: Path, served: Hub, **options: object) -> installed.Manifest:
    offer = hub.ask(models, MODEL, "uint8", served.address)
    return hub.download(
        models,
        offer,
        endpoint=served.address,
        retry_seconds=0.01,
        **options,  # type: ignore[arg-type]
    )


def test_everything_arrives_and_nothing_else(tmp_path: Path, files: dict[str, bytes]) -> None:
    seen: list[tuple[int, int]] = []
    with Hub(files) as served:
        manifest = fetch(tmp_path, served, progress=lambda done, total: seen.append((done, total)))
    folder = installed.model_folder(tmp_path, MODEL)
    for file in manifest.files:
        assert (folder / file.name).read_bytes() == files[file.name]
    assert manifest.revision == REVISION
    assert manifest.variants == ("uint8",)
    assert "README.md" not in {file.name for file in manifest.files}
    assert seen[-1][0] == seen[-1][1] == manifest.bytes
    assert [done for done, _ in seen] == sorted(done for done, _ in seen)
    assert installed.verify(tmp_path, MODEL) == []
    assert not (tmp_path / installed.INCOMING / MODEL.id).exists()


def test_cut_connections_are_resumed(tmp_path: Path, files: dict[str, bytes]) -> None:
    with Hub(files, cut_after=250_000, cuts=4) as served:
        fetch(tmp_path, served)
    assert installed.verify(tmp_path, MODEL) == []
    assert [start for _, start in served.ranges if start] == [250_000, 500_000] * 2


def test_a_server_that_cannot_resume_starts_anew(tmp_path: Path, files: dict[str, bytes]) -> None:
    with Hub(files, cut_after=250_000, cuts=1, resumes=False) as served:
        fetch(tmp_path, served)
    assert installed.verify(tmp_path, MODEL) == []


def test_a_dead_connection_is_given_up_and_taken_up_later(
    tmp_path: Path, files: dict[str, bytes]
) -> None:
    with Hub(files, cut_after=0, cuts=99) as served:
        with pytest.raises(ModelError, match=r"vision_encoder.*goes on where it stopped"):
            fetch(tmp_path, served)
        assert installed.read_manifest(tmp_path, MODEL) is None
        served.cuts = 0
        fetch(tmp_path, served)
    assert installed.verify(tmp_path, MODEL) == []


def test_wrong_bytes_are_thrown_away(tmp_path: Path, files: dict[str, bytes]) -> None:
    bad = bytearray(files[GRAPHS[1]])
    bad[1000] ^= 1
    with Hub(files, swapped={GRAPHS[1]: bytes(bad)}) as served:
        with pytest.raises(ModelError, match=r"embed_tokens.*checksum"):
            fetch(tmp_path, served)
        assert installed.read_manifest(tmp_path, MODEL) is None
        assert not list(tmp_path.rglob("embed_tokens*"))
        served.swapped.clear()
        served.ranges.clear()
        fetch(tmp_path, served)
    assert GRAPHS[0] not in [name for name, _ in served.ranges], "what was right came twice"


def test_wrong_small_files_are_noticed_too(tmp_path: Path, files: dict[str, bytes]) -> None:
    swapped = {"tokenizer.json": b'{"model": []}'}
    with Hub(files, swapped=swapped) as served, pytest.raises(ModelError, match=r"tokenizer\.json"):
        fetch(tmp_path, served)


@pytest.mark.parametrize("off", [-7, 7])
def test_wrong_sizes_are_refused(tmp_path: Path, files: dict[str, bytes], off: int) -> None:
    with (
        Hub(files, wrong_size=off) as served,
        pytest.raises(ModelError, match=r"vision_encoder.*bytes on the server"),
    ):
        fetch(tmp_path, served)


def test_another_models_files_are_refused(tmp_path: Path, files: dict[str, bytes]) -> None:
    files["config.json"] = json.dumps({"text_config": {"hidden_size": 960}}).encode()
    with Hub(files) as served, pytest.raises(ModelError, match="belongs to another model"):
        fetch(tmp_path, served)
    assert installed.read_manifest(tmp_path, MODEL) is None


def test_cancelling_pauses(tmp_path: Path, files: dict[str, bytes]) -> None:
    token = CancelToken()

    def stop_at_half(done: int, total: int) -> None:
        if done > total / 2:
            token.cancel()

    with Hub(files) as served:
        with pytest.raises(CancelledError):
            fetch(tmp_path, served, progress=stop_at_half, token=token)
        before = len(served.ranges)
        fetch(tmp_path, served)
    assert any(start for _, start in served.ranges[before:])
    assert installed.verify(tmp_path, MODEL) == []


@pytest.mark.skipif(not hasattr(signal, "SIGKILL"), reason="the system has no kill -9")
def test_a_killed_download_goes_on(tmp_path: Path, files: dict[str, bytes]) -> None:
    program = (
        "import sys; from pathlib import Path; from dataclasses import replace\n"
        "from cardscanner_gui.vlm import hub; from cardscanner_gui.vlm.models import SMOLVLM_256M\n"
        "models, address = Path(sys.argv[1]), sys.argv[2]\n"
        "offer = hub.ask(models, replace(SMOLVLM_256M, hidden=64, revision=''), 'uint8', address)\n"
        "hub.download(models, offer, endpoint=address)\n"
    )
    with Hub(files, pause=0.05) as served:
        root = Path(__file__).resolve().parents[2]
        process = subprocess.Popen(
            [sys.executable, "-c", program, str(tmp_path), served.address],
            env={**os.environ, "PYTHONPATH": str(root)},
        )
        deadline = time.monotonic() + 60
        while time.monotonic() < deadline and process.poll() is None:
            parts = list(tmp_path.rglob("embed_tokens*.part"))
            if parts and parts[0].stat().st_size > 100_000:
                break
            time.sleep(0.01)
        process.kill()
        process.wait()
        assert parts, "the download never got to its second file"
        assert installed.read_manifest(tmp_path, MODEL) is None
        served.pause = 0.0
        before = len(served.ranges)
        fetch(tmp_path, served)
    later = dict(served.ranges[before:])
    assert GRAPHS[0] not in later
    assert later[GRAPHS[1]] > 0
    assert installed.verify(tmp_path, MODEL) == []


def test_the_first_revision_stays(tmp_path: Path, files: dict[str, bytes]) -> None:
    with Hub(files) as served:
        fetch(tmp_path, served)
        installed.remove(tmp_path, MODEL)
        fetch(tmp_path, served)
    assert served.revisions == ["", REVISION]


def test_a_second_variant_shares_the_small_files(tmp_path: Path, files: dict[str, bytes]) -> None:
    files |= {name.replace("uint8", "int8"): content for name, content in files.items()}
    with Hub(files) as served:
        fetch(tmp_path, served)
        served.ranges.clear()
        offer = hub.ask(tmp_path, MODEL, "int8", served.address)
        manifest = hub.download(tmp_path, offer, endpoint=served.address)
    assert {name for name, _ in served.ranges} == {n.replace("uint8", "int8") for n in GRAPHS}
    assert manifest.variants == ("uint8", "int8")
    assert installed.verify(tmp_path, MODEL) == []


def test_no_hub_and_no_files_are_said_clearly(tmp_path: Path, files: dict[str, bytes]) -> None:
    with pytest.raises(ModelError, match="can't be reached"):
        hub.ask(tmp_path, MODEL, "uint8", "http://127.0.0.1:9")
    del files["tokenizer.json"]
    with Hub(files) as served, pytest.raises(ModelError, match=r"doesn't have tokenizer\.json"):
        hub.ask(tmp_path, MODEL, "uint8", served.address)


def test_a_full_disk_is_said_before(
    tmp_path: Path, files: dict[str, bytes], monkeypatch: pytest.MonkeyPatch
) -> None:
    with Hub(files) as served:
        offer = hub.ask(tmp_path, MODEL, "uint8", served.address)
    monkeypatch.setattr(hub.shutil, "disk_usage", lambda path: type("U", (), {"free": 1_000_000})())
    with pytest.raises(ModelError, match="Make room"):
        hub.download(tmp_path, offer, endpoint="http://127.0.0.1:9")
