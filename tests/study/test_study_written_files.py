"""Files of a study that others open: model files of any folder's name, and pictures that came damaged."""

from __future__ import annotations

import ast

import numpy as np
import pytest

from vrcnn.errors import UserError
from vrcnn.study.picture_file import read_pictures, write_pictures
from vrcnn.study.run_files import write_model
from vrcnn.study.runs import Run, RunSettings
from vrcnn.study.tour_folder import Kept, _model_file


@pytest.mark.parametrize("data", [r"C:\Users\new\x-rays", '/pictures/"""cats"""', "/pictures/cats"])
def test_a_model_file_of_any_folder_can_be_run(tmp_path, data):
    settings = RunSettings(data=data)
    write_model(tmp_path, settings)
    kept = _model_file(Kept("true", Run(tmp_path, settings)), "With pictures")
    for text in ((tmp_path / "model.py").read_text(), kept):
        assert f"Covid-resnet on {data}, true labels, seed 0" in (ast.get_docstring(ast.parse(text)) or "")


def test_damaged_pictures_are_one_sentence(tmp_path):
    path = tmp_path / "pictures.npz"
    pixels = np.random.default_rng(0).integers(0, 255, (20, 8, 8, 3), dtype=np.uint8)
    write_pictures(path, pixels, {"labels": np.arange(20)})
    content = path.read_bytes()
    refused = 0
    for place in range(0, len(content), 7):
        path.write_bytes(content[:place] + bytes([content[place] ^ 255]) + content[place + 1 :])
        try:
            read_pictures(path, "labels")
        except UserError as error:
            refused += "The pictures" in str(error)
    assert refused > len(content) // 14
