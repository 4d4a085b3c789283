"""An upload that was made to harm is refused like any other bad one, and the next is read."""

from __future__ import annotations

import httpx
import pytest

from cardscanner_gui.capture.decoder.pool import decoders
from cardscanner_gui.capture.decoder.process import Limits
from tests.hostile import documents
from tests.hostile.pictures import closed_too_early, jpeg, noise, png_header
from tests.service.served import form, png

HOSTILE = {
    "self.pdf": documents.self_referencing_form(),
    "layers.pdf": documents.layers(),
    "cut.jpg": closed_too_early(jpeg(noise(200, 280)), 0.5),
    "strip.png": png_header(34_464, 1),
}


@pytest.mark.parametrize("name", HOSTILE)
def test_it_is_refused_in_one_line(service, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    monkeypatch.setattr(decoders(), "limits", Limits(seconds=1.0, memory=256 * 1024**2))
    with service.client() as client:
        answer = client.post("/recognize", files=form(name, HOSTILE[name]))
        assert answer.status_code in (413, 422)
        assert answer.json()["error"]["message"].startswith(f"{name}: ")
        assert client.post("/recognize", files=form("next.png", png(40))).status_code == 200
        assert client.get("/readyz").status_code == 200


def test_a_picture_whose_client_left_is_opened_no_further(service, monkeypatch) -> None:
    """Else each thread that decodes would be busy until the decoder's own time is up."""
    monkeypatch.setattr(decoders(), "limits", Limits(seconds=10_000.0, memory=1024**3))
    with service.client() as client:
        endless = form("self.pdf", documents.self_referencing_form())
        with pytest.raises(httpx.ReadTimeout):
            client.post("/recognize", files=endless, timeout=2.0)
        good = form("good.pdf", documents.pdf(b"1 0 0 rg 0 0 200 280 re f"))
        assert client.post("/recognize", files=good).status_code == 200
