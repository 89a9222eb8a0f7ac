"""`vrcnn tour check` on the tour that everybody can play: its claims hold, and fail when networks change places."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import torch

from vrcnn.cli import main
from vrcnn.export.tour_file import read_tour
from vrcnn.network.source import LoadOptions
from vrcnn.resources import resource
from vrcnn.tour_networks import load_for

MEMORIZING = resource("examples", "memorizing")
TOUR = MEMORIZING / "tour.json"


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def retold(folder: Path, **members: object) -> Path:
    """A tour of the same networks in a file of its own, with other members."""
    content = json.loads(TOUR.read_text(encoding="utf-8"))
    for network in content["networks"]:
        for name in ("model", "training"):
            if name in network:
                network[name] = str(MEMORIZING / network[name])
    path = folder / "tour.json"
    path.write_text(json.dumps({**content, **members}))
    return path


def test_the_claims_of_the_tour_hold_on_its_networks_measured_anew(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["tour", "check", str(TOUR), "--pictures", "128"]) == 0
    said = capsys.readouterr().out
    assert said.count(": holds\n") == 7
    assert said.rstrip().endswith("7 of 7 claims hold, on 128 pictures.")


def test_it_fails_when_the_networks_have_each_others_weights(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "exchanged"
    shutil.copytree(MEMORIZING, folder)
    weights = (folder / "true.pt").read_bytes()
    shutil.copyfile(folder / "shuffled.pt", folder / "true.pt")
    (folder / "shuffled.pt").write_bytes(weights)
    assert main(["tour", "check", str(folder / "tour.json"), "--pictures", "64", "--json"]) == 1
    told = json.loads(capsys.readouterr().out)
    verdicts = {each["stop"]: each["verdict"] for each in told["claims"]}
    assert not told["holds"]
    assert {stop for stop, verdict in verdicts.items() if verdict == "does not hold"} >= {1, 2, 3, 4, 5}
    shift = told["claims"][2]["values"]
    assert shift["shift:1 of true"] > 2 * shift["shift:1 of shuffled"]


def test_the_values_that_its_stops_show_are_those_that_are_measured() -> None:
    tour = read_tour(TOUR)
    assert tour.pictures.count == 256
    named = {text for text in tour.measured if text.startswith("shift:1 of")}
    assert named == {"shift:1 of true", "shift:1 of shuffled", "shift:1 of untrained"}
    assert sum(path.stat().st_size for path in MEMORIZING.iterdir()) < 6_000_000


def test_values_are_kept_and_what_cannot_be_said_is_told_and_fails(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stops = [
        {"title": "One", "claim": "participation at layer3.0.ad of untrained > 1 and accuracy of untrained >= 0"},
        {"title": "Two", "claim": "untrained accuracy of untrained < 60%"},
        {"title": "Three", "claim": "train accuracy of untrained > 1"},
    ]
    path = retold(tmp_path, stops=stops, measured={})
    assert main(["tour", "check", str(path), "--pictures", "32", "--keep"]) == 1
    said = capsys.readouterr().out
    assert "cannot be said (untrained has no layer layer3.0.ad (is layer3.0.add meant?))" in said
    assert "cannot be said (nobody says what is right, so there is no train accuracy of untrained)" in said
    assert "1 of 3 claims hold, on 32 pictures." in said
    kept = read_tour(path)
    assert set(kept.measured) == {"accuracy of untrained", "untrained accuracy of untrained"}
    assert kept.stops[0].claim == stops[0]["claim"]
    assert kept.pictures.count == 32  # on which they were measured


@pytest.mark.parametrize(
    ("members", "says"),
    [
        ({"stops": [{"title": "One"}]}, "claims nothing: give a stop a"),
        ({"stops": [{"title": "One", "claim": "shift:1 of"}]}, 'of the stop "One" (1) in'),
        ({"stops": [{"title": "One", "claim": "shift:1 of him > 1"}]}, "is about him: the tour's networks are true,"),
        ({"stops": [{"title": "One", "claim": "1 > 0"}], "networks": []}, "does not say what its networks are"),
        ({"networks": [{"name": "true", "model": "gone.py"}]}, "is about shuffled"),
    ],
)
def test_a_bad_tour_is_told_in_a_sentence(
    members: dict[str, object], says: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["tour", "check", str(retold(tmp_path, **members))]) == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1


def test_a_tour_without_its_model_files_is_told_in_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    shutil.copy(TOUR, tmp_path)
    assert main(["tour", "check", str(tmp_path / "tour.json")]) == 2
    assert "is about the network true of" in capsys.readouterr().err
    assert main(["tour", "check", str(tmp_path / "none.json")]) == 2
    assert "cannot be read" in capsys.readouterr().err


def test_without_a_model_a_tour_brings_its_own_networks_and_with_one_it_does_not() -> None:
    sources = load_for((), LoadOptions(), TOUR)
    assert [source.name for source in sources] == ["true", "shuffled", "untrained"]
    assert all(source.pictures[0].name == sources[0].pictures[0].name for source in sources)
    assert sources[0].labels is not None
    assert sources[0].labels[0] == "T-shirt/top"
    other = load_for([str(MEMORIZING / "untrained.py")], LoadOptions(), TOUR)
    assert [source.name for source in other] == ["untrained"]
