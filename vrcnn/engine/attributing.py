"""What a class's score owes to the picture, as an inquiry of the worker's, and outside of it as a single call."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace

from torch import Tensor

from vrcnn.attribution.methods import Found, attribute, captum, map_of
from vrcnn.attribution.results import Attribution, Wish, method_of
from vrcnn.attribution.scored import Subject
from vrcnn.engine.attribution_messages import Attributed
from vrcnn.engine.inquiries import Workbench
from vrcnn.engine.scoring import scoring_of
from vrcnn.network.example import ExampleInput, mapped
from vrcnn.network.graph import Graph
from vrcnn.network.guard import unchanged
from vrcnn.network.recorder import never
from vrcnn.network.source import NetworkSource
from vrcnn.network.trace import trace

Arguments = tuple[tuple[object, ...], dict[str, object]]


@dataclass(frozen=True)
class Attribute:
    """Asks for Attributed, for the picture that was run last; `slice` as in Scope."""

    wish: Wish
    slice: float = 0.5
    title: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "title", method_of(self.wish.method).title)

    def steps(self, workbench: Workbench) -> Iterator[tuple[int, int]]:
        inputs, picture = workbench.inputs(), workbench.picture
        steps = attributing(
            workbench.source, workbench.capture.full, inputs, self.wish, self.slice, workbench.called_away
        )
        for step in steps:
            if isinstance(step, tuple):
                yield step
            else:
                workbench.send(Attributed(replace(step, picture=picture)))


def attributing(
    source: NetworkSource,
    full: Graph | None,
    inputs: Arguments,
    wish: Wish,
    slice: float = 0.5,
    cancelled: Callable[[], bool] = never,
) -> Iterator[tuple[int, int] | Attribution]:
    """Yields (done, total) as it goes, and the attribution in the end; `full` is traced where there is none.

    Raises what methods.attribute raises, and UserError for a class that there is not.
    """
    captum()
    arguments, keywords = inputs
    tensor = source.picture_tensor(arguments, keywords)
    with unchanged(source.module):
        full = trace(source.module, arguments, keywords) if full is None else full
        output = source.module(*mapped(arguments, Tensor.clone), **mapped(keywords, Tensor.clone))
    scoring = scoring_of(output, tensor, source.labels, source.task, source.name)
    index = scoring.chosen(wish.index)
    example = ExampleInput(arguments, keywords, source.slot)
    subject = Subject(source, full, example, scoring.of, index)
    for step in attribute(subject, wish, cancelled):
        if isinstance(step, Found):
            size = tuple(subject.picture.shape[1:])
            yield Attribution(
                wish=wish,
                index=index,
                name=scoring.name(index),
                score=step.score,
                layer=step.layer,
                map=map_of(step.values, wish.method, size, slice),
                values=step.values.float().cpu().numpy(),
                settings=step.settings,
            )
        else:
            yield step
