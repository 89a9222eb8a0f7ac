"""On a machine without a screen `vrcnn run` ends well, with a picture; who insists on a window is told why not."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from PIL import Image

SCREENS = ("DISPLAY", "WAYLAND_DISPLAY", "XDG_RUNTIME_DIR")


def run_without_a_screen(folder: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = {name: value for name, value in os.environ.items() if name not in SCREENS}
    environment |= {"XR_RUNTIME_JSON": str(folder / "no-runtime.json")}
    command = [sys.executable, "-m", "vrcnn", "run", *arguments]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True)


@pytest.mark.gl
def test_the_demo_s_opening_view_becomes_vrcnn_png_and_says_so(tmp_path: Path):
    ran = run_without_a_screen(tmp_path)
    assert ran.returncode == 0, ran.stderr
    assert "There is neither a headset nor a screen here: the opening view was rendered to vrcnn.png." in ran.stdout
    with Image.open(tmp_path / "vrcnn.png") as picture:
        assert picture.size == (1600, 1000)
        shown = [count for count, colour in picture.convert("P", palette=Image.Palette.ADAPTIVE).getcolors()]
        assert len(shown) > 100, "something is seen"


@pytest.mark.parametrize("option", ["--desktop", "--vr"])
def test_who_insists_on_a_window_or_a_headset_is_told_why_not(option: str, tmp_path: Path):
    (tmp_path / "tiny.py").write_text("from torch import nn\nmodel = nn.Conv2d(3, 2, 1)\ninput_size = (3, 8, 8)\n")
    ran = run_without_a_screen(tmp_path, "tiny.py", option)
    assert ran.returncode == 2
    (sentence,) = ran.stderr.splitlines()
    assert sentence.startswith("vrcnn: There is no screen to open a window on")
    assert "set DISPLAY" in sentence
    assert not (tmp_path / "vrcnn.png").exists()
