"""What a session keeps of the course of a training: which checkpoint is shown."""

from __future__ import annotations

from typing import Any

from vrcnn.export.plain import taken
from vrcnn.export.session_opening import Opening
from vrcnn.export.session_parts import Part, register
from vrcnn.scene.world import World


def _tell(world: World) -> Any:
    training = world.training
    return None if training is None else {"checkpoint": training.moments[training.aim].name}


def _take(told: Any, opening: Opening) -> None:
    name = taken(str, taken(dict[str, Any], told, "training").get("checkpoint"), "training.checkpoint")
    training = opening.world.training
    if training is None:
        opening.notes.append(f"It was at the checkpoint {name}: give the folder of it with --checkpoints.")
        return
    number = next((number for number, moment in enumerate(training.moments) if moment.name == name), None)
    if number is None:
        opening.notes.append(f"Its checkpoint {name} is not there any more.")
    elif number != training.aim:
        opening.recall(number)


register(Part("training", _tell, _take, lambda world: None if world.training is None else world.training.aim))
