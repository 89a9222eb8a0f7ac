"""What benchmarks/study.py measures in processes of their own.

`python _study_sides.py battery NETWORK SIDE PICTURES ROUNDS` prints JSON in its last line.
"""

from __future__ import annotations

import json
import sys
import time
from importlib import util
from statistics import median
from types import ModuleType

import torch
from torch import nn

from vrcnn.network.example import example_of
from vrcnn.resources import resource
from vrcnn.susceptibility.battery import Battery
from vrcnn.susceptibility.subject import Subject


def network_of(name: str) -> nn.Module:
    """A new one: what is measured does not depend on the weights."""
    if name == "ResNet-18":
        return example("resnet.py").build_model(18).eval()
    return example("covid_resnet.py").small().eval()


def example(file: str) -> ModuleType:
    """A file of examples/."""
    specification = util.spec_from_file_location(f"example_{file[:-3]}", resource("examples", file))
    assert specification is not None
    assert specification.loader is not None
    module = util.module_from_spec(specification)
    specification.loader.exec_module(module)
    return module


def scores_of(output: object) -> torch.Tensor:
    """The output is the scores."""
    assert isinstance(output, torch.Tensor)
    return output


def battery(name: str, side: int, count: int, rounds: int) -> dict[str, float]:
    """Seconds of both sides, which take turns: a round's noise is on both."""
    module = network_of(name)
    pictures = torch.randn(count, 3, side, side, generator=torch.Generator().manual_seed(0))
    subject = Subject(name, module, example_of((pictures[:1],), {}, torch.device("cpu")), scores_of)
    together = subject.together((3, side, side))
    times: dict[str, list[float]] = {"plain": [], "measures": []}
    with torch.no_grad():
        module(pictures[:together])
    for _ in range(rounds):
        began = time.perf_counter()
        with torch.no_grad():
            for part in pictures.split(together):
                module(part)
        times["plain"].append(time.perf_counter() - began)
        began = time.perf_counter()
        Battery(subject, pictures).measured()
        times["measures"].append(time.perf_counter() - began)
    ratio = median(one / other for one, other in zip(times["measures"], times["plain"], strict=True))
    return {"ratio": ratio, **{side: median(each) for side, each in times.items()}, "batch": together}


if __name__ == "__main__":
    _, which, *words = sys.argv
    assert which == "battery"
    print(json.dumps(battery(words[0], *map(int, words[1:]))))
