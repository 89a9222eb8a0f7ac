"""The checkpoints of a training: a network takes on the weights of one of them while the world goes on."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from torch import nn

from vrcnn.engine.inquiries import Workbench
from vrcnn.engine.messages import CheckpointRefused, CheckpointTaken
from vrcnn.errors import UserError
from vrcnn.network.checkpoints import Checkpoint, Times, list_checkpoints
from vrcnn.network.weights import some

FIRST, LAST = "first", "last"


class Course:
    """The course of a training: the checkpoints of a folder, and the network that takes them on.

    Raises UserError where the folder has none.
    """

    def __init__(self, folder: Path, module: nn.Module) -> None:
        self.checkpoints: tuple[Checkpoint, ...] = list_checkpoints(folder)
        self._folder = folder
        self._times = Times(module)
        self.tensors = 0  # that the last one had which was taken
        self.shown = 0  # its number

    @property
    def count(self) -> int:
        """Tensors that the network has."""
        return self._times.count

    def begin(self, which: str = LAST) -> None:
        """Takes on "first", "last", or the one of this step or name, on the calling thread. Raises UserError."""
        self.take(self.number(which))

    def take(self, number: int) -> None:
        """Takes on the checkpoint of this number. Raises UserError, and all is as before."""
        self.tensors = self._times.take(self.checkpoints[number].path)
        self.shown = number

    def number(self, which: str) -> int:
        """Of the one that is meant by "first", "last", a step or a name. Raises UserError."""
        if which in (FIRST, LAST):
            return 0 if which == FIRST else len(self.checkpoints) - 1
        for number, checkpoint in enumerate(self.checkpoints):
            if which in (checkpoint.name, checkpoint.path.name, str(checkpoint.step)):
                return number
        names = some(str(each.name if each.step is None else each.step) for each in self.checkpoints)
        raise UserError(f'{self._folder} has no checkpoint "{which}": it has {names}; "first" and "last" go too.')


@dataclass(frozen=True)
class TakeCheckpoint:
    """The checkpoint of this number, whose picture is to be run anew afterwards."""

    course: Course
    number: int
    title: str = ""

    def steps(self, workbench: Workbench) -> Iterator[tuple[int, int]]:
        """One step. What does not fit is told, and the network keeps its weights."""
        try:
            self.course.take(self.number)
        except UserError as error:
            workbench.send(CheckpointRefused(self.number, str(error)))
        else:
            workbench.reweigh()
            workbench.send(CheckpointTaken(self.number, self.course.tensors))
        yield 1, 1
