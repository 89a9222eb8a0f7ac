"""Whatever is wrong with an input ends in one sentence that says what, where and what to do, and with exit code 2."""

from __future__ import annotations

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
import torch
from PIL import Image
from torch import nn

from vrcnn.cli import BAD_INPUT, main

Refused = Callable[..., str]
NETWORK = """
from torch import nn
model = nn.Sequential(nn.Conv2d(3, 4, 3), nn.ReLU(), nn.AdaptiveAvgPool2d(1), nn.Flatten(), nn.Linear(4, 3))
input_size = (3, 16, 16)
images = "photos"
"""
UNEQUAL = """
from torch import nn


class Sum(nn.Module):
    def forward(self, x):
        return x + x.mean(3)  # one axis less


class Net(nn.Module):
    def __init__(self):
        super().__init__()
        self.body = nn.Sequential(nn.Conv2d(3, 4, 3), Sum())

    def forward(self, x):
        return self.body(x)


model = Net()
input_size = (3, 16, 16)
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the commands run in: net.py, a network of five layers, and photos/ with one picture."""
    monkeypatch.chdir(tmp_path)
    (tmp_path / "net.py").write_text(NETWORK)
    (tmp_path / "photos").mkdir()
    Image.new("RGB", (20, 20), "orange").save(tmp_path / "photos" / "orange.png")
    return tmp_path


@pytest.fixture
def refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> Refused:
    """Runs a command that must be refused in one line, and returns that line without "vrcnn: "."""

    def run(*words: str) -> str:
        assert exit_code(*words) == BAD_INPUT
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err.startswith("vrcnn: ")
        assert said.err.endswith("\n")
        assert "Traceback" not in said.err
        assert not list(folder.glob("*.png")), "nothing half-done is left behind"
        return said.err.removeprefix("vrcnn: ").removesuffix("\n")

    return run


def exit_code(*words: str) -> int:
    """What the command ends with; argparse leaves by SystemExit."""
    try:
        return main(words)
    except SystemExit as end:
        return int(str(end.code))


def in_a_process(*words: str, **environment: str | None) -> subprocess.CompletedProcess[str]:
    """The command in a fresh process, with these environment variables set, or unset where None."""
    variables = {name: value for name, value in (dict(os.environ) | environment).items() if value is not None}
    return subprocess.run(
        [sys.executable, "-m", "vrcnn", *words], env=variables, capture_output=True, text=True, timeout=60
    )


@pytest.mark.parametrize("command", ["run", "render", "check", "graph"])
def test_a_file_that_is_not_there(refused: Refused, command: str) -> None:
    assert refused(command, "nowhere.py") == (
        "There is no file nowhere.py: give the path of a Python file with your network."
    )


def test_a_file_without_a_network_names_what_is_looked_for(refused: Refused, folder: Path) -> None:
    (folder / "empty.py").write_text("x = 1\n")
    said = refused("render", "empty.py")
    assert "There is no network in" in said
    assert "empty.py" in said
    assert "`model`" in said
    assert "`build_model()`" in said


def test_several_networks_are_listed_and_model_picks_one(refused: Refused, folder: Path) -> None:
    (folder / "two.py").write_text(
        NETWORK.replace("model =", "first =") + "second = nn.Sequential(nn.Conv2d(3, 4, 99))"
    )
    assert "several networks (first, second): choose one with --model NAME" in refused("render", "two.py")
    assert "has no `third`: --model may name first, second" in refused("render", "two.py", "--model", "third")
    assert "Calculated padded input size" in refused("render", "two.py", "--model", "second"), "the second was picked"


def test_an_error_while_importing_is_told_with_its_own_line(refused: Refused, folder: Path) -> None:
    (folder / "bad.py").write_text("import torch\n\nx = 1 / 0\n")
    assert (
        refused("render", "bad.py")
        == "Error while importing bad.py, in bad.py, line 3: ZeroDivisionError: division by zero"
    )
    (folder / "typo.py").write_text("def f(:\n")
    assert "typo.py, line 1: SyntaxError" in refused("render", "typo.py")


def test_weights_that_do_not_fit_name_the_first_keys(refused: Refused, folder: Path) -> None:
    torch.save(nn.Sequential(nn.Conv2d(3, 4, 3), nn.Conv2d(4, 4, 1)).state_dict(), folder / "other.pth")
    said = refused("render", "net.py", "--weights", "other.pth")
    assert "The weights of other.pth do not fit" in said
    assert "the file lacks 4.weight, 4.bias" in said
    assert "the network has no 1.weight, 1.bias" in said


