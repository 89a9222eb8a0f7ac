"""Another scope, another slice, less memory: the same trace is shown anew, and what is not needed any more is freed."""

import threading
import time
import weakref

import numpy as np
import pytest
import torch
from tiny_networks import Gated, Moody, Tiny, Volumes, Watched, arena_of, broken, maps, noise, of_kind, picture, source
from torch import nn

from vrcnn.engine.messages import (
    GraphChanged,
    JobDone,
    JobFailed,
    JobStarted,
    LayerReady,
    MapsComplete,
    Predicted,
    ScopeRefused,
)
from vrcnn.engine.plan import COPIES
from vrcnn.engine.worker import Worker
from vrcnn.network.scope import Scope

LAYERS, ALL = Scope(), Scope(detail="all")


def names(worker) -> list[str]:
    return [node.name for node in worker.graph.nodes]


def test_another_detail_shows_the_picture_again_in_the_new_graph():
    with Watched(source(Tiny(), noise(1), noise(2))) as watched:
        few = names(watched.worker)
        arena_of(watched.run(1)).release()
        arrived = watched.show(ALL)
        changed = arrived[0]
        assert isinstance(changed, GraphChanged)
        assert changed.scope == watched.worker.scope == ALL
        assert changed.graph is watched.worker.graph
        assert changed.plan is watched.worker.plan
        assert set(few) < set(names(watched.worker))
        assert arrived[1] == JobStarted(2, "Running noise 2")
        assert {ready.node for ready in of_kind(arrived, LayerReady)} == set(changed.plan.spans)
        assert [type(message) for message in arrived[-3:]] == [Predicted, MapsComplete, JobDone]


def test_the_network_is_not_traced_again_for_another_scope():
    module = Volumes()
    network = source(module)
    network.arguments = (torch.randn(1, 1, 5, 6, 7),)
    with Watched(network) as watched:
        arena_of(watched.run(0)).release()
        before = module.calls
        arena_of(watched.show(ALL)).release()
        arena_of(watched.show(Scope(slice=0.0))).release()
        assert module.calls == before + 2, "once for each picture"


@pytest.mark.parametrize("share", [0.0, 0.5, 1.0])
def test_another_slice_leaves_the_graph_alone_and_shows_that_slice(share: float):
    network = source(Volumes())
    volume = torch.randn(1, 1, 5, 6, 7)
    network.arguments = (volume,)
    with Watched(network) as watched:
        graph = watched.worker.graph
        arena_of(watched.run(0)).release()
        arrived = watched.show(Scope(slice=share))
        assert not of_kind(arrived, GraphChanged)
        assert watched.worker.graph is graph
        seen = maps(arena_of(arrived), watched.worker, "input")
        np.testing.assert_allclose(seen[0], volume[0, 0, round(4 * share)].numpy(), atol=2e-3)


def test_a_scope_supersedes_the_picture_that_runs():
    module = Gated()
    with Watched(source(module, noise(1), noise(2))) as watched:
        module.gate.clear()
        module.arrived.clear()
        watched.worker.run_picture(1)
        assert module.arrived.wait(10)
        last = watched.worker.show(ALL)
        module.gate.set()
        arrived = watched.rest()
    ended = [message.job for message in arrived if isinstance(message, (MapsComplete, JobDone, JobFailed))]
    assert ended == [last] * 2
    assert of_kind(arrived, MapsComplete)[0].picture == 1
    assert arrived.index(of_kind(arrived, GraphChanged)[0]) < arrived.index(of_kind(arrived, MapsComplete)[0])


def test_of_many_slices_in_a_row_the_last_one_ends_on_the_walls():
    network = source(Volumes())
    volume = torch.randn(1, 1, 21, 6, 7)
    network.arguments = (volume,)
    with Watched(network) as watched:
        arena_of(watched.run(0)).release()
        watched.arrived.clear()
        for number in range(21):
            last = watched.worker.show(Scope(slice=number / 20))
            for complete in of_kind(watched.worker.messages(), MapsComplete):
                complete.arena.release()
            time.sleep(0.001)
        arrived = watched.rest()
        complete = of_kind(arrived, MapsComplete)[-1]
        assert complete.job == last
        np.testing.assert_allclose(
            maps(complete.arena, watched.worker, "input")[0], volume[0, 0, 20].numpy(), atol=2e-3
        )


def test_before_the_first_picture_a_scope_waits_for_it():
    with Watched(source(Tiny(), noise(1))) as watched:
        arrived = watched.show(ALL)
        assert [type(message) for message in arrived] == [GraphChanged]
        arrived = watched.run(0)
        assert {ready.node for ready in of_kind(arrived, LayerReady)} == set(watched.worker.plan.spans)


def test_a_scope_that_there_is_not_leaves_the_one_before_in_place():
    with Watched(source(Tiny(), noise(1))) as watched:
        arena_of(watched.run(0)).release()
        before = watched.worker.graph
        arrived = watched.show(Scope(detail="everything"))
        (refused,) = of_kind(arrived, ScopeRefused)
        assert refused.scope == watched.worker.scope == LAYERS
        assert "everything" in refused.headline
        assert watched.worker.graph is before
        assert not of_kind(arrived, GraphChanged)
        assert of_kind(arrived, JobDone), "the picture ran again, as the scope had superseded it"


