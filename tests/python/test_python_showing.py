"""Networks and recordings that a program shows: in pictures, in the window, on machines without a screen."""

import importlib
import json
import os
import subprocess
import sys
import threading
from pathlib import Path

import numpy as np
import pytest
import torch
from before_the_screen import write_network
from PIL import Image
from programs import Classifier, Volumes, picture, same
from torch import nn

import vrcnn
from vrcnn.cli import main
from vrcnn.errors import UserError
from vrcnn.network.source import LoadOptions, load

torch.set_num_threads(1)
SMALL = (160, 100)


def state_of(network: nn.Module):
    return (
        {name: tensor.clone() for name, tensor in network.state_dict().items()},
        [module.training for module in network.modules()],
        [each.requires_grad for each in network.parameters()],
        torch.get_rng_state(),
        [sorted(vars(module)) for module in network.modules()],
    )


@pytest.mark.gl
def test_a_module_is_drawn_as_its_file_is(tmp_path):
    path = write_network(tmp_path)
    assert main(["render", str(path), "--size", "160x100", "--at", "first", "-o", str(tmp_path / "a.png")]) == 0
    source = load(str(path), LoadOptions())
    image = vrcnn.render(
        source.module, tmp_path / "pictures", source.labels, input_size=(3, 16, 16), size=SMALL, at="first"
    )
    with Image.open(tmp_path / "a.png") as drawn:
        assert np.array_equal(np.asarray(drawn), np.asarray(image))
    assert image._repr_png_(), "which is how a notebook shows it"


@pytest.mark.gl
def test_the_module_is_left_exactly_as_it_was():
    network, other = Classifier().train(), Classifier()
    before = state_of(network)
    images = [np.full((20, 20, 3), value, np.uint8) for value in (40, 200)]
    image = vrcnn.render([network, other], images, input_size=12, size=SMALL, theme="light", layout="stack")
    assert image.size == SMALL
    assert same(before, state_of(network))


@pytest.mark.gl
def test_recorded_passes_are_drawn_the_same_from_memory_and_from_their_file(tmp_path):
    network = Volumes().eval()
    with vrcnn.watch(network, title="Patches") as watched, torch.no_grad():
        for start in range(2):
            network(picture(1, 1, 8, 8, 8) + start)
    file = watched.save(tmp_path / "run.vrcnn")
    there = watched.render(0, size=SMALL, at="up")
    assert main(["render", str(file), "--size", "160x100", "--at", "up", "-o", str(tmp_path / "a.png")]) == 0
    with Image.open(tmp_path / "a.png") as drawn:
        assert np.array_equal(np.asarray(drawn), np.asarray(there))
    assert np.asarray(vrcnn.render(file, size=SMALL)).std() > 1
    second = watched.render("pass 2", size=SMALL, at="up")
    assert not np.array_equal(np.asarray(second), np.asarray(there))


WITH_A_SCREEN = """
import sys, threading, time, torch, vrcnn
from torch import nn
import vrcnn.desktop.window as desktop
import glfw

network = nn.Sequential(nn.Conv2d(3, 4, 3), nn.BatchNorm2d(4), nn.ReLU()).train()
before = {name: tensor.clone() for name, tensor in network.state_dict().items()}
polls, poll = [], desktop.Window.poll

def counting(window):
    polls.append(window)
    if len(polls) % 3 == 0:
        glfw.set_window_should_close(window.handle, True)
    poll(window)

desktop.Window.poll = counting
images = [torch.rand(3, 16, 16)]
vrcnn.show(network, images, input_size=16, display="desktop", keep=False)
with vrcnn.watch(network, title="Watched") as watched:
    network(torch.rand(1, 3, 16, 16))
threads = threading.active_count()
watched.show(display="desktop", keep=False)
watched.save(sys.argv[1])
after = network.state_dict()
print(len({id(window) for window in polls}), len(polls) >= 6, network.training, threading.active_count() == threads)
print(torch.equal(before["0.weight"], after["0.weight"]), int(after["1.num_batches_tracked"]))
"""


def test_the_window_opens_on_modules_and_recordings_and_the_program_goes_on(tmp_path, display):
    file = tmp_path / "run.vrcnn"
    environment = os.environ | {"XR_RUNTIME_JSON": str(tmp_path / "none.json")}
    ran = subprocess.run(
        [sys.executable, "-c", WITH_A_SCREEN, file], env=environment, capture_output=True, text=True, timeout=120
    )
    assert ran.stdout.splitlines() == ["2 True True True", "True 1"], ran.stderr
    assert file.exists()


def test_several_networks_have_the_names_that_they_are_given():
    from vrcnn.python.given import sources_of

    first, second = Classifier(), Classifier()
    said = {"images": [picture(3, 12, 12)], "input_size": 12, "labels": ["a", "b", "c", "d"]}
    named = sources_of({"before": first, "after": second}, said, "vrcnn.show")
    assert [(source.name, source.module) for source in named] == [("before", first), ("after", second)]
    assert [source.name for source in sources_of([first, second], said, "vrcnn.show")] == [
        "Classifier (1)",
        "Classifier (2)",
    ]
    assert named[0].labels == ("a", "b", "c", "d")
    assert len({source.pictures for source in named}) == 1


