"""Pictures are saved whole or not at all, and whoever cannot save one learns why."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vrcnn.errors import UserError
from vrcnn.export.picture import next_free, save_picture


def gradient(channels: int = 4) -> np.ndarray:
    pixels = np.full((12, 20, channels), 255, np.uint8)
    pixels[..., 0] = np.arange(20) * 12
    pixels[..., 1] = np.arange(12)[:, None] * 20
    return pixels


@pytest.mark.parametrize("channels", [3, 4])
def test_a_saved_picture_reads_back_pixel_for_pixel(tmp_path: Path, channels: int) -> None:
    path = save_picture(gradient(channels), tmp_path / "world.png")
    np.testing.assert_array_equal(np.asarray(Image.open(path)), gradient(channels))
    assert [file.name for file in tmp_path.iterdir()] == ["world.png"]


def test_an_upside_down_view_is_saved_as_it_reads(tmp_path: Path) -> None:
    path = save_picture(gradient()[::-1], tmp_path / "world.png")
    np.testing.assert_array_equal(np.asarray(Image.open(path)), gradient()[::-1])


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"figures/world\.png: there is no such folder"):
        save_picture(gradient(), tmp_path / "figures" / "world.png")


def test_a_read_only_folder_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    folder = Path("/sys") if os.access(tmp_path, os.W_OK) else tmp_path  # root may write anywhere but there
    if not folder.is_dir():
        pytest.skip("running as root, and this system has no folder that root may not write to")
    with pytest.raises(UserError, match=r"may not write there|read-only"):
        save_picture(gradient(), folder / "world.png")


def test_a_folder_is_not_overwritten(tmp_path: Path) -> None:
    (tmp_path / "world.png").mkdir()
    with pytest.raises(UserError, match="that is a folder"):
        save_picture(gradient(), tmp_path / "world.png")


def test_another_ending_than_png_is_refused(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"end in \.png"):
        save_picture(gradient(), tmp_path / "world.jpg")


def test_a_write_that_fails_midway_leaves_the_old_picture_and_no_rubbish(tmp_path: Path) -> None:
    path = save_picture(gradient(), tmp_path / "world.png")
    before = path.read_bytes()
    script = """
import resource, sys
from pathlib import Path
import numpy as np
from vrcnn.errors import UserError
from vrcnn.export.picture import save_picture
resource.setrlimit(resource.RLIMIT_FSIZE, (4096, 4096))
try:
    save_picture(np.random.default_rng(0).integers(0, 255, (200, 200, 3), dtype=np.uint8), Path(sys.argv[1]))
except UserError as error:
    print(error)
"""
    done = subprocess.run([sys.executable, "-c", script, str(path)], capture_output=True, text=True, check=True)
    assert "larger than this system allows" in done.stdout
    assert path.read_bytes() == before
    assert [file.name for file in tmp_path.iterdir()] == ["world.png"]


def test_screenshots_are_numbered_and_never_overwrite(tmp_path: Path) -> None:
    base = tmp_path / "vrcnn-screenshot.png"
    first = save_picture(gradient(), next_free(base))
    second = save_picture(gradient(), next_free(base))
    assert (first.name, second.name) == ("vrcnn-screenshot-001.png", "vrcnn-screenshot-002.png")


def test_pixels_of_another_kind_are_a_programming_error(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="uint8"):
        save_picture(np.zeros((4, 4, 3), np.float32), tmp_path / "world.png")
