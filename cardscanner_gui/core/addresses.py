"""Addresses of cameras and servers, and the passwords in them, which are shown and kept nowhere."""

from __future__ import annotations

import re

_SCHEME = r"[A-Za-z][A-Za-z0-9+.\-]*://"
_END = r"\s\"'<>“”"
# As FFmpeg and browsers have it: whatever stands before the last @ of the host's part.
_LOGIN = re.compile(rf"({_SCHEME})[^/?#{_END}]*@")
# A password with a slash in it, which should have been written as %2F, looks like a strange port.
_LOGIN_WITH_SLASH = re.compile(rf"({_SCHEME})[^/?#@:\[{_END}]*:(?!\d+(?:[/?#{_END}]|$))[^{_END}]*@")
_PARAMETER = re.compile(
    rf"([?&;](?:[a-z]*(?:pass|pwd|secret|token|auth|apikey|api_key)[a-z]*|key|usr|user|username)=)"
    rf"[^&#;{_END}]+",
    re.IGNORECASE,
)
_HIDDEN = "***"
_MARK = "://@"


def hide_secrets(text: str) -> str:
    """The same text with the login taken out of every address in it.

    An address that had one keeps the `@`, as in `rtsp://@camera/stream`, and a password among the
    parameters becomes `***`: `lacks_secret` knows by them that something is missing.
    """
    text = _LOGIN.sub(r"\1@", text)
    text = _LOGIN_WITH_SLASH.sub(r"\1@", text)
    return _PARAMETER.sub(rf"\g<1>{_HIDDEN}", text)


def lacks_secret(address: str) -> bool:
    """Whether `hide_secrets` took something out of this address."""
    return _MARK in address or f"={_HIDDEN}" in address


def shown_address(address: str) -> str:
    """An address for people's eyes, labels and the database."""
    return hide_secrets(address).replace(_MARK, "://")
