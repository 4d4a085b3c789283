"""Web pages of other sites and foreign names get nothing, whatever they ask."""

from __future__ import annotations

from dataclasses import replace

import pytest

from tests.service.served import form, png, served

ASKED = [
    ("GET", "/"), ("GET", "/docs"), ("GET", "/healthz"), ("GET", "/readyz"), ("GET", "/metrics"),
    ("GET", "/openapi.json"), ("POST", "/recognize"), ("POST", "/batches"), ("GET", "/batches/1"),
    ("DELETE", "/batches/1"), ("OPTIONS", "/recognize"),
]  # fmt: skip


@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://127.0.0.1:1"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Sec-Fetch-Site": "same-origin", "Origin": "https://evil.example"},
    ],
    ids=str,
)
def test_a_page_of_another_site_gets_nothing(recogniser, service, headers):
    with service.client(headers=headers) as client:
        for method, path in ASKED:
            files = form("a", png()) if method == "POST" else None
            answer = client.request(method, path, files=files)
            assert (answer.status_code, answer.json()["error"]["code"]) == (403, "foreign_page")
            assert not [name for name in answer.headers if name.startswith("access-control")]
    assert recogniser.seen == []


def test_a_key_does_not_help_a_page(recogniser, intake, options):
    key = "correct-horse-battery"
    with served(recogniser, intake, replace(options, api_key=key)) as service:
        headers = {"Authorization": f"Bearer {key}", "Origin": "https://evil.example"}
        with service.client(headers=headers) as client:
            answer = client.post("/recognize", files=form("a", png()))
    assert answer.status_code == 403


def test_programs_and_the_services_own_pages_are_answered(service):
    own = {"Origin": service.url, "Sec-Fetch-Site": "same-origin"}
    typed = {"Sec-Fetch-Site": "none"}
    with service.client() as client:
        for headers in ({}, own, typed):
            answer = client.post("/recognize", files=form("a", png()), headers=headers)
            assert answer.status_code == 200
            assert not [name for name in answer.headers if name.startswith("access-control")]


@pytest.mark.parametrize("key", [None, "correct-horse-battery"])
def test_under_a_foreign_name_nothing_is_answered(recogniser, intake, options, key):
    """A page can point a name of its own at this machine; its browser then sees one site."""
    named = replace(options, api_key=key, host_names=("cards.local",))
    with (
        served(recogniser, intake, named) as service,
        service.client(headers={"Authorization": f"Bearer {key}"}) as client,
    ):
        for method, path in ASKED:
            answer = client.request(method, path, headers={"Host": "rebound.example:8765"})
            assert (answer.status_code, answer.json()["error"]["code"]) == (421, "not_our_name")
        for host in ("cards.local", "CARDS.local:80", "localhost:1234", "[::1]:9"):
            assert client.get("/metrics", headers={"Host": host}).status_code == 200
        # Addresses can't be pointed anywhere, but without a key only this machine's own counts.
        address = client.get("/metrics", headers={"Host": "192.0.2.7:8765"})
    assert address.status_code == (200 if key else 421)
