"""What the demo's network says of the demo's pictures. Run as a program, it writes docs/demo-predictions.md."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import torch

from vrcnn.network.source import LoadOptions, NetworkSource, load

TABLE = Path(__file__).resolve().parents[2] / "docs" / "demo-predictions.md"

CONTENT = {
    "astronaut.jpg": "an astronaut",
    "bricks.jpg": "a pavement of bricks",
    "cameraman.jpg": "a photographer behind a tripod",
    "cat.jpg": "a tabby cat",
    "coffee.jpg": "a cup of espresso",
    "coins.jpg": "old coins",
    "flower.jpg": "a dahlia",
    "galaxies.jpg": "galaxies in the dark",
    "grass.jpg": "grass",
    "gravel.jpg": "gravel",
    "motorcycle.jpg": "a motorcycle",
    "palace.jpg": "a tower of the Summer Palace",
    "retina.jpg": "a retina",
    "rocket.jpg": "a rocket before its launch",
    "tissue.jpg": "tissue under a microscope",
}

# The ImageNet classes that are right, for the pictures whose content has a name there.
RIGHT = {
    "cameraman.jpg": ("tripod",),
    "cat.jpg": ("tabby", "tiger cat", "Egyptian cat"),
    "coffee.jpg": ("espresso",),
    "motorcycle.jpg": ("moped", "motor scooter"),
    "palace.jpg": ("palace",),
    "rocket.jpg": ("missile", "projectile"),
}


@dataclass(frozen=True)
class Prediction:
    """The classes of one picture, the likeliest first, with their probabilities (0 to 1)."""

    picture: str
    labels: tuple[str, ...]
    probabilities: tuple[float, ...]

    @property
    def rank(self) -> int | None:
        """The place of the best right class, from 1; None for a picture without one."""
        right = RIGHT.get(self.picture, ())
        return min((self.labels.index(label) + 1 for label in right), default=None)


def predict(source: NetworkSource) -> dict[str, Prediction]:
    """The predictions for every picture of the source, by the picture's name."""
    assert source.labels is not None
    predictions = {}
    for picture in source.pictures:
        arguments, keywords = source.inputs_of(picture.open())
        with torch.no_grad():
            probabilities = source.module(*arguments, **keywords)[0].softmax(0)
        order = probabilities.argsort(descending=True)
        predictions[picture.name] = Prediction(
            picture.name, tuple(source.labels[i] for i in order), tuple(probabilities[order].tolist())
        )
    return predictions


def table(predictions: dict[str, Prediction]) -> str:
    """docs/demo-predictions.md."""
    lines = [
        "# What the demo's network says of the demo's pictures",
        "",
        "EfficientNet-Lite0 ([examples/efficientnet_lite0.py](../examples/efficientnet_lite0.py)) with its ImageNet",
        "weights, on [assets/pictures](../assets/pictures/LICENSES.md). Written by",
        "`python tests/examples/demo_predictions.py`; `tests/examples/test_efficientnet_lite0.py` holds it to this.",
        "",
        "| picture | shows | first class | | right classes | their best rank |",
        "|---|---|---|---:|---|---:|",
    ]
    for name, prediction in predictions.items():
        right = ", ".join(RIGHT.get(name, ())) or "ImageNet has no class for it"
        percent = f"{prediction.probabilities[0] * 100:.0f} %"
        lines.append(
            f"| {name} | {CONTENT[name]} | {prediction.labels[0]} | {percent} | {right} | {prediction.rank or ''} |"
        )
    return "\n".join(lines) + "\n"


if __name__ == "__main__":
    TABLE.write_text(table(predict(load(None, LoadOptions()))), "utf-8")
    print(f"Wrote {TABLE}")
