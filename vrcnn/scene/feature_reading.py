"""What is told of a channel's visualization: what it reaches, how it was made, and how far one is that is not made."""

from __future__ import annotations

from dataclasses import dataclass

from vrcnn.featurevis.results import Visualization
from vrcnn.featurevis.settings import Settings
from vrcnn.scene.features import Feature, FeatureState
from vrcnn.scene.reading import FeatureAt, figure
from vrcnn.scene.wording import counted, duration

PRESETS = {"fast": "Fast", "lucent": "Lucent", "maco": "MaCo", "original": "Original"}
AIMS = {
    "channel": "the whole map",
    "neuron": "the map's middle",
    "percentile": "the map's peaks",
    "direction": "several channels",
    "pair": "two channels",
    "dream": "all maps of the layer",
}
STARTS = {"noise": "noise", "picture": "a picture", "result": "an earlier result"}
FAILED = "failed: the channel never rose"
ABOUT = 0.05  # so near to what the best photo reaches counts as the same


@dataclass(frozen=True)
class FeatureReading:
    """The visualization of a channel, of which `feature` is what there is; None before anybody has asked for it.

    `layer`, `count` and `name` are as in scene/reading.py.
    """

    at: FeatureAt
    feature: Feature | None
    layer: str = ""
    count: int = 1
    name: str = ""

    @property
    def made(self) -> Visualization | None:
        """The last one that was finished."""
        return None if self.feature is None else self.feature.made

    @property
    def size(self) -> tuple[int, int]:
        """Height and width in px; of a square while there is nothing."""
        return (1, 1) if self.made is None else (self.made.pixels.shape[0], self.made.pixels.shape[1])

    @property
    def channel_words(self) -> str:
        """ "channel 12 · tabby"; channels count from 0, as in PyTorch."""
        return f"channel {self.at.channel:,}" + (f" · {self.name}" if self.name else "")

    @property
    def full_channel_words(self) -> str:
        """ "channel 12 of 0–63 · tabby"."""
        return f"channel {self.at.channel:,} of 0–{self.count - 1:,}" + (f" · {self.name}" if self.name else "")

    @property
    def lines(self) -> list[tuple[str, str]]:
        """What is to be known first, a line each with the role of its colour."""
        feature, made = self.feature, self.made
        if feature is None:
            return [("not visualized yet", "muted")]
        if feature.state is FeatureState.WAITING:
            return [("waits for its visualization", "muted")]
        if feature.state is FeatureState.FORMING:
            return [(f"forms: {100 * feature.progress:.0f} % of its steps", "text")]
        if made is None:
            return [("could not be visualized", "failed")]
        if made.outcome == "failed":
            return [(FAILED, "failed"), (reached(made), "muted"), (made_in(made), "muted")]
        return [(reached(made), "text"), (made_in(made), "muted")]


def feature_key(reading: FeatureReading | None) -> tuple[object, ...]:
    """Equal keys mean that the same is told of a visualization."""
    if reading is None or reading.feature is None:
        return (reading is None,)
    feature = reading.feature
    return feature.state, round(feature.progress, 2), id(feature.made), feature.sights, feature.thumbnails


def reached(made: Visualization) -> str:
    """How well it went: "reaches 3.4 times what the best photo does"."""
    words = f"activation {figure(made.activation)}, {figure(made.start)} at the start"
    score = made.score
    if score is not None and score >= 9.95:
        words = f"reaches {score:,.0f} times what the best photo does"
    elif score is not None and score > 1 + ABOUT:
        words = f"reaches {score:.1f} times what the best photo does"
    elif score is not None and score >= 1 - ABOUT:
        words = "reaches what the best photo does"
    elif score is not None and score > 0:
        words = f"reaches {100 * score:.0f} % of what the best photo does"
    elif score is not None:
        words = "stays below what photos reach on average"
    return words


def made_in(made: Visualization) -> str:
    """How it was made: "Fast, 128 steps, 2.3 s"."""
    words = f"{PRESETS[made.settings.preset]}, {counted(made.settings.steps, 'step')}, {duration(made.seconds)}"
    return words if len(made.attempts) < 2 else f"{words}, {len(made.attempts)} attempts"


def results_of(made: Visualization) -> list[tuple[str, str]]:
    """What it reaches, as rows of a label and a figure."""
    rows = [("activation", figure(made.activation)), ("at the start", figure(made.start))]
    known = made.baseline
    if known is not None:
        photos = counted(known.pictures, "photo")
        rows += [(f"best of {photos}", figure(known.best)), ("photos on average", figure(known.average))]
    return rows


def settings_of(made: Visualization) -> list[tuple[str, str]]:
    """How it was made, as rows of a label and words."""
    given: Settings = made.settings
    height, width = made.pixels.shape[:2] if given.size is None else given.size
    rows = [
        ("preset", PRESETS[given.preset]),
        ("aimed at", AIMS[given.objective.kind]),
        ("steps", f"{given.steps:,} at {height} × {width}"),
        ("begun with", STARTS[given.start] + (f", seed {given.seed}" if given.start == "noise" else "")),
        ("took", duration(made.seconds)),
    ]
    if given.leaky:
        rows.insert(4, ("leaky ReLUs", f"slope {given.leaky:g}"))
    return rows
