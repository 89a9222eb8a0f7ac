"""Sessions on disk: left and found again, each network its own, written when nobody is at it, and never lost."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from vrcnn.engine.plan import plan_maps
from vrcnn.errors import UserError
from vrcnn.export.session import read
from vrcnn.export.session_files import QUIET, SessionKeeper, apply_session, own_file, structure_of
from vrcnn.export.session_opening import Opening
from vrcnn.network.graph import Edge, Graph, Node
from vrcnn.scene.arrangement import Handling
from vrcnn.scene.build import build_world
from vrcnn.scene.geometry import Placing, Pose, turn
from vrcnn.scene.world import World

ASIDE = Placing(Pose((1.0, 0.0, 2.0), turn(0.3)), 1.5)


def graph(length: int = 3, side: int = 8) -> Graph:
    nodes = tuple(
        Node(n, f"conv{n}", "Conv2d", "convolution", "", (1, 16, side, side), parameters=1) for n in range(length)
    )
    return Graph(nodes, tuple(Edge(n, n + 1) for n in range(length - 1)))


def world_of(shown: Graph, name: str = "My net/2") -> World:
    return build_world(name, shown, plan_maps(shown.nodes), [])


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the user's files lie."""
    monkeypatch.setattr("vrcnn.export.session_files.user_data_path", lambda *_, **__: tmp_path / "data")
    return tmp_path / "data"


def opened(shown: Graph, path: Path | None = None, name: str = "My net/2") -> tuple[SessionKeeper, World]:
    keeper, world = SessionKeeper(path), world_of(shown, name)
    keeper.open(Opening(world, [shown]))
    return keeper, world


def move(world: World, layer: str = "conv1") -> None:
    world.hall.arrangement = world.hall.arrangement.with_moved(layer, ASIDE)


def test_what_was_left_is_found_again_and_walls_stand_there(home: Path) -> None:
    keeper, world = opened(graph())
    move(world)
    world.hall.arrangement = world.hall.arrangement.with_handled("conv2", Handling(folded=True))
    world.hall.arrangement = replace(world.hall.arrangement, whole=Placing(scale=0.5))
    keeper.finish(world)
    _, again = opened(graph())
    assert again.hall.arrangement == world.hall.arrangement
    wall = again.hall.walls[1]
    assert wall.placing == wall.home @ ASIDE
    assert again.hall.walls[2].folded
    assert again.hall.placing.scale == 0.5
    assert again.hall.motion is None
    assert again.notices == []
    (file,) = (home / "sessions").iterdir()
    assert file == own_file("My net/2", structure_of(graph()))
    assert file.name.startswith("My-net-2-")


def test_a_network_that_was_changed_keeps_what_fits_and_says_what_has_changed() -> None:
    keeper, world = opened(graph(4))
    move(world)
    keeper.finish(world)
    _, shorter = opened(graph(3))
    assert shorter.hall.arrangement == world.hall.arrangement
    (notice,) = shorter.notices
    assert notice.headline.startswith("My net/2 is not the network that it was when the session My-net-2-")
    assert notice.detail == "1 layer gone: conv3. What still fits is as you left it."
    _, longer = opened(graph(6))
    assert longer.notices[0].detail == "2 layers new. What still fits is as you left it."


def test_a_network_with_little_in_common_does_not_get_a_foreign_session(tmp_path: Path) -> None:
    other = graph(side=9)
    keeper, world = opened(graph())
    move(world)
    keeper.finish(world)
    _, changed = opened(other)
    assert changed.hall.arrangement == world_of(other).hall.arrangement
    assert changed.notices == []
    _, renamed = opened(graph(), name="Another")
    assert renamed.hall.arrangement == world_of(graph()).hall.arrangement


def test_layers_that_are_not_shown_now_are_kept() -> None:
    keeper, world = opened(graph())
    move(world, "block.inside")
    keeper.finish(world)
    keeper, again = opened(graph())
    move(again)
    keeper.finish(again)
    _, last = opened(graph())
    assert {layer for _, layer in last.hall.arrangement.moved} == {"block.inside", "conv1"}


