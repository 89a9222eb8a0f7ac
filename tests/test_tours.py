"""Tours from the file to pictures and films: the same bytes each time, what is gone is told, and turntables."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from time import monotonic, sleep

import numpy as np
import pytest
import torch
from PIL import Image
from test_sessions import keeper_of, write_network

from vrcnn.cli import main
from vrcnn.exhibit import Exhibit
from vrcnn.export.film import ffmpeg
from vrcnn.export.tour_file import read_tour
from vrcnn.network.source import LoadOptions, load
from vrcnn.scene.geometry import Pose
from vrcnn.scene.panel_pressing import shown_panels
from vrcnn.scene.tour import Stop, Tour
from vrcnn.scene.tour_intents import AddStop, GoToStop, NextStop, OpenSession, SaveSession
from vrcnn.scene.world_panels import STOP
from vrcnn.studio import open_studio
from vrcnn.susceptibility.sieve import Sieve

pytestmark = pytest.mark.gl
SCOPE = {"detail": "all"}
TOUR = {
    "format": "vrcnn tour",
    "version": 1,
    "title": "A small one",
    "claim": {"of": "a later version"},
    "stops": [
        {"title": "Where it begins", "text": "Two pictures lie here.", "view": "entrance", "seconds": 0.5},
        {"title": "The second layer", "layer": "2", "seconds": 0.5, "picture": {"name": "blue.png"}, "claim": "true"},
        {
            "title": "From aside",
            "camera": {"position": [2, 0, 1], "yaw": 0.5},
            "look": {"theme": "light"},
            "seconds": 0.5,
        },
    ],
}


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


@pytest.fixture
def tour(tmp_path: Path) -> Path:
    write_network(tmp_path)
    path = tmp_path / "tour.json"
    path.write_text(json.dumps(TOUR))
    return path


def render(tour: Path, output: Path, *more: str) -> int:
    network = str(tour.parent / "net.py")
    return main(["render", network, "--tour", str(tour), "-o", str(output), "--size", "160x100", *more])


def test_a_tour_becomes_numbered_pictures_with_what_is_told_beside_them_and_the_same_bytes_again(
    tour: Path, tmp_path: Path
) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    assert render(tour, first) == 0
    assert render(tour, second) == 0
    names = ["01-where-it-begins.png", "02-the-second-layer.png", "03-from-aside.png"]
    assert sorted(path.name for path in first.glob("*.png")) == names
    assert [(first / name).read_bytes() for name in names] == [(second / name).read_bytes() for name in names]
    told = [json.loads((first / f"{name}.json").read_text()) for name in names]
    assert [each["contents"]["title"] for each in told] == ["Where it begins", "The second layer", "From aside"]
    assert told[0]["contents"]["text"] == "Two pictures lie here."
    assert [each["pictures"][0]["name"] for each in told] == ["red.png", "blue.png", "blue.png"]
    assert [each["settings"]["theme"] for each in told] == ["dark", "dark", "light"]
    with Image.open(first / names[2]) as light, Image.open(first / names[0]) as dark:
        assert np.asarray(light).mean() > 120 > np.asarray(dark).mean()


def test_without_a_model_a_tour_brings_its_networks_side_by_side_and_captions_have_its_claims(
    tour: Path, tmp_path: Path
) -> None:
    content = json.loads(tour.read_text())
    content["networks"] = [{"name": "one", "model": "net.py"}, {"name": "other", "model": "net.py"}]
    content["stops"] = [{"title": "Both", "view": "entrance", "claim": "shift:1 of one < 2 * shift:1 of other"}]
    content["measured"] = {"shift:1 of one": 0.5, "shift:1 of other": 0.25}
    tour.write_text(json.dumps(content))
    words = ["--tour", str(tour), "-o", str(tmp_path / "own"), "--size", "160x100", "--captions"]
    assert main(["render", *words]) == 0
    told = json.loads((tmp_path / "own" / "01-both.png.json").read_text())
    assert [network["name"] for network in told["networks"]] == ["one", "other"]
    assert told["contents"]["claim"] == [
        "Claim: shift:1 of one < 2 × shift:1 of other",
        "Measured: 0.5 < 2 × 0.25: does not hold",
    ]
    assert render(tour, tmp_path / "given") == 0
    told = json.loads((tmp_path / "given" / "01-both.png.json").read_text())
    assert len(told["networks"]) == 1


def test_a_tour_becomes_a_film_with_flights_and_holds(tour: Path, tmp_path: Path) -> None:
    films = [tmp_path / f"{number}.gif" for number in range(2)]
    stops = json.loads(tour.read_text())
    del stops["stops"][2]
    tour.write_text(json.dumps(stops))
    for film in films:
        assert render(tour, film, "--size", "80x50") == 0
    assert films[0].read_bytes() == films[1].read_bytes()
    told = json.loads((tmp_path / "0.gif.json").read_text())["contents"]["stops"]
    assert [stop["frames"][1] for stop in told] == [8, 8], "half a second of 15 frames each"
    assert told[0]["frames"][0] == 0
    assert all(stop["frames"][0] >= 14 for stop in told[1:]), "a flight takes a second or more"
    with Image.open(films[0]) as film:
        durations = []
        for number in range(film.n_frames):
            film.seek(number)
            durations.append(film.info["duration"])
    assert durations[0] == 530
    assert durations.count(530) == 2
    assert abs(sum(durations) - 70 * sum(stop["frames"][0] for stop in told) - 2 * 530) < 200


def test_what_a_stop_shows_that_is_gone_is_told_and_the_rest_is_shown(
    tour: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    stops = json.loads(tour.read_text())
    stops["stops"][1]["layer"], stops["stops"][1]["picture"] = "no.such.layer", {"name": "green.png"}
    tour.write_text(json.dumps(stops))
    assert render(tour, tmp_path / "out") == 0
    said = capsys.readouterr().err
    assert 'Not all of the stop "The second layer" is here.' in said
    assert 'The picture "green.png" is not on the shelf. There is no layer "no.such.layer" any more.' in said
    assert len(list((tmp_path / "out").glob("*.png"))) == 3


@pytest.mark.parametrize(
    ("content", "says"),
    [
        ("{", "it is no JSON"),
        ('{"format": "something"}', "is no tour"),
        ('{"format": "vrcnn tour", "version": 99}', "a newer version"),
        ('{"format": "vrcnn tour", "version": 1, "stops": []}', "has no stops"),
        ('{"format": "vrcnn tour", "version": 1, "stops": [{"seconds": "x"}]}', "stops[0].seconds is not a number"),
        ('{"format": "vrcnn tour", "version": 1, "stops": [{"view": "moon"}]}', "stops[0].view is none of entrance"),
    ],
)
def test_a_file_that_is_no_tour_is_refused_in_a_sentence(
    tour: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str, says: str
) -> None:
    tour.write_text(content)
    assert render(tour, tmp_path / "out") == 2
    assert says in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_stops_are_taken_down_kept_in_the_session_and_shown_again(tour: Path, tmp_path: Path) -> None:
    session = tmp_path / "walk.json"
    exhibit = Exhibit(load(str(tmp_path / "net.py"), LoadOptions()))
    keeper_of(exhibit, session)
    with open_studio(exhibit) as studio:
        studio.settle()
        world = exhibit.world
        world.player.position, world.player.yaw = (0.5, 0.0, -1.0), 0.3
        exhibit.step([AddStop("Here", "Told here.")], 0.01)
        exhibit.place(1)
        studio.settle()
        world.player.position, world.player.yaw, world.theme = (0.0, 0.0, 1.0), 0.0, "light"
        world.sieving.sieve, world.sieving.before = Sieve("shift", 2.0), True
        exhibit.step([AddStop("There")], 0.01)
        exhibit.step([GoToStop(0)], 0.01)
        for _ in range(300):
            exhibit.step([], 0.02)
        assert world.player.position == pytest.approx((0.5, 0.0, -1.0))
        assert (world.player.yaw, world.theme, world.easel.picture) == (pytest.approx(0.3), "dark", 0)
        assert STOP in world.panels.open
        assert not world.sieving.before
        exhibit.step([NextStop(1)], 0.01)
        for _ in range(300):
            exhibit.step([], 0.02)
        assert (world.theme, world.easel.picture) == ("light", 1)
        assert world.sieving.before
        assert exhibit.displays[0].worker._prepared.xray.sieve == Sieve("shift", 2.0)
        exhibit.step([SaveSession(str(tmp_path / "other"))], 0.01)
        stops = read_tour(tmp_path / "other.json").stops
        assert [(stop.title, stop.text) for stop in stops] == [("Here", "Told here."), ("There", "")]
        exhibit.step([OpenSession(str(tour))], 0.01)
        assert world.touring.tour.title == "A small one"
        assert world.touring.tour.rest == {"claim": {"of": "a later version"}}
        exhibit.step([OpenSession(str(tmp_path / "none.json"))], 0.01)
        assert "cannot be read" in world.notices[-1].headline
    assert read_tour(tmp_path / "other.json").title == "A small one", "what is kept there is kept up to date"


def test_a_turntable_goes_once_around_and_a_folder_gets_its_pictures(tour: Path, tmp_path: Path) -> None:
    network, output = str(tmp_path / "net.py"), tmp_path / "turn"
    arguments = ["render", network, "--turntable", "0.2", "--size", "120x80", "--transparent", "-o", str(output)]
    assert main(arguments) == 0
    pictures = sorted(output.glob("*.png"))
    assert [path.name for path in pictures] == [f"{number:05}.png" for number in range(1, 7)]
    seen = [np.asarray(Image.open(path)) for path in pictures]
    assert {each.shape for each in seen} == {(80, 120, 4)}
    assert all((each[..., 3] == 0).any() and (each[..., 3] == 255).any() for each in seen)
    assert all((one != other).any() for one, other in pairwise(seen))
    told = json.loads((tmp_path / "turn.json").read_text())
    assert len(told["files"]) == 6
    assert told["settings"]["circle"]["radius"] > 1


def test_a_video_is_made_where_there_is_an_ffmpeg_and_a_sentence_where_not(
    tour: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    network, output = str(tmp_path / "net.py"), tmp_path / "turn.mp4"
    arguments = ["render", network, "--at", "2", "--turntable", "0.2", "--size", "121x81", "-o", str(output)]
    try:
        ffmpeg()
    except Exception:
        pass
    else:
        assert main(arguments) == 0
        first = output.read_bytes()
        assert first[4:8] == b"ftyp"
        assert main(arguments) == 0
        assert output.read_bytes() == first
    monkeypatch.setitem(__import__("sys").modules, "imageio_ffmpeg", None)
    monkeypatch.setenv("PATH", str(tmp_path))
    assert main(["render", network, "--turntable", "-o", str(tmp_path / "none.webm")]) == 2
    assert "There is no ffmpeg here" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("options", "words"),
    [
        (["--captions"], "--captions writes the texts of a tour's stops"),
        (["--turntable", "--panorama"], "--panorama is of a single picture: leave it or --turntable out."),
        (["--tour", "t.json", "--attribution=gradient"], "--attribution is of a single picture: leave it or --tour"),
    ],
)
def test_what_a_picture_or_a_film_alone_can_be_is_told(
    options: list[str], words: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["render", "net.py", *options]) == 2
    assert capsys.readouterr().err.startswith(f"vrcnn: {words}")


def stay(exhibit: Exhibit, seconds: float) -> None:
    """Frame after frame, until the worker has nothing to do, and then for so long."""
    end = monotonic() + 60
    while exhibit.busy and monotonic() < end:
        exhibit.step([], 0.0)
        sleep(0.002)
    for _ in range(round(seconds / 0.02)):
        exhibit.step([], 0.02)


def test_a_stop_of_another_detail_is_laid_out_before_one_stands_there(tour: Path, tmp_path: Path) -> None:
    """And in a headset one is there at once, with its text on a panel in the world."""
    exhibit = Exhibit(load(str(tmp_path / "net.py"), LoadOptions()))
    with open_studio(exhibit) as studio:
        studio.settle()
        world = exhibit.world
        layers = len(world.hall.walls)
        exhibit.displays[0].show(world.hall.scope.with_detail("all"))
        studio.settle()
        operations = len(world.hall.walls)
        assert operations > layers
        last = world.hall.walls[-1].name
        state = {"networks": [{"scope": {"detail": "layers"}}]}
        stops = Stop("Fewer", layer="2", state=state), Stop("More", layer=last, state={"networks": [{"scope": SCOPE}]})
        world.touring.tour = Tour("Two", stops)
        for number, walls in ((0, layers), (1, operations)):
            exhibit.step([GoToStop(number)], 0.01)
            stay(exhibit, 8.0)
            assert len(world.hall.walls) == walls
            assert world.journey.at is not None
            wall = world.hall.walls[world.journey.at[1]]
            assert wall.name == stops[number].layer
        world.player.head = Pose((0.0, 1.6, 0.0))
        began = world.player.position
        exhibit.step([NextStop(-1)], 0.01)
        stay(exhibit, 0.02)
        assert world.player.position != began
        assert world.journey.glide is None
        assert world.journey.jumped > -1, "it is veiled as every jump"
        assert STOP in {panel.name for panel in shown_panels(world)}
