"""What a program hands over: networks as objects, names or files, with the words that a model file has for them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, TypedDict

from vrcnn.arguments import colour_range
from vrcnn.errors import UserError
from vrcnn.network.network_source import LoadOptions, NetworkSource
from vrcnn.network.source import load_module
from vrcnn.network.together import load_together, on_one_shelf, told_apart
from vrcnn.scene.colouring import Colouring


class Words(TypedDict, total=False):
    """What may be said of a network beside its images, by the names of model files (README, "Your own network")."""

    labels: Any
    preprocess: Any
    input_size: Any
    example_input: Any
    mean: Any
    std: Any
    task: str | None
    colours: Any
    title: str | None


class Conventions(Words, total=False):
    """The same with its images."""

    images: Any


KNOWN = Words.__annotations__.keys() | Conventions.__annotations__.keys()


def sources_of(models: Any, said: Conventions, where: str) -> list[NetworkSource]:
    """One network, or several as a list or a dictionary by their names, that share a shelf.

    Each is a module, or what `vrcnn run` is given: the path of a model file, "torchvision:NAME", a recording. Raises
    UserError, in which `where` names the function that was called.
    """
    if unknown := sorted(said.keys() - KNOWN):
        raise UserError(f"{where} knows no `{unknown[0]}`: say something by one of {', '.join(sorted(KNOWN))}.")
    names: Sequence[str | None] = [None]
    if isinstance(models, Mapping):
        names, models = [str(name) for name in models], [*models.values()]
    elif isinstance(models, list | tuple):
        names = [None] * len(models)
    else:
        models = [models]
    if not models:
        raise UserError(f"{where} was given no network: give a torch.nn.Module.")
    if all(isinstance(model, str | Path) for model in models):
        _refuse(said, where)
        return load_together([str(model) for model in models], LoadOptions())
    sources = [_source(model, name, said, where) for model, name in zip(models, names, strict=True)]
    return on_one_shelf(told_apart(sources))


def colouring_of(range: str | float | None, colormap: str | None, gamma: float | None, order: str | None) -> Colouring:
    """How values become colours, as the options of `vrcnn run` say it; None leaves each as it is."""
    import argparse

    try:
        found: dict[str, Any] = {} if range is None else colour_range(str(range))
    except argparse.ArgumentTypeError as error:
        raise UserError(f"{error}.") from None
    given: dict[str, Any] = {"colormap": colormap, "gamma": gamma, "order": order}
    return replace(Colouring(), **found, **{name: value for name, value in given.items() if value is not None})


def _source(model: Any, name: str | None, said: Conventions, where: str) -> NetworkSource:
    if isinstance(model, str | Path):
        raise UserError(f"{where} was given modules and {model}: give either modules or names.")
    names: dict[str, Any] = dict(said)
    if name is not None:
        names["title"] = name
    return load_module(model, names, where, LoadOptions())


def _refuse(said: Conventions, where: str) -> None:
    given = [name for name, value in said.items() if value is not None]
    if given:
        raise UserError(f"{where} was given {given[0]}= for a file, which says that itself: give the module instead.")
