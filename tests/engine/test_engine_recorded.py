"""A worker with a recording in the place of a network: its passes on the walls, and sentences for the rest."""

import numpy as np
import pytest
import torch
from PIL import Image
from tiny_networks import Watched, of_kind
from torch import nn

import vrcnn
from vrcnn.engine.messages import (
    FeaturesFailed,
    GraphChanged,
    InquiryFailed,
    JobDone,
    JobFailed,
    JobStarted,
    LayerReady,
    Predicted,
    ScopeRefused,
)
from vrcnn.featurevis.presets import preset
from vrcnn.featurevis.results import Place
from vrcnn.network.pictures import PictureFile
from vrcnn.network.recorded_source import recorded_source
from vrcnn.network.recording_file import open_recording
from vrcnn.network.scope import Scope

NONE = "Forked is a recording, which has the maps of its passes and no network: for anything that has to be computed"


class Forked(nn.Module):
    """Goes through another layer where the input is dark."""

    def __init__(self):
        super().__init__()
        self.stem, self.bright, self.dark = nn.Conv3d(1, 4, 3, padding=1), nn.Conv3d(4, 4, 1), nn.Conv3d(4, 6, 1)

    def forward(self, x):
        bright = x.mean() > 0
        return (self.bright if bright else self.dark)(self.stem(x).relu())


@pytest.fixture(scope="module")
def kept():
    torch.manual_seed(0)
    network = Forked()
    with vrcnn.watch(network, labels=["a", "b", "c", "d"], task="segmentation") as kept, torch.no_grad():
        for sign in (1, -1, 1):
            network(sign * torch.rand(1, 1, 6, 8, 8))
    return kept


@pytest.fixture
def watched(kept, tmp_path):
    with Watched(recorded_source(open_recording(kept.save(tmp_path / "run.vrcnn")))) as watched:
        yield watched


def maps(message, plan):
    span = plan.spans[message.node]
    level = message.arena.levels[span.size][0]
    return np.array(level[span.first : span.first + span.count])


def test_each_pass_puts_its_values_on_the_walls(kept, watched):
    for number, last in ((0, "bright"), (1, "dark"), (2, "bright")):
        arrived = watched.run(number)
        assert [message.title for message in of_kind(arrived, JobStarted)] == [f"Reading pass {number + 1}"]
        assert len(of_kind(watched.arrived, GraphChanged)) == (number > 0)
        assert of_kind(arrived, JobDone)
        graph, plan = watched.worker.graph, watched.worker.plan
        assert [node.name for node in graph.nodes] == ["input", "stem", last]
        for message in of_kind(arrived, LayerReady):
            value = kept.activations(number)[graph.nodes[message.node].name]
            assert np.array_equal(maps(message, plan), value[0][:, round(0.5 * 5)].astype(np.float16))
        for message in arrived:
            if hasattr(message, "arena"):
                message.arena.release()
    (answer,) = of_kind(arrived, Predicted)
    assert answer.kind == "segments"
    assert {score.label for score in answer.scores} <= {"a", "b", "c", "d"}
    assert answer.overlay.shape == (*answer.input.shape[:2], 4)


def test_other_slices_and_details_are_shown_without_a_network(kept, watched):
    watched.run(0)
    arrived = watched.show(Scope(slice=0.0))
    stem = next(message for message in of_kind(arrived, LayerReady) if message.node == 1)
    assert np.array_equal(maps(stem, watched.worker.plan), kept.activations(0)["stem"][0][:, 0])
    stem.arena.release()
    arrived = watched.show(Scope("all"))  # the convolution before the activation was not kept
    assert of_kind(arrived, JobDone)
    shown = {watched.worker.graph.nodes[node].name for node in watched.worker.plan.spans}
    assert shown == {"input", "stem.relu", "bright"} or shown == {"input", "relu", "bright"}


def test_what_needs_the_network_says_that_there_is_none(watched):
    watched.run(0)
    watched.arrived.clear()

    class Ask:
        title = "Counting"

        def steps(self, workbench):
            yield 1, 1

    worker = watched.worker
    worker.inquiries.ask(Ask())
    worker.take_noise("desktop", "gaussian")
    worker.features.make([(Place("stem", worker.graph.nodes[1].members[-1]), (0, 1))], preset("fast"), False, False)
    worker.count_features()  # as every display does: nobody asked for it
    arrived = watched.rest()
    assert len(of_kind(arrived, FeaturesFailed)) == 2
    assert len(of_kind(arrived, InquiryFailed)) == 1
    for message in (*of_kind(arrived, FeaturesFailed), *of_kind(arrived, InquiryFailed)):
        assert message.headline.startswith(NONE)
    worker.put_picture(7, PictureFile("another", None, lambda: Image.new("RGB", (8, 8))))
    assert watched.worker.lacks_network.startswith(NONE)
    (refused,) = of_kind(watched.show(Scope(quantity="gradients")), ScopeRefused)
    (failed,) = of_kind(watched.run(7), JobFailed)
    assert refused.headline.startswith(NONE)
    assert failed.headline.startswith(NONE)


def test_a_file_that_goes_bad_fails_its_pass_alone(kept, tmp_path):
    path = kept.save(tmp_path / "run.vrcnn")
    with Watched(recorded_source(open_recording(path))) as watched:
        watched.run(0)
        path.write_bytes(b"")
        (failed,) = of_kind(watched.run(2), JobFailed)
        assert "is damaged or gone" in failed.headline
        kept.save(path)
        assert of_kind(watched.run(2), JobDone)
