"""What the tests of exports share: small networks, and how one of them is exported."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn

from vrcnn.exporting.facts import Facts
from vrcnn.exporting.staging import staged_alone
from vrcnn.exporting.steps import export
from vrcnn.exporting.subject import Subject
from vrcnn.network.preprocess import standard
from vrcnn.network.scope import Scope
from vrcnn.network.source import NetworkSource
from vrcnn.scene.export_wishes import ExportWishes

ALL = Scope("all", "never")
CLASSES = ("tabby, tabby cat", "nul", "con.txt", "a/b:c*?", "ünïcödé 名前", "x" * 300, "", "nul")


class Small(nn.Module):
    """Convolutions with a strided, a grouped and a transposed one, an in-place activation, and scores of 8 classes."""

    def __init__(self) -> None:
        super().__init__()
        torch.manual_seed(0)
        self.stem = nn.Sequential(nn.Conv2d(3, 8, 3, stride=2), nn.BatchNorm2d(8), nn.ReLU(inplace=True))
        self.grouped = nn.Conv2d(8, 12, 3, groups=4, padding=1)
        self.up = nn.ConvTranspose2d(12, 4, 2, stride=2)
        self.head = nn.Linear(4, 8)

    def forward(self, x: Tensor) -> Tensor:
        return self.head(self.up(self.grouped(self.stem(x))).mean((2, 3)))


def source_of(module: nn.Module, *arguments: Any, labels: tuple[str, ...] | None = None) -> NetworkSource:
    """A network that reads no picture but its example input."""
    return NetworkSource(
        name=type(module).__name__,
        module=module,
        arguments=arguments or (torch.linspace(-1, 1, 3 * 15 * 18).reshape(1, 3, 15, 18).sin(),),
        keywords={},
        pictures=(),
        labels=labels,
        preprocess=standard((3, 15, 18)),
        input_size=(3, 15, 18),
        notes=(),
        path=None,
    )


def subject_of(
    module: nn.Module, *arguments: Any, scope: Scope = ALL, labels: tuple[str, ...] | None = None
) -> Subject:
    """The network with its example input."""
    return Subject.of_picture(source_of(module, *arguments, labels=labels), None, scope, "model.py")


def exported(subject: Subject, folder: Path, *kinds: str, layout: str | None = None, **wishes: Any) -> Facts:
    """Exports everything at once; a scene in a `layout`."""
    wished = ExportWishes(kinds, folder, **wishes)
    staged = staged_alone(subject, layout, wished.theme) if "scene" in kinds else None
    found: list[Facts] = []
    progress = list(export(subject, wished, staged, found.append))
    assert [done for done, _ in progress] == sorted(done for done, _ in progress)
    assert progress[-1][0] == progress[-1][1]
    return found[0]


def hooked(module: nn.Module, *arguments: Any) -> dict[str, Tensor]:
    """What every module without children returns, by its name: by plain hooks of torch."""
    found: dict[str, Tensor] = {}

    def keep(name: str) -> Any:
        return lambda module, given, output: found.__setitem__(name, output.detach().clone())

    leaves = [(name, each) for name, each in module.named_modules() if not list(each.children())]
    handles = [each.register_forward_hook(keep(name)) for name, each in leaves]
    training = module.training
    module.eval()
    with torch.no_grad():
        module(*arguments)
    module.train(training)
    for handle in handles:
        handle.remove()
    return found
