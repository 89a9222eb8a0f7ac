"""The untrained twin, channels that are silenced, and the file of all that was found."""

import dataclasses
import json
import threading
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress

import numpy as np
import pytest
import torch
from measured_networks import Refusing, Small, Unsure, pictures, subject_of
from torch import nn

from vrcnn.errors import UserError
from vrcnn.export.susceptibility_file import read_susceptibility, write_susceptibility
from vrcnn.study.measuring import Wishes, with_controls
from vrcnn.susceptibility.ablation import ablated, halves_of
from vrcnn.susceptibility.results import Susceptibility
from vrcnn.susceptibility.twin import untrained_twin


class Own(Small):
    """With a parameter that no module resets."""

    def __init__(self) -> None:
        super().__init__()
        self.scale = nn.Parameter(torch.full((1, 3, 1, 1), 2.0))

    def forward(self, x):
        return super().forward(x * self.scale)


def test_the_twin_is_new_and_the_network_stays_as_it_was_to_the_bit():
    some, subject = pictures(), subject_of(Small().train())
    before = {name: value.clone() for name, value in subject.module.state_dict().items()}
    state = torch.get_rng_state()
    one, same, other = (untrained_twin(subject, some, seed).subject for seed in (0, 0, 1))
    assert torch.equal(torch.get_rng_state(), state)
    assert all(torch.equal(value, before[name]) for name, value in subject.module.state_dict().items())
    weights = [each.module.first.weight for each in (one, same, other, subject)]
    assert torch.equal(weights[0], weights[1])
    assert not torch.equal(weights[0], weights[2])
    assert not torch.equal(weights[0], weights[3])
    assert one.name == "Small, untrained"
    assert not one.module.norm.training


class Slow(nn.Linear):
    """Lets another thread come between, before its weights are drawn."""

    met: threading.Barrier | None = None

    def reset_parameters(self) -> None:
        if self.met is not None:
            with suppress(threading.BrokenBarrierError):
                self.met.wait(0.2)
        super().reset_parameters()


def test_twins_that_are_made_at_the_same_time_are_those_of_the_seed(monkeypatch: pytest.MonkeyPatch):
    subjects = [subject_of(nn.Sequential(nn.Flatten(), Slow(3 * 16 * 16, 5))) for _ in range(2)]
    wanted = untrained_twin(subjects[0], pictures()).subject.module[1].weight
    monkeypatch.setattr(Slow, "met", threading.Barrier(2))
    with ThreadPoolExecutor(2) as pool:
        twins = list(pool.map(lambda each: untrained_twin(each, pictures()).subject.module[1].weight, subjects))
    assert all(torch.equal(weight, wanted) for weight in twins)


def test_the_twin_is_calibrated_on_the_pictures_whatever_their_order():
    some, subject = pictures(), subject_of(Small())
    twin = untrained_twin(subject, some).subject.module
    with torch.no_grad():
        made = twin.first(some)
    torch.testing.assert_close(twin.norm.running_mean, made.mean((0, 2, 3)))
    torch.testing.assert_close(twin.norm.running_var, made.var((0, 2, 3)))
    turned = untrained_twin(subject, some.flip(0)).subject.module
    assert torch.equal(twin.norm.running_mean, turned.norm.running_mean)


def test_what_no_module_resets_is_told():
    twin = untrained_twin(subject_of(Own()), pictures())
    assert twin.notes == ("The untrained twin keeps the trained weights of Own: they have no reset_parameters.",)


def test_halves_are_of_the_channels_that_change_most_and_least():
    halves = halves_of(np.array([0.3, np.nan, 0.9, 0.1, 0.5]), draws=4)
    assert [each.tolist() for each in (*halves["most"], *halves["least"])] == [[2, 4], [1, 3]]
    assert [len(each) for each in halves["random"]] == [2] * 4


