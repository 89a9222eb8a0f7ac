"""The examples of docs/python.md run as they stand there, one after the other."""

import re
from pathlib import Path

import pytest
import torch

import vrcnn
from vrcnn.network.recording_file import open_recording

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "python.md").read_text(encoding="utf-8")


@pytest.mark.gl
def test_the_examples_of_the_page_run(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    for name in ("DISPLAY", "WAYLAND_DISPLAY"):
        monkeypatch.delenv(name, raising=False)
    torch.set_num_threads(1)
    names: dict = {}
    for code in re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL):
        exec(code, names)
    assert names["image"].size == (800, 500)
    assert {"conv.png", "run.vrcnn", "vrcnn.png"} <= {path.name for path in tmp_path.iterdir()}
    assert len(open_recording(tmp_path / "run.vrcnn").passes) == 2
    assert "2 of 2 passes kept" in capsys.readouterr().out
    assert names["captured"].activations["3"].shape == (4, 16, 32, 32)
    assert names["captured"].axes["3"] == "NCHW"
    assert {path.name for path in names["files"]} == {"values.npz", "graph.json"}
    assert names["watched"].activations("pass 2")["3"].shape == (1, 16, 32, 32)


def test_the_page_has_every_function_and_option():
    import inspect

    for name in ("show", "render", "capture", "watch", "inspect", "export", "evaluate", "attribute", "featvis"):
        assert f"vrcnn.{name}(" in PAGE
    for option in inspect.signature(vrcnn.watch).parameters:
        if option not in ("model", "task", "title"):
            assert f"{option}=" in PAGE, option
