"""Turns an exception in a user's forward into what helps to mend it: the layer, the shapes, the line, a hint."""

from __future__ import annotations

import linecache
from collections.abc import Mapping
from dataclasses import dataclass
from types import FrameType, TracebackType
from typing import Any

from torch import nn

from vrcnn.errors import UserError
from vrcnn.network.calling import FOREIGN
from vrcnn.network.structures import named_tensors

_SHAPE_WORDS = ("shape", "size", "channel", "dimension", "expected input", "broadcast")


class ForwardError(UserError):
    """The network's forward failed.

    Attributes:
        node_name: path of the module or name of the operation that failed, "" for the network itself.
        headline: one sentence: which layer, on which shapes, and what torch or the user's code said.
        detail: the line of the user's file, the inputs' shapes and what to try, one per line.
        line: that line alone, as "file:number"; "" where it is not known.
    """

    def __init__(self, node_name: str, headline: str, detail: str, line: str = "") -> None:
        super().__init__("\n  ".join([headline, *detail.splitlines()]))
        self.node_name = node_name
        self.headline = headline
        self.detail = detail
        self.line = line


@dataclass(frozen=True)
class FailedCall:
    """A layer or functional operation during which `error` left it, and the shapes of its inputs."""

    error: BaseException
    name: str
    operation: str
    shapes: tuple[tuple[int, ...], ...]


def shapes_of(structure: Any) -> tuple[tuple[int, ...], ...]:
    """Shapes of all tensors in `structure`, parameters of the network left out."""
    return tuple(tuple(tensor.shape) for _, tensor in named_tensors(structure) if not isinstance(tensor, nn.Parameter))


def explain(
    error: Exception, call: FailedCall | None, paths: Mapping[nn.Module, str], inputs: Any, network: nn.Module
) -> ForwardError:
    """The ForwardError for `error`, which left the forward of `network` when it was called with `inputs`.

    `call` is the innermost layer or operation that raised something; None, or another error, when the user's own
    code did.
    """
    line, source = _user_line(error.__traceback__)
    reason = " ".join(str(error).split()) or "no message"
    if call is not None and call.error is error:
        name, subject = call.name, f"{call.name} ({call.operation})"
        shapes = f" on an input of shape {_listed(call.shapes)}" if call.shapes else ""
        if len(call.shapes) > 1:
            shapes = f" on inputs of shapes {_listed(call.shapes)}"
    else:
        module = _deepest_module(error.__traceback__, paths) or network
        name, shapes = paths.get(module, ""), ""
        subject = f"{name} ({type(module).__name__})" if name else f"The forward of {type(module).__name__}"
        reason = f"{type(error).__name__}: {reason}"
    headline = f"{subject} failed{shapes}: {reason.rstrip('.')}."
    given = _listed(shapes_of(inputs))
    detail = [f"{line}: {source}"] if line else []
    detail.append(f"The network was called with {given or 'no tensor'}.")
    detail += _hints(error, reason)
    return ForwardError(name, headline, "\n".join(detail), line)


def _listed(shapes: tuple[tuple[int, ...], ...]) -> str:
    return ", ".join(str(shape) for shape in shapes)


def _hints(error: Exception, reason: str) -> list[str]:
    lowered = reason.lower()
    if isinstance(error, TypeError) and "forward" in lowered:
        return ["If the forward takes other arguments, give them in the model file as `example_input`."]
    if "out of memory" in lowered:
        return ["A smaller picture needs less: set `input_size = (channels, height, width)` or use --input-size."]
    if any(word in lowered for word in _SHAPE_WORDS) or "mat1" in lowered:
        return [
            "If the network expects another size, set `input_size = (channels, height, width)` in the model file "
            "or use --input-size; for several inputs set `example_input`."
        ]
    if "type" in lowered:
        return ["If the network expects another kind of number, give a tensor of that kind as `example_input`."]
    return []


def _frames(traceback: TracebackType | None) -> list[tuple[FrameType, int]]:
    """The frames of the user's code with their line numbers, the deepest last."""
    frames = []
    while traceback is not None:
        frame = traceback.tb_frame
        if not frame.f_code.co_filename.startswith(FOREIGN):
            frames.append((frame, traceback.tb_lineno))
        traceback = traceback.tb_next
    return frames


def _user_line(traceback: TracebackType | None) -> tuple[str, str]:
    """The deepest line of the user's code, as "file:number", and what it says."""
    frames = _frames(traceback)
    if not frames:
        return "", ""
    frame, number = frames[-1]
    if not frame.f_code.co_filename.endswith(".py"):
        return "", ""
    return f"{frame.f_code.co_filename}:{number}", linecache.getline(frame.f_code.co_filename, number).strip()


def _deepest_module(traceback: TracebackType | None, paths: Mapping[nn.Module, str]) -> nn.Module | None:
    for frame, _ in reversed(_frames(traceback)):
        candidate = frame.f_locals.get("self")
        if isinstance(candidate, nn.Module) and candidate in paths:
            return candidate
    return None
