"""The examples of other inputs and outputs answer as their first lines promise."""

import runpy

import numpy as np
import pytest
import torch

from vrcnn.engine.answers import Answer, answer_of
from vrcnn.network.pictures import PictureFile
from vrcnn.network.source import LoadOptions, NetworkSource, load
from vrcnn.resources import resource


def example(name: str) -> NetworkSource:
    return load(str(resource("examples", f"{name}.py")), LoadOptions())


def answer(source: NetworkSource, picture: PictureFile) -> Answer:
    arguments, keywords = source.inputs_of(picture.open())
    with torch.no_grad():
        output = source.module(*arguments, **keywords)
    return answer_of(output, source.picture_tensor(arguments, keywords), source.labels, source.task)


@pytest.mark.parametrize(("name", "size"), [("signals", (1, 1024)), ("volumes", (1, 32, 32, 32))])
def test_every_signal_and_every_volume_is_recognised(name: str, size: tuple[int, ...]) -> None:
    source = example(name)
    assert (source.input_size, source.notes) == (size, ())
    for picture in source.pictures:
        best = answer(source, picture).scores[0]
        assert picture.name.startswith(best.label), f"{picture.name} was taken for {best.label}"
        assert best.probability > 0.5


def test_signals_and_volumes_never_seen_before_are_recognised_too() -> None:
    for name, make in (("signals", "signal"), ("volumes", "volume")):
        source = example(name)
        assert source.labels is not None
        made = runpy.run_path(str(resource("examples", f"{name}.py")))[make]
        for target, label in enumerate(source.labels):
            fresh = torch.stack([made(label, seed) for seed in range(5000, 5020)])
            with torch.no_grad():
                right = int((source.module(fresh).argmax(1) == target).sum())
            assert right >= 17, f"{right} of 20 {label}"


@pytest.mark.parametrize(
    ("picture", "colours", "share"),
    [
        ("coffee", {"brick red", "wood brown", "orange"}, 0.6),
        ("rocket", {"night blue"}, 0.6),
        ("retina", {"brick red", "orange"}, 0.9),
        ("cameraman", {"black", "grey", "white"}, 0.99),
        ("flower", {"teal", "black"}, 0.6),
    ],
)
def test_the_colours_of_a_photo_are_named(picture: str, colours: set[str], share: float) -> None:
    source = example("segment_colours")
    found = answer(source, next(file for file in source.pictures if file.name == f"{picture}.jpg"))
    assert found.kind == "segments"
    assert sum(score.probability for score in found.scores if score.label in colours) > share
    assert found.overlay is not None
    assert found.overlay.shape == (341, 512, 4)
    seen = {score.colour for score in found.scores}
    assert len(seen) == len(found.scores), "each class of the legend has its own colour"
    assert np.ptp(found.overlay[..., :3].astype(int), axis=(0, 1)).min() > 100


def test_the_vision_transformer_is_always_the_same_and_answers_a_photo() -> None:
    first, second = example("vision_transformer"), example("vision_transformer")
    pairs = zip(first.module.parameters(), second.module.parameters(), strict=True)
    assert all(torch.equal(one, other) for one, other in pairs)
    found = answer(first, first.pictures[0])
    assert (found.kind, len(found.scores)) == ("classes", 10)
