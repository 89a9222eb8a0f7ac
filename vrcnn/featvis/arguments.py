"""The options of `vrcnn featvis`: what they are, and what they come to."""

from __future__ import annotations

import argparse
import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vrcnn.arguments import channel_spans
from vrcnn.errors import UserError
from vrcnn.featurevis.presets import preset
from vrcnn.featurevis.settings import OBJECTIVES, PRESETS, Objective, Settings

if TYPE_CHECKING:
    from vrcnn.featvis.command import Wishes

MOST_BEST = 9
LARGEST_SIDE = 2048  # px
NUMBER = r"-?\d+(?:\.\d+)?"


def add_featvis_arguments(parser: argparse.ArgumentParser) -> None:
    """All options of the command but those that every command has."""
    which = parser.add_mutually_exclusive_group()
    which.add_argument(
        "--layer",
        action="append",
        metavar="NAME[,NAME]",
        help="which layers, as on their walls and in `vrcnn graph`",
    )
    which.add_argument("--all", action="store_true", help="all layers that are shown at this --detail")
    which.add_argument("--forget", action="store_true", help="delete what is kept for later: of MODEL, or everything")
    parser.add_argument(
        "--channels",
        type=channel_spans,
        metavar="RANGE",
        help="such as 0-63 or 0-7,12; all without. Class numbers, too",
    )
    parser.add_argument("--preset", choices=PRESETS, default="fast", help="how: see docs/features.md")
    parser.add_argument(
        "-o", "--output", type=Path, default=Path("featvis"), metavar="DIR", help="a folder; featvis/ without"
    )
    parser.add_argument("--steps", type=_counting(1, 100_000), metavar="N", help="instead of the preset's")
    parser.add_argument("--size", type=_size, metavar="SIDE|HxW", help="of the pictures in px; without, as the input")
    parser.add_argument("--seed", type=_counting(0, 2**31 - 1), metavar="N", help="of all that is random; 0 without")
    parser.add_argument(
        "--objective",
        type=_objective,
        metavar="WHAT",
        help="what is to become large: channel (the default), neuron, percentile[:90], dream (all channels at once), "
        "pair:OTHER[:SHARE], direction:3=0.5,17=-1",
    )
    parser.add_argument("--variants", type=_counting(1, 16), metavar="N", help="several pictures that differ, of each")
    parser.add_argument("--start", type=Path, metavar="FILE", help="a picture to start from, instead of noise")
    parser.add_argument(
        "--best",
        type=_counting(0, MOST_BEST),
        default=0,
        metavar="N",
        help="beside each, what it answers to most in the pictures of --images",
    )
    parser.add_argument("--overwrite", action="store_true", help="make anew what is there already")
    parser.add_argument("--no-cache", action="store_true", help="keep nothing for later, and use nothing of before")
    parser.add_argument("--yes", action="store_true", help="--forget does not ask")


def wishes_of(options: argparse.Namespace) -> Wishes:
    """What the options come to. Raises UserError where no layer is named."""
    from vrcnn.featvis.command import Wishes
    from vrcnn.network.scope import Scope

    names = [name.strip() for words in options.layer or () for name in words.split(",")]
    layers = tuple(dict.fromkeys(filter(None, names)))
    if not layers and not options.all:
        raise UserError("Say which layers: --layer NAME[,NAME], or --all; `vrcnn graph` lists them.")
    return Wishes(
        layers=layers or None,
        channels=options.channels,
        settings=_settings(options),
        output=options.output,
        scope=Scope(options.detail, "never"),
        start=options.start,
        best=options.best,
        overwrite=options.overwrite,
        cache=not options.no_cache,
        theme=options.theme,
    )


def _settings(options: argparse.Namespace) -> Settings:
    settings = preset(options.preset)
    given: dict[str, Any] = {"steps": options.steps, "size": options.size, "seed": options.seed}
    settings = replace(settings, **{name: value for name, value in given.items() if value is not None})
    objective = options.objective or settings.objective
    if options.variants is not None:
        objective = replace(objective, variants=options.variants)
    return replace(settings, objective=objective)


def _size(text: str) -> tuple[int, int]:
    match = re.fullmatch(r"(\d+)(?:[x×](\d+))?", text)
    size = (int(match[1]), int(match[2] or match[1])) if match else (0, 0)
    if not all(8 <= side <= LARGEST_SIDE for side in size):
        raise argparse.ArgumentTypeError(
            f'"{text}" is no size: give a side such as 224, or height and width such as 224x320, 8 to {LARGEST_SIDE} px'
        )
    return size


def _counting(least: int, most: int) -> Callable[[str], int]:
    def number(text: str) -> int:
        if not re.fullmatch(r"\d{1,10}", text) or not least <= int(text) <= most:
            raise argparse.ArgumentTypeError(f'"{text}" is no number from {least} to {most:,}')
        return int(text)

    return number


def _objective(text: str) -> Objective:
    kind, _, rest = text.partition(":")
    match kind:
        case "channel" | "neuron" | "dream" | "percentile" if not rest:
            return Objective(kind)
        case "percentile":
            if re.fullmatch(NUMBER, rest) and 0 <= float(rest) < 100:
                return Objective(kind, percentile=float(rest))
        case "pair":
            if match := re.fullmatch(rf"(\d{{1,9}})(?::({NUMBER}))?", rest):
                share = float(match[2] or 0.5)
                if 0 <= share <= 1:
                    return Objective(kind, partner=int(match[1]), share=share)
        case "direction":
            if re.fullmatch(rf"\d{{1,9}}={NUMBER}(,\d{{1,9}}={NUMBER})*", rest):
                pairs = (part.split("=") for part in rest.split(","))
                weights = tuple((int(channel), float(weight)) for channel, weight in pairs)
                if any(weight for _, weight in weights):
                    return Objective(kind, weights=weights)
    known = kind in OBJECTIVES
    raise argparse.ArgumentTypeError(
        f'"{text}" is no objective: give '
        + (
            "percentile:90, pair:17 or pair:17:0.5, direction:3=0.5,17=-1"
            if known
            else "channel, neuron, percentile:90, dream, pair:17 or direction:3=0.5,17=-1"
        )
    )
