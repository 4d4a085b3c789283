"""Documents of several pages: real PDF and TIFF files, good and bad ones."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pypdfium2
import pytest
from PIL import Image

from cardscanner_gui.capture.collect import collect_pictures
from cardscanner_gui.capture.files import load_frame
from cardscanner_gui.capture.pages import MAX_PAGE_PIXELS, MAX_PAGES, file_and_page, page_of
from cardscanner_gui.core.errors import PictureError, PictureTooLargeError

SHADES = (40, 120, 200)


@pytest.fixture
def pdf(tmp_path: Path) -> Path:
    """Three pages of a hand's size, each in a shade of its own with a white upper left quarter."""
    path = tmp_path / "three cards.pdf"
    pages = [sheet(shade) for shade in SHADES]
    pages[0].save(path, save_all=True, append_images=pages[1:], resolution=150)
    return path


@pytest.fixture
def tiff(tmp_path: Path) -> Path:
    path = tmp_path / "scan.TIFF"
    pages = [sheet(shade) for shade in SHADES]
    pages[0].save(path, save_all=True, append_images=pages[1:])
    return path


def sheet(shade: int) -> Image.Image:
    picture = Image.new("RGB", (300, 450), (shade, shade // 2, 10))
    picture.paste((255, 255, 255), (0, 0, 150, 225))
    return picture


def blank_pdf(path: Path, pages: int, size: tuple[float, float] = (100, 100)) -> Path:
    document = pypdfium2.PdfDocument.new()
    for _ in range(pages):
        document.new_page(*size)
    document.save(path)
    document.close()
    return path


def locked_pdf(path: Path) -> Path:
    """A document that nobody can open: its password's check value is made up."""
    parts = [
        b"<< /Type /Catalog /Pages 2 0 R >>",
        b"<< /Type /Pages /Kids [3 0 R] /Count 1 >>",
        b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 100 100] >>",
        b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"a1" * 32, b"b2" * 32),
    ]  # fmt: skip
    content, places = b"%PDF-1.4\n", []
    for number, part in enumerate(parts, 1):
        places.append(len(content))
        content += b"%d 0 obj\n%s\nendobj\n" % (number, part)
    table = b"".join(b"%010d 00000 n \n" % place for place in places)
    content += b"xref\n0 5\n0000000000 65535 f \n%strailer\n" % table
    content += b"<< /Size 5 /Root 1 0 R /Encrypt 4 0 R /ID [<00> <00>] >>\n"
    content += b"startxref\n%d\n%%%%EOF\n" % content.index(b"xref\n0 5")
    path.write_bytes(content)
    return path


@pytest.mark.parametrize("kind", ["pdf", "tiff"])
def test_each_page_is_a_picture_of_its_own(kind: str, request) -> None:
    path = request.getfixturevalue(kind)
    pages = collect_pictures([path.parent])
    assert pages == [page_of(path, n) for n in (1, 2, 3)]
    for page, shade in zip(pages, SHADES, strict=True):
        frame = load_frame(page)
        assert frame.source == str(page)
        right = frame.pixels[frame.height // 2, frame.width * 3 // 4].astype(int)
        assert np.abs(right - (shade, shade // 2, 10)).max() <= 8
        corner = frame.pixels[frame.height // 4, frame.width // 4]
        assert corner.min() >= 247, "the page stands upright, and red is red"
        assert not frame.pixels.flags.writeable


def test_a_pdf_page_is_drawn_with_300_dots_to_the_inch(pdf: Path) -> None:
    frame = load_frame(page_of(pdf, 2))
    assert (frame.width, frame.height) == pytest.approx((600, 900), abs=1)  # 2 by 3 inches


def test_a_poster_takes_no_more_memory_than_a_large_photo(tmp_path: Path) -> None:
    frame = load_frame(blank_pdf(tmp_path / "wall.pdf", 1, (14_000, 9_000)))
    assert frame.width * frame.height <= MAX_PAGE_PIXELS * 1.01
    assert abs(frame.width / frame.height - 14 / 9) < 0.01


def test_one_page_is_the_file_itself(tmp_path: Path) -> None:
    path = blank_pdf(tmp_path / "one.pdf", 1)
    sheet(10).save(tmp_path / "one.tif")
    assert collect_pictures([tmp_path]) == [path, tmp_path / "one.tif"]
    assert load_frame(path).source == str(path)


def test_small_copies_in_a_tiff_are_no_pages(tmp_path: Path) -> None:
    path = tmp_path / "with thumbnail.tif"
    with Image.new("RGB", (300, 450), "navy") as large, Image.new("RGB", (30, 45)) as small:
        small.encoderinfo = {"tiffinfo": {254: 1}}
        large.save(path, save_all=True, append_images=[small])
    assert collect_pictures([path]) == [path]


def test_a_document_is_known_by_its_content(pdf: Path) -> None:
    renamed = pdf.rename(pdf.with_suffix(".jpg"))
    assert load_frame(renamed).width > 500


def test_a_file_that_is_called_like_a_page_is_that_file(pdf: Path) -> None:
    odd = pdf.with_name("three cards.pdf#2")
    sheet(SHADES[2]).save(odd, "PNG")
    assert file_and_page(odd) == (odd, None)
    assert load_frame(odd).width == 300


@pytest.mark.parametrize(("page", "words"), [(4, "only 3 pages"), (99, "only 3 pages")])
def test_a_page_that_is_not_there(pdf: Path, page: int, words: str) -> None:
    with pytest.raises(PictureError, match=words) as caught:
        load_frame(page_of(pdf, page))
    assert f"three cards.pdf#{page}" in str(caught.value)


def test_a_page_that_is_not_in_the_tiff(tiff: Path) -> None:
    with pytest.raises(PictureError, match="no page 7"):
        load_frame(page_of(tiff, 7))


def test_bad_documents_are_said_in_one_line(pdf: Path, tmp_path: Path) -> None:
    whole = pdf.read_bytes()
    half = tmp_path / "half.pdf"
    half.write_bytes(whole[: len(whole) // 3])
    empty = tmp_path / "empty.pdf"
    empty.touch()
    text = tmp_path / "text.pdf"
    text.write_text("this is no document")
    locked = locked_pdf(tmp_path / "locked.pdf")
    gone = tmp_path / "gone.pdf"
    for path, words in (
        (half, "damaged or cut short"),
        (empty, "empty"),
        (text, "isn't a picture"),
        (locked, "password"),
        (gone, "no such file"),
        (page_of(gone, 2), "no such file"),
    ):
        assert collect_pictures([path]) == [path], "it is listed, so that its error is seen"
        with pytest.raises(PictureError, match=words) as caught:
            load_frame(path)
        assert str(caught.value).startswith(path.name)
        assert "\n" not in str(caught.value)


def test_a_document_of_too_many_pages_is_refused(tmp_path: Path) -> None:
    path = blank_pdf(tmp_path / "encyclopaedia.pdf", MAX_PAGES + 1, (10, 10))
    assert collect_pictures([path]) == [path]
    with pytest.raises(PictureTooLargeError, match="more than 2,000 pages"):
        load_frame(path)


def test_pages_can_be_drawn_from_several_threads(pdf: Path) -> None:
    pages = [page_of(pdf, n) for n in (1, 2, 3)] * 8
    with ThreadPoolExecutor(4) as pool:
        shades = [int(f.pixels[-1, -1, 0]) for f in pool.map(load_frame, pages)]
    assert np.abs(np.array(shades) - np.array(SHADES * 8)).max() <= 8
