"""Large JPEG files decoded at half their size first."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from cardscanner_gui.capture.files import load_draft, load_frame
from cardscanner_gui.core.errors import PictureError

SIZE = (2200, 3000)


@pytest.fixture(scope="module")
def photograph() -> Image.Image:
    """Soft colours that differ everywhere, so that a wrong turn or scale shows."""
    across, down = np.meshgrid(np.linspace(0, 1, SIZE[0]), np.linspace(0, 1, SIZE[1]))
    layers = [across, down, (1 + np.sin(7 * across + 5 * down)) / 2]
    return Image.fromarray((np.stack(layers, axis=2) * 255).astype(np.uint8))


def save(picture: Image.Image, path: Path, orientation: int = 1) -> Path:
    exif = Image.Exif()
    exif[0x0112] = orientation
    picture.save(path, exif=exif, quality=90)
    return path


@pytest.mark.parametrize("orientation", range(1, 9))
def test_a_draft_is_the_picture_at_half_its_size(photograph, tmp_path, orientation):
    path = save(photograph, tmp_path / "photo.jpg", orientation)
    draft, full = load_draft(path), load_frame(path)
    assert (draft.width, draft.height) == (full.width, full.height)
    assert draft.pixels.shape == (full.height // 2, full.width // 2, 3)
    assert not draft.pixels.flags.writeable
    blocks = full.pixels.reshape(full.height // 2, 2, full.width // 2, 2, 3).mean(axis=(1, 3))
    assert np.abs(blocks - draft.pixels).max() < 8


def test_the_whole_picture_comes_when_it_is_asked_for(photograph, tmp_path):
    path = save(photograph, tmp_path / "photo.jpg")
    draft, full = load_draft(path), load_frame(path)
    whole = draft.whole()
    assert np.array_equal(whole.pixels, full.pixels)
    assert (whole.id, whole.source, whole.file_hash) == (draft.id, full.source, full.file_hash)
    assert whole.whole() is whole
    path.unlink()
    with pytest.raises(PictureError, match=r"photo\.jpg: there is no such file"):
        draft.whole()


def test_corners_are_the_same_place_in_draft_and_picture(photograph, tmp_path):
    draft = load_draft(save(photograph, tmp_path / "photo.jpg"))
    corners = np.array([[0.0, 0.0], [10.0, 4.0], [99.0, 70.0], [1099.0, 1499.0]])
    assert np.allclose(draft.in_pixels(draft.in_picture(corners)), corners)
    # The middle of the draft's first pixel is where the picture's first four meet.
    assert draft.in_picture(corners)[0].tolist() == [0.5, 0.5]
    full = load_frame(Path(draft.source))
    assert np.array_equal(full.in_picture(corners), corners)


@pytest.mark.parametrize(
    ("name", "size"), [("small.jpg", (1500, 2000)), ("odd.jpg", (2201, 3000)), ("big.png", SIZE)]
)
def test_what_gains_nothing_or_would_not_fit_is_decoded_whole(photograph, tmp_path, name, size):
    path = tmp_path / name
    photograph.resize(size).save(path)
    draft = load_draft(path)
    assert draft.shrunk == 1
    assert np.array_equal(draft.pixels, load_frame(path).pixels)


def test_a_file_cut_short_is_refused_as_ever(photograph, tmp_path):
    path = save(photograph, tmp_path / "photo.jpg")
    path.write_bytes(path.read_bytes()[:-2000])
    with pytest.raises(PictureError, match=r"photo\.jpg: the file is damaged or cut short"):
        load_draft(path)
