"""A closer look as an inquiry: with a real worker, about the present picture, refused with a sentence."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
import pytest
from tiny_networks import Tiny, Watched, broken, noise, of_kind, source

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


def test_the_whole_network_is_looked_at_for_several_pictures(watched: Watched):
    watched.worker.inquiries.ask(Inspecting().about(Question("network")))
    arrived = watched.rest()
    first, last = of_kind(arrived, Inspected)
    assert (first.answer.pictures, last.answer.pictures) == (1, 3)
    assert last.answer.picture_name == "noise 1"
    assert {message.title for message in of_kind(arrived, InquiryProgress)} == {"Looking for dead channels"}


def test_a_picture_that_cannot_be_opened_is_left_out_of_the_others():
    with Watched(source(Tiny(), noise(1), broken("is truncated"))) as watched:
        watched.run(0)
        watched.arrived.clear()
        watched.worker.inquiries.ask(Inspecting().about(Question("network")))
        answers = of_kind(watched.rest(), Inspected)
        assert [message.answer.pictures for message in answers] == [1, 1]