def test_weights_that_are_no_weights(refused: Refused, folder: Path) -> None:
    assert refused("render", "net.py", "--weights", "none.pth") == "There is no file of weights none.pth."
    (folder / "text.pth").write_text("not weights")
    assert "is not a file of PyTorch weights, or it is broken" in refused("render", "net.py", "--weights", "text.pth")
    torch.save(nn.Conv2d(1, 1, 1), folder / "module.pth")
    assert "could run code, so it is not opened" in refused("render", "net.py", "--weights", "module.pth")
    assert "holds weights, not a network" in refused("render", "text.pth")


def test_a_forward_that_fails_names_the_layer_the_shapes_and_the_way_out(refused: Refused, folder: Path) -> None:
    (folder / "wide.py").write_text(NETWORK.replace("nn.Linear(4, 3)", "nn.Linear(64, 3)"))
    said = refused("render", "wide.py")
    assert said.startswith("4 (Linear) failed on an input of shape (1, 4): ")
    assert "mat1 and mat2 shapes cannot be multiplied" in said
    assert "\n  The network was called with (1, 3, 16, 16).\n" in said
    assert "input_size" in said
    assert "--input-size" in said


@pytest.mark.parametrize("command", ["check", "graph"])
def test_a_forward_that_fails_on_an_operation_names_the_module_the_shapes_and_the_line(
    refused: Refused, folder: Path, command: str
) -> None:
    (folder / "unequal.py").write_text(UNEQUAL)
    said = refused(command, "unequal.py").splitlines()
    assert said[0].startswith("body.1.add (add) failed on inputs of shapes (1, 4, 14, 14), (1, 4, 14): The size of")
    assert said[1] == f"  {folder / 'unequal.py'}:7: return x + x.mean(3)  # one axis less"
    assert said[2] == "  The network was called with (1, 3, 16, 16)."


@pytest.mark.parametrize("command", ["check", "graph"])
def test_a_forward_that_raises_names_its_module_and_line(refused: Refused, folder: Path, command: str) -> None:
    (folder / "square.py").write_text(UNEQUAL.replace("return x + x.mean(3)", "raise ValueError('not square')"))
    said = refused(command, "square.py").splitlines()
    assert said[0] == "body.1 (Sum) failed: ValueError: not square."
    assert said[1].startswith(f"  {folder / 'square.py'}:7: raise ValueError")


def test_folders_without_pictures(refused: Refused, folder: Path) -> None:
    (folder / "bare").mkdir()
    assert "There is no folder nix" in refused("render", "net.py", "--images", "nix")
    assert "There is no picture in bare" in refused("render", "net.py", "--images", "bare")


