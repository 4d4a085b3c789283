"""`/` and `/docs`: what this is, and how to use it, as plain pages that load nothing from anywhere.

Made from the OpenAPI document, without scripts: they work offline, and there is nothing in them
that another page could make use of.
"""

from __future__ import annotations

import base64
import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from functools import cache
from typing import Any

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse
from jinja2 import Environment
from markupsafe import Markup, escape

_STYLE = """
:root { color-scheme: light dark; }
body { font: 16px/1.5 system-ui, sans-serif; max-width: 46rem; margin: 2rem auto; padding: 0 1rem; }
h2 { margin-top: 2.5rem; border-bottom: 1px solid; }
code, pre { font: 0.9em/1.4 ui-monospace, monospace; }
pre { padding: 0.7rem; overflow-x: auto; border: 1px solid; border-radius: 4px; }
table { border-collapse: collapse; width: 100%; }
td, th { text-align: left; vertical-align: top; padding: 0.25rem 1rem 0.25rem 0; }
"""
_HEAD = """<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width">
<title>{{ title }}</title><style>{{ style }}</style></head>
<body><main>"""
_FRONT = (
    _HEAD
    + """
<h1>Cardscanner</h1>
<p>This is a program that names the exact printing of trading cards in pictures. It answers other
programs; to scan cards yourself, open its window or use its command line on this machine.</p>
<pre>curl -F image=@card.jpg {{ address }}/recognize</pre>
<ul>
<li><a href="/docs">How to ask it</a></li>
<li><a href="/readyz">Whether it is ready</a></li>
</ul>
{% if needs_key %}<p>All else needs the key that it was started with.</p>{% endif %}
</main></body></html>"""
)
_DOCS = (
    _HEAD
    + """
<h1>Asking Cardscanner</h1>
{% for paragraph in description %}<p>{{ paragraph | code }}</p>{% endfor %}
<p>For programs the same is at <a href="/openapi.json">/openapi.json</a>
{%- if needs_key %}, with the key{% endif %}.</p>
{% for operation in operations %}
<h2><code>{{ operation.method }} {{ operation.path }}</code></h2>
<p>{{ operation.summary | code }}
{%- if operation.description %}. {{ operation.description | code }}{% endif %}</p>
{% if operation.inputs %}
<table><tr><th>Give</th><th>What</th></tr>
{% for name, type, text in operation.inputs %}
<tr><td><code>{{ name }}</code></td><td>{{ type }}
{%- if text %}. {{ text | code }}{% endif %}</td></tr>
{% endfor %}</table>
{% endif %}
<table><tr><th>Status</th><th>Meaning</th></tr>
{% for status, text, model in operation.answers %}
<tr><td>{{ status }}</td><td>{{ text | code }}
{%- if model %} (<a href="#{{ model }}">{{ model }}</a>){% endif %}</td></tr>
{% endfor %}</table>
{% endfor %}
<h2>Objects</h2>
{% for name, text, fields in models %}
<h3 id="{{ name }}">{{ name }}</h3>
<p>{{ text | code }}</p>
<table>{% for field, type, about in fields %}
<tr><td><code>{{ field }}</code></td><td>{{ type }}
{%- if about %}. {{ about | code }}{% endif %}</td></tr>
{% endfor %}</table>
{% endfor %}
</main></body></html>"""
)
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()
_HEADERS = {
    "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}';"
    " base-uri 'none'; form-action 'none'; frame-ancestors 'none'"
}


def page_routes(openapi: Callable[[], dict[str, Any]], *, needs_key: bool) -> APIRouter:
    """The two pages; `openapi` gives the document that they tell of."""
    router = APIRouter()
    environment = Environment(autoescape=True, trim_blocks=True, lstrip_blocks=True)

    environment.filters["code"] = _with_code

    def page(template: str, title: str, **values: object) -> HTMLResponse:
        # The style is ours and bears no mark that would be escaped.
        made = environment.from_string(template)
        text = made.render(title=title, style=_STYLE, needs_key=needs_key, **values)
        return HTMLResponse(text, headers=_HEADERS)

    @cache
    def docs_page() -> HTMLResponse:
        document = openapi()
        return page(
            _DOCS,
            "Asking Cardscanner",
            description=document["info"]["description"].split("\n\n"),
            operations=list(_operations(document)),
            models=list(_models(document)),
        )

    @router.get("/", include_in_schema=False)
    async def front(request: Request) -> HTMLResponse:
        return page(_FRONT, "Cardscanner", address=str(request.base_url).rstrip("/"))

    @router.get("/docs", include_in_schema=False)
    async def docs() -> HTMLResponse:
        return docs_page()

    return router


def _with_code(text: str) -> Markup:
    """The text with what stands between backticks as code."""
    return Markup(re.sub(r"`([^`]+)`", r"<code>\1</code>", str(escape(text))))


def _operations(document: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    for path, methods in document["paths"].items():
        for method, operation in methods.items():
            yield {
                "method": method.upper(),
                "path": path,
                "summary": operation["summary"],
                "description": operation.get("description", ""),
                "inputs": list(_inputs(document, operation)),
                "answers": [
                    (status, answer["description"], _model_of(answer))
                    for status, answer in sorted(operation["responses"].items())
                ],
            }


def _inputs(
    document: Mapping[str, Any], operation: Mapping[str, Any]
) -> Iterator[tuple[str, str, str]]:
    for parameter in operation.get("parameters", ()):
        yield parameter["name"], _type(parameter["schema"]), parameter.get("description", "")
    for content in operation.get("requestBody", {}).get("content", {}).values():
        schema = content["schema"]
        if "$ref" in schema:
            schema = document["components"]["schemas"][_name(schema["$ref"])]
        for name, field in schema["properties"].items():
            needed = "needed" if name in schema.get("required", ()) else "optional"
            yield name, f"{_type(field)}, {needed}", field.get("description", "")


def _models(document: Mapping[str, Any]) -> Iterator[tuple[str, str, list[tuple[str, str, str]]]]:
    for name, schema in sorted(document["components"]["schemas"].items()):
        if "description" in schema and "properties" in schema:
            fields = [
                (field, _type(value), value.get("description", ""))
                for field, value in schema["properties"].items()
            ]
            yield name, schema["description"], fields


def _model_of(answer: Mapping[str, Any]) -> str:
    for content in answer.get("content", {}).values():
        reference = content.get("schema", {}).get("$ref")
        if reference:
            return _name(reference)
    return ""


def _type(schema: Mapping[str, Any]) -> str:
    """A value's type in a few words."""
    if "$ref" in schema:
        return _name(schema["$ref"])
    for combined in ("anyOf", "allOf", "oneOf"):
        if combined in schema:
            return " or ".join(_type(each) for each in schema[combined])
    if "enum" in schema:
        return " or ".join(f"“{value}”" for value in schema["enum"])
    if schema.get("type") == "array":
        return f"list of {_type(schema.get('items', {}))}"
    if schema.get("type") == "object" and isinstance(schema.get("additionalProperties"), dict):
        return f"object of {_type(schema['additionalProperties'])}"
    if schema.get("type") == "string" and _is_file(schema):
        return "file"
    return str(schema.get("type", "anything"))


def _is_file(schema: Mapping[str, Any]) -> bool:
    return schema.get("format") == "binary" or "contentMediaType" in schema


def _name(reference: str) -> str:
    return reference.rpartition("/")[2]
