"""What is known of a call besides its tensors: the user's line that made it, and how it was set."""

from __future__ import annotations

import os
import sys
from collections.abc import Mapping
from pathlib import Path
from types import CodeType, FrameType
from typing import Any

import torch
from torch import Tensor, nn

FOREIGN = (f"{Path(torch.__file__).parent}{os.sep}", f"{Path(__file__).parent}{os.sep}")
"""Folders whose code is not the user's: torch and this package."""
LONGEST = 200  # letters of settings

_lines: dict[tuple[str, int], str] = {}  # not by code objects: equal ones may lie in two files


def users_line(outermost: CodeType) -> str:
    """The innermost line of the user's code that is being run, as "file:number".

    "" where there is none above the frame of `outermost`, which started the pass, or none in a file.
    """
    frame: FrameType | None = sys._getframe(1)
    while frame is not None and frame.f_code is not outermost:
        code = frame.f_code
        key = (code.co_filename, frame.f_lineno)
        line = _lines.get(key)
        if line is None:
            own = not code.co_filename.startswith(FOREIGN) and code.co_filename.endswith(".py")
            line = _lines[key] = f"{code.co_filename}:{frame.f_lineno}" if own else ""
        if line:
            return line
        frame = frame.f_back
    return ""


def settings_of_module(module: nn.Module) -> str:
    """How a layer was made, as it says itself: "3, 64, kernel_size=(7, 7), stride=(2, 2)"."""
    try:
        return _shortened(module.extra_repr())
    except Exception:  # a user's extra_repr may want what is not there
        return ""


def settings_of_call(arguments: tuple[Any, ...], keywords: Mapping[str, Any]) -> str:
    """The arguments of a functional operation that are no tensors: "2, 3, dim=1"."""
    words = [_word(argument) for argument in arguments if not _holds_tensor(argument)]
    words += [f"{name}={_word(value)}" for name, value in keywords.items() if not _holds_tensor(value)]
    return _shortened(", ".join(words))


def _holds_tensor(value: Any) -> bool:
    if isinstance(value, tuple | list):
        return any(_holds_tensor(item) for item in value)
    return isinstance(value, Tensor)


def _word(value: Any) -> str:
    match value:
        case slice():
            parts = (value.start, value.stop) if value.step is None else (value.start, value.stop, value.step)
            return ":".join("" if part is None else _word(part) for part in parts)
        case torch.dtype():
            return str(value).removeprefix("torch.")
        case tuple() | list():
            inside = ", ".join(_word(item) for item in value)
            return f"[{inside}]" if isinstance(value, list) else f"({inside})"
        case type():
            return value.__name__
        case None | bool() | int() | float() | complex() | str():
            return repr(value)
    return "..." if value is Ellipsis else type(value).__name__


def _shortened(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= LONGEST else f"{text[: LONGEST - 1]}…"