@pytest.mark.gl
def test_broken_pictures_are_counted_and_the_rest_is_shown(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    whole = (folder / "photos" / "orange.png").read_bytes()
    (folder / "photos" / "a-cut.png").write_bytes(whole[: len(whole) // 2])
    (folder / "photos" / "b-text.jpg").write_text("hello")
    assert exit_code("render", "net.py", "--size", "64x40", "-o", "seen.png") == 0
    said = capsys.readouterr()
    assert said.out == "Rendered seen.png.\n"
    assert said.err.startswith("Note: 2 pictures could not be shown. ")
    assert "a-cut.png is" in said.err
    assert "b-text.jpg is not a picture that Pillow can read" in said.err
    assert Image.open("seen.png").size == (64, 40)


@pytest.mark.gl
def test_pictures_that_are_all_broken(refused: Refused, folder: Path) -> None:
    (folder / "photos" / "orange.png").write_text("no more")
    assert refused("render", "net.py").startswith("orange.png is not a picture that Pillow can read.")


@pytest.mark.gl
def test_a_picture_of_one_pixel_is_a_picture(folder: Path) -> None:
    Image.new("CMYK", (1, 1)).save(folder / "dot.jpg")
    assert exit_code("render", "net.py", "--size", "64x40", "--image", "dot.jpg") == 0


@pytest.mark.gl
def test_the_image_that_is_asked_for_must_be_one(refused: Refused, folder: Path) -> None:
    assert refused("render", "net.py", "--image", "nix.png") == (
        "There is no picture nix.png: give a picture's file to --image."
    )
    (folder / "text.jpg").write_text("hello")
    assert refused("render", "net.py", "--image", "text.jpg").startswith(
        "text.jpg is not a picture that Pillow can read."
    )
    (folder / "mlp.py").write_text("import torch\nmodel = torch.nn.Linear(4, 2)\nexample_input = torch.zeros(1, 4)\n")
    assert "mlp reads no picture" in refused("render", "mlp.py", "--image", "photos/orange.png")


def test_an_unknown_layer_offers_those_with_near_names(refused: Refused, folder: Path) -> None:
    (folder / "named.py").write_text(
        "from collections import OrderedDict\n"
        + NETWORK.replace("nn.Conv2d(3, 4, 3), nn.ReLU()", "nn.Sequential(OrderedDict(stem=nn.Conv2d(3, 4, 3)))")
    )
    said = refused("render", "named.py", "--at", "0.stam")
    assert said.startswith('There is no layer "0.stam" in this network: did you mean 0.stem')


@pytest.mark.parametrize("camera", ["here", "1,2,3", "1,2,3,4,five", "0,nan,0,0,0", "0,0,0,inf,0"])
def test_a_camera_that_is_no_place(refused: Refused, camera: str) -> None:
    assert refused("render", "net.py", "--camera", camera).startswith(f'--camera "{camera}" is not a place: give five')


@pytest.mark.parametrize("size", ["big", "0x100", "100", "100x99999", "-1x3"])
def test_a_size_that_is_none(refused: Refused, size: str) -> None:
    assert f'"{size}" is no size: give width and height in pixels, each from 1 to 16384' in refused(
        "render", "net.py", f"--size={size}"
    )


@pytest.mark.parametrize("size", ["0", "3x", "1x2x3x4", "x"])
def test_an_input_size_that_is_none(refused: Refused, size: str) -> None:
    assert f'"{size}" is no input size: give 224, 224x320 or 3x224x320' in refused(
        "run", "net.py", "--input-size", size
    )


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("nowhere/out.png", "there is no such folder: make it first"),
        ("photos", "let the name end in .png"),
        ("out.jpg", "let the name end in .png"),
        ("net.py/out.png", "part of that path is a file, not a folder"),
    ],
)
def test_a_picture_that_cannot_be_saved_is_told_before_anything_is_loaded(
    refused: Refused, output: str, reason: str
) -> None:
    said = refused("render", "nowhere.py", "-o", output)
    assert said.startswith(f"Cannot save {output}: ")
    assert reason in said


@pytest.mark.parametrize(
    ("output", "reason"),
    [
        ("nowhere/graph.json", "there is no such folder: make it first"),
        ("photos", "that is a folder; name a file in it"),
        ("net.py/graph.json", "part of that path is a file, not a folder"),
    ],
)
def test_a_graph_that_cannot_be_written_is_told_before_anything_is_loaded(
    refused: Refused, output: str, reason: str
) -> None:
    said = refused("graph", "nowhere.py", "--json", "-o", output)
    assert said.startswith(f"Cannot save {output}: ")
    assert reason in said


@pytest.mark.parametrize("command", ["run", "render"])
@pytest.mark.parametrize("size", ["lots", "0", "-4G", "4 X", "", "0.1"])
def test_an_amount_of_memory_that_is_none(refused: Refused, command: str, size: str) -> None:
    said = refused(command, "net.py", f"--memory={size}")
    assert f'--memory: "{size}" is no amount of memory: give one such as 4G, 1.5G or 500M' in said


@pytest.mark.parametrize(
    ("text", "size"),
    [("4G", 4 << 30), ("1.5g", 3 << 29), ("500M", 500 << 20), ("64 MiB", 64 << 20), ("12kb", 12 << 10), ("7", 7)],
)
def test_amounts_of_memory_as_people_write_them(text: str, size: int) -> None:
    from vrcnn.cli import _parser

    assert _parser().parse_args(["run", "--memory", text]).memory == size


def test_devices_that_are_not_there(refused: Refused) -> None:
    for device in ("nonsense", "meta"):
        said = refused("render", "net.py", "--device", device)
        assert said.startswith(f"The device '{device}' cannot be used (")
        assert said.endswith("): try --device cpu.")
    if not torch.cuda.is_available():
        said = refused("render", "net.py", "--device", "cuda")
        assert said.startswith("The device 'cuda' cannot be used (")
        assert said.endswith("): try --device cpu.")


def test_networks_of_packages_that_are_not_there(
    refused: Refused, folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "timm", None)
    assert refused("render", "timm:resnet50") == "timm is not installed: install it with `pip install timm`."
    assert "There is no Python module nix.mod" in refused("render", "nix.mod:make")
    assert "names no network: give a Python file (model.py)" in refused("render", "resnet50")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "required: COMMAND"),
        (["walk"], "invalid choice: 'walk'"),
        (["run", "--desktop", "--vr"], "not allowed with"),
        (["run", "--detail", "some"], "--detail: invalid choice: 'some' (choose from"),
        (["render", "--detail", "some"], "--detail: invalid choice: 'some' (choose from"),
        (["graph", "--detail", "some"], "--detail: invalid choice: 'some' (choose from"),
        (["graph", "--fold", "maybe"], "--fold: invalid choice: 'maybe' (choose from"),
        (["graph", "--json", "--dot"], "--dot: not allowed with argument --json"),
        (["graph", "-o"], "-o/--output: expected one argument"),
        (["check", "--detail", "all"], "unrecognized arguments: --detail"),
        (["check", "a.py", "b.py"], "unrecognized arguments: b.py"),
        (["bench", "nix"], "There is no benchmark 'nix'"),
    ],
)
def test_a_mistyped_command_line(refused: Refused, words: list[str], said: str) -> None:
    assert said in refused(*words)


