"""What a session keeps of results: those of complete evaluations, and which pictures the shelf shows."""

from __future__ import annotations

import hashlib
from functools import lru_cache
from typing import Any

import numpy as np

from vrcnn.engine.results import Results
from vrcnn.export.plain import Misfit, plain, taken
from vrcnn.export.session_opening import Opening
from vrcnn.export.session_parts import Part, register
from vrcnn.scene.catalogue import Catalogue
from vrcnn.scene.shelf_filter import ORDERS, OUTCOMES, ShelfFilter
from vrcnn.scene.world import World

LARGEST = 20_000  # pictures whose results a session keeps: 1 MB
OTHER_SET = "Its results are of another set of pictures: evaluate again."


def _tell_results(world: World) -> Any:
    told = {hall.network: plain(hall.results) for hall in world.halls if _is_kept(hall.results)}
    return {"set": _digest(world.catalogue), "networks": told} if told else None


def _take_results(told: Any, opening: Opening) -> None:
    world, record = opening.world, taken(dict[str, Any], told, "results")
    if record.get("set") != _digest(world.catalogue):
        opening.notes.append(OTHER_SET)
        return
    for name, content in taken(dict[str, Any], record.get("networks", {}), "results.networks").items():
        hall = opening.hall_named(name)
        results: Results = taken(Results, content, f"results.networks.{name}")
        if hall is not None:
            world.halls[hall].results = _checked(results, world.catalogue.count)


def _results_key(world: World) -> object:
    return tuple(id(hall.results) if _is_kept(hall.results) else None for hall in world.halls)


def _tell_shelf(world: World) -> Any:
    selection = world.shelf.selection
    return None if selection is None else {"filter": plain(selection.filter), "page": world.shelf.page}


def _take_shelf(told: Any, opening: Opening) -> None:
    record = taken(dict[str, Any], told, "filter")
    wanted: ShelfFilter = taken(ShelfFilter, record.get("filter"), "filter.filter")
    world, page = opening.world, taken(int, record.get("page", 0), "filter.page")
    described = world.catalogue.described
    fits = wanted.outcome in OUTCOMES and wanted.order in ORDERS and 0 <= wanted.hall < len(world.halls)
    if not fits or (wanted.group is not None and not 0 <= wanted.group < len(described.groups)):
        raise Misfit("filter.filter asks for what there is not")
    if wanted.of_results and world.halls[wanted.hall].results is None:
        opening.notes.append("The shelf shows all pictures, as there are no results to choose them by.")
        return
    opening.select(wanted, page)


def _is_kept(results: Results | None) -> bool:
    return results is not None and results.complete and results.total <= LARGEST


def _checked(results: Results, total: int) -> Results:
    classes, arrays = len(results.names), (results.true, results.predicted)
    most = results.top.shape[1:] if results.top.ndim == 2 else (-1,)
    fits = all(each.shape == (total,) and each.dtype == np.int32 for each in arrays)
    fits = fits and results.top.shape == results.scores.shape == (total, *most) and results.scores.dtype == np.float64
    fits = fits and all(bool(((each >= -1) & (each < classes)).all()) for each in (*arrays, results.top))
    if not fits or not np.isfinite(results.scores).all() or any(not 0 <= place < total for place, _ in results.broken):
        raise Misfit("results do not fit the pictures")
    return results


@lru_cache(2)
def _digest(catalogue: Catalogue) -> str:
    """Of the names of the set's pictures, in their order."""
    names = "\n".join(catalogue.described.names)
    return hashlib.sha256(names.encode(errors="replace")).hexdigest()[:24]


register(Part("results", _tell_results, _take_results, _results_key))
register(Part("filter", _tell_shelf, _take_shelf, lambda world: (id(world.shelf.selection), world.shelf.page)))
