"""Goes through the course of a training in an exhibit: its first network takes on one checkpoint after the other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vrcnn.engine.checkpoint_inquiry import Course, TakeCheckpoint
from vrcnn.scene.training import Moment, Training

if TYPE_CHECKING:
    from vrcnn.exhibit import Exhibit


class Retracing:
    """Tells the World of the course, and hands the worker what the visitor wants of it."""

    def __init__(self, exhibit: Exhibit, course: Course) -> None:
        self._exhibit, self._course = exhibit, course
        self._loading = 0  # the number of the inquiry for the last checkpoint
        moments = tuple(Moment(each.step, each.name, each.numbers) for each in course.checkpoints)
        exhibit.world.training = Training(moments, course.shown, tensors=course.tensors, count=course.count)

    def begin_at(self, checkpoint: int | str) -> None:
        """Takes on a checkpoint, by its number or as in Course.begin, before anything runs.

        Raises UserError, and all is as before.
        """
        training = self._exhibit.world.training
        assert training is not None
        self._course.take(self._course.number(checkpoint) if isinstance(checkpoint, str) else checkpoint)
        training.shown, training.tensors = self._course.shown, self._course.tensors

    def load(self, checkpoint: int) -> None:
        """Asks the network to take on a checkpoint, in place of another one that waits for that. What else was asked of
        it was about its former weights, and is given up."""
        inquiries = self._exhibit.displays[0].worker.inquiries
        for asked in (*self._exhibit.world.halls[0].inquiries, self._loading):
            inquiries.cancel(asked)
        self._loading = inquiries.ask(TakeCheckpoint(self._course, checkpoint))
