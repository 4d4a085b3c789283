"""PDF documents that never end or take gigabytes: refused in one line, and nothing else happens."""

from __future__ import annotations

import threading
from collections.abc import Callable
from pathlib import Path

import psutil
import pytest

from cardscanner_gui.capture.collect import collect_pictures
from cardscanner_gui.capture.decoder.pool import decoders
from cardscanner_gui.capture.decoder.process import Limits
from cardscanner_gui.capture.files import frame_from_bytes, load_frame
from cardscanner_gui.core.cancellation import CancelToken
from cardscanner_gui.core.errors import CancelledError, PictureError
from tests.hostile import documents
from tests.hostile.pictures import tiff_of

HOSTILE: dict[str, Callable[[], bytes]] = {
    "self": documents.self_referencing_form,
    "bomb": documents.form_bomb,
    "shading": documents.shading,
    "layers": documents.layers,
    "operations": lambda: documents.many_operations(2_000_000),
    "flate": lambda: documents.nested_flate(384),
}
REFUSED = "took more than 1 seconds|needs more than 256 MB"


@pytest.fixture
def hostile(tmp_path: Path, request: pytest.FixtureRequest) -> Path:
    path = tmp_path / f"{request.param}.pdf"
    path.write_bytes(HOSTILE[request.param]())
    return path


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("hostile", HOSTILE, indirect=True)
def test_it_is_refused_and_the_next_is_read(hostile: Path, refusal) -> None:
    line = refusal(hostile)
    assert "stopped" in line or "damaged" in line
    assert "save" in line, "it says what to do"
    assert refusal(hostile) == line, "and is refused again, at once"


@pytest.mark.usefixtures("small_limits")
@pytest.mark.parametrize("hostile", ["self"], indirect=True)
def test_as_an_upload_too(hostile: Path) -> None:
    with pytest.raises(PictureError, match=r"upload\.pdf: it .* save"):
        frame_from_bytes(hostile.read_bytes(), "upload.pdf")


@pytest.mark.usefixtures("small_limits")
def test_tiles_smaller_than_a_pixel_are_drawn_or_refused(tmp_path: Path) -> None:
    path = tmp_path / "tiles.pdf"
    path.write_bytes(documents.tiling())
    try:
        assert load_frame(path).width > 1000
    except PictureError as error:
        assert str(error).startswith("tiles.pdf: ")  # noqa: PT017 - either is fine


def test_a_page_is_measured_by_both_sides(tmp_path: Path, refusal) -> None:
    thin = tmp_path / "thin.pdf"
    thin.write_bytes(documents.thin_box())
    assert "100 times as long as wide" in refusal(thin)
    vast = tmp_path / "vast.pdf"
    vast.write_bytes(documents.vast_box())
    frame = load_frame(vast)
    assert frame.width * frame.height <= 41_000_000


@pytest.mark.parametrize("hostile", ["layers"], indirect=True)
def test_cancelling_stops_it(hostile: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoders(), "limits", Limits(seconds=600, wall_seconds=600))
    before = set(psutil.Process().children())
    token = CancelToken()
    ended: list[BaseException] = []

    def read() -> None:
        try:
            load_frame(hostile, token)
        except BaseException as error:
            ended.append(error)

    thread = threading.Thread(target=read)
    thread.start()
    while not (begun := set(psutil.Process().children()) - before) and thread.is_alive():
        thread.join(0.02)
    token.cancel()
    thread.join(60)
    assert [type(error) for error in ended] == [CancelledError]
    assert not any(process.is_running() for process in begun)


def test_the_pages_of_one_that_cannot_be_counted(tmp_path: Path, monkeypatch) -> None:
    """It is listed, and refused for the same reason: its first page alone would hide the others."""
    path = tmp_path / "roll.tif"
    path.write_bytes(tiff_of(300_000))
    monkeypatch.setattr(decoders(), "limits", Limits(seconds=0.1))
    assert collect_pictures([path]) == [path]
    with pytest.raises(PictureError, match=r"roll\.tif: it took more than"):
        load_frame(path)


@pytest.mark.usefixtures("small_limits")
def test_a_process_that_ends_is_replaced(tmp_path: Path, refusal) -> None:
    thin = tmp_path / "thin.pdf"
    thin.write_bytes(documents.thin_box())
    refusal(thin)
    for child in psutil.Process().children():
        if "capture.decoder.child" in " ".join(child.cmdline()):
            child.kill()
            child.wait()
    assert "100 times" in refusal(thin)


def test_what_the_developers_keep(shared_dir: Path, refusal) -> None:
    folder = shared_dir / "hardening"
    if not folder.is_dir():
        pytest.skip("needs the developers' files that went wrong")
    files = [*folder.glob("pdf_*.pdf"), *folder.glob("*_eoi.jpg")]
    assert files
    for path in files:
        assert refusal(path)
