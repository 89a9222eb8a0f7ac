"""What somebody looks at more closely, between the World and a network's worker: each question waits once at most."""

from __future__ import annotations

from typing import TYPE_CHECKING

from vrcnn.inspection.results import Answer, LayerNumbers, Question

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


def take_inspected(display: Display, question: Question, answer: Answer) -> None:
    """An answer has come. Which channels of a layer are dead is looked for in other pictures as well, once."""
    display.hall.inspection.answer(question, answer)
    counted = display.inspecting.counted
    if isinstance(answer, LayerNumbers) and answer.dead.any() and answer.layer.tensor not in counted:
        counted.add(answer.layer.tensor)
        title = f"Dead channels of {answer.layer.title}"
        display.worker.inquiries.ask(display.inspecting.census(question, title))


def forget_dead(display: Display) -> None:
    """The network has other weights, or goes another way: what was dead may live."""
    display.inspecting.counted.clear()


def end_inspection(display: Display, number: int) -> None:
    """The inquiry of this number is answered, or nobody wants it any more."""
    question = display.inspecting.waiting.pop(number, None)
    if question is None or question not in display.inspecting.again:
        return
    display.inspecting.again.discard(question)
    if question in display.hall.inspection.asked:
        look_closer(display, question)