@pytest.mark.parametrize(
    ("call", "words"),
    [
        (lambda: vrcnn.show("no_such.py"), "There is no file no_such.py"),
        (lambda: vrcnn.show(3), "vrcnn.show was given a int instead of a network"),
        (lambda: vrcnn.show([]), "vrcnn.show was given no network"),
        (lambda: vrcnn.show(Classifier(), labels=3), "`labels` in vrcnn.show"),
        (lambda: vrcnn.show(Classifier(), display="wall"), "no display 'wall': choose one of auto, desktop, vr"),
        (lambda: vrcnn.render(Classifier(), theme="pink"), "no theme 'pink': choose one of dark, light"),
        (lambda: vrcnn.render(Classifier(), range="no"), '"no" is no range'),
        (lambda: vrcnn.render(Classifier(), size=(0, 9)), "size=(0, 9) is no size"),
        (lambda: vrcnn.render(Classifier(), size=300), "size=300 is no size"),
        (lambda: vrcnn.render(Classifier(), at="a", view="path"), "all say where the eyes are"),
        (lambda: vrcnn.render("timm:resnet18", labels=["a"]), "vrcnn.render was given labels= for a file"),
        (lambda: vrcnn.render(Classifier(), image="none.png"), "There is no picture none.png"),
        (lambda: vrcnn.render("none.vrcnn"), "There is no file none.vrcnn"),
        (lambda: vrcnn.capture(Classifier(), picture(1, 4, 8, 8)), "stem.0 (Conv2d) failed"),
        (lambda: vrcnn.capture(3, 3), "vrcnn.capture was given a int"),
        (lambda: vrcnn.watch(Classifier()).show(), "No pass was seen"),
    ],
)
def test_whatever_is_wrong_is_one_sentence(call, words):
    with pytest.raises(UserError) as raised:
        call()
    assert words in str(raised.value)


def test_a_window_is_for_the_main_thread():
    found = []

    def work():
        try:
            vrcnn.show(Classifier(), [picture(3, 12, 12)], input_size=12)
        except UserError as error:
            found.append(str(error))

    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert found == ["A window can be opened on the main thread alone: call vrcnn.show there, or vrcnn.render."]


def test_a_capture_has_the_graph_and_exact_numbers_of_the_whole_batch():
    network = Classifier().train()
    vrcnn.label(network.head, ["cat", "dog", "parrot", "fox"])
    before, seen = state_of(network), {}
    captured = vrcnn.capture(network, picture(3, 3, 12, 12), detail="all")
    assert same(before, state_of(network))
    network.eval()
    for name, module in network.named_modules():
        module.register_forward_hook(lambda _, __, output, name=name: seen.update({name: output.detach().clone()}))
    network(picture(3, 3, 12, 12))
    for name in ("body.0", "body.1", "head"):
        assert np.array_equal(captured.activations[name], seen[name].numpy())
    assert np.array_equal(captured.output, seen["head"].numpy())
    assert captured.axes["head"] == "NF"
    assert captured.channels == {"head": ("cat", "dog", "parrot", "fox")}
    assert captured.node("head").parameters == 36
    assert [node["name"] for node in json.loads(captured.to_json())["nodes"]] == [
        node.name for node in captured.graph.nodes
    ]
    chosen = vrcnn.capture(network, {"x": picture(1, 3, 12, 12)}, layers=["body.0"])
    assert [*chosen.activations] == ["body.0"]
    with pytest.raises(UserError, match='no layer "nose"'):
        vrcnn.capture(network, picture(1, 3, 12, 12), layers=["nose"])


def test_opening_a_recording_needs_no_network_and_says_so_where_it_would(tmp_path, capsys):
    network = Classifier().eval()
    with vrcnn.watch(network) as watched:
        network(picture(1, 3, 12, 12))
    file = str(watched.save(tmp_path / "run.vrcnn"))
    for command in (["graph", file], ["check", file], ["featvis", file, "--all"]):
        assert main(command) == 2
        assert f"{file} is a recording, which has no network: `vrcnn open {file}`" in capsys.readouterr().err
    assert main(["render", file, "--weights", file]) == 2
    assert "--weights is for a network" in capsys.readouterr().err
    assert main(["render", file, file]) == 2
    assert "A recording is shown by itself" in capsys.readouterr().err
    assert main(["open", str(Path(file).with_name("none"))]) == 2
    assert "There is no file" in capsys.readouterr().err


def test_what_is_offered_is_listed_and_packages_that_can_be_called_stay_packages():
    assert set(vrcnn.__all__) <= set(dir(vrcnn))
    context = importlib.import_module("vrcnn.render.context")
    assert callable(vrcnn.render)
    assert vrcnn.render.context is context
    with pytest.raises(AttributeError, match="has no attribute 'nothing'"):
        vrcnn.nothing  # noqa: B018
