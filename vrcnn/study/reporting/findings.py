"""What a report says, as plain data: networks, groups of them that can be compared, and how measures part them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from vrcnn.study.modes import MODES, Mode
from vrcnn.study.runs import Run
from vrcnn.study.statistics import Interval, Permutation, Spread
from vrcnn.susceptibility.results import Measured, Susceptibility

PARTICIPATION = "participation"  # the measure of that name, beside the sieves' texts
BEYOND = "memorized beyond taught right"  # a difference of two kinds of pictures


@dataclass(frozen=True)
class Trained:
    """One network: its training, and what was measured of it, None where nothing was yet."""

    run: Run
    found: Susceptibility | None = None

    @property
    def mode(self) -> Mode:
        return MODES[self.run.settings.mode]

    @property
    def gap(self) -> float | None:
        """Accuracy on its training pictures as labelled, minus that on held-out ones."""
        return None if self.run.train is None or self.run.test is None else self.run.train - self.run.test


@dataclass(frozen=True)
class Contrast:
    """How one measure parts networks that memorize from those that generalize.

    Attributes:
        auc: the chance that one that memorizes has more of it than one that generalizes; NaN without both kinds.
        chance: its p-value by permutation, None without both kinds.
        memorizing, generalizing: how many networks.
    """

    auc: Interval
    chance: Permutation | None
    memorizing: int
    generalizing: int


@dataclass(frozen=True)
class MeasureFinding:
    """All that is said of one measure within one group.

    Attributes:
        measure: a sieve's text, or PARTICIPATION.
        modes: by the modes' names.
        contrast: over all networks; `matched` only over those that answer at least 99 % of their training pictures as
            they were taught, so that how well they were trained cannot be the reason.
        with_gap: Spearman's correlation with the train-test gap, over the networks that were trained: one that was not
            changes most of all, and has no gap.
        untrained: what the twins come to; `untrained_contrast` parts the twins as their networks were parted: what it
            shows is no result of training.
    """

    measure: str
    modes: Mapping[str, Spread]
    contrast: Contrast
    matched: Contrast
    with_gap: Interval
    untrained: Spread | None
    untrained_contrast: Contrast


@dataclass(frozen=True)
class LayerFinding:
    """Of one layer, by the measures: the mean over the networks of each mode, the untrained twins' (None where there
    are none), and how it parts the networks."""

    layer: str
    modes: Mapping[str, Mapping[str, Spread]]
    untrained: Mapping[str, Spread]
    contrasts: Mapping[str, Contrast]


@dataclass(frozen=True)
class AblationFinding:
    """What it costs to silence half of a layer's channels.

    Attributes:
        pictures: of which the answers are: as measured, or BEYOND: how much more of the memorized answers is lost than
            of those that are right and were taught so, in the same network.
        lost: by mode, then by "most", "random", "least": the share of answers that change, 0 to 1.
        in_order: in how many of the `networks` the half that the sieve changes most costs more than random halves, and
            these more than the half that it changes least.
    """

    layer: str
    sieve: str
    pictures: str
    lost: Mapping[str, Mapping[str, Spread]]
    in_order: int
    networks: int


@dataclass(frozen=True)
class Group:
    """Networks of one architecture on one data set.

    Attributes:
        data, network: as in the runs' settings.
        trained: all of them, in the order of the modes and seeds.
        measures: by the measures' names, those that networks were compared by.
        described: measures that are told and not compared, such as noise bands.
        layers: those that every measured network has, in the order of the computation.
        ablations: one for each layer and sieve.
        block: the layer whose participation ratio is the measure of that name; empty where there is none.
    """

    data: str
    network: str
    trained: tuple[Trained, ...]
    measures: Mapping[str, MeasureFinding]
    described: tuple[str, ...]
    layers: tuple[LayerFinding, ...]
    ablations: tuple[AblationFinding, ...]
    block: str

    @property
    def title(self) -> str:
        """For people: "Fashion-MNIST, CovidResNet"."""
        return f"{titled(self.data)}, {titled(self.network)}"

    @property
    def modes(self) -> tuple[str, ...]:
        """Those that occur, in the order of MODES."""
        there = {trained.mode.name for trained in self.trained}
        return tuple(name for name in MODES if name in there)

    @property
    def measured(self) -> tuple[Trained, ...]:
        return tuple(each for each in self.trained if each.found is not None)


@dataclass(frozen=True)
class Report:
    """The whole of it. `missing` are sentences on what is not there."""

    folder: Path
    groups: tuple[Group, ...]
    missing: tuple[str, ...]
    seed: int
    draws: int


TITLES = {
    "fashion-mnist": "Fashion-MNIST",
    "emoji": "Emoji",
    "covid-resnet": "CovidResNet",
    "covid-densenet": "CovidDenseNet",
}


def titled(name: str) -> str:
    """A data set or network for people."""
    path = Path(name)
    return TITLES.get(name, path.stem if path.suffix.startswith(".py") else path.name or name)


def told_measure(measure: str) -> str:
    """A measure for people: "low-pass at 0.18 c/px"."""
    kind, _, amount = measure.partition(":")
    match kind:
        case "participation":
            return "participation ratio"
        case "low-pass":
            return f"low-pass at {float(amount):.2f} c/px"
        case "shift":
            return f"shift by {amount} px"
        case "windows":
            return f"{amount} × {amount} px windows shuffled"
        case "patches":
            return f"{amount} × {amount} px patches shuffled"
        case "noise":
            return f"noise about {float(amount):.2f} c/px"
    return measure


def values_of(found: Susceptibility, block: str) -> dict[str, Measured]:
    """All that was measured of a network's scores, and its participation ratio in `block`."""
    values = dict(found.measures)
    for layer in found.layers:
        if layer.name == block and layer.participation is not None:
            values[PARTICIPATION] = layer.participation
    return values
