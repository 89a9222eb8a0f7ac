"""The JSON of a graph can be read by any program, and docs/capture.md explains every key of it."""

import json
import re
from pathlib import Path

from written_graphs import odd, small

from vrcnn import __version__
from vrcnn.export.graph_json import as_json
from vrcnn.export.graph_words import Described
from vrcnn.network.graph import Graph, Node, Window
from vrcnn.network.scope import Scope

DOCUMENT = Path(__file__).parents[2] / "docs" / "capture.md"


def test_it_says_all_that_the_graph_holds():
    said = json.loads(as_json(small()))
    assert said["vrcnn"] == __version__
    assert said["network"] == "Small"
    assert said["input"] == {"input": [1, 3, 8, 8]}
    assert (said["detail"], said["fold"]) == ("layers", "auto")
    assert [node["index"] for node in said["nodes"]] == [0, 1, 2, 3, 4]
    assert said["edges"] == [[0, 1], [1, 2], [1, 3], [2, 3], [3, 4]]
    assert said["groups"][0] == {"path": "blocks", "kind": "Sequential", "title": "Body", "nodes": [2, 3]}
    assert said["runs"] == [
        {"path": "blocks.0", "kind": "Block", "blocks": ["blocks.0", "blocks.1"], "folded": True, "nodes": [2, 3]}
    ]
    assert said["outputs"] == [4]
    assert said["parameters"] == 112 + 8 + 148 + 148 + 10, "of folded blocks too"


def test_a_node_tells_its_members_by_name_and_the_developers_word_where_there_is_one():
    nodes = json.loads(as_json(small()))["nodes"]
    assert nodes[1]["members"] == ["stem", "stem_norm"]
    assert nodes[1]["operations"] == ["Conv2d", "BatchNorm2d"]
    assert nodes[0]["axes"] == "NCHW"
    assert nodes[0]["grid"] is None
    assert not {"probed", "hidden", "channels", "position", "after"} & set(nodes[1])
    head = nodes[4]
    assert (head["name"], head["title"]) == ("head", "Answer")
    assert head["probed"] is True
    assert head["channels"] == ["cat", "dog"]
    assert head["position"] == [4, 1]
    assert head["after"] == ["stem"]


def test_how_a_convolution_slides_is_told_in_full():
    sliding = Window((3, 3), (2, 2), (1, 1), (1, 1))
    conv = Node(0, "conv", "Conv2d", "convolution", "", (1, 4, 4, 4), window=sliding)
    graph = Graph((conv, Node(1, "relu", "ReLU", "activation", "", (1, 4, 4, 4))), ())
    first, second = json.loads(as_json(Described("Net", graph, graph, Scope())))["nodes"]
    assert (
        Window(**{key: tuple(part) if isinstance(part, list) else part for key, part in first["window"].items()})
        == sliding
    )
    assert "window" not in second


def test_keys_keep_their_order_and_every_node_has_its_own_line():
    text = as_json(small())
    assert list(json.loads(text)) == [
        *("vrcnn", "network", "input", "detail", "fold"),
        *("nodes", "edges", "groups", "runs", "outputs", "parameters"),
    ]
    assert len(re.findall(r'^  \{"index": \d+, "name": ', text, re.MULTILINE)) == 5
    assert as_json(small()) == text


def test_odd_names_come_back_as_they_were():
    described = odd()
    text = as_json(described)
    assert text.isascii(), "any console and any pipe can carry it"
    said = json.loads(text)
    assert said["network"] == described.name
    assert [node["name"] for node in said["nodes"]] == [node.name for node in described.graph.nodes]


def test_a_graph_of_nothing_is_json_too():
    said = json.loads(as_json(Described("None", Graph((), ()), Graph((), ()), Scope())))
    assert (said["nodes"], said["edges"], said["input"], said["parameters"]) == ([], [], {}, 0)


def test_every_key_is_explained_in_the_documentation():
    said = json.loads(as_json(small()))
    keys = set(said) | set(said["groups"][0]) | set(said["runs"][0]) | {"hidden", "window"}
    keys.update(*said["nodes"])
    explained = set(re.findall(r"^\| `(\w+)` \|", DOCUMENT.read_text(encoding="utf-8"), re.MULTILINE))
    assert keys - explained == set()
