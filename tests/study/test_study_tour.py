"""The study's tour: its claims hold whatever was measured, its words say which way it went, and its folder is whole."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from made_study import made_study
from study_packages import make_folder

from vrcnn.cli import BAD_INPUT, main
from vrcnn.errors import UserError
from vrcnn.export.tour_file import read_tour
from vrcnn.network.source import LoadOptions, load
from vrcnn.resources import resource
from vrcnn.scene.claim_grammar import claim_of
from vrcnn.scene.claims import HOLDS, judged
from vrcnn.study.kept_networks import stand
from vrcnn.study.run_files import read_run, runs_of, write_run
from vrcnn.study.tour_claims import ALIKE, LESS, MORE, compared
from vrcnn.study.tour_making import pair_of
from vrcnn.study.tour_stops import Facts, measures_for, stops_for

FACTS = Facts("fashion-mnist", "covid-resnet", 2000, 10, "layer1.1.add", "layer3.0.add", "Bag 8")
NETWORK = """
from torch import nn

def build_model(classes):
    stages = nn.Sequential(nn.Conv2d(3, 4, 3, 2, 1), nn.ReLU(), nn.Conv2d(4, 6, 3, 2, 1), nn.ReLU())
    return nn.Sequential(stages, nn.Flatten(), nn.Linear(6 * 4, classes))
"""


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def values_of(true: float, shuffled: float, untrained: float) -> dict[str, float]:
    """All that is measured, with one level for each network; both have learned their pictures."""
    levels = {"true": true, "shuffled": shuffled, "untrained": untrained}
    values = {measure.text: levels[measure.network] for measure in measures_for(FACTS)}
    accuracies = {"accuracy of true": 0.83, "accuracy of shuffled": 0.1}
    return values | accuracies | {f"train accuracy of {name}": 1.0 for name in ("true", "shuffled")}


@pytest.mark.parametrize(
    ("levels", "words"),
    [
        ((0.3, 1.0, 1.05), ["those of “true” by 30%", "So memorizing does not put the susceptibility in."]),
        ((0.3, 1.0, 0.5), ["those of “true” by 30%", "So part of the susceptibility is there from the start"]),
        ((0.3, 1.0, 0.3), ["may come from training on shuffled labels"]),
        ((0.5, 0.5, 0.5), ["it does not tell them apart", "Both networks depend alike"]),
        ((1.0, 0.4, 0.2), ["change even more by that", "It is “true” that depends more"]),
    ],
)
def test_its_words_say_which_way_it_went_and_its_claims_hold(levels: tuple[float, ...], words: list[str]) -> None:
    values = values_of(*levels)
    stops = stops_for(FACTS, values)
    assert len(stops) == 7
    assert [judged(claim_of(stop.claim), values).verdict for stop in stops] == [HOLDS] * 7
    told = " ".join(stop.text for stop in stops)
    assert [word for word in words if word not in told] == []
    assert [stop.state["sieve"]["before"] for stop in stops] == [False, False, True, True, True, True, False]


def test_a_tour_says_no_more_than_was_measured() -> None:
    values = values_of(0.3, 0.5, 1.0) | {"accuracy of true": 0.4}
    told = " ".join(stop.text for stop in stops_for(FACTS, values))
    assert "“true” is right about 40% of them" in told
    assert "it is at least as susceptible as the network that memorizes" in told
    told = " ".join(stop.text for stop in stops_for(FACTS, values_of(0.3, 1.0, 1.05)))
    assert "“true” is right about most of them" in told
    assert "it is about as susceptible as the network that memorizes" in told


def test_what_is_claimed_of_two_values_has_room_to_spare() -> None:
    chance = np.random.default_rng(0)
    seen = set()
    for one, other in np.exp(chance.normal(0, 1, (300, 2))):
        said = compared("shift:1 of a", "shift:1 of b", {"shift:1 of a": one, "shift:1 of b": other})
        seen.add(said.how)
        for factor in (1.1, 1 / 1.1):
            moved = {"shift:1 of a": one * factor, "shift:1 of b": other}
            assert judged(claim_of(said.claim), moved).verdict == HOLDS, (one, other, said)
    assert seen == {MORE, LESS, ALIKE}


def test_it_is_about_the_first_seed_of_which_both_have_learned_their_pictures(tmp_path: Path) -> None:
    study = made_study(tmp_path, ("true-augmented", "true", "shuffled"), (0, 1), measured=False)
    true, shuffled = pair_of(runs_of(study))
    assert (true.settings.mode, shuffled.settings.mode, true.settings.seed) == ("true", "shuffled", 0)
    write_run(true.folder, replace(true.settings, device="cuda"), {"train": 1.0, "clean": 1.0, "test": 0.5}, {})
    assert pair_of(runs_of(study))[0].folder == true.folder  # where it was trained does not matter
    write_run(true.folder, true.settings, {"train": 0.5, "clean": 0.5, "test": 0.5}, {})
    assert pair_of(runs_of(study))[0].settings.mode == "true-augmented"
    with pytest.raises(UserError, match="`vrcnn study train --modes true,shuffled` trains them"):
        pair_of([true])


def test_a_study_gets_a_tour_that_is_checked_from_anywhere(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.chdir(tmp_path)
    make_folder(tmp_path / "pictures", dark=20, bright=20)
    (tmp_path / "net.py").write_text(NETWORK)
    words = ["--data", "pictures", "--network", "net.py", "--side", "8", "--train", "0", "--test", "0"]
    assert main(["study", "train", *words, "--modes", "true,shuffled", "--epochs", "1", "--batch", "8"]) == 0
    assert main(["study", "tour"]) == BAD_INPUT
    assert "at least 90 % of their pictures" in capsys.readouterr().err
    assert main(["study", "tour", "-o", "net.py/tour.json"]) == BAD_INPUT
    assert "Nothing can be written into the folder net.py" in capsys.readouterr().err
    for run in runs_of(Path("study")):
        write_run(run.folder, run.settings, {"train": 1.0, "clean": 1.0, "test": 0.5}, run.rest)
    assert main(["study", "tour", "--half"]) == 0
    assert "7 stops, whose claims hold" in capsys.readouterr().out
    (tmp_path / "elsewhere").mkdir()
    monkeypatch.chdir(tmp_path / "elsewhere")
    tour = tmp_path / "study" / "tour.json"
    assert main(["tour", "check", str(tour)]) == 0
    assert [network.name for network in read_tour(tour).networks] == ["true", "shuffled", "untrained"]
    content = json.loads(tour.read_text())
    assert content["networks"][0] == {"name": "true", "model": "tour/true.py", "training": "tour/true_training.py"}
    monkeypatch.chdir(tmp_path)
    kept, run = stand(tour.parent / "tour" / "true.py")[0], read_run(tmp_path / "study/runs/pictures_net_true_0")
    trained = load(str(run.folder / "model.py"), LoadOptions()).module.state_dict()
    assert all(torch.allclose(each, trained[name], atol=2e-3) for name, each in kept.state_dict().items())
    (tour.parent / "tour" / "true.pt").write_bytes(b"no weights")
    assert main(["tour", "check", str(tour)]) == BAD_INPUT
    assert "true.pt are damaged" in capsys.readouterr().err


def test_the_pictures_of_the_training_are_labelled_as_each_network_was_told() -> None:
    folder = resource("examples", "memorizing")
    true, shuffled = (stand(folder / f"{name}_training.py")[1] for name in ("true", "shuffled"))
    assert (true.pixels == shuffled.pixels).all()
    same = np.mean(np.array(true.targets) == np.array(shuffled.targets))
    assert same < 0.3
