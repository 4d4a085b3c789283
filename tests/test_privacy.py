"""The privacy page lists every contact with the network that the code can make."""

from __future__ import annotations

import ast
import re
from functools import cache
from pathlib import Path

import pytest

from cardscanner_gui.resources import guide_dir

PACKAGE = Path(__file__).resolve().parents[1] / "cardscanner_gui"
PAGE = guide_dir() / "privacy.md"

OPENS_CONNECTIONS = {
    "aiohttp",
    "ftplib",
    "http.client",
    "http.server",
    "httpx",
    "huggingface_hub",
    "PySide6.QtNetwork",
    "PySide6.QtWebSockets",
    "botocore",
    "boto3",
    "fsspec",
    "pyarrow.fs",
    "ray",
    "redis",
    "requests",
    "smtplib",
    "socket",
    "socketserver",
    "ssl",
    "telnetlib",
    "urllib.request",
    "urllib3",
    "uvicorn",
    "websockets",
    "xmlrpc",
}
ONLY_AN_ERROR = {"http.client.HTTPException"}
"""What modules take of these without opening anything."""
PIP = "pip.py"
"""Starts a program that opens connections."""
FILM = "video.py"
"""OpenCV opens a camera's address."""


@cache
def modules() -> list[tuple[str, ast.Module]]:
    return [
        (path.relative_to(PACKAGE).as_posix(), ast.parse(path.read_text(encoding="utf-8")))
        for path in sorted(PACKAGE.rglob("*.py"))
    ]


def imported(tree: ast.Module) -> set[str]:
    found = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            found |= {one.name for one in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            found |= {f"{node.module}.{one.name}" for one in node.names}
    return found


def connecting(tree: ast.Module) -> bool:
    """Whether a module imports something that opens connections."""
    names = imported(tree) - ONLY_AN_ERROR
    return any(
        name == one or name.startswith(f"{one}.") for name in names for one in OPENS_CONNECTIONS
    )


def hosts(tree: ast.Module) -> set[str]:
    """Of the addresses that stand in the code, but for examples in docstrings and this machine."""
    found = set()
    words = {id(node.value) for node in ast.walk(tree) if isinstance(node, ast.Expr)}
    for node in ast.walk(tree):
        if id(node) in words:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            found |= set(re.findall(r"(?<!\w)(?:https?|wss?|rediss?)://([\w.-]*\w)", node.value))
    # A name without a dot is an example, such as `redis://host:6379`.
    return {host for host in found if "." in host} - {"127.0.0.1"}


def listed() -> set[str]:
    """The modules that the page's table names."""
    return set(re.findall(r"`([\w/]+\.py)`", PAGE.read_text(encoding="utf-8")))


def test_every_address_in_the_code_is_on_the_page() -> None:
    page = PAGE.read_text(encoding="utf-8")
    missing = {
        host: name
        for name, tree in modules()
        for host in hosts(tree)
        if f"`{host}`" not in page and not host.endswith(".local")
    }

    assert missing == {}, "docs/guide/privacy.md must say who these are, and when they are asked"


def test_every_module_that_opens_connections_is_on_the_page() -> None:
    found = {name for name, tree in modules() if connecting(tree)}
    found |= {name for name, _ in modules() if name.endswith((f"/{PIP}", f"/{FILM}"))}
    # A whole room may be listed, as `cluster/`.
    rooms = set(re.findall(r"`(\w+/)`", PAGE.read_text(encoding="utf-8")))
    assert all(any(name.startswith(room) for name in found) for room in rooms)
    found = {name for name in found if not name.startswith(tuple(rooms))}

    assert found == listed(), "docs/guide/privacy.md lists each module that opens connections"


@pytest.mark.parametrize(
    "code",
    [
        "import socket",
        "from urllib import request",
        "import urllib.request",
        "from http import client",
        "def later():\n    import huggingface_hub",
        "from PySide6.QtNetwork import QTcpSocket",
    ],
)
def test_a_new_way_out_would_be_noticed(code: str) -> None:
    assert connecting(ast.parse(code))


def test_what_opens_nothing_is_let_be() -> None:
    tree = ast.parse("from urllib.parse import quote\nfrom http import HTTPStatus")

    assert not connecting(tree)
    assert hosts(ast.parse("where = 'https://tracker.example/x?y=' + name")) == {"tracker.example"}
