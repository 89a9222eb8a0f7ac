"""What wishes about results do to the World: an evaluation begins, the shelf shows other pictures."""

from __future__ import annotations

from dataclasses import replace

from vrcnn.scene.requests import Request, StopInquiry
from vrcnn.scene.results_intents import Evaluate, FilterShelf, ResampleShelf, ResultsAction
from vrcnn.scene.results_requests import EvaluateAll
from vrcnn.scene.shelf_filter import ShelfFilter, select
from vrcnn.scene.shelf_pages import show_selection
from vrcnn.scene.world import World

EVALUATING = "Evaluating the pictures"  # as the inquiry is called in the list of jobs


def act_on_results(world: World, action: ResultsAction) -> list[Request]:
    """Applies one of them."""
    match action:
        case Evaluate(hall):
            if not world.catalogue.count:
                return []
            running = evaluating(world, hall)
            return [*([] if running is None else [StopInquiry(running, hall)]), EvaluateAll(hall)]
        case FilterShelf(None):
            return show_selection(world, None)
        case FilterShelf(wanted) if wanted is not None and world.catalogue.count:
            return show_selection(world, select(world, wanted))
        case ResampleShelf() if world.catalogue.count:
            shown = world.shelf.selection
            before = ShelfFilter(hall=world.here) if shown is None else shown.filter
            seed = 0 if before.seed is None else before.seed + 1
            return show_selection(world, select(world, replace(before, seed=seed)))
    return []


def evaluating(world: World, hall: int) -> int | None:
    """The number of the evaluation that runs or waits in this hall."""
    inquiries = world.halls[hall].inquiries
    if not inquiries:
        return None
    return next((number for number, status in inquiries.items() if status.title == EVALUATING), None)
