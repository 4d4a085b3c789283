"""Hundreds of requests made from the OpenAPI document: no answer but those that it promises."""

from __future__ import annotations

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from tests.qt.cards import SPROUTLE, TIDELING
from tests.qt.scripted_recogniser import ScriptedCard
from tests.service.served import png

CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_headers_conformance,
    response_schema_conformance,
]
EXAMPLES = 40
"""For each route and each kind of data; some seconds altogether."""
GIVEN_SOMETHING = [
    ("POST", "/recognize", 200), ("POST", "/batches", 202), ("GET", "/batches/{batch_id}", 200),
    ("DELETE", "/batches/{batch_id}", 204),
]  # fmt: skip
ONLY_ASKED = [("GET", "/healthz", 200), ("GET", "/readyz", 200), ("GET", "/metrics", 200)]


@pytest.fixture
def schema(recogniser, service):
    """The service's own document; whatever it is called, a picture shows two cards."""
    recogniser.script = _AnyName((ScriptedCard((SPROUTLE,)), ScriptedCard((TIDELING,))))
    with service.client() as client:
        document = client.get("/openapi.json").json()
        client.post("/batches", files=[("images", ("a.png", png()))])
    loaded = schemathesis.openapi.from_dict(document)
    loaded.config.update(base_url=service.url)
    return loaded


class _AnyName(dict):
    """A script that has the same cards for every file."""

    def __init__(self, cards) -> None:
        super().__init__()
        self._cards = cards

    def get(self, key, default=None):
        return self._cards


def try_all(operation, mode: GenerationMode) -> None:
    """Ask for what the document says, and check each answer against it."""
    pictures = st.sampled_from([png(), png(1, 1), b"no picture", b""])

    @seed(1)
    @settings(
        max_examples=EXAMPLES,
        deadline=None,
        database=None,
        phases=[Phase.explicit, Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @given(case=operation.as_strategy(generation_mode=mode), picture=pictures)
    def ask(case, picture):
        if mode is GenerationMode.POSITIVE and isinstance(case.body, dict):
            # Nobody draws a picture by chance.
            case.body |= {n: picture for n in ("image",) if n in case.body}
            case.body |= {n: [picture, png(2, 3)] for n in ("images",) if n in case.body}
        if mode is GenerationMode.POSITIVE and "batch_id" in case.path_parameters:
            case.path_parameters["batch_id"] %= 3
            case.path_parameters["batch_id"] += 1
        with requests.Session() as session:
            session.trust_env = False
            case.call_and_validate(session=session, checks=CHECKS, timeout=60)

    ask()


@pytest.mark.parametrize(("method", "path", "good"), GIVEN_SOMETHING + ONLY_ASKED)
def test_what_is_asked_rightly_gets_what_the_document_promises(schema, service, method, path, good):
    try_all(schema[path][method], GenerationMode.POSITIVE)
    snapshot = service.metrics.snapshot()
    assert snapshot.count("requests_total", route=path, status=str(good))


@pytest.mark.parametrize(("method", "path", "good"), GIVEN_SOMETHING)
def test_what_is_asked_wrongly_gets_what_the_document_promises(schema, method, path, good):
    try_all(schema[path][method], GenerationMode.NEGATIVE)


def test_the_document_tells_of_every_route(schema):
    operations = [operation.ok() for operation in schema.get_all_operations()]
    told = {(operation.method.upper(), operation.path) for operation in operations}
    assert told == {(method, path) for method, path, _ in GIVEN_SOMETHING + ONLY_ASKED}
