"""Model files and photos that the tests of loading write into a folder of their own."""

from __future__ import annotations

from pathlib import Path

import pytest
from model_files import NETWORK, Write
from PIL import Image


@pytest.fixture
def write(tmp_path: Path) -> Write:
    """Writes a model file: the tiny network's class, then the given lines."""

    def write(lines: str = "", name: str = "model.py", network: str = NETWORK) -> Path:
        path = tmp_path / name
        path.write_text(network + lines)
        return path

    return write


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    Image.new("RGB", (40, 30), "red").save(folder / "red.png")
    Image.new("RGB", (30, 40), "blue").save(folder / "blue.png")
    return folder
