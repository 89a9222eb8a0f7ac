"""How a test asks an Inspector about a network, and what torch itself says of its tensors."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor, nn

from vrcnn.inspection.inspector import Inspector
from vrcnn.inspection.results import Answer, Question
from vrcnn.inspection.view import Picture
from vrcnn.network.detail import reduce
from vrcnn.network.graph import Graph, Node
from vrcnn.network.guard import unchanged
from vrcnn.network.scope import Scope
from vrcnn.network.trace import trace

torch.set_num_threads(1)


class Looking:
    """A network with one input, and an Inspector that looks at it."""

    def __init__(self, module: nn.Module, *inputs: Tensor, detail: str = "layers") -> None:
        self.module, self.inputs = module, inputs
        self.inspector = Inspector(module, type(module).__name__)
        with unchanged(module):
            self.full: Graph = trace(module, inputs, {})
        self.shown = reduce(self.full, Scope(detail))
        self.take(0, *inputs)

    def take(self, number: int, *inputs: Tensor) -> None:
        self.inputs = inputs
        self.inspector.look_at(Picture(number, f"picture {number}", inputs, {}), self.full, self.shown)

    def node(self, name: str) -> Node:
        found = next((node for node in self.shown.nodes if node.name == name), None)
        return found or next(node for node in self.full.nodes if node.name == name)

    def tensor(self, name: str) -> int:
        node = self.node(name)
        return node.members[-1] if node.members else node.index

    def ask(
        self, what: str, name: str = "", *channel: int, pixel: tuple[int, int] | None = None, **rest: Any
    ) -> Answer:
        tensor = self.tensor(name) if name else None
        return self.inspector.answer(Question(what, tensor, *channel, pixel=pixel, **rest))

    def output(self, module: nn.Module) -> Tensor:
        """What this layer makes in a plain pass, by a hook of torch's own."""
        found: list[Tensor] = []
        handle = module.register_forward_hook(lambda _, __, result: found.append(result.clone()))
        training = self.module.training
        try:
            with torch.no_grad():
                self.module.eval()(*self.inputs)
        finally:
            handle.remove()
            self.module.train(training)
        return found[0]