def test_a_picture_that_cannot_be_opened_is_not_run_again():
    with Watched(source(Tiny(), broken("is truncated"))) as watched:
        assert of_kind(watched.run(0), JobFailed)
        assert [type(message) for message in watched.show(ALL)] == [GraphChanged]


def test_with_little_memory_layers_are_left_out_and_come_back_on_demand():
    with Watched(source(Tiny(), noise(1)), ALL) as watched:
        whole = watched.worker.plan
        arena_of(watched.run(0)).release()
        arrived = watched.show(ALL, COPIES * whole.bytes * 2 // 3)
        small = watched.worker.plan
        assert small.left_out
        assert small.bytes <= whole.bytes * 2 // 3
        assert {ready.node for ready in of_kind(arrived, LayerReady)} == set(small.spans)
        assert arena_of(arrived).bytes <= whole.bytes * 2 // 3
        arena_of(arrived).release()

        missing = watched.worker.graph.nodes[min(small.left_out)]
        demanding = ALL.with_demanded(missing.name)
        arrived = watched.show(demanding)
        assert missing.index in watched.worker.plan.spans
        assert missing.index in {ready.node for ready in of_kind(arrived, LayerReady)}
        assert watched.worker.plan.bytes <= whole.bytes * 2 // 3, "others had to go"
        arena_of(arrived).release()

        assert not of_kind(watched.show(demanding, COPIES * whole.bytes), GraphChanged)[0].plan.left_out


def test_the_former_memory_is_free_before_any_new_is_taken():
    with Watched(source(Tiny(), noise(1))) as watched:
        arrived = watched.run(0)
        held = arena_of(arrived)
        arrived.clear()
        watched.arrived.clear()
        watched.worker.show(ALL)
        watched.until(lambda: bool(of_kind(watched.arrived, JobStarted)))
        time.sleep(0.1)
        assert watched.worker.busy, "somebody still reads the former maps"
        assert not of_kind(watched.arrived, LayerReady)
        held.release()
        gone = weakref.ref(held)
        del held
        assert of_kind(watched.rest(), MapsComplete)
        assert gone() is None


def test_the_memory_of_a_way_that_was_left_is_free_too():
    with Watched(source(Moody(), picture(190), picture(128))) as watched:
        arena = arena_of(watched.run(0))
        kept = weakref.ref(arena)
        arena.release()
        del arena
        assert of_kind(watched.run(1), GraphChanged)
        watched.arrived.clear()  # with the layers that were sent before the pass left the way
        assert kept() is None


def test_a_way_that_was_not_taken_before_keeps_to_scope_and_memory():
    with Watched(source(Moody(), picture(190), picture(128)), ALL, memory=15_000) as watched:
        arena_of(watched.run(0)).release()
        (changed,) = of_kind(watched.run(1), GraphChanged)
        assert changed.scope == ALL
        assert changed.plan.left_out
        assert COPIES * changed.plan.bytes <= 15_000


def test_scopes_and_pictures_from_another_thread_end_with_the_last_of_each():
    with Watched(source(Tiny(), *(noise(number) for number in range(6)))) as watched:
        stop = threading.Event()

        def receive() -> None:
            while not stop.is_set():
                for message in watched.worker.messages():
                    watched.arrived.append(message)
                    if isinstance(message, MapsComplete):
                        message.arena.release()
                time.sleep(0.001)

        receiver = threading.Thread(target=receive)
        receiver.start()
        for number in range(60):
            watched.worker.run_picture(number % 6)
            last = watched.worker.show((LAYERS, ALL)[number % 2])
            time.sleep(0.002)
        while watched.worker.busy:
            time.sleep(0.001)
        stop.set()
        receiver.join()
        watched.rest()
    assert of_kind(watched.arrived, JobDone)[-1].job == last
    assert of_kind(watched.arrived, MapsComplete)[-1].picture == 5
    assert of_kind(watched.arrived, GraphChanged)[-1].scope == ALL
    assert not of_kind(watched.arrived, JobFailed)


def test_the_answer_to_a_picture_is_drawn_over_it():
    class Segments(nn.Module):
        def forward(self, x):
            return torch.stack([x[:, 0] - 0.5, 0.5 - x[:, 0], x[:, 0] * 0 - 9, x[:, 0] * 0 - 9, x[:, 0] * 0 - 9], 1)

    with Watched(source(Segments(), picture(250))) as watched:
        (predicted,) = of_kind(watched.run(0), Predicted)
    assert predicted.kind == "segments"
    assert predicted.scores[0].index == 0
    assert predicted.scores[0].probability == 1
    assert predicted.overlay is not None
    assert predicted.overlay.dtype == np.uint8


def test_what_is_allotted_before_the_start_is_what_the_plan_keeps_to():
    worker = Worker(source(Tiny(), noise(1)), memory=1 << 30)
    worker.prepare()
    need = worker.need
    assert need == COPIES * worker.plan.bytes
    worker.allot(need // 2)
    assert worker.plan.left_out
    assert COPIES * worker.plan.bytes <= need // 2
    assert worker.need == need, "also what there is no room for is needed"
    worker.start()
    worker.run_picture(0)
    while worker.busy:
        time.sleep(0.001)
    arrived = worker.messages()
    worker.close()
    assert not of_kind(arrived, GraphChanged), "nobody knew another plan"
    assert {message.node for message in of_kind(arrived, LayerReady)} == set(worker.plan.spans)
