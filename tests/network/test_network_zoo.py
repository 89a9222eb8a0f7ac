"""A representative part of the zoo: 40 architectures of three libraries and the examples keep every promise.

`make test-zoo` does the same with all that the libraries have.
"""

from __future__ import annotations

import pytest
import torch
from zoo.representative import ARCHITECTURES, opened

from vrcnn.network.check import check
from vrcnn.network.source import LoadOptions, load
from vrcnn.resources import resource

EXAMPLES = ("resnet.py", "densenet.py", "unet.py")


@pytest.mark.slow
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_an_architecture_of_a_library_keeps_every_promise(architecture: str) -> None:
    module, arguments, keywords = opened(architecture)
    report = check(module, arguments, keywords)
    assert [promise for promise in report.promises if not promise.holds] == []
    assert sum(each.verdict == "same" for each in report.nodes) > 0.9 * len(report.nodes)


@pytest.mark.slow
@pytest.mark.parametrize("example", EXAMPLES)
def test_an_example_keeps_every_promise(example: str) -> None:
    source = load(str(resource("examples", example)), LoadOptions(input_size=(3, 64, 64)))
    assert source.arguments[0].shape == torch.Size([1, 3, 64, 64])
    report = check(source.module, source.arguments, source.keywords)
    assert [promise for promise in report.promises if not promise.holds] == []
    assert all(each.verdict in ("same", "close") for each in report.nodes)