def test_it_is_written_when_nobody_has_been_at_it_for_a_moment(home: Path) -> None:
    keeper, world = opened(graph())
    file = own_file("My net/2", structure_of(graph()))
    for step in range(100):
        if step % 10 == 0 and step < 50:
            move(world, f"conv{step // 20}")
            changed = world.time
        keeper.follow(world)
        assert file.exists() == (world.time - changed > QUIET)
        world.time += 0.01 if step < 50 else 0.05
    written = file.stat().st_mtime_ns
    for _ in range(50):
        world.time += 0.1
        keeper.follow(world)
    assert file.stat().st_mtime_ns == written, "nothing has changed"


def test_nothing_is_written_where_nothing_was_done(home: Path) -> None:
    keeper, world = opened(graph())
    keeper.follow(world)
    keeper.finish(world)
    assert not home.exists()


def test_a_damaged_file_is_told_once_and_kept_aside(home: Path) -> None:
    file = own_file("My net/2", structure_of(graph()))
    file.parent.mkdir(parents=True)
    file.write_bytes(b'{"format": "vrcnn sess')
    keeper, world = opened(graph())
    (notice,) = world.notices
    assert "is damaged" in notice.headline
    aside = file.with_name(f"{file.stem}-damaged-001.json")
    assert str(aside) in notice.detail
    assert aside.read_bytes() == b'{"format": "vrcnn sess'
    move(world)
    keeper.finish(world)
    _, again = opened(graph())
    assert again.notices == []
    assert again.hall.arrangement == world.hall.arrangement
    assert aside.exists()


def test_a_file_of_a_newer_version_is_neither_read_nor_touched(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    file.write_text('{"format": "vrcnn session", "version": 99}')
    keeper, world = opened(graph(), file)
    assert "newer version" in world.notices[0].headline
    move(world)
    keeper.finish(world)
    assert file.read_text() == '{"format": "vrcnn session", "version": 99}'


def test_a_file_of_ones_own_holds_several_networks(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    for name in ("one", "two"):
        keeper, world = opened(graph(), file, name)
        move(world, f"conv{len(name) - 2}" if name == "one" else "conv0")
        keeper.finish(world)
    assert [network.name for network in read(file.read_bytes()).networks] == ["one", "two"]
    assert world.notices[0].headline.startswith(f"The session {file} holds one, and nothing of")
    _, again = opened(graph(), file, "one")
    assert again.notices == []
    assert again.hall.arrangement.moved


def test_what_cannot_be_written_is_told_once(tmp_path: Path) -> None:
    keeper, world = opened(graph(), tmp_path / "missing" / "mine.json")
    for layer in ("conv0", "conv1"):
        move(world, layer)
        keeper.finish(world)
    (notice,) = world.notices
    assert notice.headline.startswith("What you have arranged is not kept: Cannot save")


def test_a_picture_is_arranged_by_a_session_or_says_why_not(tmp_path: Path) -> None:
    file = tmp_path / "mine.json"
    keeper, world = opened(graph(), file)
    move(world)
    keeper.finish(world)
    before = file.read_bytes()
    picture = world_of(graph())
    apply_session(file, Opening(picture, [graph()]))
    assert picture.hall.arrangement == world.hall.arrangement
    with pytest.raises(UserError, match="holds My net/2, and nothing of a network with"):
        apply_session(file, Opening(world_of(graph(5), "Other"), [graph(5)]))
    with pytest.raises(UserError, match="cannot be read: No such file"):
        apply_session(tmp_path / "none.json", Opening(picture, [graph()]))
    file.write_bytes(before[: len(before) // 2])
    with pytest.raises(UserError, match="cannot be read: it is no JSON"):
        apply_session(file, Opening(picture, [graph()]))
    assert file.read_bytes() == before[: len(before) // 2]
