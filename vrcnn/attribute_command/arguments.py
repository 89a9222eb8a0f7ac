"""What `vrcnn attribute` is told on the command line."""

from __future__ import annotations

import argparse
from dataclasses import dataclass
from pathlib import Path

from vrcnn.attribution.results import METHODS, Wish
from vrcnn.errors import UserError


@dataclass(frozen=True)
class AttributeWishes:
    """What is wanted: `wish` but for the class, which is a name or a number in `of`; "" for the best guess."""

    wish: Wish
    of: str
    image: Path | None
    output: Path
    opacity: float


def add_attribute_arguments(parser: argparse.ArgumentParser) -> None:
    """All but the network."""
    usual = Wish()
    parser.add_argument("--image", type=Path, metavar="FILE", help="the picture; by default the shelf's first")
    parser.add_argument(
        "--method",
        choices=[method.name for method in METHODS],
        default=usual.method,
        help="how it is found, gradient without; docs/attribution.md says what each shows",
    )
    parser.add_argument("--class", dest="of", default="", metavar="NAME|INDEX", help="by default the best guess")
    parser.add_argument(
        "--layer",
        default="",
        metavar="NAME",
        help="where grad-cam looks; by default the last with maps larger than 1x1",
    )
    parser.add_argument(
        "--steps", type=_count, default=usual.steps, metavar="N", help="of integrated-gradients; 128 without"
    )
    parser.add_argument(
        "--window",
        type=_count,
        metavar="PIXELS",
        help="the side of what occlusion covers; a seventh of the input's without",
    )
    parser.add_argument("--opacity", type=_share, default=0.85, help="of the strongest colours, 0 to 1; 0.85 without")
    parser.add_argument(
        "-o",
        "--output",
        type=Path,
        default=Path("attribution.png"),
        metavar="FILE",
        help="a PNG, beside which the values lie as .npy; attribution.png without",
    )


def attribute_wishes_of(options: argparse.Namespace) -> AttributeWishes:
    """What the command line says. Raises UserError."""
    if options.layer and options.method != "grad-cam":
        raise UserError(
            f"--layer says where grad-cam looks, not {options.method}: add --method grad-cam, or leave it out."
        )
    wish = Wish(options.method, None, options.layer, options.steps, options.window)
    return AttributeWishes(wish, options.of, options.image, options.output, options.opacity)


def _count(text: str) -> int:
    if not text.isdigit() or not 1 <= int(text) <= 100_000:
        raise argparse.ArgumentTypeError(f'"{text}" is no number from 1 to 100,000')
    return int(text)


def _share(text: str) -> float:
    try:
        share = float(text)
    except ValueError:
        share = -1.0
    if not 0 <= share <= 1:
        raise argparse.ArgumentTypeError(f'"{text}" is no opacity: give a number from 0 to 1')
    return share
