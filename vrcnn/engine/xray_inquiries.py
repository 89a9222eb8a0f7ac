"""What a sieve asks of a network beside its passes: how much channels vary, curves, and answers that flip."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from vrcnn.engine.inquiries import Workbench
from vrcnn.engine.shelf import EXAMPLE
from vrcnn.engine.xray import FIRST
from vrcnn.network.example import Arguments
from vrcnn.network.recorder import Cancelled

REFERENCES = 16  # pictures of the shelf by which the channels' standard deviations are known


@dataclass(frozen=True)
class CatchUp:
    """What sieved passes leave to be done: the spread of the channels, and layers that there was no memory for.

    The standard deviation of each channel is over all positions of up to REFERENCES pictures of the shelf, spread
    evenly, each run once for each network, weights and layer. Changes are sent after the first FIRST of them, and again
    in the end.
    """

    title = ""  # it takes a few passes, and what waits for it is on the walls

    def steps(self, workbench: Workbench) -> Iterator[tuple[int, int]]:
        inference = workbench.inference
        xray, pictures = inference.xray, references(workbench)
        xray.follow(inference)
        while xray.unmeasured and xray.measuring.done < len(pictures):
            number = pictures[xray.measuring.done]
            try:
                xray.measure(inference, _inputs(workbench, number), workbench.called_away)
            except Cancelled:
                xray.measuring.done -= 1
            except Exception:  # whatever the user's preprocessing raises; one that cannot be used, or takes another way
                pass
            xray.measuring.done += 1
            if xray.measuring.done == FIRST:
                xray.tell()
            yield xray.measuring.done, len(pictures)
            xray.follow(inference)  # it may be shown in another scope by now, or have other weights
        if xray.unmeasured:
            xray.take_measures()
            xray.tell()
        for left in xray.compare_rest(inference, workbench.called_away):
            yield 0, left


def references(workbench: Workbench) -> list[int]:
    """The numbers of the reference pictures; EXAMPLE alone where there are none."""
    count = len(workbench.source.pictures)
    numbers = [number for number in range(count) if number in workbench.shelf]
    if not numbers:
        return [EXAMPLE]
    wanted = min(REFERENCES, len(numbers))
    return [numbers[place * len(numbers) // wanted] for place in range(wanted)]


def _inputs(workbench: Workbench, number: int) -> Arguments:
    if number == EXAMPLE:
        return workbench.source.arguments, workbench.source.keywords
    return workbench.source.inputs_of(workbench.shelf[number])
