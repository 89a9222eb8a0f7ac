"""vrcnn: walk through your own neural network in 3D, on the desktop and in virtual reality.

Importing this needs neither torch nor OpenGL: `show`, `watch` and the others are loaded when they are first used.
"""

from __future__ import annotations

import sys
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, Any

from vrcnn.annotations import group, hide, label, position, probe

if TYPE_CHECKING:
    from vrcnn.errors import UserError
    from vrcnn.python.attributing import attribute
    from vrcnn.python.capturing import Captured, capture
    from vrcnn.python.exporting import export
    from vrcnn.python.inspecting import inspect
    from vrcnn.python.measuring import measure
    from vrcnn.python.recording import Watched, watch
    from vrcnn.python.results import evaluate
    from vrcnn.python.showing import render, show
    from vrcnn.python.visualizing import featvis
    from vrcnn.training import Checkpoints

__version__ = "0.1.0"
__all__ = [
    "Captured",
    "Checkpoints",
    "UserError",
    "Watched",
    "attribute",
    "capture",
    "evaluate",
    "export",
    "featvis",
    "group",
    "hide",
    "inspect",
    "label",
    "measure",
    "position",
    "probe",
    "render",
    "show",
    "watch",
]

_LATER = {
    "Captured": "vrcnn.python.capturing",
    "Checkpoints": "vrcnn.training",
    "UserError": "vrcnn.errors",
    "Watched": "vrcnn.python.recording",
    "attribute": "vrcnn.python.attributing",
    "capture": "vrcnn.python.capturing",
    "evaluate": "vrcnn.python.results",
    "inspect": "vrcnn.python.inspecting",
    "measure": "vrcnn.python.measuring",
    "show": "vrcnn.python.showing",
    "watch": "vrcnn.python.recording",
}
_CALLED = {  # functions that share their names with packages of this one
    "export": "vrcnn.python.exporting",
    "featvis": "vrcnn.python.visualizing",
    "render": "vrcnn.python.showing",
}


class _CalledPackage(ModuleType):
    """A package that can be called: `vrcnn.render(...)` draws a picture, be the package of that name loaded or not."""

    def __call__(self, *args: Any, **kwargs: Any) -> Any:
        name = self.__name__.rpartition(".")[2]
        return getattr(import_module(_CALLED[name]), name)(*args, **kwargs)


class _Package(ModuleType):
    """This package; those within that can be called become so when they are loaded."""

    def __setattr__(self, name: str, value: Any) -> None:
        if name in _CALLED and isinstance(value, ModuleType):
            value.__class__ = _CalledPackage
            value.__doc__ = f"A package, and a function: see vrcnn.{_CALLED[name].removeprefix('vrcnn.')}.{name}."
        super().__setattr__(name, value)


if not TYPE_CHECKING:  # a type checker is to find names that there are not

    def __getattr__(name: str) -> Any:
        if name in _LATER:
            found = getattr(import_module(_LATER[name]), name)
            setattr(sys.modules[__name__], name, found)
            return found
        if name in _CALLED:
            return import_module(f"{__name__}.{name}")
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def __dir__() -> list[str]:
    return sorted({*globals(), *__all__})


sys.modules[__name__].__class__ = _Package
