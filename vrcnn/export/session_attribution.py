"""The part of a session that is about attributions: what is asked for, and the one over the easel's picture."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from vrcnn.attribution.results import METHODS, Attribution, Wish
from vrcnn.export.plain import Misfit, plain, taken
from vrcnn.export.session_opening import Opening
from vrcnn.export.session_parts import Part, register
from vrcnn.export.session_pictures import Encoded
from vrcnn.scene.world import World

_encoded = Encoded(16)


def _tell_attributions(world: World) -> Any:
    """Of the networks for which one was asked for."""
    told = []
    for hall in world.halls:
        each = hall.attributing
        if each.found is not None or each.wish != Wish():
            found = None if each.found is None else _encoded.of(each.found, plain)
            one = {"network": hall.network, "wish": plain(each.wish), "found": found}
            told.append({**one, "shown": each.shown, "opacity": each.opacity})
    return told or None


def _take_attributions(told: Any, opening: Opening) -> None:
    for number, one in enumerate(taken(list[dict[str, Any]], told, "attribution")):
        where, hall = f"attribution[{number}]", opening.hall_named(str(one.get("network")))
        wish: Wish = taken(Wish, one.get("wish", {}), f"{where}.wish")
        found: Attribution | None = taken(Attribution | None, one.get("found"), f"{where}.found")
        opacity = taken(float, one.get("opacity", 0.85), f"{where}.opacity")
        methods = {method.name for method in METHODS}
        known = wish.method in methods and (found is None or (found.wish.method in methods and found.map.ndim == 2))
        if not known or not 0 <= opacity <= 1:
            raise Misfit(f"{where} has values that cannot be")
        if hall is None:
            continue
        attributing = opening.world.halls[hall].attributing
        attributing.wish, attributing.opacity = wish, opacity
        attributing.shown = taken(bool, one.get("shown", True), f"{where}.shown")
        attributing.take(None if found is None else _of_the_easel(found, opening))


def _of_the_easel(found: Attribution, opening: Opening) -> Attribution | None:
    """One that is about the picture on the easel; any other is over."""
    if found.picture is None or found.picture < 0:
        return found
    picture = opening.numbers.get(found.picture)
    return replace(found, picture=picture) if picture == opening.world.easel.picture else None


def _attribution_key(world: World) -> object:
    return tuple(
        (each.wish, id(each.found), each.shown, each.opacity) for each in (hall.attributing for hall in world.halls)
    )


register(Part("attribution", _tell_attributions, _take_attributions, _attribution_key))
