"""What probes, monitoring and programmers ask a service."""

from __future__ import annotations

import base64
import hashlib
import re
import threading
from dataclasses import replace
from html.parser import HTMLParser

import pytest
from prometheus_client.parser import text_string_to_metric_families
from pydantic import TypeAdapter

from cardscanner_gui.core.errors import CatalogueError
from cardscanner_gui.core.metrics import Metrics
from cardscanner_gui.service.engine import ServiceEngine
from cardscanner_gui.service.exposition import exposition
from cardscanner_gui.service.schemas import EXAMPLE_SCAN, Batch, Error, Scan
from tests.service.served import form, png, served


def samples(text: str) -> dict[tuple[str, frozenset], float]:
    """Every sample of a Prometheus text, by name and labels."""
    return {
        (sample.name, frozenset(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_alive_and_ready(service):
    with service.client() as client:
        assert client.get("/healthz").json() == {"status": "ok", "reason": None}
        assert client.get("/readyz").json() == {"status": "ok", "reason": None}


def test_not_ready_without_a_catalogue(recogniser, intake, options):
    with (
        served(recogniser, intake, options, catalogue=False) as service,
        service.client() as client,
    ):
        answer = client.get("/readyz")
        assert answer.status_code == 503
        assert "catalogue" in answer.json()["reason"]
        assert client.get("/healthz").status_code == 200


def test_not_ready_while_the_readers_load_or_when_they_can_not(options):
    hold = threading.Event()

    def make():
        hold.wait(60)
        raise CatalogueError("The reader's files are damaged.")

    engine = ServiceEngine(make, options, Metrics())
    engine.start()
    assert not engine.ready
    assert engine.problem is None
    hold.set()
    assert engine.close(60)
    assert engine.problem == "The reader's files are damaged."
    assert not engine.ready


def test_metrics_are_the_snapshots_numbers(recogniser, service):
    with service.client() as client:
        for name in ("a", "b", "c"):
            assert client.post("/recognize", files=form(name, png())).status_code == 200
        client.post("/recognize", files=form("bad", b"nothing"))
        found = samples(client.get("/metrics").text)
    snapshot = service.metrics.snapshot()
    for status, expected in (("200", 3), ("415", 1)):
        labels = frozenset({("route", "/recognize"), ("status", status)})
        assert found["cardscanner_requests_total", labels] == expected
        assert snapshot.count("requests_total", route="/recognize", status=status) == expected
    decode = snapshot.distribution("stage_ms", stage="decode")
    labels = frozenset({("stage", "decode")})
    assert found["cardscanner_stage_seconds_count", labels] == decode.count == 3
    assert found["cardscanner_stage_seconds_sum", labels] == pytest.approx(decode.total / 1000)


def test_every_series_is_there_and_buckets_are_exact():
    metrics = Metrics()
    values = [0.3, 2.0, 7.0, 80.0, 80.1, 4000.0, 200_000.0]
    for value in values:
        metrics.observe("stage_ms", value, stage="read", reader="ocr")
    metrics.observe("stage_ms", 5.0, stage="find")
    metrics.count("answers_total", 3, by="ocr")
    metrics.count("answers_total", 4, by='odd "name"\\ with\nlines')
    metrics.gauge("memory_bytes", 123456789.0)
    found = samples(exposition(metrics.snapshot()).decode())
    assert found["cardscanner_answers_total", frozenset({("by", "ocr")})] == 3
    assert found["cardscanner_answers_total", frozenset({("by", 'odd "name"\\ with\nlines')})] == 4
    assert found["cardscanner_memory_bytes", frozenset()] == 123456789.0
    reading = {("stage", "read"), ("reader", "ocr")}
    buckets = {
        float(dict(labels)["le"]): count
        for (name, labels), count in found.items()
        if name == "cardscanner_stage_seconds_bucket" and reading <= labels
    }
    assert len(buckets) > 10
    for bound, count in buckets.items():
        assert count == sum(value / 1000 <= bound for value in values), bound
    assert found["cardscanner_stage_seconds_sum", frozenset(reading)] == pytest.approx(
        sum(values) / 1000
    )


def test_the_document_describes_what_is_answered(recogniser, service):
    with service.client() as client:
        document = client.get("/openapi.json").json()
        scan = client.post("/recognize", files=form("a", png())).json()
        batch = client.post("/batches", files=[("images", ("a", png()))]).json()
        error = client.post("/recognize", files=form("a", b"nothing")).json()
    assert document["openapi"].startswith("3.1")
    assert set(document["paths"]) == {
        "/recognize", "/batches", "/batches/{batch_id}", "/healthz", "/readyz", "/metrics",
    }  # fmt: skip
    for value in walk(document):
        if isinstance(value, dict) and isinstance(value.get("$ref"), str):
            target = document
            for part in value["$ref"].removeprefix("#/").split("/"):
                target = target[part]
    for path in document["paths"].values():
        for operation in path.values():
            assert operation["summary"]
            assert all(answer["description"] for answer in operation["responses"].values())
    for model, answer in ((Scan, scan), (Batch, batch), (Error, error)):
        TypeAdapter(model).validate_python(answer, extra="forbid")
    TypeAdapter(Scan).validate_python(EXAMPLE_SCAN, extra="forbid")


def walk(value):
    """Everything in a JSON value."""
    yield value
    children = value.values() if isinstance(value, dict) else value
    if isinstance(value, dict | list):
        for child in children:
            yield from walk(child)


class Page(HTMLParser):
    """What a page shows, what it links to, and what it would load or run."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.shown, self.links, self.loads = "", [], []
        self.feed(text)

    def handle_data(self, data: str) -> None:
        self.shown += data

    def handle_starttag(self, tag: str, attributes: list) -> None:
        values = dict(attributes)
        if tag == "a":
            self.links.append(values["href"])
        loading = {"src", "srcset", "data", "action", "style", "background"}
        if tag in {"script", "link", "iframe", "img", "object", "embed", "base"} or (
            loading & values.keys() or any(name.startswith("on") for name in values)
        ):
            self.loads.append(tag)


@pytest.mark.parametrize("key", [None, "correct-horse-battery"])
@pytest.mark.parametrize("path", ["/", "/docs"])
def test_a_page_says_what_this_is_and_loads_nothing(recogniser, intake, options, path, key):
    keyed = replace(options, api_key=key)
    with served(recogniser, intake, keyed) as service, service.client() as client:
        answer = client.get(path)
    assert answer.status_code == 200
    assert answer.headers["content-type"].startswith("text/html")
    policy = answer.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "frame-ancestors 'none'" in policy
    page = Page(answer.text)
    assert page.loads == []
    assert "Cardscanner" in page.shown
    assert all(link.startswith(("/", "#")) for link in page.links)
    # The only style is the one that the policy names.
    (style,) = re.findall("<style>(.*)</style>", answer.text, re.DOTALL)
    hashed = base64.b64encode(hashlib.sha256(style.encode()).digest()).decode()
    assert f"style-src 'sha256-{hashed}'" in policy


def test_the_documentation_tells_of_every_route_and_object(service):
    with service.client() as client:
        document = client.get("/openapi.json").json()
        text = client.get("/docs").text
        assert client.get("/redoc").status_code == 404
    page = Page(text)
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            assert f"{method.upper()} {path}" in page.shown
            assert operation["summary"] in page.shown
    for name in ("image", "images", "keep", "priority", "batch_id"):
        assert name in page.shown
    anchors = {link.removeprefix("#") for link in page.links if link.startswith("#")}
    assert {"Scan", "Batch", "Error"} <= anchors
    assert all(f'id="{anchor}"' in text for anchor in anchors)


def test_every_answer_forbids_pages_to_use_it(service):
    with service.client() as client:
        for path in ("/", "/docs", "/metrics", "/openapi.json", "/nothing", "/readyz"):
            headers = client.get(path).headers
            assert headers["x-content-type-options"] == "nosniff"
            assert headers["cross-origin-resource-policy"] == "same-origin"
            assert "default-src 'none'" in headers["content-security-policy"]
