"""What the workers answer to inquiries: how far they are, what has failed, and what they have found, into the World."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vrcnn.engine.messages import InquiryDone, InquiryFailed, InquiryProgress, Message
from vrcnn.scene.hall import InquiryStatus
from vrcnn.scene.world import Notice

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
        case InquiryFailed(number, headline, detail):
            inquiries.pop(number, None)
            display.tell(Notice(headline, detail))
