"""A session that is saved, opened and rendered gives the same picture, to the byte; what became of a changed model."""

from __future__ import annotations

import base64
import json
from pathlib import Path

import numpy as np
import pytest
import torch
from PIL import Image

from vrcnn.attribution.results import Attribution, Wish
from vrcnn.cli import main
from vrcnn.engine.messages import PictureMade
from vrcnn.exhibit import Exhibit
from vrcnn.export.preferences import PreferencesKeeper
from vrcnn.export.session_files import SessionKeeper
from vrcnn.network.pictures import PictureFile
from vrcnn.network.source import LoadOptions, load
from vrcnn.opening import show_kept
from vrcnn.scene.arrangement import Handling
from vrcnn.scene.arranging import rearrange
from vrcnn.scene.colouring import Colouring
from vrcnn.scene.gallery import Frame
from vrcnn.scene.geometry import Placing, Pose, turn
from vrcnn.scene.intents import ToggleOverlay
from vrcnn.scene.reading import MapAt, Reading
from vrcnn.scene.world_panels import HUNG, WALL, WorldPanel
from vrcnn.studio import Studio, open_studio
from vrcnn.susceptibility.sieve import Sieve

pytestmark = pytest.mark.gl
SIZE = 320, 200
NETWORK = """
import torch
from torch import nn

torch.manual_seed(0)
model = nn.Sequential(nn.Conv2d(3, 12, 3), nn.ReLU(), nn.Conv2d(12, 24, 3), nn.ReLU(){more}, nn.AdaptiveAvgPool2d(1),
                      nn.Flatten(), nn.Linear(24, 5))
input_size = (3, 24, 24)
images = {images}
"""


@pytest.fixture(autouse=True)
def one_thread() -> None:
    torch.set_num_threads(1)


def write_network(folder: Path, more: str = "", images: tuple[str, ...] = ("red.png", "blue.png")) -> Path:
    for name in images:
        Image.new("RGB", (40, 30), name.removesuffix(".png")).save(folder / name)
    path = folder / "net.py"
    path.write_text(NETWORK.format(more=more, images=list(images)))
    return path


def furnish(studio: Studio) -> None:
    """Everything that a session keeps, other than as it is at first."""
    exhibit, world = studio.exhibit, studio.exhibit.world
    values = np.random.default_rng(0).normal(size=(3, 24, 24)).astype(np.float32)
    pixels = np.full((24, 24, 4), (200, 40, 120, 255), np.uint8)
    number = exhibit.shelve(PictureMade("", "a noise of mine", pixels, values), exhibit.displays[0])
    exhibit.place(number)
    exhibit.displays[0].show(world.hall.scope.with_detail("all"))
    world.sieving.sieve, world.sieving.before = Sieve("windows", 3.0), True
    exhibit.sieves.look_through(world.sieving.sieve)
    studio.settle()
    hall = world.hall
    names = [wall.name for wall in hall.walls if wall.span is not None]
    arrangement = hall.arrangement.with_moved(names[0], Placing(Pose((0.3, 0.0, 0.5), turn(0.4)), 1.3))
    arrangement = arrangement.with_handled(names[1], Handling(folded=True)).with_handled(names[2], Handling(zoom=1.5))
    rearrange(hall, arrangement, 0.0)
    hall.motion = None
    heat = np.linspace(-1, 1, 576, dtype=np.float32).reshape(24, 24)
    world.hall.attributing.take(Attribution(Wish(), 1, "a class", 2.0, "", heat, heat[None], picture=number))
    show_kept(world, exhibit.renderer)
    world.theme, world.colouring = "light", Colouring(range="map", colormap="batlow", gamma=0.5)
    samples = np.linspace(-1, 1, 50, dtype=np.float32)
    values16 = np.random.default_rng(1).normal(size=(10, 14)).astype(np.float16)
    reading = Reading(MapAt(0, 0, 3), values16, samples, np.array([-2, 2], np.float32), names[0], 12, "", "red.png")
    world.gallery.frames.append(Frame(1, reading, Pose((0.4, 1.5, -1.2), turn(0.2)), 5, 1.4))
    world.gallery.made, world.gallery.revision = 1, 1
    panel = WorldPanel(WALL, Pose((-0.5, 1.5, -1.0), turn(0.3)), 0.5, 0.47, wall=names[0], stands=HUNG, tag="1")
    world.panels.open[panel.key] = panel
    world.player.position, world.player.yaw, world.player.pitch = (0.2, 0.1, 0.6), 0.15, -0.05


def seen(studio: Studio) -> np.ndarray:
    studio.settle()
    player = studio.exhibit.world.player
    return studio.picture(player.eyes, SIZE, player.scale)


def keeper_of(exhibit: Exhibit, path: Path) -> SessionKeeper:
    keeper = SessionKeeper(path)
    exhibit.keep(keeper, PreferencesKeeper(path.with_name("preferences.json")))
    return keeper


def saved(folder: Path, path: Path) -> np.ndarray:
    """Furnishes a world and saves it; what was to be seen there."""
    exhibit = Exhibit(load(str(write_network(folder)), LoadOptions()))
    keeper_of(exhibit, path)
    with open_studio(exhibit) as studio:
        furnish(studio)
        return seen(studio)


