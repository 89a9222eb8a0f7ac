"""Renders the gallery: five views of four networks into docs/gallery/, and the page that shows them.

.venv/bin/python tools/gallery.py [FOLDER]
"""

from __future__ import annotations

import sys
from collections.abc import Iterator
from dataclasses import dataclass, replace
from io import BytesIO
from pathlib import Path

import numpy as np
from PIL import Image

from vrcnn.exhibit import Exhibit
from vrcnn.network.source import LoadOptions, load
from vrcnn.scene.standard_views import VIEWS
from vrcnn.still import Still, pictures
from vrcnn.whole_file import write_whole

ROOT = Path(__file__).resolve().parent.parent
SIZE = 1600, 1000  # px
LARGEST = 400_000  # bytes of a file
QUALITIES = (92, 88, 84, 80, 74, 68)  # of JPEG, the first one that is small enough
EASEL = "coffee.jpg"


@dataclass(frozen=True)
class Shown:
    """A network of the gallery. `target` as after `vrcnn run`, None for the demo; `model` as after `--model`.

    `views` says what there is to see in each of VIEWS.
    """

    key: str
    name: str
    theme: str
    about: str
    views: tuple[str, str, str, str, str]
    target: str | None = None
    model: str | None = None

    @property
    def command(self) -> str:
        words = ["vrcnn render", self.target or "", f"--model {self.model}" if self.model else ""]
        return " ".join([word for word in words if word] + ([f"--theme {self.theme}"] if self.theme != "dark" else []))


NETWORKS = (
    Shown(
        "efficientnet",
        "EfficientNet-Lite0",
        "dark",
        "The demo, with its ImageNet weights: what `vrcnn run` opens.",
        (
            "The shelf with its photos, the easel with one of them, and the board with the best classes.",
            "Inverted bottlenecks on both sides: expand, look around in every map by itself, project.",
            "One of the first walls, from where one reads it: 144 maps, and in each of them another side of the cup.",
            "From the input at the front to the classes, a gate over every block, shortcuts overhead.",
            "A thousand numbers at the end, and the word for the largest one.",
        ),
    ),
    Shown(
        "resnet50",
        "ResNet-50",
        "light",
        "examples/resnet.py with random weights, in the theme for paper.",
        (
            "The same place in the light theme, where zero is white.",
            "Three convolutions and a shortcut over them, in every block of the first stage.",
            "A wall from where one reads it, and the walls that come after it.",
            "Sixteen shortcuts arch over the walls, from sum to sum.",
            "The last walls: many maps of few pixels, then one number each.",
        ),
        "examples/resnet.py",
    ),
    Shown(
        "densenet201",
        "DenseNet-201",
        "dark",
        "examples/densenet.py with random weights; its equal layers are folded, and a click on a sign opens them.",
        (
            "98 dense layers are folded to four pairs of walls.",
            "The first dense block: six layers as one, with the sheets of the others behind it.",
            "A transition: the 256 maps of a dense block, mixed to 128.",
            "Four dense blocks with transitions between them.",
            "What is left of it: a vector, and the classes.",
        ),
        "examples/densenet.py",
        "densenet201",
    ),
    Shown(
        "unet",
        "U-Net",
        "light",
        "examples/unet.py with random weights: a class for every pixel.",
        (
            "The answer lies over the picture on the easel, and the board has its legend.",
            "The way down: maps become smaller and more.",
            "On the way down: 128 maps of 32 × 32 that still remember the cup.",
            "Down and up again: what the way down had made arches over to the way up.",
            "The way up ends in a map for every class.",
        ),
        "examples/unet.py",
    ),
)


def views_of(shown: Shown, size: tuple[int, int], input_size: tuple[int, ...] | None = None) -> dict[str, np.ndarray]:
    """A picture of `size` for each of VIEWS, (height, width, 3) uint8, of one and the same exhibit."""
    target = None if shown.target is None else str(ROOT / shown.target)
    source = load(target, LoadOptions(model_name=shown.model, input_size=input_size))
    names = [picture.name for picture in source.pictures]
    exhibit = Exhibit(replace(source, name=shown.name, notes=()))
    exhibit.world.theme = shown.theme
    stills = [Still(size, view=view, picture=names.index(EASEL)) for view in VIEWS]
    return dict(zip(VIEWS, pictures(exhibit, stills), strict=True))


def compressed(pixels: np.ndarray) -> bytes:
    """A JPEG file of at most LARGEST bytes."""
    for quality in QUALITIES:
        file = BytesIO()
        Image.fromarray(pixels).save(file, "JPEG", quality=quality, optimize=True, progressive=True, subsampling=0)
        if len(file.getvalue()) <= LARGEST:
            return file.getvalue()
    raise ValueError(f"a picture has more than {LARGEST:,} bytes even at quality {QUALITIES[-1]}")


def page() -> str:
    """The gallery as Markdown."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield "# Gallery"
    yield ""
    yield "Five views of four networks, as `vrcnn render` draws them: `--view entrance`, `path`, `wall`, `overview` and"
    yield "`exit` fit every network. `make gallery` renders them anew."
    for shown in NETWORKS:
        yield from ("", f"## {shown.name}", "", shown.about)
        for view, words in zip(VIEWS, shown.views, strict=True):
            yield from ("", f"![{shown.name}, {view}](gallery/{shown.key}-{view}.jpg)", "", f"`--view {view}`: {words}")
        yield from ("", f"    {shown.command} --view overview -o {shown.key}.png")


def main(folder: Path) -> None:
    """Writes the pictures into `folder`/gallery and the page beside it."""
    (folder / "gallery").mkdir(parents=True, exist_ok=True)
    for shown in NETWORKS:
        for view, pixels in views_of(shown, SIZE).items():
            content = compressed(pixels)
            path = folder / "gallery" / f"{shown.key}-{view}.jpg"
            write_whole(path, lambda file, content=content: file.write(content))
            print(f"{path}: {len(content):,} bytes")
    write_whole(folder / "gallery.md", lambda file: file.write(page().encode()))


if __name__ == "__main__":
    main(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs")
