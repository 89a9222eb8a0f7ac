"""Searching layers: what is found first among the real names of ResNet-50, of folded blocks and of misspelt words."""

from __future__ import annotations

import pytest
from graphs import chain, repeated
from real_graphs import traced

from vrcnn.engine.plan import plan_maps
from vrcnn.network.detail import reduce
from vrcnn.network.finding import unfolded
from vrcnn.network.scope import Scope
from vrcnn.scene.build import build_hall
from vrcnn.scene.searching import MOST, findables, search


@pytest.fixture(scope="module")
def resnet():
    full = traced("ResNet-50")
    graph = reduce(full, Scope())
    hall = build_hall("ResNet-50", graph, plan_maps(graph.nodes))
    hall.findables = findables(full, unfolded(full, Scope()))
    return hall


def names(hall, words: str) -> list[str]:
    return [found.name for found in search([hall], words)]


@pytest.mark.parametrize(
    ("words", "first"),
    [
        ("conv1", "conv1"),
        ("fc", "fc"),
        ("maxpool", "maxpool"),
        ("layer3.2.conv2", "layer3.2.conv2"),
        ("LAYER3.2.CONV2", "layer3.2.conv2"),
        ("3.2.conv2", "layer3.2.conv2"),
        ("layer4.1", "layer4.1.conv1"),
        ("layer2 downsample", "layer2.0.downsample.0"),
        ("layer4 add", "layer4.0.add"),
        ("add 2x2", "layer4.0.add"),
        ("conv 2048×2×2", "layer4.0.conv3"),
        ("linear", "fc"),
        ("l4.2c3", "layer4.2.conv3"),
        ("layr3.4.conv1", "layer3.4.conv1"),
        ("layer3.5.cnov3", "layer3.5.conv3"),
    ],
)
def test_the_layer_that_is_meant_comes_first(resnet, words, first):
    assert names(resnet, words)[0] == first


def test_an_exact_name_comes_before_those_that_end_with_it(resnet):
    found = names(resnet, "conv1")
    assert found[0] == "conv1"
    assert found[1] == "layer1.0.conv1"
    assert len(found) == MOST


def test_every_word_must_fit(resnet):
    assert all(name.startswith("layer2") and name.endswith("conv3") for name in names(resnet, "layer2 conv3"))
    assert names(resnet, "layer2 maxpool") == []


def test_what_is_nowhere_is_not_found(resnet):
    assert names(resnet, "transformer encoder") == []


def test_a_part_of_a_layer_leads_to_it_behind_layers_of_that_name(resnet):
    (found, *_) = search([resnet], "layer1.0.bn2")
    assert found.name == "layer1.0.bn2"
    assert found.shown
    by_name = {findable.name: findable for findable in resnet.findables}
    assert by_name["layer1.0.bn2"].layer == "layer1.0.conv2"
    shown = {wall.name for wall in resnet.walls}
    assert {findable.layer for findable in resnet.findables} <= shown


def test_what_is_found_tells_shape_operation_and_room(resnet):
    found = search([resnet], "layer3.2.conv2")[0]
    assert (found.shape.split(" × ")[0], found.operation, found.room) == (
        "256",
        "Conv2d · BatchNorm · ReLU",
        "layer3.2 Bottleneck",
    )


def test_layers_in_a_folded_run_are_found_and_told_to_be_concealed():
    folded, opened = repeated(), repeated(folded=False)
    hall = build_hall("test", folded, plan_maps(folded.nodes))
    hall.findables = findables(opened, opened)
    found = search([hall], "stage.0.b")[0]
    assert (found.name, found.shown) == ("stage.0.b", False)
    assert search([hall], "stage b")[0].name == "stage.2.b", "what has a wall comes first"


def test_all_halls_are_searched():
    halls = []
    for length in (3, 6):
        graph = chain(length)
        halls.append(build_hall(f"chain {length}", graph, plan_maps(graph.nodes)))
        halls[-1].findables = findables(graph, graph)
    assert [(found.name, found.hall) for found in search(halls, "conv5")] == [("conv5", 1)]
    assert [found.hall for found in search(halls, "conv1")] == [0, 1]
