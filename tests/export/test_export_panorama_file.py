"""Panoramas are saved so that viewers know them for what they are, or one sentence says why they are not."""

from __future__ import annotations

import os
import re
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from vrcnn.errors import UserError
from vrcnn.export.panorama_file import save_panorama


def panorama() -> np.ndarray:
    pixels = np.zeros((32, 64, 3), np.uint8)
    pixels[:16, :, 2] = 200
    pixels[16:, :, 0] = 200
    return pixels


@pytest.mark.parametrize(("name", "form"), [("all.jpg", "JPEG"), ("all.JPEG", "JPEG"), ("all.png", "PNG")])
def test_the_file_says_that_it_is_a_photo_sphere(tmp_path: Path, name: str, form: str) -> None:
    path = save_panorama(panorama(), tmp_path / name)
    with Image.open(path) as saved:
        assert (saved.format, saved.size) == (form, (64, 32))
        assert np.abs(np.asarray(saved.convert("RGB")).astype(int)[[4, 28]] - panorama()[[4, 28]]).max() < 12
        told = saved.info["XML:com.adobe.xmp"] if form == "PNG" else saved.info["xmp"].decode()
    for field, value in (
        ("ProjectionType", "equirectangular"),
        ("FullPanoWidthPixels", "64"),
        ("FullPanoHeightPixels", "32"),
        ("CroppedAreaImageWidthPixels", "64"),
        ("CroppedAreaTopPixels", "0"),
    ):
        assert re.search(rf'GPano:{field}="{value}"', told), field
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("all.gif", "JPEG or PNG"),
        ("nowhere/all.jpg", "there is no such folder"),
    ],
)
def test_what_cannot_be_saved_is_told_in_one_sentence(tmp_path: Path, name: str, reason: str) -> None:
    with pytest.raises(UserError, match=reason) as told:
        save_panorama(panorama(), tmp_path / name)
    assert "\n" not in str(told.value)


def test_a_full_disk_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: object, **settings: object) -> None:
        raise OSError(28, os.strerror(28))

    monkeypatch.setattr(Image.Image, "save", full)
    with pytest.raises(UserError, match="the disk is full"):
        save_panorama(panorama(), tmp_path / "all.jpg")
    assert list(tmp_path.iterdir()) == []
