"""`vrcnn featvis`: pictures, a sheet and scores in a folder; what is finished is not lost; one sentence for errors."""

from __future__ import annotations

import io
import json
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image

from vrcnn.cli import BAD_INPUT, main
from vrcnn.errors import UserError
from vrcnn.featurevis.cache import FeatureCache
from vrcnn.featurevis.feature_file import decoded
from vrcnn.featvis import command

NETWORK = """
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential()
model.stem = nn.Sequential(nn.Conv2d(3, 6, 5, stride=2), nn.ReLU())
model.Stem = nn.Conv2d(6, 8, 3)
model.pool = nn.AdaptiveAvgPool2d(1)
model.flatten = nn.Flatten()
model.head = nn.Linear(8, 3)
labels = ["tabby, tabby cat", "dog: a/b", "parrot"]
input_size = (3, 32, 32)
images = "photos"
"""
QUICK = ("--steps", "4")

Run = Callable[..., str]


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder that the commands run in: net.py, photos/ with four pictures, and a cache of its own."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    (tmp_path / "net.py").write_text(NETWORK)
    (tmp_path / "photos").mkdir()
    random = np.random.default_rng(0)
    for number in range(4):
        pixels = np.kron(random.integers(0, 255, (6, 6, 3)), np.ones((8, 8, 1))).astype(np.uint8)
        Image.fromarray(pixels).save(tmp_path / "photos" / f"photo{number}.png")
    return tmp_path


