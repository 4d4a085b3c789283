"""Every library that a user gets is listed with its licence, and none forbids ours."""

from __future__ import annotations

import re
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from cardscanner_gui.parts import OURSELVES, parts

ROOT = Path(__file__).resolve().parents[1]
BUILD_ONLY = {"editables", "hatchling", "pathspec", "tomlkit", "trove-classifiers"}
"""In the lock so that a checkout installs itself; no part of the program."""


def test_all_that_the_lock_installs_is_listed_with_a_licence() -> None:
    listed = {canonicalize_name(part.name): part for part in parts()}
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    here = [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]

    missing = {canonicalize_name(pin.name) for pin in here} - set(listed) - BUILD_ONLY
    assert not missing
    assert all(part.licence for part in listed.values())
    assert parts()[0].name == OURSELVES


def test_none_of_them_may_only_be_passed_on_under_the_gpl() -> None:
    gpl = re.compile(r"(?<![L])GPL")
    for part in parts():
        choices = re.split(r" OR | / ", part.licence)
        assert not all(gpl.search(choice) for choice in choices), part
        # What a wheel brings along: pillow-heif's own licence is BSD's, and its x265 the GPL's.
        assert "x265" not in part.text.lower(), part.name


def test_most_bring_their_words() -> None:
    with_text = [part for part in parts() if len(part.text) > 200]
    assert len(with_text) > 0.8 * len(parts())
