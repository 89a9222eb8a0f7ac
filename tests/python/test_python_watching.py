"""Programs compute with a watcher bit for bit what they compute without, and what is kept is what they computed."""

import pickle
from contextlib import suppress

import numpy as np
import pytest
import torch
from programs import PROGRAMS, Classifier, Volumes, Words, picture, same
from torch import nn
from zoo.torchvision_here import torchvision

import vrcnn
from vrcnn.errors import UserError

torch.set_num_threads(1)
ITS_OWN_CALL = nn.Module.__call__


@pytest.fixture(autouse=True)
def nothing_is_left_in_torch():
    yield
    assert nn.Module.__call__ is ITS_OWN_CALL
    assert torch._C._len_torch_function_stack() == 0


@pytest.mark.parametrize("name", PROGRAMS)
def test_a_watched_program_computes_the_same_bit_for_bit(name):
    program = PROGRAMS[name]
    before, _ = program.run()
    after, watched = program.run(vrcnn.watch)
    again, _ = program.run()
    assert same(before, again), "the program itself is not repeatable"
    for one, other in zip(before, after, strict=True):
        assert same(one, other)
    assert len(watched) == program.passes, watched
    assert ("torch.compile" in "".join(watched.notes)) == (name == "compiled")


def test_a_detector_computes_the_same_and_its_pictures_are_rows_and_columns():
    network = (
        torchvision()
        .models.detection.ssdlite320_mobilenet_v3_large(
            weights=None, weights_backbone=None, num_classes=3, topk_candidates=10, detections_per_img=5
        )
        .eval()
    )
    pictures = [picture(3, 60, 80), picture(3, 50, 50)]
    with torch.no_grad():
        before = network([each.clone() for each in pictures])
        with vrcnn.watch(network) as watched:
            after = network([each.clone() for each in pictures])
    assert same(before, after)
    given = [node for node in watched.graph().nodes if node.family == "input"]
    assert [(node.shape, node.axes) for node in given] == [((3, 60, 80), "CHW"), ((3, 50, 50), "CHW")]
    assert len(watched.activations()) > 60
    assert set(watched.output()[0]) == {"boxes", "scores", "labels"}


def test_values_are_those_of_the_programs_own_pass_in_training_too():
    network = Classifier().train()
    seen = {}
    for name, module in network.named_modules():
        module.register_forward_hook(lambda _, __, output, name=name: seen.update({name: output.detach().clone()}))
    with vrcnn.watch(network, exact=True, detail="all") as watched:
        network(picture(4, 3, 12, 12))
    kept = watched.activations()
    for name in ("body.0", "body.1", "drop", "head"):
        assert np.array_equal(kept[name], seen[name][:1].numpy()), name
    assert watched.output().shape == (1, 4)


def test_without_exact_values_are_float16_where_that_holds_them():
    network = nn.Sequential(nn.Conv2d(3, 4, 1), nn.Conv2d(4, 4, 1))
    with torch.no_grad():
        network[1].weight *= 1e6
    with vrcnn.watch(network) as watched:
        network(picture(1, 3, 8, 8))
    kept = watched.activations()
    assert [value.dtype for value in kept.values()] == [np.float16, np.float16, np.float32]


def test_passes_that_take_other_ways_have_graphs_of_their_own():
    class Forked(nn.Module):
        def __init__(self):
            super().__init__()
            self.left, self.right = nn.Conv2d(1, 2, 1), nn.Conv2d(1, 3, 1)

        def forward(self, x):
            return self.left(x) if x.mean() > 0 else self.right(x)

    network = Forked()
    with vrcnn.watch(network) as watched:
        network(torch.ones(1, 1, 4, 4))
        network(-torch.ones(1, 1, 4, 4))
        network(torch.ones(1, 1, 4, 4))
    assert [[*watched.activations(place)][1] for place in range(3)] == ["left", "right", "left"]
    assert watched.recording().passes[2].way == 0


def test_a_fused_encoder_stays_fused_in_eval_mode_and_is_opened_in_training():
    network = Words()
    with vrcnn.watch(network, detail="all") as watched, torch.no_grad():
        network.eval()(torch.tensor([[1, 2, 3]]))
        network.train()(torch.tensor([[1, 2, 3]]))
    fused, opened = (set(watched.activations(place)) for place in range(2))
    assert "encoder" in fused
    assert "encoder.layers.0.linear1" in opened - fused


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({}, [1, 2, 3, 4, 5, 6, 7]),
        ({"every": 3}, [1, 4, 7]),
        ({"at_most": 2}, [1, 2]),
        ({"every": 2, "at_most": 3}, [1, 3, 5]),
        ({"last": 2}, [6, 7]),
        ({"every": 3, "last": 2}, [4, 7]),
    ],
)
def test_which_passes_are_kept(options, kept):
    network = nn.Conv2d(3, 4, 1)
    with vrcnn.watch(network, **options) as watched:
        for _ in range(7):
            network(picture(1, 3, 4, 4))
    assert watched.passes == tuple(f"pass {number}" for number in kept)
    assert watched.seen == 7


