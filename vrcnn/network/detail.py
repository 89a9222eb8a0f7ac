"""Chooses which nodes of a full graph are shown, and joins the edges through those that are not.

At detail "layers" the graph reads as people draw it:

- A convolution, linear or attention layer stands for itself and the normalization and activation right behind it, as
  long as nothing else reads what lies between; what is shown is the chain's end, under the layer's name. Pools,
  resamplings and operations of unknown kind do the same, an addition or product takes an activation only, a
  concatenation nothing. A product of a tensor with a function of itself (x * sigmoid(x)) counts as an activation.
- A normalization or activation that continues no chain (as before the convolutions of a pre-activation network) is
  hidden where only convolutions, linear and attention layers read it, and shown elsewhere.
- A concatenation that a later one extends is hidden, and whoever reads it gets an edge from its newest part only: in
  a dense block every layer follows the one before it, and the block's last concatenation joins them all.
- Operations that only move numbers (views, slices, dropout) are hidden, and so is everything that does not depend on
  the input (weights prepared on the fly, constants) or has no maps (scalars).
- What the network returns is always shown, by the nearest shown node before it where it only moved numbers.
- What the developer hides is passed over like a view. What he probes is shown whatever it is, and ends its chain.

At detail "blocks" the same graph has one node for each block (network/blocks.py) and knows no probes. At detail "all"
everything is shown that depends on the input. At each of them, blocks that are alike are folded into one
(network/runs.py).
"""

from __future__ import annotations

from dataclasses import replace

from vrcnn.errors import UserError
from vrcnn.network import attention
from vrcnn.network.blocks import join_blocks
from vrcnn.network.chains import Chains, growing_joins
from vrcnn.network.contraction import contract
from vrcnn.network.graph import Graph
from vrcnn.network.runs import with_runs
from vrcnn.network.scope import FOLDS, LEVELS, Scope
from vrcnn.network.wiring import Wiring


def reduce(graph: Graph, scope: Scope = Scope()) -> Graph:
    """The shown part of a full `graph`, renumbered.

    Nodes are in the order in which their shown tensors come to exist, so every edge leads from an earlier to a later
    node. Node.members and Node.operations tell what each stands for, Graph.runs which blocks are or can be folded.
    Raises UserError for a detail or folding that there is not.
    """
    for chosen, known, word in ((scope.detail, LEVELS, "detail"), (scope.fold, FOLDS, "folding")):
        if chosen not in known:
            raise UserError(f"There is no {word} {chosen!r}: choose one of {', '.join(known)}.")
    return replace(with_runs(_unfolded(graph, scope.detail), scope), parameters=graph.parameters)


def _unfolded(graph: Graph, detail: str) -> Graph:
    wiring = Wiring(graph, detail)
    if detail == "all":
        return contract(wiring, [(node.index,) for node in graph.nodes if wiring.live[node.index]], {})
    growing = growing_joins(wiring)
    chains = Chains(wiring, growing).shown()
    if detail == "layers":
        return contract(wiring, chains, growing)
    chains = [chain for chain in chains if graph.nodes[chain[0]].operation != attention.OPERATION]
    return join_blocks(wiring, contract(wiring, chains, growing))
