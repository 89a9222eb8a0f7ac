"""A training of the study: what each mode teaches, that it goes on as if never stopped, and what its folder holds."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch

from vrcnn.errors import UserError
from vrcnn.study import training
from vrcnn.study.lessons import ALPHA, lesson_of, varied
from vrcnn.study.modes import MODES
from vrcnn.study.networks import NAMED, network_of, smooth_stem, smoothed
from vrcnn.study.run_files import last_checkpoint, read_run, runs_of
from vrcnn.study.runs import RunSettings
from vrcnn.study.training import Material, Stopped, train, trained_network

NETWORK = '''"""A small network with dropout and batch normalization."""

from torch import nn


def build_model(classes):
    return nn.Sequential(
        nn.Conv2d(3, 8, 5, 2, 2), nn.BatchNorm2d(8), nn.ReLU(), nn.Conv2d(8, 8, 3, 2, 1), nn.ReLU(),
        nn.Flatten(), nn.Dropout(0.1), nn.Linear(32, classes),
    )


def refused(classes):
    raise RuntimeError("no such thing")


def tensorless(classes):
    return classes


def narrow(classes):
    return nn.Sequential(nn.Conv2d(1, 8, 5), nn.Flatten(), nn.Linear(128, classes))


def one_score(classes):
    return build_model(1)


class Auxiliary(nn.Module):
    """Gives two outputs while it learns, as Inception does."""

    def __init__(self, classes):
        super().__init__()
        self.inner = build_model(classes)

    def forward(self, x):
        scores = self.inner(x)
        return (scores, scores) if self.training else scores
'''


@pytest.fixture
def settings(tmp_path: Path) -> RunSettings:
    (tmp_path / "net.py").write_text(NETWORK)
    return RunSettings(network=str(tmp_path / "net.py"), mode="true", side=8, epochs=4, batch=16, enough=1.0)


@pytest.fixture
def material() -> Material:
    """Dark and bright pictures, some noise over them."""
    chance = torch.Generator().manual_seed(3)
    labels = torch.arange(96) % 2
    pictures = labels.float()[:, None, None, None] * 2 - 1 + 0.5 * torch.randn(96, 3, 8, 8, generator=chance)
    about = {"packages": "study-data", "mean": [0.0], "std": [1.0]}
    return Material(pictures[:64], labels[:64], pictures[64:], labels[64:], ("dark", "bright"), (0.0,), (1.0,), about)


def test_a_training_learns_and_writes_everything_down(tmp_path, settings, material):
    told = []
    run = train(tmp_path / "run", settings, material, lambda epoch, share: told.append((epoch, share)))
    assert run.done
    assert run.test == 1.0
    assert run.train == run.clean == 1.0
    assert [epoch.epoch for epoch in run.epochs] == list(range(1, len(run.epochs) + 1))
    assert told[-1] == (len(run.epochs), 1.0)
    files = sorted(path.name for path in (tmp_path / "run" / "checkpoints").glob("*.pt"))
    assert files == [f"step-{step:08}.pt" for step in range(len(run.epochs) + 1)]
    assert not (tmp_path / "run" / "state.pt").exists()
    assert (tmp_path / "run" / "model.py").is_file()
    network = trained_network(run, 2)
    assert bool((network(material.test).argmax(1) == material.test_labels).all())
    assert read_run(tmp_path / "run") == run


@pytest.mark.parametrize("mode", ["true-augmented", "shuffled"])
def test_a_training_that_was_stopped_goes_on_to_the_same_weights(tmp_path, settings, material, mode):
    settings = replace(settings, mode=mode)
    straight = train(tmp_path / "straight", settings, material)
    calls = 0

    def enough() -> bool:
        nonlocal calls
        calls += 1
        return calls == 7  # in the middle of the second epoch

    with pytest.raises(Stopped):
        train(tmp_path / "stopped", settings, material, stopped=enough)
    assert not read_run(tmp_path / "stopped").done
    assert len(read_run(tmp_path / "stopped").epochs) == 1
    went_on = train(tmp_path / "stopped", settings, material)
    assert (went_on.train, went_on.test) == (straight.train, straight.test)
    one, other = (trained_network(run, 2).state_dict() for run in (straight, went_on))
    assert all(torch.equal(one[name], other[name]) for name in one)


@pytest.mark.parametrize("lost", ["write_model", "write_epochs", "write_whole", "save"])
def test_a_training_that_was_ended_between_two_files_has_all_of_them_in_the_end(
    tmp_path, settings, material, monkeypatch, lost
):
    settings, times = replace(settings, epochs=2), {"write_model": 0, "save": 2}.get(lost, 1)
    owner = training.Checkpoints if lost == "save" else training
    kept = getattr(owner, lost)
    ended: list[None] = []

    def write(*words, **told):
        """Of the last epoch, or of the beginning, it is not written; then the program is gone, or it says so."""
        if len(ended) == times:
            if lost == "save":
                return None
            raise KeyboardInterrupt
        ended.append(None)
        return kept(*words, **told)

    with monkeypatch.context() as patch:
        patch.setattr(owner, lost, write)
        with pytest.raises((KeyboardInterrupt, UserError)):
            train(tmp_path / "run", settings, material)
    run = train(tmp_path / "run", settings, material)
    assert [epoch.epoch for epoch in run.epochs] == [1, 2]
    assert last_checkpoint(run.folder).name == "step-00000002.pt"
    assert (run.folder / "model.py").is_file()


def test_training_ends_when_enough_is_known(tmp_path, settings, material):
    run = train(tmp_path / "run", replace(settings, epochs=30, enough=0.95), material)
    assert 2 <= len(run.epochs) < 30
    assert all(epoch.train >= 0.95 for epoch in run.epochs[-2:])


def test_an_untrained_network_keeps_its_weights_and_learns_the_statistics(tmp_path, settings, material):
    run = train(tmp_path / "run", replace(settings, mode="untrained"), material)
    first = network_of(settings.network, 2, settings.seed)
    network = trained_network(run, 2)
    assert run.epochs == ()
    assert run.done
    assert torch.equal(network[0].weight, first[0].weight)
    seen = first[0](material.train)
    assert torch.allclose(network[1].running_mean, seen.mean((0, 2, 3)), atol=1e-5)


def test_another_run_is_not_written_over(tmp_path, settings, material):
    train(tmp_path / "run", replace(settings, epochs=1), material)
    with pytest.raises(UserError, match=r"other settings \(epochs 1, now 4\)"):
        train(tmp_path / "run", settings, material)


def test_damaged_folders_are_told_of(tmp_path, settings, material):
    run = train(tmp_path / "runs" / "one", replace(settings, epochs=1), material)
    (run.folder / "run.json").write_text("{")
    with pytest.raises(UserError, match="damaged"):
        runs_of(tmp_path)
    with pytest.raises(UserError, match="has no runs"):
        runs_of(tmp_path / "elsewhere")
    last_checkpoint(run.folder).write_bytes(b"no weights")
    with pytest.raises(UserError, match="damaged"):
        trained_network(run, 2)


def test_modes_teach_what_they_say():
    pictures, labels = torch.randn(500, 3, 8, 8), torch.arange(500) % 5
    lessons = {name: lesson_of(mode, pictures, labels, 5, seed=1) for name, mode in MODES.items()}
    for name, mode in MODES.items():
        lesson = lessons[name]
        known = lesson.true >= 0
        assert torch.equal(lesson.pictures[known], pictures)
        assert torch.equal(lesson.true[known], labels)
        moved = float((lesson.labels[known] != lesson.true[known]).double().mean())
        assert abs(moved - 0.8 * mode.shuffled) < 0.06  # a fifth of those that are shuffled come to stand right
        assert torch.equal(lesson.labels[known].bincount(), labels.bincount())  # labels change places, none is new
    noise = lessons["noisy-copies"].pictures[500:] - pictures
    assert abs(float(noise.std()) - ALPHA) < 0.01
    again = lesson_of(MODES["shuffled"], pictures, labels, 5, seed=1)
    other = lesson_of(MODES["shuffled"], pictures, labels, 5, seed=2)
    assert torch.equal(again.labels, lessons["shuffled"].labels)
    assert not torch.equal(other.labels, again.labels)


def test_varied_pictures_are_moved_and_mirrored():
    pictures = torch.arange(64.0).reshape(1, 1, 8, 8).repeat(200, 3, 1, 1)
    found = varied(pictures, torch.Generator().manual_seed(0))
    assert found.shape == pictures.shape
    kinds = {tuple(each[0, 3:5, 3:5].flatten().tolist()) for each in found}
    assert len(kinds) == 18  # nine places, mirrored or not
    assert all(torch.equal(each[0], each[2]) for each in found)


def test_a_smooth_stem_has_lost_its_fine_parts_and_kept_its_norms(settings):
    torch.manual_seed(0)
    kernels = torch.randn(16, 3, 7, 7)
    smooth = smoothed(kernels)
    assert torch.allclose(smooth.flatten(1).norm(dim=1), kernels.flatten(1).norm(dim=1))
    spectrum, before = (torch.fft.fft2(each, s=(32, 32)).abs().square().mean((0, 1)) for each in (smooth, kernels))
    assert spectrum[12:20, 12:20].sum() < 0.02 * before[12:20, 12:20].sum()
    network = network_of(settings.network, 2, 0)
    assert smooth_stem(network) == "0"
    with pytest.raises(UserError, match="no convolution"):
        smooth_stem(torch.nn.Linear(2, 2))


def test_networks_that_cannot_be_made(settings, tmp_path):
    for target, words in (
        ("no-such", "names no network"),
        (f"{settings.network}:missing", "has no function missing"),
        (f"{settings.network}:refused", "no such thing"),
        (f"{settings.network}:tensorless", "gives a int"),
    ):
        with pytest.raises(UserError, match=words):
            network_of(target, 2, 0)


@pytest.mark.parametrize(
    ("function", "words", "written"),
    [
        ("narrow", r"Sequential failed on pictures of shape \(2, 3, 8, 8\): RuntimeError: .* 1 channels", False),
        ("one_score", r"gives a tensor of \(2, 1\) .* scores of 2 classes for each, a tensor of \(2, 2\)", False),
        ("Auxiliary", r"gives a tuple .* a tensor of \(16, 2\)", True),
    ],
)
def test_a_network_that_does_not_take_the_pictures_is_told_of(tmp_path, settings, material, function, words, written):
    """Before anything is written, so that no half of a run stays in the study, where its answers can tell."""
    with pytest.raises(UserError, match=words):
        train(tmp_path / "run", replace(settings, network=f"{settings.network}:{function}"), material)
    assert (tmp_path / "run").exists() == written


@pytest.mark.parametrize("name", NAMED)
def test_each_seed_begins_elsewhere(name):
    one, again, other = (network_of(name, 10, seed).state_dict() for seed in (1, 1, 2))
    kernels = [key for key, tensor in one.items() if tensor.ndim == 4]
    assert all(torch.equal(one[key], again[key]) for key in kernels)
    assert not any(torch.equal(one[key], other[key]) for key in kernels)
