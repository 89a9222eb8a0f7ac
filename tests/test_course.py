"""A walk through the checkpoints of a training: maps, answers and visualizations are those of the weights shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import torch
from showing import NETWORK, Album, Show, shows

from vrcnn.app import RunOptions, exhibit_of
from vrcnn.cli import BAD_INPUT, main
from vrcnn.engine.checkpoint_inquiry import Course
from vrcnn.errors import UserError
from vrcnn.export.session_files import SessionKeeper
from vrcnn.network.source import LoadOptions, load
from vrcnn.render.context import standalone_context
from vrcnn.retracing import Retracing
from vrcnn.scene.feature_intents import TurnAllWalls, VisualizeAll
from vrcnn.scene.geometry import Pose
from vrcnn.scene.training_intents import ChooseCheckpoint, PlayTraining, StepCheckpoint
from vrcnn.scene.world_panels import INSPECT, WorldPanel
from vrcnn.training import Checkpoints

STEPS = 4
SMALL = NETWORK.replace("12", "6").replace("40", "8").replace("20", "6")  # as each channel is visualized


def trained(source, folder: Path) -> list[dict[str, torch.Tensor]]:
    """Leaves checkpoints whose weights become larger; returns what the first layer was."""
    keep, had = Checkpoints(folder, source.module, every=10), []
    for step in range(STEPS):
        had.append({name: tensor.clone() for name, tensor in source.module.state_dict().items()})
        keep(10 * step, loss=1.0 / (1 + step))
        with torch.no_grad():
            for parameter in source.module.parameters():
                parameter.mul_(1.5)
    return had


@pytest.fixture
def walked(tmp_path: Path, monkeypatch) -> Iterator[tuple[Show, list[dict[str, torch.Tensor]]]]:
    monkeypatch.setenv("VRCNN_CACHE", str(tmp_path / "cache"))
    with shows(tmp_path, standalone_context()) as show:
        shown = show(Album(["navy", "red"]), SMALL)
        shown.settle()
        source = shown.exhibit.displays[0].worker._source
        had = trained(source, tmp_path / "run")
        course = Course(tmp_path / "run", source.module)
        course.begin("0")
        shown.exhibit.retracing = Retracing(shown.exhibit, course)
        shown.exhibit.place(0)
        shown.settle()
        yield shown, had


def test_maps_and_words_follow_the_checkpoint(walked) -> None:
    shown, had = walked
    training = shown.world.training
    assert training is not None
    assert [moment.step for moment in training.moments] == [0, 10, 20, 30]
    assert training.shown == 0
    before = [score.probability for score in shown.world.hall.scores]
    shown.exhibit.step([ChooseCheckpoint(2)], 0.01)
    assert training.aim == 2
    shown.settle()
    assert (training.shown, training.wanted) == (2, None)
    module = shown.exhibit.displays[0].worker._source.module
    assert torch.equal(module.state_dict()["2.weight"], had[2]["2.weight"])
    with torch.no_grad():
        worker = shown.exhibit.displays[0].worker
        arguments, _ = worker._source.inputs_of(worker._shelf[0])
        answer = module.eval()(*arguments).softmax(1)[0]
    now = {score.index: score.probability for score in shown.world.hall.scores}
    assert now == pytest.approx({index: float(answer[index]) for index in now}, abs=1e-5)
    assert [score.probability for score in shown.world.hall.scores] != before
    assert shown.world.hall.job.running is False


def test_what_is_inspected_is_of_the_weights_that_are_shown(walked) -> None:
    shown, had = walked
    hall = shown.world.hall
    tensor = hall.tensor_of(next(node.index for node in hall.graph.nodes if node.name == "2"))
    shown.world.panels.open["numbers"] = WorldPanel(INSPECT, Pose(), 1.0, 1.0, wall="2", page="Kernels")
    for number in (0, 3):
        shown.exhibit.step([ChooseCheckpoint(number)], 0.01)
        shown.settle()
        shown.settle()  # the end of the picture has set off the question
        kernels = hall.inspection.kernels(tensor)
        assert kernels is not None
        assert torch.equal(torch.from_numpy(kernels.blocks), had[number]["2.weight"])


def test_the_last_that_is_asked_for_is_shown_and_none_beyond_the_ends(walked) -> None:
    shown, _ = walked
    for step in (1, 1, 1, 1, 1):
        shown.exhibit.step([StepCheckpoint(step)], 0.01)
    shown.settle()
    assert shown.world.training.shown == STEPS - 1
    assert shown.exhibit.step([StepCheckpoint(1)], 0.01) == []
    shown.exhibit.step([StepCheckpoint(-1)], 0.01)
    shown.settle()
    assert shown.world.training.shown == STEPS - 2


def test_played_it_goes_from_the_beginning_to_the_end_and_rests(walked) -> None:
    shown, _ = walked
    training, seen = shown.world.training, []
    shown.exhibit.step([PlayTraining()], 0.01)
    while training.playing:
        shown.exhibit.step([], 0.4)
        shown.settle()
        seen.append(training.shown)
        assert len(seen) < 50
    assert [number for number in dict.fromkeys(seen) if number] == [1, 2, 3]
    shown.exhibit.step([PlayTraining()], 0.01)
    shown.settle()
    assert training.shown == 0, "from the beginning again"


def test_visualizations_are_those_of_the_weights_that_are_shown(walked) -> None:
    shown, _ = walked
    world = shown.world
    world.feature_settings = replace(world.feature_settings, steps=2)
    shown.exhibit.step([VisualizeAll(0)], 0.01)
    shown.settle()
    assert world.hall.features.known
    shown.exhibit.step([ChooseCheckpoint(3)], 0.01)
    shown.settle()
    assert world.hall.features.known == {}, "nothing of other weights stays on the walls"
    shown.exhibit.step([TurnAllWalls("visualizations", 0)], 0.01)
    shown.exhibit.step([ChooseCheckpoint(0)], 0.01)
    shown.settle()
    shown.exhibit.step([], 0.5)
    shown.settle()
    known = world.hall.features.known
    assert known, "those that are on disk for these weights are there at once"
    assert all(feature.made is not None for channels in known.values() for feature in channels.values())


def test_a_session_opens_at_the_checkpoint_where_it_was_left(walked, tmp_path: Path) -> None:
    shown, _ = walked
    keeper = SessionKeeper(tmp_path / "session.json")
    keeper.open(shown.exhibit.opening)
    shown.exhibit.step([ChooseCheckpoint(2)], 0.01)
    shown.settle()
    keeper.finish(shown.world)
    told = json.loads((tmp_path / "session.json").read_bytes())
    assert told["training"] == {"checkpoint": "step-00000020"}
    shown.exhibit.step([ChooseCheckpoint(0)], 0.01)
    shown.settle()
    shown.exhibit.arrange_as(tmp_path / "session.json")
    shown.settle()
    assert shown.world.training.shown == 2


def test_a_checkpoint_that_does_not_fit_is_told_and_the_network_stays(walked, tmp_path: Path) -> None:
    shown, _ = walked
    (tmp_path / "run" / "step-00000020.pt").write_bytes(b"nothing")
    shown.exhibit.step([ChooseCheckpoint(2)], 0.01)
    shown.settle()
    training = shown.world.training
    assert (training.shown, training.aim) == (0, 0)
    assert "is not a file of PyTorch weights" in shown.world.notices[-1].headline


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--checkpoint", "last"], "name the folder with --checkpoints"),
        (["--checkpoints", "none"], "There is no folder none"),
    ],
)
def test_bad_options_are_told(options: list[str], words: str, capsys, tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "network.py").write_text(NETWORK)
    assert main(["render", "network.py", *options]) == BAD_INPUT
    assert words in capsys.readouterr().err


def test_one_is_chosen_by_step_name_or_place(tmp_path: Path) -> None:
    (tmp_path / "network.py").write_text(NETWORK)
    source = load(str(tmp_path / "network.py"), LoadOptions())
    trained(source, tmp_path / "run")
    course = Course(tmp_path / "run", source.module)
    for which, number in (("first", 0), ("last", 3), ("20", 2), ("step-00000010", 1)):
        course.begin(which)
        assert course.shown == number
    with pytest.raises(UserError, match='no checkpoint "7"'):
        course.begin("7")
    with pytest.raises(UserError, match="of one network"):
        exhibit_of([source, source], RunOptions(checkpoints=tmp_path / "run"))
