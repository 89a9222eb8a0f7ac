"""A session comes back from its JSON as it went in; what is damaged says where."""

from __future__ import annotations

import json
import random
from types import MappingProxyType

import pytest

from vrcnn.export.session import DamagedSession, NetworkSession, NewerSession, Session, read, written
from vrcnn.scene.arrangement import LAYOUTS, Arrangement, Handling
from vrcnn.scene.features import FACES
from vrcnn.scene.geometry import Placing, Pose, turn


def somewhere(of: random.Random) -> Placing:
    position = of.uniform(-9, 9), of.uniform(0, 3), of.uniform(-90, 9)
    return Placing(Pose(position, turn(of.uniform(-3, 3), of.uniform(-1, 1))), of.uniform(0.02, 4))


def some_arrangement(of: random.Random) -> Arrangement:
    names = ["conv1", "layer1.0.añadir", "“x” · 2", "a\nb"]
    return Arrangement(
        of.choice(LAYOUTS),
        MappingProxyType({(of.choice(LAYOUTS), name): somewhere(of) for name in names[: of.randint(0, 4)]}),
        MappingProxyType(
            {
                name: Handling(
                    of.uniform(0.5, 3), of.uniform(0, 99), of.random() < 0.5, of.random() < 0.5, of.choice(FACES)
                )
                for name in names[: of.randint(0, 4)]
            }
        ),
        somewhere(of),
        frozenset(names[: of.randint(0, 2)]),
    )


@pytest.mark.parametrize("seed", range(20))
def test_what_is_written_is_read_again_exactly(seed: int) -> None:
    of = random.Random(seed)
    networks = tuple(NetworkSession(f"net {n}", f"{n:016x}", some_arrangement(of)) for n in range(of.randint(0, 3)))
    session = Session(networks)
    assert read(written(session)) == session
    for network in networks:
        assert session.of(network.name, network.structure) is network
        assert session.of(network.name, "another") is None


def test_one_network_takes_the_place_of_what_was_there_of_it_and_others_stay() -> None:
    one, other = NetworkSession("a", "1", Arrangement()), NetworkSession("a", "2", Arrangement("stack"))
    newer = NetworkSession("a", "1", Arrangement("spiral"))
    assert Session((one, other)).with_network(newer).networks == (other, newer)


def test_what_another_version_has_added_is_written_again() -> None:
    content = json.loads(written(Session((NetworkSession("a", "1", Arrangement()),))))
    content["author"] = "Ada"
    content["networks"][0]["notes"] = [{"layer": "conv1", "text": "look here"}]
    again = json.loads(written(read(json.dumps(content).encode())))
    assert again == content


def test_what_is_left_out_is_as_nobody_has_touched_it() -> None:
    least = {"format": "vrcnn session", "version": 1, "networks": [{"name": "a", "structure": "1"}]}
    assert read(json.dumps(least).encode()).networks == (NetworkSession("a", "1", Arrangement()),)


def change(content: dict, path: str, value: object) -> None:
    *way, last = [int(step) if step.isdigit() else step for step in path.split("/")]
    for step in way:
        content = content[step]
    content[last] = value


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("format", "something else", '"format"'),
        ("version", "one", '"version"'),
        ("networks", {}, "networks is no list"),
        ("networks/0", 3, r"networks\[0\] is no object"),
        ("networks/0/name", None, r"networks\[0\].name is no text"),
        ("networks/0/layout", "heap", "none of corridor, stack, spiral"),
        ("networks/0/moved/0/position", [0, 1], r"moved\[0\].position is not 3 numbers"),
        ("networks/0/moved/0/position", [0, 1, float("nan")], "position is not 3 numbers"),
        ("networks/0/moved/0/orientation", [0, 0, 0, 2], "orientation has the length 1"),
        ("networks/0/moved/0/scale", 0, "the scale is positive"),
        ("networks/0/moved/0/scale", True, "scale is not a number"),
        ("networks/0/handled/conv1/folded", 1, r"handled\['conv1'\] has values that cannot be"),
        ("networks/0/handled/conv1/face", "dreams", r"face is none of activations, visualizations, both"),
        ("networks/0/handled/conv1/face", ["both"], r"conv1'\].face is none of"),
        ("networks/0/handled/conv1", [], r"handled\['conv1'\] is no object"),
        ("networks/0/whole", "here", "whole is no object"),
        ("networks/0/closed", ["layer1", 2], r"closed\[1\] is no text"),
    ],
)
def test_a_damaged_session_says_where(path: str, value: object, said: str) -> None:
    arrangement = Arrangement().with_moved("conv1", Placing()).with_handled("conv1", Handling(zoom=2.0))
    content = json.loads(written(Session((NetworkSession("a", "1", arrangement),))))
    change(content, path, value)
    with pytest.raises(DamagedSession, match=said):
        read(json.dumps(content).encode())


@pytest.mark.parametrize("data", [b"", b"{", b"\xff\xfe\x00", b"[]", b"null", b"3"])
def test_what_is_no_session_at_all(data: bytes) -> None:
    with pytest.raises(DamagedSession):
        read(data)


def test_a_newer_format_is_not_guessed_at() -> None:
    with pytest.raises(NewerSession, match="format 3, here 2"):
        read(b'{"format": "vrcnn session", "version": 3, "networks": "who knows"}')
