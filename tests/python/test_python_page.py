"""The examples of docs/python.md run as they stand there, one after the other, as a script without a screen."""

import inspect
import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

import vrcnn
from vrcnn.network.recording_file import open_recording

PAGE = (Path(__file__).resolve().parents[2] / "docs" / "python.md").read_text(encoding="utf-8")
FOUND = """
import json
print(json.dumps({
    "image": image.size,
    "captured": captured.activations["3"].shape,
    "axes": captured.axes["3"],
    "watched": watched.activations("pass 2")["3"].shape,
    "files": sorted(path.name for path in files),
    "training": model.training,
}))
"""


@pytest.mark.gl
def test_the_examples_of_the_page_are_a_script_that_runs_without_a_screen(tmp_path):
    code = "\n".join(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)) + FOUND
    environment = {name: value for name, value in os.environ.items() if name not in ("DISPLAY", "WAYLAND_DISPLAY")}
    ran = subprocess.run([sys.executable, "-c", code], cwd=tmp_path, env=environment, capture_output=True, text=True)
    assert ran.returncode == 0, ran.stderr
    said = ran.stdout.splitlines()
    assert said[0] == "There is neither a headset nor a screen here: the opening view was rendered to vrcnn.png."
    assert "2 of 2 passes kept" in said[1]
    assert json.loads(said[-1]) == {
        "image": [800, 500],
        "captured": [4, 16, 32, 32],
        "axes": "NCHW",
        "watched": [1, 16, 32, 32],
        "files": ["graph.json", "values.npz"],
        "training": True,
    }
    assert {"conv.png", "run.vrcnn", "vrcnn.png"} <= {path.name for path in tmp_path.iterdir()}
    assert len(list((tmp_path / "checkpoints").glob("*.pt"))) == 3
    assert len(open_recording(tmp_path / "run.vrcnn").passes) == 2
    with Image.open(tmp_path / "vrcnn.png") as image:
        assert image.size == (1600, 1000)


def test_the_page_has_every_function_and_option():
    for name in (
        "show",
        "render",
        "capture",
        "watch",
        "inspect",
        "export",
        "evaluate",
        "attribute",
        "featvis",
        "measure",
    ):
        assert f"vrcnn.{name}(" in PAGE
    assert "vrcnn.Checkpoints(" in PAGE
    for option in inspect.signature(vrcnn.watch).parameters:
        if option not in ("model", "task", "title"):
            assert f"{option}=" in PAGE, option