def test_with_debug_the_traceback_comes_before_the_sentence(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert exit_code("render", "nowhere.py", "--debug") == BAD_INPUT
    said = capsys.readouterr().err
    assert said.startswith("Traceback (most recent call last):")
    assert said.splitlines()[-1].startswith("vrcnn: There is no file nowhere.py")


def test_what_should_never_happen_is_told_without_a_traceback_too(
    folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*_: object) -> None:
        raise RuntimeError("the moon fell down")

    monkeypatch.setattr("vrcnn.tour_networks.load_together", broken)
    assert exit_code("render", "net.py") == 1
    said = capsys.readouterr().err
    assert said.startswith("vrcnn: something broke that should not have: RuntimeError: the moon fell down")
    assert said.count("\n") == 1
    with pytest.raises(RuntimeError, match="the moon"):
        main(["render", "net.py", "--debug"])


@pytest.mark.gl
def test_without_opengl_4_3_the_command_says_what_there_is(folder: Path) -> None:
    done = in_a_process("render", "net.py", MESA_GL_VERSION_OVERRIDE="3.3")
    assert done.returncode == BAD_INPUT
    assert done.stderr.startswith("vrcnn: ")
    assert "OpenGL 4.3" in done.stderr
    assert done.stderr.count("\n") == 1


@pytest.mark.gl
def test_vr_without_a_runtime_says_how_to_get_one(folder: Path, display: str) -> None:
    done = in_a_process("run", "net.py", "--vr", XR_RUNTIME_JSON=str(folder / "none.json"))
    assert done.returncode == BAD_INPUT, done.stderr
    assert done.stderr.startswith("vrcnn: No OpenXR runtime is set up: install one")
    assert done.stderr.count("\n") == 1


def test_vr_without_a_screen_says_that_it_needs_one(folder: Path) -> None:
    done = in_a_process("run", "net.py", "--vr", DISPLAY=None, WAYLAND_DISPLAY=None)
    assert done.returncode == BAD_INPUT
    assert done.stderr.startswith("vrcnn: There is no screen to open a window on")
    assert not (folder / "vrcnn.png").exists()


@pytest.mark.gl
def test_with_neither_screen_nor_headset_the_opening_view_is_rendered(folder: Path) -> None:
    done = in_a_process("run", "net.py", DISPLAY=None, WAYLAND_DISPLAY=None)
    assert done.returncode == 0, done.stderr
    assert done.stdout == (
        "There is neither a headset nor a screen here: the opening view was rendered to vrcnn.png.\n"
    )
    with Image.open(folder / "vrcnn.png") as picture:
        assert picture.size == (1600, 1000)
        assert len(picture.getcolors(1 << 20) or []) > 1000, "there is something to see"


def test_a_console_without_special_signs_gets_question_marks(folder: Path) -> None:
    (folder / "sign.py").write_text("raise ValueError('3 × 3 ✓')\n", encoding="utf-8")
    done = in_a_process("render", "sign.py", PYTHONIOENCODING="ascii")
    assert done.returncode == BAD_INPUT
    assert "ValueError: 3 ? 3 ?" in done.stderr
