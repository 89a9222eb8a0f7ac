"""The developer's own word on a network: names, places and what to leave out, said in the network's own code.

All of it is optional, and none of it does anything but while vrcnn captures the network: a probe then costs one look at
a variable, the others only set an attribute of the module when they are called. Nothing here needs torch, so that a
file which imports vrcnn for this pays nothing.
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Sequence
from typing import Any, TypeVar

T = TypeVar("T")
M = TypeVar("M")
MARKS = "_vrcnn_marks"  # the attribute of a module: a plain dictionary, which travels with copies and pickles

Probed = Callable[[Any, str, Any, tuple[str, ...]], None]


class _Listening(threading.local):
    """Who is told of probes on this thread: the capture that is under way, if one is."""

    probed: Probed | None = None


listening = _Listening()


def probe(tensor: T, name: str, *, module: object = None, after: Sequence[str] = ()) -> T:
    """Calls this tensor of a forward `name`, and shows it whatever the detail. Returns the tensor as it is.

        def forward(self, x):
            x = vrcnn.probe(self.stem(x) * self.gain, "scaled stem")

    `module` is the layer that it belongs to, where that is not the one that computed it. `after` names the layers that
    it follows, where the paths in the world shall differ from what the computation says.
    """
    if listening.probed is not None:
        listening.probed(tensor, name, module, tuple(after))
    return tensor


def hide(module: M) -> M:
    """Leaves a module and all inside it out of the world; what it reads is joined to what reads it. Returns it.

    self.auxiliary = vrcnn.hide(AuxiliaryHead())
    """
    _marks(module)["hidden"] = True
    return module


def group(module: M, name: str) -> M:
    """Gives a module a room of its own with this name. Returns the module.

    self.encoder = vrcnn.group(nn.Sequential(...), "Encoder")
    """
    _marks(module)["group"] = str(name)
    return module


def label(module: M, channel_names: Sequence[str] = (), *, name: str = "") -> M:
    """Names the channels of what a module returns, and with `name` the module itself. Returns the module.

    self.head = vrcnn.label(nn.Linear(512, 3), channel_names=["cat", "dog", "parrot"])
    """
    marks = _marks(module)
    if channel_names:
        marks["channels"] = tuple(str(each) for each in channel_names)
    if name:
        marks["title"] = str(name)
    return module


def position(module: M, depth: int, lane: int = 0) -> M:
    """Says where a module stands: `depth` steps along the path from the input (0), `lane` 0 on the trunk, else beside.

        self.side = vrcnn.position(nn.Conv2d(64, 8, 1), depth=4, lane=2)

    Of a module with several layers, the first stands there and the others follow in the same lane. Returns the module.
    """
    _marks(module).update(depth=int(depth), lane=int(lane))
    return module


def marks_of(module: object) -> dict[str, Any]:
    """What was said of a module: "hidden", "group", "channels", "title", "depth", "lane", as far as it was."""
    found = getattr(module, "__dict__", {}).get(MARKS)
    return dict(found) if isinstance(found, dict) else {}


def _marks(module: Any) -> dict[str, Any]:
    if not hasattr(module, "forward"):
        raise TypeError(f"{type(module).__name__} is not a torch module: give the layer or block itself.")
    own = module.__dict__.get(MARKS)
    if own is None:
        own = {}
        object.__setattr__(module, MARKS, own)
    return own
