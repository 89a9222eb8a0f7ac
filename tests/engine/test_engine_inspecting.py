"""A closer look as an inquiry: with a real worker, about the present picture, refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from tiny_networks import Tiny, Watched, broken, noise, of_kind, picture, source
from torch import nn

from vrcnn.engine.inspecting import Inspecting
from vrcnn.engine.inspection_messages import Inspected, NotInspected
from vrcnn.engine.messages import InquiryProgress
from vrcnn.inspection.results import Question


@pytest.fixture
def watched() -> Iterator[Watched]:
    with Watched(source(Tiny(), noise(1), noise(2), noise(3))) as watched:
        watched.run(0)
        watched.arrived.clear()
        yield watched


def named(watched: Watched, name: str) -> int:
    return next(node.index for node in watched.worker.full_graph.nodes if node.name == name)


def test_a_question_is_answered_for_the_present_picture(watched: Watched):
    inspecting = Inspecting()
    question = Question("channel", named(watched, "last"), 5)
    watched.worker.inquiries.ask(inspecting.about(question))
    (first,) = of_kind(watched.rest(), Inspected)
    assert first.question == question
    assert (first.answer.layer.picture, first.answer.layer.picture_name) == (0, "noise 1")
    watched.arrived.clear()
    watched.run(1)
    watched.worker.inquiries.ask(inspecting.about(question))
    second = of_kind(watched.rest(), Inspected)[-1]
    assert second.answer.layer.picture == 1
    assert not np.array_equal(first.answer.map, second.answer.map)
    assert np.array_equal(first.answer.kernel, second.answer.kernel)


def test_what_cannot_be_answered_is_a_sentence(watched: Watched):
    watched.worker.inquiries.ask(Inspecting().about(Question("kernels", named(watched, "pool"), 0)))
    (refused,) = of_kind(watched.rest(), NotInspected)
    assert refused.reason.startswith("Layer pool has no kernels")


class Dark(nn.Module):
    """Its second channel lives where the picture is bright; its third nowhere."""

    def __init__(self) -> None:
        super().__init__()
        self.conv = nn.Conv2d(3, 3, 1)
        with torch.no_grad():
            self.conv.weight.fill_(1.0)
            self.conv.bias.copy_(torch.tensor([1.0, -1.5, -9.0]))

    def forward(self, x: torch.Tensor) -> torch.Tensor:
        return torch.relu(self.conv(x))


def test_dead_channels_are_looked_for_in_other_pictures_too():
    with Watched(source(Dark(), picture(20), broken("is truncated"), picture(240))) as watched:
        watched.run(0)
        watched.arrived.clear()
        inspecting = Inspecting()
        question = Question("layer", named(watched, "relu"))
        watched.worker.inquiries.ask(inspecting.about(question))
        (first,) = of_kind(watched.rest(), Inspected)
        assert (first.answer.dead.tolist(), first.answer.pictures) == ([False, True, True], 1)
        watched.arrived.clear()
        watched.worker.inquiries.ask(inspecting.census(question, "Dead channels of relu"))
        arrived = watched.rest()
        (last,) = of_kind(arrived, Inspected)
        assert (last.answer.dead.tolist(), last.answer.pictures) == ([False, False, True], 2)
        assert last.answer.layer.picture_name == first.answer.layer.picture_name
        assert {message.title for message in of_kind(arrived, InquiryProgress)} == {"Dead channels of relu"}