def test_silenced_channels_are_those_of_a_hook():
    some, subject = pictures(), subject_of(Small())
    changes = np.array([0.6, 0.1, 0.5, 0.2, 0.4, 0.3])
    labels = np.arange(12) % 4
    found = ablated(subject, some, "first", "windows:2", changes, labels, draws=2)

    def answers(silent):
        handle = subject.module.norm.register_forward_hook(lambda *each: each[2].index_fill(1, torch.tensor(silent), 0))
        try:
            return subject.scores_of(some).argmax(1)
        finally:
            handle.remove()

    whole = subject.scores_of(some).argmax(1)
    for name, silent in (("most", [0, 2, 4]), ("least", [1, 3, 5])):
        after = answers(silent)
        assert found.kept[name] == pytest.approx(float((after == whole).double().mean()))
        assert found.right[name] == pytest.approx(float((after.numpy() == labels).mean()))
    assert found.right["all"] == pytest.approx(float((whole.numpy() == labels).mean()))
    drawn = [float((answers(half.tolist()) == whole).double().mean()) for half in halves_of(changes, 2)["random"]]
    assert found.kept["random"] == pytest.approx(np.mean(drawn))
    with pytest.raises(UserError, match="no layer"):
        ablated(subject, some, "third", "windows:2", changes)


def same(one, other) -> bool:
    if isinstance(one, np.ndarray):
        return np.array_equal(np.float32(one), other, equal_nan=True)
    if dataclasses.is_dataclass(one):
        return all(same(getattr(one, each.name), getattr(other, each.name)) for each in dataclasses.fields(one))
    if isinstance(one, dict):
        return one.keys() == other.keys() and all(same(one[key], other[key]) for key in one)
    if isinstance(one, tuple):
        return len(one) == len(other) and all(map(same, one, other))
    return one == other or (one != one and other != other)


@pytest.mark.parametrize("network", [Refusing, Unsure])
def test_the_controls_are_of_the_pictures_that_are_measured(network):
    some, labels = pictures(), np.arange(12) % 4
    some[[2, 7]] += 3  # too bright
    fine = [place for place in range(12) if place not in (2, 7)]
    found = with_controls(subject_of(network()), some, Wishes(), labels=lambda classes: labels)
    alone = with_controls(subject_of(network()), some[fine], Wishes(), labels=lambda classes: labels[fine])
    assert found.pictures == alone.pictures == 10
    assert found.accuracy == alone.accuracy
    assert found.ablations == alone.ablations
    assert found.untrained.measures == alone.untrained.measures


class Lonely(Small):
    """Takes one picture at a time."""

    def forward(self, x):
        if len(x) > 1:
            raise ValueError("one picture, please")
        return super().forward(x)


def test_channels_are_silenced_in_batches_such_as_the_network_takes():
    found, other = (with_controls(subject_of(each), pictures(4), Wishes(twin=False)) for each in (Lonely(), Small()))
    assert found.settings["batch"] == 1
    assert [(each.layer, each.kept) for each in found.ablations] == [
        (each.layer, each.kept) for each in other.ablations
    ]


@pytest.fixture(scope="module")
def found() -> Susceptibility:
    module = Small()
    with torch.no_grad():
        module.norm.weight[:2] = 0  # two dead channels
    return with_controls(subject_of(module), pictures(), Wishes(full=True), labels=lambda classes: np.arange(12) % 4)


def test_the_file_gives_back_what_was_found(found, tmp_path):
    paths = write_susceptibility(tmp_path / "found.json", found)
    assert [path.name for path in paths] == ["found.json", "found.npz"]
    assert same(found, read_susceptibility(paths[0]))
    assert json.loads(paths[0].read_text())["measures"]["shift:1"]["value"] == found.measures["shift:1"].value
    assert all(not layer.each for layer in read_susceptibility(paths[0], channels=False).layers)


def test_every_control_is_there(found):
    assert set(found.accuracy) == {"pictures"}
    assert found.untrained.measures.keys() == found.measures.keys()
    assert [each.layer for each in found.ablations] == found.settings["stages"] == ["first", "second"]
    assert found.settings["second_last"] == "first"
    assert all(each.unnormalized is not None for each in found.measures.values())
    assert found.layers[0].dead == 2


def test_channels_of_another_measuring_are_not_believed(found, tmp_path):
    path, beside = write_susceptibility(tmp_path / "found.json", found)
    beside.write_bytes(b"x" + beside.read_bytes())
    assert all(not layer.each for layer in read_susceptibility(path).layers)


@pytest.mark.parametrize("text", ["{", "[]", '{"format": "other"}', '{"format": "vrcnn susceptibility", "version": 9}'])
def test_a_file_that_is_none_is_told(text, tmp_path):
    path = tmp_path / "found.json"
    path.write_text(text)
    with pytest.raises(UserError, match=r"found\.json"):
        read_susceptibility(path)
    with pytest.raises(UserError, match="cannot be read"):
        read_susceptibility(tmp_path / "none.json")
