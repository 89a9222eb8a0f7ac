"""The table of a graph fits into a terminal, and reads from top to bottom as the network does."""

import re
from dataclasses import replace

import pytest
from written_graphs import FOLDER, long_names, odd, small

from vrcnn.export.graph_table import as_table
from vrcnn.export.graph_words import shortened


def test_the_table_as_people_read_it():
    assert as_table(small(), FOLDER).splitlines() == [
        "Small",
        "reads input 1×3×8×8",
        "",
        "name      operations           shape    parameters  line",
        "────────  ───────────────────  ───────  ──────────  ─────────────────────",
        "input     input                1×3×8×8",
        "stem      Conv2d, BatchNorm2d  1×4×8×8         120  net.py:7",
        "Body Sequential",
        "  1 Block ×2",
        "    conv  Conv2d               1×4×8×8         148",
        "    add   add                  1×4×8×8",
        "Answer    Linear               1×2              10  elsewhere/other.py:12",
        "",
        "5 nodes at detail layers, of 8 operations; 426 parameters",
    ]


def test_an_open_run_says_where_it_starts():
    described = small()
    run = replace(described.graph.runs[0], folded=False, path="blocks.1", blocks=("blocks.1", "blocks.2"))
    told = as_table(replace(described, graph=replace(described.graph, runs=(run,))), FOLDER)
    assert "  1 Block first of 2\n" in told


def test_a_block_that_is_a_single_node_tells_its_count_itself():
    described = small()
    graph = described.graph
    block = replace(graph.nodes[2], name="blocks.1", operation="Block", operations=("Conv2d", "Conv2d", "add"))
    alone = replace(graph, nodes=(*graph.nodes[:2], block, graph.nodes[3], graph.nodes[4]), groups=())
    told = as_table(replace(described, graph=alone), FOLDER)
    assert re.search(r"^blocks\.1 ×2 +Block: Conv2d ×2, add ", told, re.MULTILINE)


def test_a_name_with_a_line_end_keeps_its_line():
    assert len(as_table(odd(), FOLDER).splitlines()) == 3 + 2 + 2 + 1 + 2


@pytest.mark.parametrize("described", [small(), odd(), long_names()], ids=["small", "odd", "long"])
def test_no_line_is_wider_than_120_columns(described):
    assert max(map(len, as_table(described, FOLDER).split("\n"))) <= 120


def test_long_names_lose_their_middle_and_lines_keep_their_number():
    rows = as_table(long_names(), FOLDER).splitlines()
    row = next(row for row in rows if row.endswith(":1007"))
    assert "…" in row
    assert re.search(r"…\S*_name_7 ", row), "what tells it from the others is still there"


def test_shortened_keeps_both_ends():
    assert shortened("features.denseblock3.denselayer24.conv2", 20) == "features.…r24.conv2"[:9] + "…" + "er24.conv2"
    assert shortened("conv", 4) == "conv"
    assert len(shortened("x" * 50, 7)) == 7