def test_saved_opened_and_rendered_it_is_the_same_picture(tmp_path: Path) -> None:
    session = tmp_path / "mine.json"
    before = saved(tmp_path, session)
    output = tmp_path / "again.png"
    size = "x".join(map(str, SIZE))
    arguments = ["render", str(tmp_path / "net.py"), "--session", str(session), "--size", size, "-o", str(output)]
    assert main(arguments) == 0
    with Image.open(output) as picture:
        again = np.asarray(picture)
    assert (again == before).all()
    first = output.read_bytes()
    assert main(arguments) == 0
    assert output.read_bytes() == first
    assert json.loads(session.read_text())["sieve"] == {"text": "windows:3", "before": True}
    assert json.loads((tmp_path / "again.png.json").read_text())["settings"]["sieve"] == "windows:3"


def test_a_changed_model_is_told_and_what_still_fits_is_kept(tmp_path: Path) -> None:
    session = tmp_path / "mine.json"
    saved(tmp_path, session)
    (tmp_path / "blue.png").unlink()
    changed = write_network(tmp_path, ", nn.Conv2d(24, 24, 1), nn.ReLU()", ("red.png",))
    exhibit = Exhibit(load(str(changed), LoadOptions()))
    before = exhibit.world.hall.arrangement
    keeper_of(exhibit, session)
    world = exhibit.world
    assert world.hall.arrangement.moved != before.moved
    assert (world.theme, world.hall.scope.detail) == ("light", "all")
    assert [frame.reading.layer for frame in world.gallery.frames] == [world.hall.walls[0].name]
    assert [picture.name for picture in world.pictures] == ["red.png", "a noise of mine"]
    told = "\n".join(f"{notice.headline} {notice.detail}" for notice in world.notices)
    assert "net is not the network that it was" in told
    assert "1 of its pictures is gone: blue.png." in told
    exhibit.close()


def test_a_picture_that_was_brought_in_opens_where_its_file_is_not(tmp_path: Path) -> None:
    """Dropped on the window from a folder that is not there any more, it runs as it did."""
    session, elsewhere = tmp_path / "mine.json", tmp_path / "elsewhere"
    elsewhere.mkdir()
    noise = np.random.default_rng(3).integers(0, 256, (30, 40, 3), np.uint8)
    Image.fromarray(noise).save(elsewhere / "dropped.png")
    network = write_network(tmp_path)
    exhibit = Exhibit(load(str(network), LoadOptions()))
    keeper_of(exhibit, session)
    with open_studio(exhibit) as studio:
        file = PictureFile("dropped.png", elsewhere / "dropped.png")
        exhibit.place(exhibit.ways.add_file(file, np.dstack([noise, np.full((30, 40), 255, np.uint8)])))
        studio.settle()
        scores = exhibit.world.hall.scores
    (elsewhere / "dropped.png").unlink()
    again = Exhibit(load(str(network), LoadOptions()))
    again.arrange_as(session)
    with open_studio(again) as studio:
        studio.settle()
        assert again.world.pictures[again.world.easel.picture].name == "dropped.png"
        assert again.world.hall.scores == scores


def test_what_no_part_knows_is_kept(tmp_path: Path) -> None:
    session = tmp_path / "mine.json"
    saved(tmp_path, session)
    content = json.loads(session.read_text())
    content["of a later version"] = {"kept": [1, 2]}
    content["look"]["theme"] = "no such theme"
    session.write_text(json.dumps(content))
    exhibit = Exhibit(load(str(tmp_path / "net.py"), LoadOptions()))
    keeper = keeper_of(exhibit, session)
    assert any("Its look is left out" in notice.detail for notice in exhibit.world.notices)
    assert exhibit.world.theme == "dark"
    exhibit.world.player.position = (1.0, 0.0, 2.0)
    keeper.finish(exhibit.world)
    again = json.loads(session.read_text())
    assert again["of a later version"] == {"kept": [1, 2]}
    assert again["camera"]["position"] == [1.0, 0.0, 2.0]
    exhibit.close()


def test_whether_the_answer_is_over_the_picture_is_kept(tmp_path: Path) -> None:
    network = str(Path(__file__).parent.parent / "examples" / "segment_colours.py")
    session = tmp_path / "mine.json"
    exhibit = Exhibit(load(network, LoadOptions()))
    keeper_of(exhibit, session)
    with open_studio(exhibit) as studio:
        studio.settle()
        assert exhibit.world.overlaid
        exhibit.step([ToggleOverlay()], 0.01)
        assert not exhibit.world.overlaid
    again = Exhibit(load(network, LoadOptions()))
    again.arrange_as(session)
    with open_studio(again) as studio:
        studio.settle()
        assert again.world.overlays
        assert not again.world.overlaid


def test_a_session_of_many_brought_pictures_stays_small_and_keeps_the_easels(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = tmp_path / "mine.json"
    noise = np.random.default_rng(3).integers(0, 256, (30, 40, 4), np.uint8)
    Image.fromarray(noise[..., :3]).save(tmp_path / "dropped.png")
    letters = len(base64.b64encode((tmp_path / "dropped.png").read_bytes()))
    monkeypatch.setattr("vrcnn.export.session_pictures.MOST_BROUGHT", 2 * letters + 1)
    exhibit = Exhibit(load(str(write_network(tmp_path)), LoadOptions()))
    keeper_of(exhibit, session)
    with open_studio(exhibit) as studio:
        for number in range(4):
            file = PictureFile(f"{number}.png", tmp_path / "dropped.png")
            last = exhibit.ways.add_file(file, noise)
        exhibit.place(last)
        studio.settle()
    shelf = json.loads(session.read_text())["pictures"]["shelf"]
    assert [one["name"] for one in shelf] == ["red.png", "blue.png", "0.png", "1.png", "2.png", "3.png"]
    assert ["file" in one for one in shelf] == [False, False, True, False, False, True]
    assert shelf[3]["path"] == str(tmp_path / "dropped.png")
