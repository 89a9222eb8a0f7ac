"""Networks for benchmarks/render.py: their maps as the worker has them, or planned and filled with noise."""

from __future__ import annotations

import moderngl
import torch
from _capture_sides import source_of
from _corridors import Place, noise

from vrcnn.engine.inference import Inference
from vrcnn.engine.messages import LayerReady, Message
from vrcnn.engine.plan import MapPlan, plan_maps
from vrcnn.engine.shelf import Shelf
from vrcnn.network.detail import reduce
from vrcnn.network.guard import unchanged
from vrcnn.network.scope import Scope
from vrcnn.network.source import LoadOptions, load
from vrcnn.network.trace import trace
from vrcnn.render.map_store import MapStore
from vrcnn.resources import resource
from vrcnn.scene.build import build_world

EVERYTHING = 1 << 50  # bytes of memory: no layer is left out
UNFOLDED = Scope(fold="never")


class ShownNetwork:
    """An example network after its first picture, every block open: its plan, and its maps in the worker's memory."""

    def __init__(self, file: str) -> None:
        torch.set_num_threads(1)
        source = load(str(resource("examples", file)), LoadOptions())
        messages: list[Message] = []
        self._inference = Inference(source, Shelf(source.pictures), messages.append, UNFOLDED, EVERYTHING)
        self._inference.run(0, 0, lambda: False)
        self._ready = [message for message in messages if isinstance(message, LayerReady)]
        self.name = source.name
        self.plan: MapPlan = self._inference.capture.plan
        self.arena = self._ready[0].arena

    def enqueue(self, store: MapStore) -> None:
        """Lets a store upload all layers."""
        for ready in self._ready:
            store.enqueue(ready.node, ready.arena, ready.samples, ready.difference)

    def place(self, context: moderngl.Context) -> Place:
        """The network as it is walked through."""
        world = build_world(self.name, self._inference.capture.graph, self.plan, [], UNFOLDED)
        return Place(context, world, self.plan, self.enqueue)


def planned(context: moderngl.Context, name: str) -> Place:
    """A network of _capture_sides.py as it is walked through, with noise in its maps."""
    source = source_of(name)
    with unchanged(source.module):
        full = trace(source.module, source.arguments, source.keywords)
    graph = reduce(full, UNFOLDED)
    plan = plan_maps(graph.nodes)
    return Place(context, build_world(name, graph, plan, [], UNFOLDED), plan, noise(plan).enqueue)
