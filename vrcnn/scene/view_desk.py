"""The desk beside the first lectern: how values become colours, in which order maps stand, and how the place looks."""

from __future__ import annotations

from dataclasses import replace
from math import radians

import numpy as np

from vrcnn.network.quantity import QUANTITIES
from vrcnn.scene.attribution_intents import ShowOnWalls
from vrcnn.scene.colormaps import colours_along
from vrcnn.scene.colouring import COLORMAPS, ORDERS, RANGES, Colormap, Colouring, colormap_of
from vrcnn.scene.desk import Choice, Desk, Row
from vrcnn.scene.geometry import Pose, turn
from vrcnn.scene.intents import ChooseTheme, Colour, SendWave, StepColouring
from vrcnn.scene.theme import THEMES
from vrcnn.scene.world import World

VIEW_DESK, WIDTH = Pose((-0.02, 0.74, -1.02), turn(yaw=radians(2), pitch=radians(-42))), 0.9  # m
STRIPES = 15  # of a swatch; odd, so that the middle one of a diverging colormap is its zero
SORTED_BY = {
    "index": ("Index", "Click to put channels in their own order"),
    "activation": ("Activation", "Click to sort channels by their mean"),
    "variance": ("Variance", "Click to sort channels by their deviation"),
    "difference": ("Difference", "Click to sort channels by what the picture has changed"),
    "susceptibility": ("Sieve", "Click to sort channels by what the sieve changes"),
}
SHARES = {"index": 0.56, "activation": 1.0, "variance": 0.87, "difference": 1.02, "susceptibility": 0.56}  # of a row
SHOWN = {
    "activations": ("Activations", "Click for what the layers put out"),
    "gradients": ("Gradients", "Click for how the class's score would change with each value"),
    "activation-x-gradient": ("Their product", "Click for what each value adds to the class's score"),
}
NARROW = 0.42  # of a usual button's width


def view_desk(world: World) -> Desk:
    """Everything that is chosen there is lit."""
    given = world.colouring
    rows = (
        Row("Colours", tuple(_colormap(colormap, world) for colormap in COLORMAPS)),
        Row("Range", tuple(_range(name, given) for name in RANGES)),
        Row("Gamma", (*_stepper("gamma", f"{given.gamma:g}", "faint values"), *_limit(given))),
        Row("Order", tuple(_order(name, given) for name in ORDERS)),
        Row("Look", _look(world)),
        Row("Shows", tuple(_quantity(quantity, world) for quantity in QUANTITIES)),
    )
    return Desk("view", world.halls[0].place.carry(VIEW_DESK), WIDTH, rows)


def view_key(world: World) -> tuple[object, ...]:
    """Equal keys mean that the desk would be the same again."""
    return world.colouring, world.theme, world.halls[0].place, world.hall.chosen.quantity


def range_words(name: str, colouring: Colouring) -> tuple[str, str]:
    """What a range is called, and what choosing it does, as a sentence goes on."""
    match name:
        case "layer":
            return "Layer", "scale the colours by each layer"
        case "map":
            return "Map", "scale the colours by each map"
        case "percentile":
            return f"{colouring.percentile:g} %", f"let the colours end at {colouring.percentile:g} % of each layer"
    return f"± {colouring.fixed:g}", f"let the colours end at ± {colouring.fixed:g} on all walls"


def _colormap(colormap: Colormap, world: World) -> Choice:
    stripes = colours_along(colormap, np.linspace(0.0, 1.0, STRIPES)).round(4)
    kind = "zero is in the middle" if colormap.diverging else "from the least to the largest"
    return Choice(
        colormap.name,
        f"Click for {colormap.name}: {kind}",
        Colour(replace(world.colouring, colormap=colormap.name)),
        colormap is colormap_of(world.colouring, THEMES[world.theme]),
        tuple((red, green, blue) for red, green, blue in stripes.tolist()),
    )


def _range(name: str, given: Colouring) -> Choice:
    words, does = range_words(name, given)
    return Choice(words, f"Click to {does}", Colour(replace(given, range=name)), given.range == name)


def _order(name: str, given: Colouring) -> Choice:
    words, hint = SORTED_BY[name]
    return Choice(words, hint, Colour(replace(given, order=name)), given.order == name, width=SHARES[name])


def _limit(given: Colouring) -> tuple[Choice, ...]:
    """Where the range has a number of its own, that number."""
    if given.range not in ("percentile", "fixed"):
        return (Choice("", width=2.2),)
    return (Choice("Limit", width=0.7), *_stepper(given.range, range_words(given.range, given)[0], "the limit"))


def _stepper(part: str, value: str, what: str) -> tuple[Choice, ...]:
    less, more = ("Click to lift", "Click to lower") if part == "gamma" else ("Click to lower", "Click to raise")
    return (
        Choice("−", f"{less} {what}", StepColouring(part, -1), width=NARROW),
        Choice(value, width=0.66),
        Choice("+", f"{more} {what}", StepColouring(part, 1), width=NARROW),
    )


def _quantity(quantity: str, world: World) -> Choice:
    words = SHOWN[quantity]
    return Choice(words[0], words[1], ShowOnWalls(quantity), world.hall.chosen.quantity == quantity)


def _look(world: World) -> tuple[Choice, ...]:
    themes = tuple(
        Choice(name.capitalize(), f"Click for the {name} theme", ChooseTheme(name), name == world.theme)
        for name in THEMES
    )
    return (*themes, Choice("Follow the data", "Click to follow the data", SendWave(), width=1.5))