@pytest.mark.parametrize(("layers", "names"), [("body", ["body.0"]), (["head", "st*m.0"], ["stem.0", "head"])])
def test_only_chosen_layers_are_kept(layers, names):
    network = Classifier().eval()
    asked = [layers, "nose"] if isinstance(layers, str) else [*layers, "nose"]
    with vrcnn.watch(network, layers=asked, detail="all") as watched:
        network(picture(1, 3, 12, 12))
    kept = [name for name in watched.activations() if "." in name or name == "head"]
    assert kept[: len(names)] == names or set(names) <= set(kept)
    assert all(name.startswith(("body", "head", "stem.0")) for name in kept)
    assert watched.notes == ('No pass has had a layer "nose", which layers= asks for.',)


@pytest.mark.parametrize("last", [None, 3])
@pytest.mark.parametrize("limit", [300, 5_000, 60_000])
def test_memory_is_never_above_its_bound(limit, last):
    network, most = Volumes().eval(), 0
    with vrcnn.watch(network, memory=limit, last=last) as watched, torch.no_grad():
        for _ in range(6):
            network(picture(2, 1, 8, 8, 8))
            most = max(most, watched.bytes)
            held = sum(value.nbytes for place in range(len(watched)) for value in watched.activations(place).values())
            assert held <= watched.bytes <= limit
    assert most > 0
    assert any("memory" in note for note in watched.notes) or len(watched) == (last or 6)


def test_an_exception_of_the_program_goes_through_and_leaves_nothing():
    network = Classifier().eval()
    watched = vrcnn.watch(network)
    with pytest.raises(RuntimeError, match="channels"), watched:
        network(picture(1, 4, 12, 12))
    assert len(watched) == 0
    assert watched.bytes == 0
    assert "raised an exception" in repr(watched)
    with watched:  # and may go on
        network(picture(1, 3, 12, 12))
    assert watched.passes == ("pass 2",)


def test_an_exception_that_the_network_catches_is_its_own_affair():
    class Careful(nn.Module):
        def __init__(self):
            super().__init__()
            self.first, self.second = nn.Linear(3, 2), nn.Linear(4, 2)

        def forward(self, x):
            with suppress(RuntimeError):
                return self.first(x)
            return self.second(x) + 1

    network = Careful()
    with vrcnn.watch(network) as watched:
        assert network(picture(1, 4)).shape == (1, 2)
    assert "second" in {node.layer for node in watched.graph().nodes}


def test_watches_may_be_nested_and_overlap():
    network = Words().eval()
    ids = torch.tensor([[1, 2, 3]])
    with torch.no_grad():
        before = network(ids)
        with vrcnn.watch(network) as outer, vrcnn.watch(network.encoder) as inner, vrcnn.watch(network) as third:
            after = network(ids)
    assert same(before, after)
    assert [len(each) for each in (outer, inner, third)] == [1, 1, 1]
    assert [*outer.activations()] == [*third.activations()]
    with pytest.raises(UserError, match="watches already"), outer, outer:
        pass


def test_what_goes_wrong_with_the_watching_never_reaches_the_program(monkeypatch):
    network = Classifier().eval()
    before = network(picture(1, 3, 12, 12))
    for place in ("keeping.Keeping.take", "watching.Way.of", "trace.Tracer._commit", "trace.Tracer._leave"):
        monkeypatch.setattr(f"vrcnn.network.{place}", lambda *_, **__: 1 / 0)
        with vrcnn.watch(network) as watched:
            assert same(before, network(picture(1, 3, 12, 12)))
        monkeypatch.undo()
        assert len(watched) == 0, place
        assert "division by zero" in watched.notes[0]
        assert watched.bytes == 0


def test_vrcnns_own_passes_are_not_the_programs():
    network = Classifier().eval()
    with vrcnn.watch(network) as watched:
        vrcnn.capture(network, picture(1, 3, 12, 12))
        pickle.dumps(network)
    assert watched.seen == 0
    assert "No pass was seen" in repr(watched)


@pytest.mark.parametrize(
    ("given", "words"),
    [
        ({"every": 0}, "every=0 is no number"),
        ({"last": -1}, "last=-1 is no number"),
        ({"memory": 0}, "no amount of memory"),
        ({"detail": "some"}, "no detail 'some'"),
    ],
)
def test_what_cannot_be_is_refused_with_a_sentence(given, words):
    with pytest.raises(UserError, match=words):
        vrcnn.watch(nn.Identity(), **given)
    with pytest.raises(UserError, match="not a torch module"):
        vrcnn.watch("a name")
