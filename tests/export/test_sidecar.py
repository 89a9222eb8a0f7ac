"""What stands beside an exported file: versions, hashes, seeds and settings, as JSON that every reader takes."""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import PIL
import pytest
import torch

import vrcnn
from vrcnn.errors import UserError
from vrcnn.export.sidecar import Sidecar, as_json, sidecar_path, write_sidecar
from vrcnn.network.identity import NetworkIdentity, PictureIdentity
from vrcnn.scene.colouring import Colouring

NETWORK = NetworkIdentity("Net", "model.py", "ab" * 32, "cd" * 32, {"kind": "its own"}, "cpu")


def test_everything_that_is_known_is_in_it() -> None:
    sidecar = Sidecar(
        "vrcnn export model.py maps",
        "the maps of conv1",
        (NETWORK,),
        (PictureIdentity("cat.jpg", "ef" * 32),),
        {"noise": 3},
        {"colouring": Colouring(), "channels": ((0, 7),)},
        {"scale": {"low": -1.5}},
    )
    told = json.loads(as_json(sidecar, {"conv1.npz": "12" * 32}, datetime(2026, 1, 2, 3, 4, 5, tzinfo=UTC)))
    assert told["format"] == "vrcnn sidecar"
    assert told["version"] == 1
    assert told["date"] == "2026-01-02T03:04:05+00:00"
    assert told["made_by"] == "vrcnn export model.py maps"
    assert told["files"] == {"conv1.npz": "12" * 32}
    assert told["networks"][0]["structure"] == "ab" * 32
    assert told["networks"][0]["preprocess"] == {"kind": "its own"}
    assert told["pictures"] == [{"name": "cat.jpg", "sha256": "ef" * 32, "of": "file"}]
    assert told["seeds"] == {"noise": 3}
    assert told["settings"]["colouring"]["gamma"] == Colouring().gamma
    assert told["settings"]["channels"] == [[0, 7]]
    assert told["contents"] == {"scale": {"low": -1.5}}


def test_the_versions_are_those_that_run() -> None:
    versions = json.loads(as_json(Sidecar("", ""), {}))["versions"]
    assert versions["vrcnn"] == vrcnn.__version__
    assert versions["torch"] == torch.__version__
    assert versions["numpy"] == np.__version__
    assert versions["pillow"] == PIL.__version__
    assert set(versions) == {"vrcnn", "python", "system", "torch", "numpy", "pillow"}


def test_what_json_has_no_word_for_is_written_in_words() -> None:
    values = {"nan": float("nan"), "low": np.float32("-inf"), "counts": np.arange(3), "place": Path("a") / "b", 3: {1}}
    told = json.loads(as_json(Sidecar("", "", contents=values), {}), parse_constant=pytest.fail)
    assert told["contents"] == {"nan": "NaN", "low": "-Infinity", "counts": [0, 1, 2], "place": "a/b", "3": [1]}


def test_it_lies_beside_its_file_and_tells_its_hash(tmp_path: Path) -> None:
    path = tmp_path / "conv1.npz"
    path.write_bytes(b"values")
    told = json.loads(write_sidecar(path, Sidecar("", "")).read_text())
    assert sidecar_path(path) == tmp_path / "conv1.npz.json"
    assert told["files"] == {"conv1.npz": hashlib.sha256(b"values").hexdigest()}


def test_that_of_a_folder_tells_of_its_files(tmp_path: Path) -> None:
    folder = tmp_path / "conv1"
    folder.mkdir()
    for name in ("0.png", "1.png"):
        (folder / name).write_bytes(name.encode())
    told = json.loads(write_sidecar(folder, Sidecar("", ""), ["0.png", "1.png"]).read_text())
    assert sidecar_path(folder) == tmp_path / "conv1.json"
    assert told["files"] == {name: hashlib.sha256(name.encode()).hexdigest() for name in ("0.png", "1.png")}


def test_where_it_cannot_be_written_a_sentence_says_so(tmp_path: Path) -> None:
    path = tmp_path / "conv1.npz"
    path.write_bytes(b"values")
    sidecar_path(path).mkdir()
    with pytest.raises(UserError, match="that is a folder"):
        write_sidecar(path, Sidecar("", ""))
