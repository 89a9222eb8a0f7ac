"""What the workers answer to inquiries: how far they are, what has failed, and what they have found, into the World."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vrcnn.attributions import end_attribution, take_attribution
from vrcnn.engine.attribution_messages import Attributed
from vrcnn.engine.evaluation_messages import EvaluationTold
from vrcnn.engine.export_messages import Exported
from vrcnn.engine.identity_message import Identified
from vrcnn.engine.inspection_messages import Inspected, NotInspected
from vrcnn.engine.messages import (
    CheckpointRefused,
    CheckpointTaken,
    InquiryDone,
    InquiryFailed,
    InquiryProgress,
    Message,
)
from vrcnn.engine.xray_messages import ChannelChanges, CurveTold, FlipsTold
from vrcnn.inspections import end_inspection, forget_dead, take_inspected
from vrcnn.scene.hall import InquiryStatus
from vrcnn.scene.world import Notice
from vrcnn.taking_out import tell_exported
from vrcnn.xraying import take_xray

if TYPE_CHECKING:
    from vrcnn.display import Display


def take_in(message: Message, display: Display) -> None:
    """One message of the display's worker; others than those are none of this module's business."""
    inquiries = display.hall.inquiries
    match message:
        case InquiryProgress(number, title, done, total, seconds_left):
            inquiries[number] = InquiryStatus(title, done, total, seconds_left)
        case InquiryDone(number):
            inquiries.pop(number, None)
            end_attribution(display, number)
            end_inspection(display, number)
        case InquiryFailed(number, headline, detail):
            inquiries.pop(number, None)
            end_attribution(display, number)
            end_inspection(display, number)
            display.tell(Notice(headline, detail))
        case Inspected(question, answer):
            take_inspected(display, question, answer)
        case NotInspected(question, reason):
            display.hall.inspection.refuse(question, reason)
        case Attributed(attribution):
            take_attribution(display, attribution)
        case Identified():
            display.identified = message
        case EvaluationTold(results):
            display.hall.results = results
        case ChannelChanges() | CurveTold() | FlipsTold():
            take_xray(display, message)
        case Exported():
            tell_exported(message, display)
        case CheckpointTaken(number, tensors):
            forget_dead(display)
            _show_moment(display, number, tensors)
        case CheckpointRefused(number, headline):
            training = display.world.training
            if training is not None and training.wanted == number:
                training.wanted, training.playing = None, False
            display.tell(Notice(headline, "The network keeps the weights that it had."))


def _show_moment(display: Display, number: int, tensors: int) -> None:
    """The network has other weights: its visualizations are of former ones, and its picture runs anew."""
    world = display.world
    training = world.training
    if training is None:
        return
    training.shown, training.tensors, training.since = number, tensors, world.time
    if training.wanted == number:
        training.wanted = None
    display.features.forget()
    display.hall.results = None
    display.hall.results_revision += 1
    display.hall.results = None
    display.hall.attributing.take(None)
    display.hall.xray.forget()
    display.run_again()
