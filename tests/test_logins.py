"""Logins of network cameras: out of every text, in the keyring, or in memory without one."""

from __future__ import annotations

import logging
from collections.abc import Iterator
from pathlib import Path

import keyring
import pytest
from hypothesis import given
from hypothesis import strategies as st
from keyring.backend import KeyringBackend
from keyring.backends.fail import Keyring as NoKeyring

from cardscanner_gui.core.addresses import hide_secrets, lacks_secret, shown_address
from cardscanner_gui.logins import Logins
from cardscanner_gui.logs import DECISIONS, set_up_logging

ADDRESS = "rtsp://ada:secret@camera:554/live"
SHOWN = "rtsp://@camera:554/live"


class Drawer(KeyringBackend):
    """A keyring in the test's hands."""

    priority = 1  # type: ignore[assignment]

    def __init__(self) -> None:
        super().__init__()
        self.kept: dict[tuple[str, str], str] = {}

    def get_password(self, service: str, username: str) -> str | None:
        return self.kept.get((service, username))

    def set_password(self, service: str, username: str, password: str) -> None:
        self.kept[service, username] = password


class Locked(Drawer):
    """One whose system service doesn't answer."""

    def get_password(self, service: str, username: str) -> str | None:
        raise OSError("no bus")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise OSError("no bus")


@pytest.fixture
def drawer() -> Iterator[Drawer]:
    before = keyring.get_keyring()
    drawer = Drawer()
    keyring.set_keyring(drawer)
    yield drawer
    keyring.set_keyring(before)


@pytest.mark.parametrize(
    ("address", "hidden"),
    [
        (ADDRESS, SHOWN),
        ("rtsp://ada@camera", "rtsp://@camera"),
        ("rtsp://ada:p@ss@camera/a@b", "rtsp://@camera/a@b"),
        ("rtsp://ada:se/cr?et@camera/live", "rtsp://@camera/live"),
        ("http://cam/video?user=ada&pwd=secret&fps=9", "http://cam/video?user=***&pwd=***&fps=9"),
        ("http://cam/v?fps=9&authToken=secret", "http://cam/v?fps=9&authToken=***"),
        ("redis://:secret@[::1]:6379/0", "redis://@[::1]:6379/0"),
        ("http://cam:8080/a@b", "http://cam:8080/a@b"),
        ("https://host/@scope/pack", "https://host/@scope/pack"),
        ("http://[::1]:80/x@y", "http://[::1]:80/x@y"),
        ("C:/photos/a@b.jpg", "C:/photos/a@b.jpg"),
        ("mail ada@example.org", "mail ada@example.org"),
    ],
)
def test_only_secrets_are_taken_out(address: str, hidden: str) -> None:
    assert hide_secrets(address) == hidden
    assert hide_secrets(f"can't open “{address}”, twice {address}") == (
        f"can't open “{hidden}”, twice {hidden}"
    )
    assert lacks_secret(hidden) == (hidden != address)
    assert "@camera" not in shown_address(address)


@given(st.text("ab:/@?#%.[]0 é", max_size=10), st.text("ab:@%.é", max_size=8))
def test_no_login_survives(user: str, password: str) -> None:
    user = user.replace(" ", "").translate(str.maketrans("", "", "/?#:[]@"))
    address = f"rtsp://{user}:{password}XYZZY@camera/live"
    assert "XYZZY" not in hide_secrets(address)
    assert hide_secrets(hide_secrets(address)) == hide_secrets(address)


def test_the_keyring_keeps_the_whole_address(drawer: Drawer) -> None:
    logins = Logins()
    assert logins.note(ADDRESS) == SHOWN
    assert logins.store(SHOWN)
    assert list(drawer.kept.values()) == [ADDRESS]
    assert Logins().complete(SHOWN) == ADDRESS  # at the next start
    assert Logins().complete("rtsp://@other/live") is None
    assert Logins().complete("0") == "0"


@pytest.mark.parametrize("backend", [NoKeyring, Locked])
def test_without_a_keyring_a_login_is_known_until_the_end(
    drawer: Drawer, backend: type[KeyringBackend]
) -> None:
    keyring.set_keyring(backend())
    logins = Logins()
    shown = logins.note(ADDRESS)
    assert not logins.store(shown)
    assert logins.complete(shown) == ADDRESS
    assert Logins().complete(shown) is None


def test_no_log_holds_a_login(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    set_up_logging(tmp_path, verbosity=2)
    try:
        log = logging.getLogger("a.library")
        log.warning("opening %s", ADDRESS)
        logging.getLogger(DECISIONS).info('{"source": "%s"}', ADDRESS)
        try:
            int(ADDRESS)
        except ValueError:
            log.exception("it failed")
    finally:
        set_up_logging(None)
    texts = [path.read_text(encoding="utf-8") for path in tmp_path.iterdir()]
    texts.append(capsys.readouterr().err)
    assert len(texts) == 3
    assert all("camera:554/live" in text and "secret" not in text for text in texts)