@pytest.fixture
def run(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command on net.py to its good end, and returns what it printed."""

    def run(*words: str) -> str:
        code = main(["featvis", "net.py", *words, *QUICK])
        said = capsys.readouterr()
        assert code == 0, said.err
        return said.out

    return run


@pytest.fixture
def refused(folder: Path, capsys: pytest.CaptureFixture[str]) -> Run:
    """Runs the command on net.py, which must be refused in one sentence, and returns it."""

    def run(*words: str, network: str = "net.py") -> str:
        try:
            code = main(["featvis", network, *words])
        except SystemExit as end:
            code = int(str(end.code))
        said = capsys.readouterr()
        assert code == BAD_INPUT, said.out
        assert "Traceback" not in said.err
        return said.err.removeprefix("vrcnn: ").removesuffix("\n")

    return run


def facts(folder: Path = Path("featvis")) -> dict[str, Any]:
    return json.loads((folder / "featvis.json").read_text())


def made(folder: Path = Path("featvis")) -> list[dict[str, Any]]:
    return [each for layer in facts(folder)["layers"] for each in layer["made"]]


def pictures(folder: Path = Path("featvis")) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.glob("*.png") if path.name != "contact_sheet.png"}


def test_the_folder_holds_pictures_a_sheet_and_the_facts(run: Run) -> None:
    said = run("--layer", "stem.0,head", "--channels", "0-2", "-o", "out", "--preset", "lucent")
    assert said == "6 channels: see out/contact_sheet.png.\n"
    out = Path("out")
    stems = ["stem.0_0", "stem.0_1", "stem.0_2", "head_0_tabby", "head_1_dog-a-b", "head_2_parrot"]
    assert {name.removesuffix(".png").removesuffix("_never-rose") for name in pictures(out)} == set(stems)
    told = facts(out)
    assert told["settings"]["preset"] == "lucent"
    assert told["settings"]["steps"] == 4
    assert told["machine"].keys() >= {"vrcnn", "torch", "python", "device"}
    assert len(told["weights"]) == len(told["structure"]) == 64
    assert told["pictures"]["count"] == 4
    assert told["finished"] is True
    stem, head = told["layers"]
    assert (stem["channels"], stem["spatial"], head["channels"], head["spatial"]) == (6, True, 3, False)
    assert [each["name"] for each in head["made"]] == ["tabby, tabby cat", "dog: a/b", "parrot"]
    for each in made(out):
        assert (out / each["file"]).exists()
        assert each["baseline"]["pictures"] == 4
        span = each["baseline"]["best"] - each["baseline"]["average"]
        assert each["score"] == pytest.approx((each["activation"] - each["baseline"]["average"]) / span)
        assert each["outcome"] in ("risen", "retried", "failed")
        assert ("_never-rose" in each["file"]) == (each["outcome"] == "failed")
    with Image.open(out / stem["made"][0]["file"]) as picture:
        assert picture.size == (32, 32)
    with Image.open(out / "contact_sheet.png") as sheet:
        assert sheet.width > 800


def test_what_is_there_is_taken_over_and_only_the_rest_is_made(run: Run) -> None:
    run("--layer", "stem.0", "--channels", "0,2")
    before = pictures()
    assert run("--layer", "stem.0", "--channels", "0-3").startswith("4 channels, 2 made now")
    assert [each["source"] for each in made()] == ["folder", "made", "folder", "made"]
    assert pictures().items() >= before.items()
    assert run("--layer", "stem.0", "--channels", "0-3", "-o", "elsewhere").startswith("4 channels, 0 made now")
    assert {each["source"] for each in made(Path("elsewhere"))} == {"cache"}
    assert pictures(Path("elsewhere")) == pictures()


def test_other_settings_and_other_weights_take_nothing_over(run: Run, folder: Path) -> None:
    run("--layer", "stem.0", "--channels", "0")
    first = facts()
    run("--layer", "stem.0", "--channels", "0", "--seed", "1")
    assert made()[0]["source"] == "made"
    (folder / "net.py").write_text(NETWORK + "with torch.no_grad():\n    model.head.weight[0, 0] += 1e-3\n")
    run("--layer", "stem.0", "--channels", "0")
    assert made()[0]["source"] == "made"
    assert facts()["weights"] != first["weights"]
    assert facts()["structure"] == first["structure"]


def test_overwrite_makes_anew_and_no_cache_leaves_none(run: Run) -> None:
    run("--layer", "stem.0", "--channels", "0", "--no-cache")
    assert FeatureCache().bytes() == 0
    before = pictures()
    run("--layer", "stem.0", "--channels", "0", "--overwrite")
    assert made()[0]["source"] == "made"
    again = {name: decoded(content) for name, content in pictures().items()}
    for name, content in before.items():
        assert np.array_equal(again[name].visualization.pixels, decoded(content).visualization.pixels), "same seed"
        assert np.array_equal(again[name].values, decoded(content).values)  # type: ignore[arg-type]
    assert FeatureCache().count() == 1
    run("--layer", "stem.0", "--channels", "0", "--no-cache", "-o", "elsewhere")
    assert made(Path("elsewhere"))[0]["source"] == "made"


def test_scores_are_told_by_the_pictures_of_this_run(run: Run, folder: Path) -> None:
    run("--layer", "stem.0", "--channels", "0")
    (before,) = made()
    Image.new("RGB", (40, 40), "white").save(folder / "photos" / "white.png")
    run("--layer", "stem.0", "--channels", "0")
    (after,) = made()
    assert after["source"] == "folder"
    assert after["activation"] == before["activation"]
    assert after["baseline"]["pictures"] == 5
    assert after["score"] != before["score"]
    (content,) = pictures().values()
    assert decoded(content).visualization.score == pytest.approx(after["score"])


def test_the_best_natural_pictures_come_along(run: Run, folder: Path) -> None:
    run("--layer", "stem.0", "--channels", "1", "--best", "3", "--images", "photos")
    (each,) = made()
    values = [best["value"] for best in each["best"]]
    assert len(values) == 3
    assert values == sorted(values, reverse=True)
    assert values[0] == pytest.approx(each["baseline"]["best"])
    for best in each["best"]:
        assert best["picture"].startswith("photo")
        left, top, right, bottom = best["box"]
        with Image.open(Path("featvis") / best["crop"]) as crop:
            assert max(crop.size) <= 128
            assert crop.width / crop.height == pytest.approx((right - left) / (bottom - top), rel=0.2)


def test_all_layers_with_the_channels_that_they_have(run: Run) -> None:
    run("--all", "--channels", "2,7")
    told = {layer["name"]: [each["channel"] for each in layer["made"]] for layer in facts()["layers"]}
    assert told["stem.0"] == [2]
    assert told["Stem"] == [2, 7]
    assert told["head"] == [2]
    assert "input" not in told


@pytest.mark.parametrize(
    ("words", "count"),
    [
        (("--objective", "dream"), 1),
        (("--objective", "direction:0=0.5,3=-1"), 1),
        (("--objective", "pair:2:0.3"), 2),
        (("--objective", "percentile:95"), 2),
        (("--objective", "neuron", "--size", "40x48"), 2),
        (("--variants", "2"), 2),
        (("--start", "photos/photo1.png"), 2),
        (("--preset", "original"), 2),
        (("--preset", "maco"), 2),
    ],
)
def test_every_way_makes_pictures(run: Run, words: tuple[str, ...], count: int) -> None:
    run("--layer", "stem.0", "--channels", "0-1", *words)
    assert len(made()) == len(pictures()) == count
    if "--size" in words:
        (content, *_) = pictures().values()
        assert decoded(content).visualization.pixels.shape == (40, 48, 3)
    if "dream" in words:
        assert next(iter(pictures())).startswith("stem.0_dream")
    assert facts()["start"] == {"--start": "photo1.png", "--preset": facts()["start"]}.get(words[0], "noise")
    run("--layer", "stem.0", "--channels", "0-1", *words)
    assert {each["source"] for each in made()} == {"folder"}


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ((), "Say which layers: --layer NAME[,NAME], or --all; `vrcnn graph` lists them."),
        (("--layer", "sten.0"), 'There is no layer "sten.0" in this network: did you mean stem.0'),
        (("--layer", "stem.0,haed", "--channels", "0"), 'There is no layer "haed" in this network: did you mean head'),
        (("--layer", "stem.0", "--channels", "0-63"), "Layer stem.0 has 6 channels, 0 to 5: there is no channel 63."),
        (("--layer", "head", "--channels", "3"), "Layer head has 3 channels, 0 to 2: there is no channel 3."),
        (("--layer", "stem.0", "--objective", "pair:6"), "Layer stem.0 has 6 channels, 0 to 5: there is no channel 6."),
        (("--all", "--channels", "100"), "No layer of net has the channels that are wanted."),
        (("--layer", "stem.0", "--channels", "5-3"), '--channels: "5-3" is no range of channels: give 5, 0-63'),
        (("--layer", "stem.0", "--channels", "a"), '--channels: "a" is no range of channels'),
        (("--layer", "stem.0", "--size", "3"), '--size: "3" is no size: give a side such as 224'),
        (("--layer", "stem.0", "--steps", "0"), '--steps: "0" is no number from 1 to 100,000'),
        (("--layer", "stem.0", "--objective", "joy"), '--objective: "joy" is no objective: give channel, neuron'),
        (
            ("--layer", "stem.0", "--objective", "pair"),
            '--objective: "pair" is no objective: give percentile:90, pair:17',
        ),
        (("--layer", "stem.0", "--start", "none.png"), "There is no file none.png: give a picture with --start."),
        (
            ("--layer", "stem.0", "-o", "net.py/out"),
            "Nothing can be written into the folder net.py/out (Not a",
        ),
    ],
)
def test_what_is_wrong_is_said_in_one_sentence(refused: Run, words: tuple[str, ...], sentence: str) -> None:
    said = refused(*words)
    assert said.startswith(sentence)
    assert "\n" not in said
    assert not pictures()


def test_several_unknown_layers_get_a_sentence_each(refused: Run) -> None:
    said = refused("--layer", "sten.0,haed").splitlines()
    assert [line.strip().split(" in ")[0] for line in said] == [
        'There is no layer "sten.0"',
        'There is no layer "haed"',
    ]


CUT = """
class Cut(nn.Module):
    def forward(self, x):
        return x.detach()
""" + NETWORK.replace("model.pool", "model.cut = Cut()\nmodel.pool", 1)
CUT = "from torch import nn\n" + CUT


def test_a_network_that_cannot_be_differentiated_is_told_with_its_operation(refused: Run, folder: Path) -> None:
    (folder / "cut.py").write_text(CUT)
    said = refused("--layer", "head", network="cut.py")
    assert "detach" in said
    assert "head" in said


def test_other_layers_go_on_where_one_cannot_be_used(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "cut.py").write_text(CUT)
    words = ["featvis", "cut.py", "--channels", "0", *QUICK]
    assert main([*words, "--layer", "stem.0,head"]) == BAD_INPUT
    assert "detach" in capsys.readouterr().err
    assert [each["file"].split("_")[0] for each in made()] == ["stem.0"]
    assert "detach" in facts()["layers"][1]["error"]
    assert main([*words, "--all"]) == 0, "nobody has named that one"


def test_a_full_disk_ends_the_cache_and_not_the_run(
    run: Run, folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    run("--layer", "stem.0", "--channels", "0")
    kept = {path: path.read_bytes() for path in FeatureCache().folder.rglob("*.png")}
    original = Path.open

    class Full(io.FileIO):
        def write(self, content: object) -> int:
            raise OSError(28, "No space left on device")

    def full(path: Path, mode: str = "r", **keywords: object) -> object:
        in_cache = path.suffix == ".part" and (folder / "cache") in path.parents
        return Full(path, mode) if in_cache else original(path, mode, **keywords)  # type: ignore[call-overload]

    monkeypatch.setattr(Path, "open", full)
    assert main(["featvis", "net.py", "--layer", "stem.0", "--channels", "0-4", *QUICK]) == 0
    said = capsys.readouterr().err
    assert said.count("Visualizations go on, but are not kept for later: Cannot save") == 1
    assert "the disk is full: make room" in said
    assert [each["source"] for each in made()] == ["folder"] + ["made"] * 4
    monkeypatch.undo()
    assert {path: path.read_bytes() for path in (folder / "cache").rglob("*") if path.is_file()} == kept


def test_a_full_disk_below_the_folder_is_an_error(refused: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(path: Path, write: object) -> Path:
        raise UserError(f"Cannot save {path}: the disk is full: make room, or choose another folder.")

    monkeypatch.setattr("vrcnn.featvis.made_files.write_whole", full)
    monkeypatch.setattr(command, "write_whole", full)
    assert "the disk is full" in refused("--layer", "stem.0", "--channels", "0", *QUICK)


@pytest.mark.skipif(not Path("/proc/self/status").exists(), reason="nobody tells when the process can be interrupted")
@pytest.mark.timeout(600)
def test_after_ctrl_c_it_goes_on_where_it_was(run: Run) -> None:
    words = ["--layer", "stem.0", "--no-cache", "--channels"]
    run(*words, "0-1")
    before = pictures()
    assert len(before) == 2
    command = [sys.executable, "-m", "vrcnn", "featvis", "net.py", *words, "0-5", *QUICK]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        patience = time.monotonic() + 200
        while not _handles_interrupts(process.pid) and time.monotonic() < patience:
            time.sleep(0.005)
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=200)[1]
    assert process.returncode == 130, said
    assert "the same command goes on from here" in said
    assert facts()["finished"] is False
    after = pictures()
    assert after.items() >= before.items(), "what was finished is there as it was"
    assert len(after) < 6
    run(*words, "0-5")
    assert [each["source"] for each in made()][:2] == ["folder"] * 2
    assert pictures().items() >= after.items()
    assert len(made()) == 6


def _handles_interrupts(pid: int) -> bool:
    """Whether the process waits for SIGINT by itself (vrcnn/interrupting.py blocks it)."""
    status = Path(f"/proc/{pid}/status").read_text()
    blocked = next(line.split()[1] for line in status.splitlines() if line.startswith("SigBlk"))
    return bool(int(blocked, 16) & 1 << (signal.SIGINT - 1))


def test_pages_that_a_shorter_sheet_does_not_need_any_more_are_deleted(run: Run, folder: Path) -> None:
    (folder / "featvis").mkdir()
    for name in ("contact_sheet-2.png", "contact_sheet-3.png", "mine.png"):
        (folder / "featvis" / name).write_bytes(b"")
    run("--layer", "stem.0", "--channels", "0")
    names = {path.name for path in (folder / "featvis").iterdir()}
    assert not names & {"contact_sheet-2.png", "contact_sheet-3.png"}
    assert "mine.png" in names


@pytest.mark.slow
def test_the_demos_classes_are_pictured_by_their_names(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    words = [
        "featvis",
        "--layer",
        "classifier,blocks.4.depthwise",
        "--channels",
        "8,85",
        "--steps",
        "20",
        "--best",
        "2",
    ]
    assert main(words) == 0
    assert {name.split(".png")[0].removesuffix("_never-rose") for name in pictures()} == {
        "classifier_008_hen",
        "classifier_085_quail",
        "blocks.4.depthwise_008",
        "blocks.4.depthwise_085",
    }
    scores = {each["file"]: each["score"] for each in made()}
    assert scores["classifier_008_hen.png"] > 0.5
    assert all(len(each["best"]) == 2 for each in made())
