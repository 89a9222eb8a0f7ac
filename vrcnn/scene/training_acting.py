"""How a visitor goes through the course of a training: to one checkpoint, to the next, or one after the other."""

from __future__ import annotations

from vrcnn.scene.requests import LoadCheckpoint, Request
from vrcnn.scene.training_intents import ChooseCheckpoint, PlayTraining, StepCheckpoint, TrainingAction
from vrcnn.scene.world import World

DWELL = 0.35  # s for which a checkpoint is shown at least while the training is played


def act_on_training(world: World, action: TrainingAction) -> list[Request]:
    """Applies an action; there may be no training to speak of."""
    training = world.training
    if training is None:
        return []
    match action:
        case ChooseCheckpoint(number):
            training.playing = False
            return choose(world, number)
        case StepCheckpoint(step):
            training.playing = False
            return choose(world, training.aim + step)
        case PlayTraining():
            training.playing = not training.playing
            if training.playing and training.aim == len(training.moments) - 1:
                return choose(world, 0)
    return []


def choose(world: World, number: int) -> list[Request]:
    """Asks for the checkpoint of this number, or the nearest there is, unless it is there or on its way."""
    training = world.training
    if training is None:
        return []
    number = min(max(0, number), len(training.moments) - 1)
    if number == training.aim:
        return []
    training.wanted = number
    return [LoadCheckpoint(number)]


def play_on(world: World) -> list[Request]:
    """Once a frame: the next checkpoint, when the one before was there for a while and its maps have come."""
    training = world.training
    if training is None or not training.playing or training.wanted is not None:
        return []
    if world.halls[0].job.running or world.time - training.since < DWELL:
        return []
    if training.shown == len(training.moments) - 1:
        training.playing = False
        return []
    return choose(world, training.shown + 1)
