"""What somebody looks at more closely, between the World and a network's worker: each question waits once at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vrcnn.inspection.results import Question

if TYPE_CHECKING:
    from vrcnn.display import Display


def look_closer(display: Display, question: Question) -> None:
    """Asks it; while the same one waits for an answer it is asked again only after that, whatever comes meanwhile."""
    waiting = display.inspecting.waiting
    if question in waiting.values():
        display.inspecting.again.add(question)
    else:
        waiting[display.worker.inquiries.ask(display.inspecting.about(question))] = question


def look_anew(display: Display) -> None:
    """All that somebody looks at is asked again, as another picture is there."""
    for question in display.hall.inspection.asked:
        look_closer(display, question)


def end_inspection(display: Display, number: int) -> None:
    """The inquiry of this number is answered, or nobody wants it any more."""
    question = display.inspecting.waiting.pop(number, None)
    if question is None or question not in display.inspecting.again:
        return
    display.inspecting.again.discard(question)
    if question in display.hall.inspection.asked:
        look_closer(display, question)
