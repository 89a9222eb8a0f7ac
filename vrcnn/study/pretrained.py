"""A training that begins with weights of a larger network, such as ImageNet's: taken by name, early parts frozen."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor, nn

from vrcnn.errors import UserError
from vrcnn.export.sidecar import hashes
from vrcnn.network.weights import some, weights_of

CLASSIFIERS = ("fc", "classifier", "head")
COUNTER = "num_batches_tracked"  # files from before PyTorch 0.4.1 have none
OLDER = re.compile(r"(denselayer\d+\.(?:norm|relu|conv))\.([12])\.")  # of DenseNets: "norm.1" for "norm1"

# What stays as ImageNet left it. Of a ResNet as published with CovidResNet (PeerJ CS 2021, e655), whose bn1 goes on
# learning. What was frozen of CovidDenseNet is not known here; the same stretch is taken: the stem's convolution and
# all that works at the size that the stem leaves, up to where the size halves next.
FROZEN = (("conv1", "layer1"), ("features.conv0", "features.denseblock1"))


@dataclass(frozen=True)
class Taken:
    """What a network took of a file.

    Attributes:
        file: its name.
        names: of the tensors of the network that are now the file's.
        total: how many tensors the network has.
        classifier: names left out because they belong to the classifier, whose classes are others.
        reshaped: names left out because the file has another shape.
        missing: names left out because the file does not have them.
        frozen: names of the parts that are to stay as they are: those of FROZEN that came from the file as a whole.
    """

    file: str
    names: tuple[str, ...]
    total: int
    classifier: tuple[str, ...]
    reshaped: tuple[str, ...]
    missing: tuple[str, ...]
    frozen: tuple[str, ...]

    @property
    def told(self) -> str:
        """One sentence: what was taken, what was left out and why, and what is frozen."""
        reasons = (
            (self.classifier, "the classifier's classes are others"),
            (self.reshaped, "another shape in the file"),
            (self.missing, "not in the file"),
        )
        left = "; ".join(f"{some(names)} ({reason})" for names, reason in reasons if names)
        return (
            f"{self.file}: {len(self.names)} of the network's {self.total} tensors taken"
            + (f"; left out: {left}" if left else "")
            + (f"; frozen: {', '.join(self.frozen)}" if self.frozen else "; nothing is frozen")
            + "."
        )


def take(network: nn.Module, path: Path) -> Taken:
    """Gives the network the tensors of a file that have the name and the shape of one of its own.

    A layer (convolution, normalization, linear) takes all of its tensors or none, so that no scale stands beside
    statistics that it was not learned with. The classifier is never taken. DenseNet's older names are understood.
    Raises UserError when the file cannot be read or nothing but normalizations fits; the network is then as it was.
    """
    given = {OLDER.sub(r"\1\2.", name): tensor for name, tensor in weights_of(path, network).items()}
    expected = network.state_dict()
    taken: dict[str, Tensor] = {}
    classifier: list[str] = []
    reshaped: list[str] = []
    missing: list[str] = []
    for module in (name for name, _ in network.named_modules()):
        own = [name for name in expected if name.rpartition(".")[0] == module]
        needed = [name for name in own if not name.endswith(COUNTER)]
        if module.partition(".")[0] in CLASSIFIERS:
            classifier += own
        elif any(name not in given for name in needed):
            missing += own
        elif any(given[name].shape != expected[name].shape for name in needed):
            reshaped += own
        else:
            taken |= {name: given[name] for name in own if name in given}
            missing += [name for name in own if name not in given]
    if not any(tensor.dim() > 1 for tensor in taken.values()):
        raise UserError(_nothing_fits(network, path, given, [*reshaped, *missing]))
    network.load_state_dict(taken, strict=False)
    return Taken(
        path.name,
        tuple(taken),
        len(expected),
        tuple(classifier),
        tuple(reshaped),
        tuple(missing),
        _frozen(expected, taken),
    )


def begin_with(path: Path, tell: Callable[[str], None] = lambda line: None) -> Callable[[nn.Module], tuple[str, ...]]:
    """What gives a new network the weights of a file, tells of it, and returns the names of the parts to freeze.

    Freezing is the training's: it lets no gradient reach their parameters, and puts them in evaluation mode after each
    `network.train()`, so that their batch normalizations use ImageNet's statistics and do not change them either.
    """

    def begin(network: nn.Module) -> tuple[str, ...]:
        taken = take(network, path)
        tell(taken.told)
        return taken.frozen

    return begin


def digest_of(path: Path) -> str:
    """The first 12 digits of a file's SHA-256, by which a run knows what it began with. Raises UserError."""
    if not path.is_file():
        raise UserError(f"There is no file of weights {path}.")
    try:
        return hashes(path)[path.name][:12]
    except OSError as error:
        raise UserError(f"{path} cannot be read: {error.strerror or error}.") from error


def _frozen(expected: dict[str, Tensor], taken: dict[str, Tensor]) -> tuple[str, ...]:
    def whole(part: str) -> bool:
        own = [name for name in expected if name.startswith(f"{part}.") and not name.endswith(COUNTER)]
        return bool(own) and all(name in taken for name in own)

    return tuple(part for parts in FROZEN for part in parts if whole(part))


def _nothing_fits(network: nn.Module, path: Path, given: dict[str, Tensor], left: list[str]) -> str:
    expected = network.state_dict()
    weights = [name for name in left if expected[name].dim() > 1]
    both = next((name for name in weights if name in given), None)
    if both is not None:
        why = f"{both} is {tuple(given[both].shape)} in the file and {tuple(expected[both].shape)} in the network"
    else:
        why = f"the file has {some(given)} and the network {some(expected)}"
    return (
        f"No layer of {type(network).__name__} has the name and the shape of one in {path} ({why}): give the weights "
        "of a ResNet-50 to --network covid-resnet:published, of a ResNet-18 to covid-resnet:shipped, of a DenseNet-121 "
        "to covid-densenet:published or :shipped."
    )
