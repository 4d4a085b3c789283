"""Every library that a user gets is listed with its licence, and none forbids ours."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

from packaging.requirements import Requirement
from packaging.utils import canonicalize_name

from cardscanner_gui.parts import OURSELVES, Part, as_text, parts
from cardscanner_gui.resources import resource_dir

ROOT = Path(__file__).resolve().parents[1]
BUILD_ONLY = {"editables", "hatchling", "pathspec", "tomlkit", "trove-classifiers"}
"""In the lock so that a checkout installs itself; no part of the program."""


@cache
def all_parts() -> list[Part]:
    return parts(resource_dir() / "licences")


def test_all_that_the_lock_installs_is_listed_with_a_licence() -> None:
    listed = {canonicalize_name(part.name): part for part in all_parts()}
    lines = (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()
    pins = [Requirement(line) for line in lines if line and not line.startswith("#")]
    here = [pin for pin in pins if pin.marker is None or pin.marker.evaluate()]

    missing = {canonicalize_name(pin.name) for pin in here} - set(listed) - BUILD_ONLY
    assert not missing
    assert all(part.licence for part in listed.values())
    assert all_parts()[0].name == OURSELVES


def test_none_of_them_may_only_be_passed_on_under_the_gpl() -> None:
    gpl = re.compile(r"(?<![L])GPL")
    for part in all_parts():
        choices = re.split(r" OR | / ", part.licence)
        assert not all(gpl.search(choice) for choice in choices), part
        # What a wheel brings along: pillow-heif's own licence is BSD's, and its x265 the GPL's.
        assert "x265" not in part.text.lower(), part.name


def test_each_brings_its_words() -> None:
    without = [part.name for part in all_parts() if len(part.text) < 200]

    assert not without


def listed(name: str) -> Part:
    (part,) = (part for part in all_parts() if part.name == name)
    return part


def test_what_lies_within_libraries_is_listed_too() -> None:
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in listed("Qt").text
    assert "GNU GENERAL PUBLIC LICENSE" in listed("Qt").text  # which the Lesser one refers to
    assert listed("Qt").version == listed("PySide6_Essentials").version
    assert "Version 2.1" in listed("FFmpeg").text
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in listed("libheif and libde265").text
    assert "Apache License" in listed("PP-OCRv6 models").text
    assert "Apache License" in listed("Material Design Icons").text
    assert listed("Networks, sounds, icon and sample cards").licence == "MIT"
    assert "Stichting Mathematisch Centrum" in listed("Python").text


def test_the_icon_font_is_of_the_version_that_is_listed() -> None:
    import qtawesome

    fonts = Path(qtawesome.__file__).parent / "fonts"
    (font,) = fonts.glob("materialdesignicons6-*.ttf")
    assert listed("Material Design Icons").version in font.name


def test_all_of_it_is_one_text() -> None:
    text = as_text(all_parts())

    assert text.startswith("What Cardscanner is made of\n\ncardscanner ")
    assert all(part.text in text for part in all_parts())
    # The same words are written once, under all that they are for.
    qt, binding = listed("PySide6_Essentials"), listed("shiboken6")
    assert f"{qt.name} {qt.version} {qt.home}\n{binding.name} {binding.version}" in text
