"""Which files a list of paths stands for."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest

from cardscanner_gui.capture.files import collect_pictures, load_frame
from cardscanner_gui.core.errors import PictureError


def touch(*paths: Path) -> None:
    for path in paths:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def test_folders_are_searched_below_in_natural_order_without_hidden_files(tmp_path: Path) -> None:
    names = ["card10.jpg", "card2.JPG", "Card1.png", "notes.txt", ".hidden.jpg", "x.heic"]
    touch(*(tmp_path / name for name in names))
    touch(
        tmp_path / "page 2" / "a.webp", tmp_path / ".git" / "b.jpg", tmp_path / "page 10" / "c.bmp"
    )

    found = [path.relative_to(tmp_path).as_posix() for path in collect_pictures([tmp_path])]

    assert found == [
        "Card1.png",
        "card2.JPG",
        "card10.jpg",
        "page 2/a.webp",
        "page 10/c.bmp",
        "x.heic",
    ]


def test_named_files_keep_their_order_and_come_once(tmp_path: Path) -> None:
    second, first, odd = tmp_path / "b.jpg", tmp_path / "a.jpg", tmp_path / "scan.data"
    touch(second, first, odd)

    found = collect_pictures([str(second), odd, tmp_path, tmp_path / "." / "b.jpg"])

    assert found == [second, odd, first]


def test_patterns_match_pictures_and_folders(tmp_path: Path) -> None:
    touch(tmp_path / "in" / "a2.jpg", tmp_path / "in" / "a10.jpg", tmp_path / "in" / "a.txt")
    touch(tmp_path / "in" / "deep" / "b.png", tmp_path / "in" / "deep" / "b.txt")

    assert [path.name for path in collect_pictures([tmp_path / "in" / "*"])] == [
        "a2.jpg",
        "a10.jpg",
        "b.png",
    ]
    assert [path.name for path in collect_pictures([tmp_path / "**" / "b*"])] == ["b.png"]


def test_a_file_whose_name_looks_like_a_pattern_is_that_file(tmp_path: Path) -> None:
    odd = tmp_path / "card[1].jpg"
    touch(odd, tmp_path / "card1.jpg")

    assert collect_pictures([odd]) == [odd]


def test_what_is_not_there_is_listed_so_that_reading_it_says_so(tmp_path: Path) -> None:
    missing, pattern = tmp_path / "gone.jpg", tmp_path / "*.nothing"

    found = collect_pictures([missing, pattern])

    assert found == [missing, pattern]
    with pytest.raises(PictureError, match=r"^gone\.jpg: there is no such file$"):
        load_frame(found[0])


def test_a_name_no_file_system_takes_is_an_error_for_that_file(tmp_path: Path) -> None:
    for name in ["x" * 5000 + ".jpg", "nul\0byte.jpg"]:
        (listed,) = collect_pictures([tmp_path / name])
        with pytest.raises(PictureError) as caught:
            load_frame(listed)
        assert "\n" not in str(caught.value)
        assert str(caught.value).isprintable()


def test_a_folder_with_a_pictures_suffix_is_a_folder(tmp_path: Path) -> None:
    touch(tmp_path / "album.jpg" / "a.png")

    assert collect_pictures([tmp_path / "album.jpg"]) == [tmp_path / "album.jpg" / "a.png"]
    assert collect_pictures([tmp_path]) == [tmp_path / "album.jpg" / "a.png"]


@pytest.mark.skipif(sys.platform == "win32", reason="needs symbolic links")
def test_a_link_in_a_circle_ends(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg")
    (tmp_path / "again").symlink_to(tmp_path, target_is_directory=True)
    (tmp_path / "broken.jpg").symlink_to(tmp_path / "nowhere")

    found = collect_pictures([tmp_path])

    assert found == [tmp_path / "a.jpg", tmp_path / "broken.jpg"]
    with pytest.raises(PictureError, match="no such file"):
        load_frame(found[1])


@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() == 0, reason="root may read all")
def test_a_folder_nobody_may_read_ends_among_the_errors(tmp_path: Path) -> None:
    touch(tmp_path / "a.jpg", tmp_path / "locked" / "b.jpg")
    (tmp_path / "locked").chmod(0)
    try:
        found = collect_pictures([tmp_path])
        assert found == [tmp_path / "a.jpg", tmp_path / "locked"]
        with pytest.raises(PictureError, match="locked: no permission"):
            load_frame(found[1])
    finally:
        (tmp_path / "locked").chmod(0o700)


def test_ten_thousand_files_are_listed_without_opening_any(tmp_path: Path) -> None:
    for i in range(10_000):
        (tmp_path / f"card {i}.jpg").touch()

    found = collect_pictures([tmp_path])

    assert [path.name for path in found] == [f"card {i}.jpg" for i in range(10_000)]
